import { Link } from 'wouter';
import { formatStep, linkOfStep, type SeriesStep } from '../../features/series/series-steps.ts';
import { formatCount, formatShare } from '../../intl.ts';
import { formatLatency } from '../../time/format-time.ts';
import { messages } from './messages.ts';
import styles from './overview.module.css';

/** The values of the chart as a table, newest first. The numbers link to their deliveries. */
export function SeriesTable({ steps }: { readonly steps: readonly SeriesStep[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={styles.scroll} aria-label={messages.seriesTableLabel} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{messages.created}</th>
            <th scope="col">{messages.succeeded}</th>
            <th scope="col">{messages.failed}</th>
            <th scope="col">{messages.retrying}</th>
            <th scope="col">{messages.failedAttempts}</th>
            <th scope="col">{messages.attemptSuccess}</th>
            <th scope="col">{messages.p50}</th>
            <th scope="col">{messages.p95}</th>
          </tr>
        </thead>
        <tbody>
          {steps.toReversed().map(step => (
            <tr key={step.startsAtMs}>
              <th scope="row">{formatStep(step)}</th>
              <td>
                <Link href={linkOfStep(step, ['SUCCEEDED'])}>{formatCount(step.succeeded)}</Link>
              </td>
              <td>
                <Link href={linkOfStep(step, ['FAILED'])}>{formatCount(step.failed)}</Link>
              </td>
              <td>
                <Link href={linkOfStep(step, ['RETRYING'])}>{formatCount(step.retrying)}</Link>
              </td>
              <td>{formatCount(step.attemptsFailed)}</td>
              <td>{formatShare(step.rate)}</td>
              <td>{formatLatency(step.latency?.p50)}</td>
              <td>{formatLatency(step.latency?.p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
