import { useState } from 'react';
import {
  Button as AriaButton,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Tag,
  TagGroup,
  TagList,
  Text,
} from 'react-aria-components';
import { useQuery } from 'urql';
import type { Settings } from '../../../api/settings.ts';
import { Icon } from '../../../components/icons.tsx';
import { graphql } from '../../../generated/gql.ts';
import { session } from '../../../session/session.ts';
import { checkEventPattern } from './check-draft.ts';

const KnownTypesQuery = graphql(/* GraphQL */ `
  query KnownEventTypes { eventTypes }
`);

export interface EventTypesFieldProps {
  readonly settings: Settings;
  readonly types: readonly string[];
  readonly onChange: (types: string[]) => void;
  readonly problem: string | null;
}

/** Which event types an endpoint gets: known ones and their prefixes are suggested, and any other may be typed. */
export function EventTypesField({ settings, types, onChange, problem }: EventTypesFieldProps) {
  const [text, setText] = useState('');
  const [typedProblem, setTypedProblem] = useState<string | null>(null);
  // Types are the whole tenant's, and a customer in the portal sees a part of it.
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
    <div className="event-types-field">
      {types.length > 0 ? (
        <TagGroup aria-label="Chosen event types" onRemove={keys => onChange(types.filter(type => !keys.has(type)))}>
          <TagList className="tags">
            {types.map(type => (
              <Tag key={type} id={type} className="tag" textValue={type}>
                <span className="truncate">{type}</span>
                <AriaButton slot="remove" className="tag-remove" aria-label={`Remove ${type}`}>
                  <Icon name="close" />
                </AriaButton>
              </Tag>
            ))}
          </TagList>
        </TagGroup>
      ) : (
        <p className="muted">All events, except Livehook's operational events (livehook.*).</p>
      )}
      <div
        onKeyDownCapture={event => {
          const isInList = event.target instanceof Element && event.target.hasAttribute('aria-activedescendant');
          if (!(event.key === ',' || (event.key === 'Enter' && !isInList)) || text.trim() === '') return;
          event.preventDefault();
          event.stopPropagation();
          add(text);
        }}
      >
        <ComboBox
          className="field"
          allowsCustomValue
          allowsEmptyCollection={false}
          menuTrigger="focus"
          inputValue={text}
          onInputChange={next => {
            setText(next);
            setTypedProblem(null);
          }}
          value={null}
          onChange={key => key !== null && add(String(key))}
          onBlur={() => text.trim() !== '' && add(text)}
          isInvalid={shownProblem !== null}
        >
          <Label>Add an event type</Label>
          <Input className="input" name="input.eventTypes" placeholder="order.created, or order.*" spellCheck="false" />
          <Text slot="description" className="field-hint">
            Exact type or prefix such as order.*. Press Enter to add.
          </Text>
          <FieldError className="field-problem">{shownProblem}</FieldError>
          <Popover className="popover">
            <ListBox className="menu">
              {suggestions.map(id => (
                <ListBoxItem key={id} id={id} className="menu-item" textValue={id}>
                  {id}
                </ListBoxItem>
              ))}
            </ListBox>
          </Popover>
        </ComboBox>
      </div>
    </div>
  );
}

/** `order.*` before `order.created` and `order.paid`. */
function suggestPatterns(types: readonly string[]): string[] {
  const prefixes = types.flatMap(type => {
    const words = type.replace(/\.\*$/, '').split('.');
    return words.slice(0, -1).map((_, index) => `${words.slice(0, index + 1).join('.')}.*`);
  });
  return [...new Set([...prefixes, ...types])].sort();
}
