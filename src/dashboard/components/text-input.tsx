import { type HTMLInputTypeAttribute, type InputHTMLAttributes, type KeyboardEvent, useId } from 'react';
import styles from './field.module.css';

type Attributes = InputHTMLAttributes<HTMLInputElement> & { readonly type?: HTMLInputTypeAttribute };

export interface TextInputProps
  extends Pick<
    Attributes,
    'autoComplete' | 'autoFocus' | 'inputMode' | 'name' | 'placeholder' | 'spellCheck' | 'type'
  > {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The maximum number of characters. Undefined until the settings of the server are loaded. */
  readonly maxLength?: number | undefined;
  readonly onBlur?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly isDisabled?: boolean;
  readonly isRequired?: boolean;
  /** Explains the field and its unit. */
  readonly hint?: string;
  /** Why the value is invalid. Null if it is valid. */
  readonly problem?: string | null;
  /** The number of visible lines. Default: a field of one line. */
  readonly rows?: number;
  /** Values that the browser suggests. */
  readonly suggestions?: readonly string[];
}

/** A text field with a label, which shows the problem of its value. */
export function TextInput(given: TextInputProps) {
  const { label, hint, problem = null, rows, suggestions, type = 'text', onChange, ...rest } = given;
  const { isDisabled = false, isRequired = false, ...attributes } = rest;
  const id = useId();
  const described = [hint && `${id}-hint`, problem !== null && `${id}-problem`].filter(Boolean);
  const input = {
    ...attributes,
    id,
    className: styles.input,
    disabled: isDisabled,
    required: isRequired,
    'aria-invalid': problem !== null || undefined,
    'aria-describedby': described.join(' ') || undefined,
    onChange: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {rows ? (
        <textarea {...input} rows={rows} />
      ) : (
        <input {...input} type={type} list={suggestions && `${id}-suggestions`} />
      )}
      {suggestions && (
        <datalist id={`${id}-suggestions`}>
          {suggestions.map(value => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
      {hint && (
        <span id={`${id}-hint`} className={styles.hint}>
          {hint}
        </span>
      )}
      {problem !== null && (
        <span id={`${id}-problem`} className={styles.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
