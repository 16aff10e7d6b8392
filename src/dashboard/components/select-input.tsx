import { useId } from 'react';
import styles from './field.module.css';

export interface SelectInputProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  /** Why the value is invalid. Null if it is valid. */
  readonly problem?: string | null;
}

/** A native select element with a label. */
export function SelectInput({ label, value, options, onChange, problem = null }: SelectInputProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className={styles.input}
        value={value}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={event => onChange(event.target.value)}
      >
        {options.map(option => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
      {problem !== null && (
        <span id={`${id}-problem`} className={styles.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
