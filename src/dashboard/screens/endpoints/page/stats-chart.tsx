import { useMemo, useState } from 'react';
import Plot from '../../../components/plot.tsx';
import { formatCount, formatShare } from '../../overview/number-text.ts';
import { makeBarOptions } from '../../overview/series-options.ts';
import { formatStep, type SeriesStep } from '../../overview/series-steps.ts';

const chartHeight = 170;

export interface StatsChartProps {
  readonly steps: readonly SeriesStep[];
  /** The whole of it in a sentence. */
  readonly label: string;
  readonly onPick: (step: SeriesStep) => void;
}

/** What became of the deliveries of each step; the one under the pointer tells its figures. */
export default function StatsChart({ steps, label, onPick }: StatsChartProps) {
  const [point, setPoint] = useState<{ readonly index: number; readonly left: number } | null>(null);
  const rows = useMemo(
    () =>
      [
        steps.map(({ startsAtMs }) => startsAtMs / 1_000),
        steps.map(({ succeeded, failed }) => succeeded + failed),
        steps.map(({ succeeded }) => succeeded),
      ] as [number[], number[], number[]],
    [steps],
  );
  const pick = (index: number) => {
    const step = steps[index];
    if (step) onPick(step);
  };
  const pointed = point && steps[point.index];
  return (
    <div className="stats-chart">
      <Plot
        data={rows}
        height={chartHeight}
        label={label}
        makeOptions={makeBarOptions}
        onPoint={setPoint}
        onPick={pick}
      />
      {pointed && (
        <div className="stats-hint" style={{ left: `clamp(90px, ${point.left}px, calc(100% - 90px))` }}>
          <strong>{formatStep(pointed)}</strong>
          <span>{formatCount(pointed.succeeded)} succeeded</span>
          <span>{formatCount(pointed.failed)} failed</span>
          <span>{formatShare(pointed.rate)}</span>
        </div>
      )}
    </div>
  );
}
