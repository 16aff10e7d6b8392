import { useMemo, useState } from 'react';
import Plot from '../../components/plot.tsx';
import { formatCount, formatShare } from '../../intl.ts';
import { useStore } from '../../store.ts';
import { formatLatency } from '../../time/format-time.ts';
import { zoneChoice } from '../../time/time-zone.ts';
import { messages } from './messages.ts';
import styles from './series.module.css';
import { makeBarOptions, makeLatencyOptions, makeRateOptions } from './series-options.ts';
import { countStep, formatStep, type SeriesStep } from './series-steps.ts';

const barsHeight = 190;
const rateHeight = 72;
const latencyHeight = 96;

export interface SeriesChartProps {
  readonly steps: readonly SeriesStep[];
  readonly onPick: (step: SeriesStep) => void;
}

/**
 * Charts of the deliveries, the success rate of attempts and the latency in each step of a time range. The values of
 * the step under the pointer are shown.
 */
export default function SeriesChart({ steps, onPick }: SeriesChartProps) {
  const [point, setPoint] = useState<{ readonly index: number; readonly left: number } | null>(null);
  const zone = useStore(zoneChoice);
  const rows = useMemo(() => readRows(steps), [steps]);
  const pick = (index: number) => {
    const step = steps[index];
    if (step) onPick(step);
  };
  const pointed = point && steps[point.index];
  return (
    <div className={styles.chart} key={zone}>
      <Plot
        data={rows.counts}
        height={barsHeight}
        label={messages.deliveriesChart}
        makeOptions={makeBarOptions}
        onPoint={setPoint}
        onPick={pick}
      />
      <Plot
        data={rows.rates}
        height={rateHeight}
        label={messages.rateChart}
        makeOptions={makeRateOptions}
        onPick={pick}
      />
      <Plot
        data={rows.latencies}
        height={latencyHeight}
        label={messages.latencyChart}
        makeOptions={makeLatencyOptions}
        onPick={pick}
      />
      {pointed && (
        <div className={styles.hint} style={{ left: `clamp(90px, ${point.left}px, calc(100% - 90px))` }}>
          <strong>{formatStep(pointed)}</strong>
          <span>{messages.succeeded(formatCount(pointed.succeeded))}</span>
          <span>{messages.failed(formatCount(pointed.failed))}</span>
          <span>{messages.retrying(formatCount(pointed.retrying))}</span>
          {pointed.pending > 0 && <span>{messages.pending(formatCount(pointed.pending))}</span>}
          <span>{messages.ofAttemptsSucceeded(formatShare(pointed.rate))}</span>
          {pointed.latency && (
            <span>{messages.p50P95(formatLatency(pointed.latency.p50), formatLatency(pointed.latency.p95))}</span>
          )}
        </div>
      )}
    </div>
  );
}

type Row = (number | null)[];

function readRows(steps: readonly SeriesStep[]) {
  const x = steps.map(({ startsAtMs }) => startsAtMs / 1_000);
  // The scale is logarithmic and cannot show 0, so latencies below 1 ms are drawn as 1 ms.
  const latencies = (of: 'p50' | 'p95'): Row => steps.map(({ latency }) => latency && Math.max(1, latency[of]));
  return {
    counts: [
      x,
      steps.map(countStep),
      steps.map(({ succeeded, failed, retrying }) => succeeded + failed + retrying),
      steps.map(({ succeeded, failed }) => succeeded + failed),
      steps.map(({ succeeded }) => succeeded),
    ] as [number[], number[], number[], number[], number[]],
    rates: [x, steps.map(({ rate }) => (rate === null ? null : Math.round(rate * 10_000) / 100))] as [number[], Row],
    latencies: [x, latencies('p50'), latencies('p95')] as [number[], Row, Row],
  };
}
