import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { readResponses } from '../../../features/deliveries/filter/known-values.ts';

/** A range of response codes that is none of the usual ones; one side alone is one code. */
export function ResponseForm({ onAdd }: { readonly onAdd: (range: string) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const range = [from, to].filter(side => side !== '').join('-');
  const isRange = readResponses(range) !== null;
  return (
    <Form
      className="chip-form"
      onSubmit={event => {
        event.preventDefault();
        if (isRange) onAdd(range);
      }}
    >
      <div className="chip-pair">
        <TextInput label="From" placeholder="400" value={from} onChange={setFrom} inputMode="numeric" maxLength={3} />
        <TextInput label="To" placeholder="417" value={to} onChange={setTo} inputMode="numeric" maxLength={3} />
        <Button type="submit" isDisabled={!isRange}>
          Add
        </Button>
      </div>
      {range !== '' && !isRange && <p className="field-hint">Codes of three digits, the lower one first.</p>}
    </Form>
  );
}
