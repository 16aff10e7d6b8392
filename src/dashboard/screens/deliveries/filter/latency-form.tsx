import { readLatency } from '../../../features/deliveries/filter/known-values.ts';
import { messages } from '../messages.ts';
import { RangeForm } from './range-form.tsx';

/** A form for a range of latencies in milliseconds. An empty field means no limit. */
export function LatencyForm({ onApply }: { readonly onApply: (latency: string) => void }) {
  return (
    <RangeForm
      from={{ label: messages.fromMs, placeholder: '1000' }}
      to={{ label: messages.toMs, placeholder: '5000' }}
      maxDigits={9}
      submitLabel={messages.apply}
      help={messages.latencyProblem}
      readRange={(from, to) => (readLatency(`${from}-${to}`) ? `${from}-${to}` : null)}
      onSubmit={onApply}
    />
  );
}
