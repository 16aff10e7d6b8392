import { useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { TextInput } from '../../../components/text-input.tsx';
import { readSpan } from '../../../features/deliveries/filter/known-values.ts';
import { fromLocalMinute, toLocalMinute } from '../../../time/local-time.ts';
import { zoneName } from '../../../time/time-zone.ts';
import { messages } from '../messages.ts';
import { wordsOfSpan } from './choices.ts';
import styles from './filter-forms.module.css';

export interface SpanFormProps {
  /** The time filter in the form that it has in the page URL. */
  readonly time: string;
  readonly onChange: (time: string) => void;
}

/** A form for a time range in the chosen time zone. An empty field means no limit. */
export function SpanForm({ time, onChange }: SpanFormProps) {
  const given = readSpan(time);
  const [from, setFrom] = useState(toLocalMinute(given?.from));
  const [to, setTo] = useState(toLocalMinute(given?.to));
  const span = `${fromLocalMinute(from, given?.from)}/${fromLocalMinute(to, given?.to)}`;
  const isSpan = readSpan(span) !== null;
  return (
    <form
      className={classNames(styles.form)}
      onSubmit={event => {
        event.preventDefault();
        if (isSpan) onChange(span);
      }}
    >
      <TextInput type="datetime-local" label={messages.from} value={from} onChange={setFrom} />
      <TextInput type="datetime-local" label={messages.to} value={to} onChange={setTo} />
      <p className={fieldStyles.hint}>
        {isSpan ? wordsOfSpan(span) : from && to ? messages.endMustBeAfterStart : messages.timesAreIn(zoneName())}
      </p>
      <Button type="submit" isDisabled={!isSpan}>
        {messages.apply}
      </Button>
    </form>
  );
}
