import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { Icon } from '../../../components/icons.tsx';
import type { DetailAttempt } from './detail-documents.ts';
import { outcomeOf } from './outcome.ts';

export interface AttemptSelectProps {
  readonly label: string;
  readonly attempts: readonly DetailAttempt[];
  /** Its number. */
  readonly value: number;
  readonly onChange: (number: number) => void;
}

/** Chooses one of the attempts by number and outcome. */
export function AttemptSelect({ label, attempts, value, onChange }: AttemptSelectProps) {
  return (
    <Select aria-label={label} value={value} onChange={key => onChange(Number(key))}>
      <Button className="input select-button">
        <SelectValue className="truncate" />
        <Icon name="chevronDown" />
      </Button>
      <Popover className="popover">
        <ListBox className="menu">
          {attempts.map(attempt => (
            <ListBoxItem
              key={attempt.number}
              id={attempt.number}
              className="menu-item"
              textValue={`#${attempt.number} ${outcomeOf(attempt)}`}
            >
              #{attempt.number} {outcomeOf(attempt)}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
