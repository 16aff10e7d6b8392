import { onDemand } from '../../on-demand.tsx';
import { messages } from './messages.ts';
import styles from './series.module.css';

/** The charts of `SeriesChart`, whose script contains a chart library. */
export const LazySeriesChart = onDemand(
  () => import('./series-chart.tsx'),
  () => <div className={styles.loading} role="status" aria-label={messages.loading} />,
);
