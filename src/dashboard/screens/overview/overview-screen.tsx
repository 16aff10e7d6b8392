import './overview.css';
import { useSearchParams } from 'wouter';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Segments } from '../../components/segments.tsx';
import { type RangeId, ranges } from '../../features/series/ranges.ts';
import { useRange } from '../../features/series/use-range.ts';
import { Breakdowns } from './breakdowns.tsx';
import { FailingEndpoints } from './failing-endpoints.tsx';
import { LatestFailures } from './latest-failures.tsx';
import { SeriesPanel } from './series-panel.tsx';
import { Tiles } from './tiles.tsx';
import { useOverview } from './use-overview.ts';

const choices = (Object.keys(ranges) as RangeId[]).map(id => ({ id, label: ranges[id].label }));

/** Live figures of all deliveries; `?range=` chooses the period. */
export default function OverviewScreen() {
  const [params, setParams] = useSearchParams();
  const { rangeId, recordSeries } = useRange(params.get('range'));
  const { overview, problem, refresh } = useOverview(rangeId);
  recordSeries(overview?.stats.series);
  return (
    <div className="overview">
      <header className="overview-head">
        <h1>Overview</h1>
        <Segments
          label="Time"
          options={choices}
          value={rangeId}
          onChange={range => setParams({ range }, { replace: true })}
        />
      </header>
      {problem !== null && overview && (
        <p className="banner banner-warning" role="status">
          Showing older data: {problem}
        </p>
      )}
      {overview ? (
        <>
          <Tiles overview={overview} />
          <SeriesPanel series={overview.stats.series} stepMs={ranges[rangeId].stepMs} />
          <div className="overview-grid overview-grid-wide">
            <FailingEndpoints overview={overview} />
            <LatestFailures overview={overview} />
          </div>
          <Breakdowns overview={overview} />
        </>
      ) : problem !== null ? (
        <Notice
          tone="error"
          icon="alert"
          title="Couldn't load metrics"
          actions={<Button onPress={refresh}>Retry now</Button>}
        >
          {problem} Retrying every 10 seconds.
        </Notice>
      ) : (
        <div className="overview-skeleton" role="status" aria-label="Loading metrics">
          <div />
          <div />
          <div />
        </div>
      )}
    </div>
  );
}
