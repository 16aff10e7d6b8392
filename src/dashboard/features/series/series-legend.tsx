import './series.css';
import { zoneName } from '../../time/time-zone.ts';

/** The lines and bars of a chart, by their colours. */
export function SeriesLegend() {
  return (
    <p className="series-legend" aria-hidden="true">
      <span className="series-key series-key-succeeded" /> Succeeded
      <span className="series-key series-key-failed" /> Failed
      <span className="series-key series-key-retrying" /> Retrying
      <span className="series-key series-key-pending" /> Pending
      <span className="series-key series-key-line" /> Attempt success
      <span className="series-key series-key-line series-key-p50" /> p50
      <span className="series-key series-key-line series-key-p95" /> p95
      <span className="series-zone">Times in {zoneName()}</span>
    </p>
  );
}
