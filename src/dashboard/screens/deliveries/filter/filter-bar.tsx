import { useEffect, useState } from 'react';
import { Input, SearchField } from 'react-aria-components';
import { useQuery } from 'urql';
import { Button } from '../../../components/button.tsx';
import { Icon } from '../../../components/icons.tsx';
import { statusWord } from '../../../components/status-badge.tsx';
import { graphql } from '../../../generated/gql.ts';
import type { AttemptErrorCode, DeliveryStatus } from '../../../generated/graphql.ts';
import { errorWords } from '../words.ts';
import { ChoiceChip } from './choice-chip.tsx';
import { SavedViews } from './saved-views.tsx';
import { isFiltered, readView, timeRanges, type View } from './view.ts';

const ChoicesQuery = graphql(/* GraphQL */ `
  query FilterChoices($search: String, $mayReadEndpoints: Boolean!) {
    eventTypes
    endpoints(search: $search, first: 100) @include(if: $mayReadEndpoints) { nodes { id name url } }
  }
`);

const statuses = (['PENDING', 'PROCESSING', 'RETRYING', 'SUCCEEDED', 'FAILED'] as const).map(id => ({
  id,
  label: statusWord(id),
}));
const responses = [
  { id: '200-299', label: '2xx', hint: 'Accepted' },
  { id: '300-399', label: '3xx', hint: 'Redirects, which are not followed' },
  { id: '400-499', label: '4xx', hint: 'Refused' },
  { id: '500-599', label: '5xx', hint: 'Failed at the receiver' },
  ...[401, 403, 404, 410, 429, 500, 502, 503, 504].map(code => ({ id: String(code), label: String(code) })),
];
const errors = Object.entries(errorWords).map(([id, label]) => ({ id, label }));
const times = Object.keys(timeRanges).map(id => ({ id, label: `Last ${id}` }));
const tests = [
  { id: 'without', label: 'Without tests' },
  { id: 'only', label: 'Tests only' },
];
const searchPauseMs = 250;

export interface FilterBarProps {
  readonly view: View;
  readonly onChange: (part: Partial<View>) => void;
  readonly mayReadEndpoints: boolean;
}

/** Search, a chip for each filter, and the views that were saved. */
export function FilterBar({ view, onChange, mayReadEndpoints }: FilterBarProps) {
  const [endpointSearch, setEndpointSearch] = useState('');
  const [{ data }] = useQuery({
    query: ChoicesQuery,
    variables: { search: endpointSearch || null, mayReadEndpoints },
  });
  const endpoints = (data?.endpoints?.nodes ?? []).map(({ id, name, url }) => ({ id, label: name, hint: url }));
  return (
    <search className="filter-bar" aria-label="Filter deliveries">
      <Search value={view.search} onChange={search => onChange({ search })} />
      <ChoiceChip
        label="Status"
        choices={statuses}
        chosen={view.statuses}
        onChange={chosen => onChange({ statuses: chosen as DeliveryStatus[] })}
      />
      {mayReadEndpoints && (
        <ChoiceChip
          label="Endpoint"
          choices={endpoints}
          chosen={view.endpointIds}
          onChange={endpointIds => onChange({ endpointIds })}
          onSearch={setEndpointSearch}
        />
      )}
      <ChoiceChip
        label="Event"
        choices={withPrefixes(data?.eventTypes ?? [])}
        chosen={view.eventTypes}
        onChange={eventTypes => onChange({ eventTypes })}
      />
      <ChoiceChip
        label="Response"
        choices={responses}
        chosen={view.responses}
        onChange={chosen => onChange({ responses: chosen })}
      />
      <ChoiceChip
        label="Error"
        choices={errors}
        chosen={view.errorCodes}
        onChange={chosen => onChange({ errorCodes: chosen as AttemptErrorCode[] })}
      />
      <ChoiceChip
        label="Time"
        isSingle
        choices={times}
        chosen={view.time ? [view.time] : []}
        onChange={([time = '']) => onChange({ time })}
      />
      <ChoiceChip
        label="Tests"
        isSingle
        choices={tests}
        chosen={view.test ? [view.test] : []}
        onChange={([test = '']) => onChange({ test: test as View['test'] })}
      />
      {isFiltered(view) && (
        <Button tone="quiet" onPress={() => onChange({ ...readView(new URLSearchParams()), order: view.order })}>
          Clear all
        </Button>
      )}
      <SavedViews view={view} onChoose={onChange} />
    </search>
  );
}

/** Follows what is typed after a pause; the address does not change with each key. */
function Search({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text.trim()), searchPauseMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <SearchField className="search-field" aria-label="Search" value={text} onChange={setText} maxLength={256}>
      <Icon name="search" />
      <Input className="input" id="delivery-search" placeholder="Webhook, URL, event type or id" />
      <kbd>/</kbd>
    </SearchField>
  );
}

/** `order.*` before `order.created` and `order.paid`. */
function withPrefixes(types: readonly string[]) {
  const prefixes = types.flatMap(type => (type.includes('.') ? [`${type.split('.', 1)[0]}.*`] : []));
  return [...new Set([...prefixes, ...types])].sort().map(id => ({ id, label: id }));
}
