import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { TextInput } from '../../../components/text-input.tsx';
import { readResponses } from '../../../features/deliveries/filter/known-values.ts';
import { messages } from '../messages.ts';
import styles from './filter-forms.module.css';

/**
 * A form that adds a range of status codes that is not in the list of choices. If only one field is filled in, the
 * range is that single code.
 */
export function ResponseForm({ onAdd }: { readonly onAdd: (range: string) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const range = [from, to].filter(side => side !== '').join('-');
  const isRange = readResponses(range) !== null;
  return (
    <Form
      className={classNames(styles.form)}
      onSubmit={event => {
        event.preventDefault();
        if (isRange) onAdd(range);
      }}
    >
      <div className={styles.pair}>
        <TextInput
          label={messages.from}
          placeholder="400"
          value={from}
          onChange={setFrom}
          inputMode="numeric"
          maxLength={3}
        />
        <TextInput
          label={messages.to}
          placeholder="417"
          value={to}
          onChange={setTo}
          inputMode="numeric"
          maxLength={3}
        />
        <Button type="submit" isDisabled={!isRange}>
          {messages.add}
        </Button>
      </div>
      {range !== '' && !isRange && <p className={fieldStyles.hint}>{messages.statusCodesProblem}</p>}
    </Form>
  );
}
