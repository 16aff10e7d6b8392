import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from 'react-aria-components';
import { classNames } from './class-names.ts';
import styles from './field.module.css';

export interface TextInputProps extends Omit<TextFieldProps, 'className' | 'children' | 'maxLength'> {
  /** In characters. Undefined until the settings of the server are read. */
  readonly maxLength?: number | undefined;
  readonly label: string;
  readonly placeholder?: string;
  /** Explains the field and its unit. */
  readonly hint?: string;
  /** Why the value is invalid. Null if it is valid. */
  readonly problem?: string | null;
  /** More than one line. Default: one. */
  readonly rows?: number;
}

/** A labelled text field that says what is wrong with its value. */
export function TextInput({ label, placeholder, hint, problem = null, rows, maxLength, ...props }: TextInputProps) {
  const input = { className: 'input', ...(placeholder && { placeholder }) };
  return (
    <TextField
      {...props}
      {...(maxLength !== undefined && { maxLength })}
      className={classNames(styles.field)}
      isInvalid={problem !== null}
    >
      <Label>{label}</Label>
      {rows ? <TextArea {...input} rows={rows} /> : <Input {...input} />}
      {hint && (
        <Text slot="description" className={classNames(styles.hint)}>
          {hint}
        </Text>
      )}
      <FieldError className={classNames(styles.problem)}>{problem}</FieldError>
    </TextField>
  );
}
