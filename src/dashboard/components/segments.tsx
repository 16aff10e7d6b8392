import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { classNames } from './class-names.ts';
import styles from './segments.module.css';

export interface SegmentsProps<Id extends string> {
  /** The accessible name of the choice. */
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly label: string }[];
  /** The chosen option. Null if none is chosen. */
  readonly value: Id | null;
  readonly onChange: (id: Id) => void;
}

/** A few options side by side, of which one can be chosen. */
export function Segments<Id extends string>({ label, options, value, onChange }: SegmentsProps<Id>) {
  return (
    <ToggleButtonGroup
      className={classNames(styles.segments)}
      aria-label={label}
      disallowEmptySelection
      selectedKeys={value === null ? [] : [value]}
      onSelectionChange={keys => {
        const [id] = keys as Set<Id>;
        if (id !== undefined) onChange(id);
      }}
    >
      {options.map(option => (
        <ToggleButton key={option.id} id={option.id} className={classNames(styles.segment)}>
          {option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
