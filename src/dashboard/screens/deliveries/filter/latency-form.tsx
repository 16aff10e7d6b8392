import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { readLatency } from '../../../features/deliveries/filter/known-values.ts';

/** A range of latencies in milliseconds; an empty side is open. */
export function LatencyForm({ onApply }: { readonly onApply: (latency: string) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const latency = `${from}-${to}`;
  const isRange = readLatency(latency) !== null;
  return (
    <Form
      className="chip-form"
      onSubmit={event => {
        event.preventDefault();
        if (isRange) onApply(latency);
      }}
    >
      <div className="chip-pair">
        <TextInput
          label="From (ms)"
          placeholder="1000"
          value={from}
          onChange={setFrom}
          inputMode="numeric"
          maxLength={9}
        />
        <TextInput label="To (ms)" placeholder="5000" value={to} onChange={setTo} inputMode="numeric" maxLength={9} />
        <Button type="submit" isDisabled={!isRange}>
          Apply
        </Button>
      </div>
      {latency !== '-' && !isRange && <p className="field-hint">Enter whole milliseconds, the lower number first.</p>}
    </Form>
  );
}
