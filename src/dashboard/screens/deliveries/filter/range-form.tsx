import { useState } from 'react';
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
  /** The largest number of digits in each of the two fields. */
  readonly maxDigits: number;
  readonly submitLabel: string;
  /** Shown while the typed numbers are no valid range. */
  readonly help: string;
  /** Converts the typed numbers to a range in the form that it has in the page URL. Null if they are no valid range. */
  readonly readRange: (from: string, to: string) => string | null;
  readonly onSubmit: (range: string) => void;
}

/** A form for a range with a field for each of its two ends. One field may be empty. */
export function RangeForm({ from, to, maxDigits, submitLabel, help, readRange, onSubmit }: RangeFormProps) {
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const range = readRange(first, last);
  const input = { inputMode: 'numeric', maxLength: maxDigits } as const;
  return (
    <form
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
    </form>
  );
}
