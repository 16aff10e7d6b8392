import { type ReactNode, useMemo } from 'react';
import { Link, useLocation } from 'wouter';
import { usePolledQuery } from '../../../api/use-polled-query.ts';
import { Banner } from '../../../components/banner.tsx';
import fieldStyles from '../../../components/field.module.css';
import { fill } from '../../../components/fill.tsx';
import { OlderData } from '../../../components/older-data.tsx';
import { Segments } from '../../../components/segments.tsx';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import { LazySeriesChart } from '../../../features/series/lazy-series-chart.tsx';
import { filterOfRange, type RangeId, ranges, startOfRange } from '../../../features/series/ranges.ts';
import { SeriesLegend } from '../../../features/series/series-legend.tsx';
import { readSteps, type SeriesStep } from '../../../features/series/series-steps.ts';
import { useRange } from '../../../features/series/use-range.ts';
import { graphql } from '../../../generated/gql.ts';
import type { DeliveryStatus, HealthFiguresFragment } from '../../../generated/graphql.ts';
import { formatCount, formatShare } from '../../../intl.ts';
import { useQueryParams } from '../../../query-params.ts';
import { formatDuration } from '../../../time/format-time.ts';
import { serverNowMs } from '../../../time/server-clock.ts';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import styles from './stats.module.css';
import { StatsTable } from './stats-table.tsx';

const EndpointStatsQuery = graphql(/* GraphQL */ `
  query EndpointStats($filter: DeliveryFilter!, $buckets: Int!) {
    deliveryStats(filter: $filter, buckets: $buckets) {
      total exact attemptsFailed attemptSuccessRate
      byStatus { status count }
      latencyMs { p50 p95 p99 }
      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }
    }
  }
`);

const everyMs = 10_000;
const rangeIds = Object.keys(ranges) as RangeId[];
const segments = rangeIds.map(id => ({ id, label: ranges[id].label }));

export interface StatsPanelProps {
  readonly endpointId: string;
  /** The health of the endpoint. Null if the server could not compute it. */
  readonly health: HealthFiguresFragment | null;
}

/** The deliveries of the endpoint and the latency of its attempts in each step of a time range, without test events. */
export function StatsPanel({ endpointId, health }: StatsPanelProps) {
  const [, navigate] = useLocation();
  const [params, setParams] = useQueryParams();
  const { rangeId, recordSeries } = useRange(params.get('range'));
  const range = ranges[rangeId];
  const { data, problem } = usePolledQuery({
    query: EndpointStatsQuery,
    variablesAt: nowMs => ({
      filter: { ...filterOfRange(range, nowMs), endpointIds: [endpointId], isTest: false },
      buckets: range.buckets,
    }),
    key: `${endpointId} ${rangeId}`,
    everyMs,
    isEnough: ({ deliveryStats }) => deliveryStats !== null,
  });
  const stats = data?.deliveryStats;
  recordSeries(stats?.series);
  const steps = useMemo(() => readSteps(stats?.series ?? [], range.stepMs), [stats, range.stepMs]);
  const time = `${new Date(startOfRange(range, serverNowMs())).toISOString()}/`;
  const linkOf = ({ startsAtMs, endsAtMs }: SeriesStep, statuses: readonly DeliveryStatus[] = []) =>
    logLink({
      endpointIds: [endpointId],
      statuses,
      time: `${new Date(startsAtMs).toISOString()}/${new Date(endsAtMs).toISOString()}`,
      test: 'without',
    });
  const countOf = (...statuses: DeliveryStatus[]) =>
    stats?.byStatus.reduce((sum, { status, count }) => (statuses.includes(status) ? sum + count : sum), 0) ?? 0;
  const linkTo = (...statuses: DeliveryStatus[]) =>
    logLink({ endpointIds: [endpointId], statuses, time, test: 'without' });
  return (
    <section className={endpointsStyles.card} aria-label={messages.deliveriesOverTime}>
      <header className={endpointsStyles.cardHead}>
        <h2>{messages.deliveries}</h2>
        <Segments
          label={messages.range}
          options={segments}
          value={rangeId}
          onChange={id => setParams({ range: id }, { replace: true })}
        />
      </header>
      {stats ? (
        <OlderData problem={problem} />
      ) : (
        problem !== null && <p className={fieldStyles.problem}>{messages.retryingEvery10Seconds(problem)}</p>
      )}
      {stats?.series === null && <p className={fieldStyles.problem}>{messages.couldntLoadSeries}</p>}
      <dl className={styles.figures}>
        <Figure label={messages.succeeded}>
          <Link href={linkTo('SUCCEEDED')}>{stats ? formatCount(countOf('SUCCEEDED'), stats.exact) : '–'}</Link>
        </Figure>
        <Figure label={messages.failedOrRetrying}>
          <Link href={linkTo('FAILED', 'RETRYING')}>
            {stats ? formatCount(countOf('FAILED', 'RETRYING'), stats.exact) : '–'}
          </Link>
          {stats && (
            <small className="muted">
              {' '}
              {messages.failedRetrying(formatCount(countOf('FAILED')), formatCount(countOf('RETRYING')))}
            </small>
          )}
        </Figure>
        <Figure label={messages.failedAttempts}>{stats ? formatCount(stats.attemptsFailed, stats.exact) : '–'}</Figure>
        <Figure label={messages.attemptSuccess}>{formatShare(stats?.attemptSuccessRate ?? null)}</Figure>
        {(['p50', 'p95', 'p99'] as const).map(percentile => (
          <Figure key={percentile} label={percentile}>
            {stats?.latencyMs ? formatDuration(stats.latencyMs[percentile]) : '–'}
          </Figure>
        ))}
      </dl>
      {stats?.total === 0 && health && <OlderDeliveries endpointId={endpointId} health={health} />}
      <SeriesLegend />
      <LazySeriesChart steps={steps} onPick={step => navigate(linkOf(step))} />
      <details className={styles.table}>
        <summary>{messages.showAsTable}</summary>
        <StatsTable steps={steps} linkOf={linkOf} />
      </details>
    </section>
  );
}

/**
 * Shown instead of a chart without deliveries. Says how many older deliveries are still queued or retrying, with a link
 * to them.
 */
function OlderDeliveries({ endpointId, health }: StatsPanelProps & { readonly health: HealthFiguresFragment }) {
  const { backlog } = health;
  if (backlog.value === 0) return <p className="muted">{messages.noDeliveriesInThisPeriod}</p>;
  const text = (
    <>
      {fill(health.isFailing ? messages.noDeliveriesInPeriodAndOlderFail : messages.noDeliveriesInPeriodButOlder, {
        link: (
          <Link href={logLink({ endpointIds: [endpointId], statuses: ['PENDING', 'PROCESSING', 'RETRYING'] })}>
            {messages.olderQueuedOrRetrying(backlog.value, backlog.exact)}
          </Link>
        ),
      })}
    </>
  );
  return health.isFailing ? <Banner tone="warning">{text}</Banner> : <p className="muted">{text}</p>;
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
