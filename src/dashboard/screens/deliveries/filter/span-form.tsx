import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { TextInput } from '../../../components/text-input.tsx';
import { readSpan } from '../../../features/deliveries/filter/known-values.ts';
import { fromLocalMinute, toLocalMinute } from '../../../time/local-time.ts';
import { zoneName } from '../../../time/time-zone.ts';
import { wordsOfSpan } from './choices.ts';

export interface SpanFormProps {
  /** As in the address. */
  readonly time: string;
  readonly onChange: (time: string) => void;
}

/** A span of time in the chosen time zone; an empty side is open. */
export function SpanForm({ time, onChange }: SpanFormProps) {
  const given = readSpan(time);
  const [from, setFrom] = useState(toLocalMinute(given?.from));
  const [to, setTo] = useState(toLocalMinute(given?.to));
  const span = `${fromLocalMinute(from, given?.from)}/${fromLocalMinute(to, given?.to)}`;
  const isSpan = readSpan(span) !== null;
  return (
    <Form
      className="chip-form"
      onSubmit={event => {
        event.preventDefault();
        if (isSpan) onChange(span);
      }}
    >
      <TextInput type="datetime-local" label="From" value={from} onChange={setFrom} />
      <TextInput type="datetime-local" label="To" value={to} onChange={setTo} />
      <p className="field-hint">
        {isSpan ? wordsOfSpan(span) : from && to ? 'End must be after start.' : `Times are in ${zoneName()}.`}
      </p>
      <Button type="submit" isDisabled={!isSpan}>
        Apply
      </Button>
    </Form>
  );
}
