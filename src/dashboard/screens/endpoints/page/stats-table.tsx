import { Link } from 'wouter';
import { formatStep, type SeriesStep } from '../../../features/series/series-steps.ts';
import type { DeliveryStatus } from '../../../generated/graphql.ts';
import { formatCount } from '../../../intl.ts';
import { formatLatency } from '../../../time/format-time.ts';
import { messages } from '../messages.ts';
import styles from './stats.module.css';

export interface StatsTableProps {
  readonly steps: readonly SeriesStep[];
  /** Returns the URL of the delivery log with the deliveries of a step in these statuses. */
  readonly linkOf: (step: SeriesStep, statuses: readonly DeliveryStatus[]) => string;
}

/** The values of the chart as a table, newest first. The numbers link to their deliveries. */
export function StatsTable({ steps, linkOf }: StatsTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={styles.scroll} aria-label={messages.seriesTableLabel} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{messages.created}</th>
            <th scope="col">{messages.succeeded}</th>
            <th scope="col">{messages.failed}</th>
            <th scope="col">{messages.retrying}</th>
            <th scope="col">{messages.failedAttempts}</th>
            <th scope="col">{messages.p50}</th>
            <th scope="col">{messages.p95}</th>
          </tr>
        </thead>
        <tbody>
          {steps.toReversed().map(step => (
            <tr key={step.startsAtMs}>
              <th scope="row">{formatStep(step)}</th>
              <td>
                <Link href={linkOf(step, ['SUCCEEDED'])}>{formatCount(step.succeeded)}</Link>
              </td>
              <td>
                <Link href={linkOf(step, ['FAILED'])}>{formatCount(step.failed)}</Link>
              </td>
              <td>
                <Link href={linkOf(step, ['RETRYING'])}>{formatCount(step.retrying)}</Link>
              </td>
              <td>{formatCount(step.attemptsFailed)}</td>
              <td>{formatLatency(step.latency?.p50)}</td>
              <td>{formatLatency(step.latency?.p95)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
