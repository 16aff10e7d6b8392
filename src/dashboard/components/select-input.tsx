import { useId } from 'react';

export interface SelectInputProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  /** What is wrong with it now; null: nothing. */
  readonly problem?: string | null;
}

/** A labelled choice of one of a few: the browser's own, which every keyboard and telephone knows. */
export function SelectInput({ label, value, options, onChange, problem = null }: SelectInputProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
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
        <span id={`${id}-problem`} className="field-problem">
          {problem}
        </span>
      )}
    </div>
  );
}
