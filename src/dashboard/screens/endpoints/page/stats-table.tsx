import { Link } from 'wouter';
import { formatStep, type SeriesStep } from '../../../features/series/series-steps.ts';
import type { DeliveryStatus } from '../../../generated/graphql.ts';
import { formatCount, formatLatency } from '../../../intl.ts';

export interface StatsTableProps {
  readonly steps: readonly SeriesStep[];
  /** The address of a step's deliveries in these statuses. */
  readonly linkOf: (step: SeriesStep, statuses: readonly DeliveryStatus[]) => string;
}

/** What the chart shows, as text: newest first, each number a link to its deliveries. */
export function StatsTable({ steps, linkOf }: StatsTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="stats-scroll" aria-label="Deliveries over time, as a table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Created</th>
            <th scope="col">Succeeded</th>
            <th scope="col">Failed</th>
            <th scope="col">Retrying</th>
            <th scope="col">Failed attempts</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
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
