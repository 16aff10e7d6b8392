import { useState } from 'react';
import { useQuery } from 'urql';
import { describeError } from '../../api/outcome.ts';
import { useSettings } from '../../api/settings.ts';
import { SearchInput } from '../../components/search-input.tsx';
import { Checklist } from './checklist.tsx';
import { EndpointOptionsQuery } from './keys-documents.ts';
import { messages } from './messages.ts';

export interface EndpointChoiceProps {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

/**
 * A checklist of the newest 50 endpoints that match the search. Chosen endpoints stay chosen when the search changes.
 */
export function EndpointChoice({ chosen, onChange }: EndpointChoiceProps) {
  const { settings } = useSettings();
  const [search, setSearch] = useState('');
  const [{ data, error }] = useQuery({ query: EndpointOptionsQuery, variables: { search: search || null } });
  const nothing = search ? messages.noMatches : messages.noEndpointsYet;
  return (
    <Checklist
      label={chosen.length > 0 ? messages.endpointsChosen(chosen.length) : messages.endpoints}
      options={(data?.endpoints.nodes ?? []).map(({ id, name, url }) => ({ id, label: name, hint: url }))}
      chosen={chosen}
      onChange={onChange}
      problem={error ? describeError(error) : null}
      empty={data && <p className="muted">{nothing}</p>}
    >
      <SearchInput
        isFullWidth
        id="endpoint-option-search"
        placeholder={messages.nameOrUrl}
        value={search}
        maxLength={settings?.maxSearchLength}
        onChange={setSearch}
      />
    </Checklist>
  );
}
