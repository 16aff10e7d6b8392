import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import Plot from '../../components/plot.tsx';
import { formatCount, formatShare } from './number-text.ts';
import { makeBarOptions, makeRateOptions } from './series-options.ts';
import { formatStep, linkOfStep, type SeriesStep } from './series-steps.ts';

const barsHeight = 190;
const rateHeight = 72;

/** Deliveries and the success rate over time; a step under the pointer tells its figures, and leads to its deliveries. */
export default function SeriesChart({ steps }: { readonly steps: readonly SeriesStep[] }) {
  const [, navigate] = useLocation();
  const [point, setPoint] = useState<{ readonly index: number; readonly left: number } | null>(null);
  const bars = useMemo(() => {
    const x = steps.map(({ startsAtMs }) => startsAtMs / 1_000);
    const sums = steps.map(({ succeeded, failed }) => succeeded + failed);
    return [x, sums, steps.map(({ succeeded }) => succeeded)] as [number[], number[], number[]];
  }, [steps]);
  const rates = useMemo(() => {
    const shares = steps.map(({ rate }) => (rate === null ? null : Math.round(rate * 10_000) / 100));
    return [bars[0], shares] as [number[], (number | null)[]];
  }, [bars, steps]);
  const pick = (index: number) => {
    const step = steps[index];
    if (step) navigate(linkOfStep(step));
  };
  const pointed = point && steps[point.index];
  const asTable = 'The same figures stand in the table.';
  return (
    <div className="overview-chart">
      <Plot
        data={bars}
        height={barsHeight}
        label={`Deliveries over time, succeeded and failed. ${asTable}`}
        makeOptions={makeBarOptions}
        onPoint={setPoint}
        onPick={pick}
      />
      <Plot
        data={rates}
        height={rateHeight}
        label={`Success rate over time. ${asTable}`}
        makeOptions={makeRateOptions}
        onPick={pick}
      />
      {pointed && (
        <div className="overview-hint" style={{ left: `clamp(90px, ${point.left}px, calc(100% - 90px))` }}>
          <strong>{formatStep(pointed)}</strong>
          <span>{formatCount(pointed.succeeded)} succeeded</span>
          <span>{formatCount(pointed.failed)} failed</span>
          <span>{formatShare(pointed.rate)}</span>
        </div>
      )}
    </div>
  );
}
