import { useState } from 'react';
import { useQuery } from 'urql';
import { useApi } from '../../../api/api-context.tsx';
import { useSettings } from '../../../api/settings.ts';
import { Button } from '../../../components/button.tsx';
import { ChoiceChip } from '../../../components/choice-chip.tsx';
import { SearchInput } from '../../../components/search-input.tsx';
import { readResponses } from '../../../features/deliveries/filter/known-values.ts';
import { filterOfView, type View } from '../../../features/deliveries/filter/view.ts';
import { graphql } from '../../../generated/gql.ts';
import type { AttemptErrorCode, DeliveryStatus, FailureReason } from '../../../generated/graphql.ts';
import { serverNowMs } from '../../../time/server-clock.ts';
import * as choices from './choices.ts';
import { EventChip } from './event-chip.tsx';
import { type ChoiceCounts, countChoices, type Facets, readFacets } from './facets.ts';
import { LatencyForm } from './latency-form.tsx';
import { OperationChip } from './operation-chip.tsx';
import { PrefixForm } from './prefix-form.tsx';
import { ResponseForm } from './response-form.tsx';
import { SavedViews } from './saved-views.tsx';
import { SpanForm } from './span-form.tsx';
import { UnknownChips } from './unknown-chips.tsx';

const ChoicesQuery = graphql(/* GraphQL */ `
  query FilterChoices($search: String, $mayReadEndpoints: Boolean!) {
    eventTypes
    endpoints(search: $search, first: 100) @include(if: $mayReadEndpoints) { nodes { id name url } }
  }
`);

export interface FilterBarProps {
  readonly view: View;
  readonly onChange: (part: Partial<View>) => void;
  /** Null: nothing to clear, or the list offers it itself. */
  readonly onClear: (() => void) | null;
  readonly mayReadEndpoints: boolean;
}

/** Search, a chip for each filter, and the views that were saved. */
export function FilterBar({ view, onChange, onClear, mayReadEndpoints }: FilterBarProps) {
  const { settings } = useSettings();
  const { uncached } = useApi();
  const [endpointSearch, setEndpointSearch] = useState('');
  const [{ data }] = useQuery({
    query: ChoicesQuery,
    variables: { search: endpointSearch || null, mayReadEndpoints },
  });
  const endpoints = (data?.endpoints?.nodes ?? []).map(({ id, name, url }) => ({ id, label: name, hint: url }));
  const types = choices.typeChoices(data?.eventTypes ?? []);
  /** What each choice of a chip would show, whatever is chosen of it now. */
  const counting = (own: Partial<View>, count: (facets: Facets) => ChoiceCounts) => async () => {
    const facets = await readFacets(uncached, filterOfView({ ...view, ...own }, serverNowMs()));
    return facets && count(facets);
  };
  const put = <Value extends string>(list: readonly Value[], value: Value) => [...new Set([...list, value])];
  return (
    <search className="filter-bar" aria-label="Filter deliveries">
      <SearchInput
        id="delivery-search"
        placeholder="Endpoint, URL, event type or ID"
        value={view.search}
        maxLength={settings?.maxSearchLength}
        onChange={search => onChange({ search })}
      />
      <UnknownChips unknown={view.unknown} onChange={unknown => onChange({ unknown })} />
      <ChoiceChip
        label="Status"
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
          label="Endpoint"
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
        label="Event type"
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
        label="Response"
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
      <ChoiceChip
        label="Error"
        choices={choices.errorChoices}
        chosen={view.errorCodes}
        onChange={chosen => onChange({ errorCodes: chosen as AttemptErrorCode[] })}
      />
      <ChoiceChip
        label="Failure reason"
        choices={choices.reasonChoices}
        chosen={view.failureReasons}
        onChange={chosen => onChange({ failureReasons: chosen as FailureReason[] })}
      />
      <ChoiceChip
        label="Time"
        isSingle
        choices={choices.timeChoices}
        chosen={view.time ? [view.time] : []}
        describe={choices.wordsOfSpan}
        onChange={([time = '']) => onChange({ time })}
        renderMore={close => (
          <SpanForm
            time={view.time}
            onChange={time => {
              onChange({ time });
              close();
            }}
          />
        )}
      />
      <ChoiceChip
        label="Latency"
        isSingle
        choices={choices.latencyChoices}
        chosen={view.latency ? [view.latency] : []}
        describe={choices.wordsOfLatency}
        onChange={([latency = '']) => onChange({ latency })}
        renderMore={close => (
          <LatencyForm
            onApply={latency => {
              onChange({ latency });
              close();
            }}
          />
        )}
      />
      <ChoiceChip
        label="Test events"
        isSingle
        choices={choices.testChoices}
        chosen={view.test ? [view.test] : []}
        onChange={([test = '']) => onChange({ test: test as View['test'] })}
      />
      <EventChip eventIds={view.eventIds} onClear={() => onChange({ eventIds: [] })} />
      <OperationChip operationIds={view.operationIds} onClear={() => onChange({ operationIds: [] })} />
      {onClear && (
        <Button tone="quiet" onPress={onClear}>
          Clear filters
        </Button>
      )}
      <SavedViews view={view} onChoose={onChange} />
    </search>
  );
}

function isOfType(choice: string, type: string): boolean {
  return choice.endsWith('.*') ? type.startsWith(choice.slice(0, -1)) : choice === type;
}

function isInRange(choice: string, status: string): boolean {
  const { from = 0, to = 0 } = readResponses(choice) ?? {};
  return from <= Number(status) && Number(status) <= to;
}
