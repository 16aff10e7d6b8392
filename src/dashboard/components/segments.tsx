import { useId } from 'react';
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
  const name = useId();
  return (
    <div className={styles.segments} role="radiogroup" aria-label={label}>
      {options.map(option => (
        <label key={option.id} className={styles.segment}>
          <input type="radio" name={name} checked={option.id === value} onChange={() => onChange(option.id)} />
          {option.label}
        </label>
      ))}
    </div>
  );
}
