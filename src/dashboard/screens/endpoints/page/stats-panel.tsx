import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { usePolledQuery } from '../../../api/use-polled-query.ts';
import { Segments } from '../../../components/segments.tsx';
import { graphql } from '../../../generated/gql.ts';
import type { DeliveryStatus } from '../../../generated/graphql.ts';
import { formatDuration } from '../../../time/format-time.ts';
import { logLink } from '../../deliveries/filter/log-link.ts';
import { formatCount, formatShare } from '../../overview/number-text.ts';
import { filterOfRange, type RangeId, ranges, startOfRange } from '../../overview/ranges.ts';
import { SeriesLegend } from '../../overview/series-legend.tsx';
import { readSteps, type SeriesStep } from '../../overview/series-steps.ts';
import { useRange } from '../../overview/use-range.ts';
import { StatsTable } from './stats-table.tsx';

const SeriesChart = lazy(() => import('../../overview/series-chart.tsx'));

const EndpointStatsQuery = graphql(/* GraphQL */ `
  query EndpointStats($filter: DeliveryFilter!, $buckets: Int!) {
    deliveryStats(filter: $filter, buckets: $buckets) {
      total exact successRate
      byStatus { status count }
      latencyMs { p50 p95 p99 }
      series { startsAt succeeded failed latencyMs { p50 p95 p99 } }
    }
  }
`);

const everyMs = 10_000;
const rangeIds = Object.keys(ranges) as RangeId[];
const segments = rangeIds.map(id => ({ id, label: ranges[id].label }));

/** The deliveries of the endpoint over time, and how long its attempts take. */
export function StatsPanel({ endpointId }: { readonly endpointId: string }) {
  const [, navigate] = useLocation();
  const [params, setParams] = useSearchParams();
  const { rangeId, noteSeries } = useRange(params.get('range'));
  const range = ranges[rangeId];
  const { data, problem } = usePolledQuery({
    query: EndpointStatsQuery,
    variablesAt: nowMs => ({
      filter: { ...filterOfRange(range, nowMs), endpointIds: [endpointId] },
      buckets: range.buckets,
    }),
    key: `${endpointId} ${rangeId}`,
    everyMs,
  });
  const stats = data?.deliveryStats;
  noteSeries(stats?.series);
  const steps = useMemo(() => readSteps(stats?.series ?? [], range.stepMs), [stats, range.stepMs]);
  const time = `${new Date(startOfRange(range, Date.now())).toISOString()}/`;
  const linkOf = ({ startsAtMs, endsAtMs }: SeriesStep, statuses: readonly DeliveryStatus[] = []) =>
    logLink({
      endpointIds: [endpointId],
      statuses,
      time: `${new Date(startsAtMs).toISOString()}/${new Date(endsAtMs).toISOString()}`,
    });
  const countOf = (status: 'SUCCEEDED' | 'FAILED') =>
    stats?.byStatus.find(entry => entry.status === status)?.count ?? 0;
  return (
    <section className="endpoint-card" aria-label="Deliveries over time">
      <header className="endpoint-card-head">
        <h2>Deliveries</h2>
        <Segments
          label="Range"
          options={segments}
          value={rangeId}
          onChange={id => setParams({ range: id }, { replace: true })}
        />
      </header>
      {problem !== null && <p className="field-problem">{problem}</p>}
      <dl className="stats-figures">
        <Figure label="Succeeded">
          <Link href={logLink({ endpointIds: [endpointId], statuses: ['SUCCEEDED'], time })}>
            {stats ? formatCount(countOf('SUCCEEDED'), stats.exact) : '–'}
          </Link>
        </Figure>
        <Figure label="Failed">
          <Link href={logLink({ endpointIds: [endpointId], statuses: ['FAILED'], time })}>
            {stats ? formatCount(countOf('FAILED'), stats.exact) : '–'}
          </Link>
        </Figure>
        <Figure label="Success">{formatShare(stats?.successRate ?? null)}</Figure>
        {(['p50', 'p95', 'p99'] as const).map(percentile => (
          <Figure key={percentile} label={percentile}>
            {stats?.latencyMs ? formatDuration(stats.latencyMs[percentile]) : '–'}
          </Figure>
        ))}
      </dl>
      <SeriesLegend />
      <Suspense fallback={<div className="series-loading" role="status" aria-label="Loading" />}>
        <SeriesChart steps={steps} onPick={step => navigate(linkOf(step))} />
      </Suspense>
      <details className="stats-table">
        <summary>As a table</summary>
        <StatsTable steps={steps} linkOf={linkOf} />
      </details>
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly children: ReactNode;
}

function Figure({ label, children }: FigureProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
