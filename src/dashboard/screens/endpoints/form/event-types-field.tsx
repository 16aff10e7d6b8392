import { useState } from 'react';
import { useQuery } from 'urql';
import type { Settings } from '../../../api/settings.ts';
import { PlainButton } from '../../../components/button.tsx';
import { Icon } from '../../../components/icons.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { graphql } from '../../../generated/gql.ts';
import { session } from '../../../session/session.ts';
import { messages } from '../messages.ts';
import { checkEventPattern } from './check-draft.ts';
import styles from './endpoint-form.module.css';

const KnownTypesQuery = graphql(/* GraphQL */ `
  query KnownEventTypes { eventTypes }
`);

export interface EventTypesFieldProps {
  readonly settings: Settings;
  readonly types: readonly string[];
  readonly onChange: (types: string[]) => void;
  readonly problem: string | null;
}

/** The field for the event types of an endpoint. It suggests known types and their prefixes, and accepts any other. */
export function EventTypesField({ settings, types, onChange, problem }: EventTypesFieldProps) {
  const [text, setText] = useState('');
  const [typedProblem, setTypedProblem] = useState<string | null>(null);
  // Portal customers get no suggestions, because they may not see all event types of the tenant.
  const [{ data }] = useQuery({ query: KnownTypesQuery, pause: session.get()?.kind === 'portal' });
  const suggestions = suggestPatterns(data?.eventTypes ?? []).filter(id => !types.includes(id));
  const add = (entry: string) => {
    const patterns = entry.split(/[\s,]+/).filter(Boolean);
    const wrong = patterns.map(pattern => checkEventPattern(pattern, settings)).find(found => found !== null) ?? null;
    setTypedProblem(wrong);
    if (wrong !== null || patterns.length === 0) return;
    setText('');
    onChange([...new Set([...types, ...patterns])]);
  };
  const shownProblem = typedProblem ?? problem;
  return (
    <div className={styles.eventTypesField}>
      {types.length > 0 ? (
        <ul className={styles.tags} aria-label={messages.chosenEventTypes}>
          {types.map(type => (
            <li key={type} className={styles.tag}>
              <span className="truncate">{type}</span>
              <PlainButton
                className={styles.tagRemove}
                aria-label={messages.removeEventType(type)}
                onPress={() => onChange(types.filter(each => each !== type))}
              >
                <Icon name="close" />
              </PlainButton>
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">{messages.noEventTypesChosen}</p>
      )}
      <TextInput
        label={messages.addAnEventType}
        name="input.eventTypes"
        placeholder={messages.eventTypeExample}
        hint={messages.eventTypeHint}
        suggestions={suggestions}
        spellCheck="false"
        autoComplete="off"
        value={text}
        onChange={next => {
          setText(next);
          setTypedProblem(null);
        }}
        onKeyDown={event => {
          if ((event.key !== ',' && event.key !== 'Enter') || text.trim() === '') return;
          event.preventDefault();
          add(text);
        }}
        onBlur={() => text.trim() !== '' && add(text)}
        problem={shownProblem}
      />
    </div>
  );
}

/** Adds prefixes to event types: `order.*` before `order.created` and `order.paid`. */
function suggestPatterns(types: readonly string[]): string[] {
  const prefixes = types.flatMap(type => {
    const words = type.replace(/\.\*$/, '').split('.');
    return words.slice(0, -1).map((_, index) => `${words.slice(0, index + 1).join('.')}.*`);
  });
  return [...new Set([...prefixes, ...types])].sort();
}
