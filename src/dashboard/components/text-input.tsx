import { useId } from 'react';
import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from 'react-aria-components';
import { classNames } from './class-names.ts';
import styles from './field.module.css';

export interface TextInputProps extends Omit<TextFieldProps, 'className' | 'children' | 'maxLength'> {
  /** The maximum number of characters. Undefined until the settings of the server are loaded. */
  readonly maxLength?: number | undefined;
  readonly label: string;
  readonly placeholder?: string;
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
  const { label, placeholder, hint, problem = null, rows, suggestions, maxLength, ...props } = given;
  const listId = useId();
  const input = { className: classNames(styles.input), ...(placeholder && { placeholder }) };
  return (
    <TextField
      {...props}
      {...(maxLength !== undefined && { maxLength })}
      className={classNames(styles.field)}
      isInvalid={problem !== null}
    >
      <Label>{label}</Label>
      {rows ? <TextArea {...input} rows={rows} /> : <Input {...input} {...(suggestions && { list: listId })} />}
      {suggestions && (
        <datalist id={listId}>
          {suggestions.map(value => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
      {hint && (
        <Text slot="description" className={classNames(styles.hint)}>
          {hint}
        </Text>
      )}
      <FieldError className={classNames(styles.problem)}>{problem}</FieldError>
    </TextField>
  );
}
