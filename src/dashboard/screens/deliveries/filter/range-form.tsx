import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { TextInput } from '../../../components/text-input.tsx';
import styles from './filter-forms.module.css';

interface Side {
  readonly label: string;
  readonly placeholder: string;
}

export interface RangeFormProps {
  readonly from: Side;
  readonly to: Side;
  /** The greatest number of digits of a side. */
  readonly maxDigits: number;
  readonly submitLabel: string;
  /** Shown while the sides are no range. */
  readonly help: string;
  /** The range as the page's URL has it. Null: the sides are no range. */
  readonly readRange: (from: string, to: string) => string | null;
  readonly onSubmit: (range: string) => void;
}

/** Two numbers of which one may be empty. */
export function RangeForm({ from, to, maxDigits, submitLabel, help, readRange, onSubmit }: RangeFormProps) {
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const range = readRange(first, last);
  const input = { inputMode: 'numeric', maxLength: maxDigits } as const;
  return (
    <Form
      className={classNames(styles.form)}
      onSubmit={event => {
        event.preventDefault();
        if (range !== null) onSubmit(range);
      }}
    >
      <div className={styles.pair}>
        <TextInput {...from} {...input} value={first} onChange={setFirst} />
        <TextInput {...to} {...input} value={last} onChange={setLast} />
        <Button type="submit" isDisabled={range === null}>
          {submitLabel}
        </Button>
      </div>
      {range === null && first + last !== '' && <p className={fieldStyles.hint}>{help}</p>}
    </Form>
  );
}
