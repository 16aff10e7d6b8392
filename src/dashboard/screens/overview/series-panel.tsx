import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { classNames } from '../../components/class-names.ts';
import pageStyles from '../../components/page.module.css';
import { Segments } from '../../components/segments.tsx';
import { LazySeriesChart } from '../../features/series/lazy-series-chart.tsx';
import { SeriesLegend } from '../../features/series/series-legend.tsx';
import { linkOfStep, readSteps, type Series } from '../../features/series/series-steps.ts';
import { messages } from './messages.ts';
import styles from './overview.module.css';
import { SeriesTable } from './series-table.tsx';

const forms = [
  { id: 'chart', label: messages.chart },
  { id: 'table', label: messages.table },
] as const;

export interface SeriesPanelProps {
  /** The counts and latencies of each step. Null if the server could not compute them. */
  readonly series: Series | null;
  readonly stepMs: number;
}

/** The deliveries in each step of the time range, as a chart or a table. */
export function SeriesPanel({ series, stepMs }: SeriesPanelProps) {
  const [, navigate] = useLocation();
  const [form, setForm] = useState<(typeof forms)[number]['id']>('chart');
  const steps = useMemo(() => readSteps(series ?? [], stepMs), [series, stepMs]);
  return (
    <section className={classNames(pageStyles.surface, styles.panel)} aria-label={messages.deliveriesOverTime}>
      <header className={styles.panelHead}>
        <h2>{messages.deliveriesOverTime}</h2>
        <SeriesLegend />
        <Segments label={messages.showAs} options={forms} value={form} onChange={setForm} />
      </header>
      {series === null ? (
        <p className={styles.none}>{messages.couldntLoadSeries}</p>
      ) : form === 'table' ? (
        <SeriesTable steps={steps} />
      ) : (
        <LazySeriesChart steps={steps} onPick={step => navigate(linkOfStep(step))} />
      )}
    </section>
  );
}
