import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { Notice } from '../../components/notice.tsx';
import { OlderData } from '../../components/older-data.tsx';
import pageStyles from '../../components/page.module.css';
import { Segments } from '../../components/segments.tsx';
import { type RangeId, ranges } from '../../features/series/ranges.ts';
import { useRange } from '../../features/series/use-range.ts';
import { useQueryParams } from '../../query-params.ts';
import { Breakdowns } from './breakdowns.tsx';
import { FailingEndpoints } from './failing-endpoints.tsx';
import { LatestFailures } from './latest-failures.tsx';
import { messages } from './messages.ts';
import styles from './overview.module.css';
import { SeriesPanel } from './series-panel.tsx';
import { Tiles } from './tiles.tsx';
import { useOverview } from './use-overview.ts';

const choices = (Object.keys(ranges) as RangeId[]).map(id => ({ id, label: ranges[id].label }));

/** The screen with live statistics of all deliveries. `?range=` in the page URL selects the time range. */
export default function OverviewScreen() {
  const [params, setParams] = useQueryParams();
  const { rangeId, recordSeries } = useRange(params.get('range'));
  const { overview, problem, refresh } = useOverview(rangeId);
  recordSeries(overview?.stats.series);
  return (
    <div className={pageStyles.page}>
      <header className={pageStyles.head}>
        <h1>{messages.overview}</h1>
        <Segments
          label={messages.time}
          options={choices}
          value={rangeId}
          onChange={range => setParams({ range }, { replace: true })}
        />
      </header>
      {overview && <OlderData problem={problem} />}
      {overview ? (
        <>
          <Tiles overview={overview} />
          <SeriesPanel series={overview.stats.series} stepMs={ranges[rangeId].stepMs} />
          <div className={classNames(styles.grid, styles.gridWide)}>
            <FailingEndpoints overview={overview} />
            <LatestFailures overview={overview} />
          </div>
          <Breakdowns overview={overview} />
        </>
      ) : problem !== null ? (
        <Notice
          tone="error"
          icon="alert"
          title={messages.couldntLoadMetrics}
          actions={<Button onPress={refresh}>{messages.retryNow}</Button>}
        >
          {messages.retryingEvery10Seconds(problem)}
        </Notice>
      ) : (
        <div className={styles.skeleton} role="status" aria-label={messages.loadingMetrics}>
          <div />
          <div />
          <div />
        </div>
      )}
    </div>
  );
}
