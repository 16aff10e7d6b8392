import { useState } from 'react';
import { useQuery } from 'urql';
import { useApi } from '../../../api/api-context.tsx';
import { ChoiceChip } from '../../../components/choice-chip.tsx';
import type { ChoiceCounts } from '../../../components/choice-list.tsx';
import { readResponses } from '../../../features/deliveries/filter/known-values.ts';
import { filterOfView, type View } from '../../../features/deliveries/filter/view.ts';
import { graphql } from '../../../generated/gql.ts';
import type { DeliveryStatus } from '../../../generated/graphql.ts';
import { session } from '../../../session/session.ts';
import { serverNowMs } from '../../../time/server-clock.ts';
import { messages } from '../messages.ts';
import * as choices from './choices.ts';
import { countChoices, type Facets, readFacets } from './facets.ts';
import type { FilterChipsProps } from './plain-chips.tsx';
import { PrefixForm } from './prefix-form.tsx';
import { ResponseForm } from './response-form.tsx';

const ChoicesQuery = graphql(/* GraphQL */ `
  query FilterChoices($search: String, $mayReadEndpoints: Boolean!, $isPortal: Boolean!, $readsTypesOfEndpoints: Boolean!) {
    eventTypes @skip(if: $isPortal)
    endpoints(search: $search, first: 100) @include(if: $mayReadEndpoints) { nodes { id name url } }
    all: endpoints(first: 100) @include(if: $readsTypesOfEndpoints) { nodes { id eventTypes } }
  }
`);

/** The filters that show the number of deliveries of each choice: status, endpoint, event type and response. */
export function CountedChips({
  view,
  onChange,
  mayReadEndpoints,
}: FilterChipsProps & { readonly mayReadEndpoints: boolean }) {
  const { uncached } = useApi();
  const [endpointSearch, setEndpointSearch] = useState('');
  const isPortal = session.get()?.kind === 'portal';
  const [{ data }] = useQuery({
    query: ChoicesQuery,
    variables: {
      search: endpointSearch || null,
      mayReadEndpoints,
      // A customer in the portal may not see all event types of the tenant, only those of its endpoints.
      isPortal,
      readsTypesOfEndpoints: isPortal && mayReadEndpoints,
    },
  });
  const nodes = data?.endpoints?.nodes ?? [];
  const endpoints = nodes.map(({ id, name, url }) => ({ id, label: name, hint: url }));
  const types = choices.typeChoices(data?.eventTypes ?? data?.all?.nodes.flatMap(({ eventTypes }) => eventTypes) ?? []);
  /** Returns a function that counts the deliveries of each choice of a chip, without the filter of this chip itself. */
  const counting = (own: Partial<View>, count: (facets: Facets) => ChoiceCounts) => async () => {
    const facets = await readFacets(uncached, filterOfView({ ...view, ...own }, serverNowMs()));
    return facets && count(facets);
  };
  const put = <Value extends string>(list: readonly Value[], value: Value) => [...new Set([...list, value])];
  return (
    <>
      <ChoiceChip
        label={messages.status}
        choices={choices.statusChoices}
        chosen={view.statuses}
        onChange={chosen => onChange({ statuses: chosen as DeliveryStatus[] })}
        readCounts={counting({ statuses: [] }, facets =>
          countChoices(
            facets,
            facets.byStatus.map(each => [each.status, each.count] as const),
            choices.statusChoices,
          ),
        )}
      />
      {mayReadEndpoints && (
        <ChoiceChip
          label={messages.endpoint}
          choices={endpoints}
          chosen={view.endpointIds}
          onChange={endpointIds => onChange({ endpointIds })}
          onSearch={setEndpointSearch}
          readCounts={counting({ endpointIds: [] }, facets =>
            countChoices(
              facets,
              facets.byEndpoint.map(each => [each.endpoint.id, each.count] as const),
              endpoints,
            ),
          )}
        />
      )}
      <ChoiceChip
        label={messages.eventType}
        choices={types}
        chosen={view.eventTypes}
        onChange={eventTypes => onChange({ eventTypes })}
        readCounts={counting({ eventTypes: [] }, facets =>
          countChoices(
            facets,
            facets.byEventType.map(each => [each.eventType, each.count] as const),
            types,
            isOfType,
          ),
        )}
        renderMore={close => (
          <PrefixForm
            onAdd={type => {
              onChange({ eventTypes: put(view.eventTypes, type) });
              close();
            }}
          />
        )}
      />
      <ChoiceChip
        label={messages.response}
        choices={choices.responseChoices}
        chosen={view.responses}
        onChange={responses => onChange({ responses })}
        readCounts={counting({ responses: [] }, facets =>
          countChoices(
            facets,
            facets.byResponseStatus.map(each => [String(each.responseStatus), each.count] as const),
            choices.responseChoices,
            isInRange,
          ),
        )}
        renderMore={close => (
          <ResponseForm
            onAdd={range => {
              onChange({ responses: put(view.responses, range) });
              close();
            }}
          />
        )}
      />
    </>
  );
}

function isOfType(choice: string, type: string): boolean {
  return choice.endsWith('.*') ? type.startsWith(choice.slice(0, -1)) : choice === type;
}

function isInRange(choice: string, status: string): boolean {
  const { from = 0, to = 0 } = readResponses(choice) ?? {};
  return from <= Number(status) && Number(status) <= to;
}
