import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { TextInput } from '../../../components/text-input.tsx';
import { readLatency } from '../../../features/deliveries/filter/known-values.ts';
import { messages } from '../messages.ts';
import styles from './filter-forms.module.css';

/** A form for a range of latencies in milliseconds. An empty field means no limit. */
export function LatencyForm({ onApply }: { readonly onApply: (latency: string) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const latency = `${from}-${to}`;
  const isRange = readLatency(latency) !== null;
  return (
    <Form
      className={classNames(styles.form)}
      onSubmit={event => {
        event.preventDefault();
        if (isRange) onApply(latency);
      }}
    >
      <div className={styles.pair}>
        <TextInput
          label={messages.fromMs}
          placeholder="1000"
          value={from}
          onChange={setFrom}
          inputMode="numeric"
          maxLength={9}
        />
        <TextInput
          label={messages.toMs}
          placeholder="5000"
          value={to}
          onChange={setTo}
          inputMode="numeric"
          maxLength={9}
        />
        <Button type="submit" isDisabled={!isRange}>
          {messages.apply}
        </Button>
      </div>
      {latency !== '-' && !isRange && <p className={fieldStyles.hint}>{messages.latencyProblem}</p>}
    </Form>
  );
}
