import { Button, ListBox, ListBoxItem, Select, SelectValue } from 'react-aria-components';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { Icon } from '../../../components/icons.tsx';
import menuStyles from '../../../components/menu.module.css';
import { Popover } from '../../../components/popover.tsx';
import styles from './attempt-select.module.css';
import type { DetailAttempt } from './detail-documents.ts';
import { outcomeOf } from './outcome.ts';

export interface AttemptSelectProps {
  readonly label: string;
  readonly attempts: readonly DetailAttempt[];
  /** The number of the chosen attempt. */
  readonly value: number;
  readonly onChange: (number: number) => void;
}

/** A select element with the attempts of a delivery by number and outcome. */
export function AttemptSelect({ label, attempts, value, onChange }: AttemptSelectProps) {
  return (
    <Select aria-label={label} value={value} onChange={key => onChange(Number(key))}>
      <Button className={classNames(fieldStyles.input, styles.button)}>
        <SelectValue className="truncate" />
        <Icon name="chevronDown" />
      </Button>
      <Popover>
        <ListBox className={classNames(menuStyles.menu)}>
          {attempts.map(attempt => (
            <ListBoxItem
              key={attempt.number}
              id={attempt.number}
              className={classNames(menuStyles.item)}
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
