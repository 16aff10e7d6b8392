import { lazy, Suspense, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { Segments } from '../../components/segments.tsx';
import { SeriesLegend } from '../../features/series/series-legend.tsx';
import { linkOfStep, readSteps, type Series } from '../../features/series/series-steps.ts';
import { loadChunk } from '../../load-chunk.ts';
import { SeriesTable } from './series-table.tsx';

const SeriesChart = lazy(() => loadChunk(() => import('../../features/series/series-chart.tsx')));
const forms = [
  { id: 'chart', label: 'Chart' },
  { id: 'table', label: 'Table' },
] as const;

export interface SeriesPanelProps {
  /** Null if it could not be computed. */
  readonly series: Series | null;
  readonly stepMs: number;
}

/** The deliveries of the range over time, as a chart or a table. */
export function SeriesPanel({ series, stepMs }: SeriesPanelProps) {
  const [, navigate] = useLocation();
  const [form, setForm] = useState<(typeof forms)[number]['id']>('chart');
  const steps = useMemo(() => readSteps(series ?? [], stepMs), [series, stepMs]);
  return (
    <section className="overview-panel" aria-label="Deliveries over time">
      <header className="overview-panel-head">
        <h2>Deliveries over time</h2>
        <SeriesLegend />
        <Segments label="Show as" options={forms} value={form} onChange={setForm} />
      </header>
      {series === null ? (
        <p className="overview-none">Couldn't load the deliveries over time. Retrying every 10 seconds.</p>
      ) : form === 'table' ? (
        <SeriesTable steps={steps} />
      ) : (
        <Suspense fallback={<div className="series-loading" role="status" aria-label="Loading" />}>
          <SeriesChart steps={steps} onPick={step => navigate(linkOfStep(step))} />
        </Suspense>
      )}
    </section>
  );
}
