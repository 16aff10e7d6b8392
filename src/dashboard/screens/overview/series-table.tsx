import { Link } from 'wouter';
import { formatStep, linkOfStep, type SeriesStep } from '../../features/series/series-steps.ts';
import { formatCount, formatLatency, formatShare } from '../../intl.ts';

/** What the chart shows, as text: newest first, each number a link to its deliveries. */
export function SeriesTable({ steps }: { readonly steps: readonly SeriesStep[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="overview-scroll" aria-label="Deliveries over time, as a table" tabIndex={0}>
      <table className="overview-table">
        <thead>
          <tr>
            <th scope="col">Created</th>
            <th scope="col">Succeeded</th>
            <th scope="col">Failed</th>
            <th scope="col">Retrying</th>
            <th scope="col">Failed attempts</th>
            <th scope="col">Attempt success</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
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
