import './failures.css';
import { useSearchParams } from 'wouter';
import { usePolledQuery } from '../../api/use-polled-query.ts';
import { useViewer } from '../../api/viewer.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Segments } from '../../components/segments.tsx';
import { useBulk } from '../../features/bulk/use-bulk.tsx';
import { filterOfView, readView } from '../../features/deliveries/filter/view.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import { EndpointSection } from './endpoint-section.tsx';
import { FailureGroupsQuery } from './failure-documents.ts';
import { filterOfFailures, filterOfGroup, groupByEndpoint, keyOfGroup } from './failure-group.ts';
import { FailureRow } from './failure-row.tsx';
import { RetrySince } from './retry-since.tsx';

const times = [
  { id: '1h', label: '1 hour' },
  { id: '24h', label: '24 hours' },
  { id: '7d', label: '7 days' },
  { id: '', label: 'All' },
] as const;
type Time = (typeof times)[number]['id'];

const everyMs = 10_000;
const maxGroups = 100;

/** Failed and retrying deliveries by endpoint and error; `?time=` chooses the period. */
export default function FailuresScreen() {
  const [params, setParams] = useSearchParams();
  const time: Time = times.find(({ id }) => id === params.get('time'))?.id ?? '';
  const { may } = useViewer();
  const bulk = useBulk();
  const { data, problem, refresh } = usePolledQuery({
    query: FailureGroupsQuery,
    variablesAt: nowMs => ({
      filter: filterOfView({ ...readView(new URLSearchParams()), time }, nowMs),
      first: maxGroups,
    }),
    key: time,
    everyMs,
    isEnough: ({ failureGroups }) => failureGroups !== null,
  });
  const groups = data?.failureGroups;
  const mayManage = may('DELIVERIES_MANAGE');
  const retrySince = (endpointId: string | null, since: string) =>
    bulk.open('RETRY', filterOfFailures(endpointId, since, serverNowMs()));
  return (
    <div className="failures">
      <header className="failures-head">
        <div>
          <h1>Failures</h1>
          <p className="muted">Failed and retrying deliveries, grouped by endpoint and error.</p>
        </div>
        {mayManage && groups && groups.length > 0 && (
          <RetrySince endpointName={null} failingSince={null} onRetry={since => retrySince(null, since)} />
        )}
        <Segments
          label="Created within"
          options={times}
          value={time}
          onChange={next => setParams(next ? { time: next } : {}, { replace: true })}
        />
      </header>
      {problem !== null && groups && (
        <p className="banner banner-warning" role="status">
          Showing older data: {problem}
        </p>
      )}
      {!groups && problem !== null ? (
        <Notice
          tone="error"
          icon="alert"
          title="Couldn't load failures"
          actions={<Button onPress={refresh}>Retry now</Button>}
        >
          {problem} Retrying every 10 seconds.
        </Notice>
      ) : !groups ? (
        <div className="failures-skeleton" role="status" aria-label="Loading failures">
          <div />
          <div />
          <div />
        </div>
      ) : groups.length === 0 ? (
        <Notice icon="check" title="No failures">
          {time === ''
            ? 'Every delivery has succeeded or is in progress.'
            : 'No delivery that was created in this period has failed.'}
        </Notice>
      ) : (
        groupByEndpoint(groups).map(failing => (
          <EndpointSection
            key={failing.endpoint.id}
            failing={failing}
            time={time}
            mayManage={mayManage}
            onRetry={since => retrySince(failing.endpoint.id, since)}
          >
            {failing.groups.map(group => (
              <FailureRow
                key={keyOfGroup(group)}
                group={group}
                time={time}
                mayManage={mayManage}
                onRetryAll={() => bulk.open('RETRY', filterOfGroup(group, time, serverNowMs()))}
              />
            ))}
          </EndpointSection>
        ))
      )}
      {groups?.length === maxGroups && <p className="muted">Showing the {maxGroups} largest groups.</p>}
      {bulk.dialog}
    </div>
  );
}
