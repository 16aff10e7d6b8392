import { usePolledQuery } from '../../api/use-polled-query.ts';
import { useViewer } from '../../api/viewer.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { OlderData } from '../../components/older-data.tsx';
import pageStyles from '../../components/page.module.css';
import { Segments } from '../../components/segments.tsx';
import { useBulk } from '../../features/bulk/use-bulk.tsx';
import { filterOfView, readView } from '../../features/deliveries/filter/view.ts';
import { useQueryParams } from '../../query-params.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import { EndpointSection } from './endpoint-section.tsx';
import { FailureGroupsQuery } from './failure-documents.ts';
import { filterOfFailures, filterOfGroup, groupByEndpoint, keyOfGroup } from './failure-group.ts';
import { FailureRow } from './failure-row.tsx';
import styles from './failures.module.css';
import { messages } from './messages.ts';
import { RetrySince } from './retry-since.tsx';

const times = [
  { id: '1h', label: messages.lastHour },
  { id: '24h', label: messages.last24Hours },
  { id: '7d', label: messages.last7Days },
  { id: '', label: messages.all },
] as const;
type Time = (typeof times)[number]['id'];

const everyMs = 10_000;
const maxGroups = 100;

/**
 * The screen with failed and retrying deliveries, grouped by endpoint and error. `?time=` in the page URL selects the
 * time range.
 */
export default function FailuresScreen() {
  const [params, setParams] = useQueryParams();
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
    <div className={pageStyles.page}>
      <header className={pageStyles.head}>
        <div>
          <h1>{messages.failures}</h1>
          <p className="muted">{messages.introduction}</p>
        </div>
        {mayManage && groups && groups.length > 0 && (
          <RetrySince endpointName={null} failingSince={null} onRetry={since => retrySince(null, since)} />
        )}
        <Segments
          label={messages.createdWithin}
          options={times}
          value={time}
          onChange={next => setParams(next ? { time: next } : {}, { replace: true })}
        />
      </header>
      {groups && <OlderData problem={problem} />}
      {!groups && problem !== null ? (
        <Notice
          tone="error"
          icon="alert"
          title={messages.couldntLoadFailures}
          actions={<Button onPress={refresh}>{messages.retryNow}</Button>}
        >
          {messages.retryingEvery10Seconds(problem)}
        </Notice>
      ) : !groups ? (
        <div className={styles.skeleton} role="status" aria-label={messages.loadingFailures}>
          <div />
          <div />
          <div />
        </div>
      ) : groups.length === 0 ? (
        <Notice icon="check" title={messages.noFailures}>
          {time === '' ? messages.noFailuresHint : messages.noFailuresInPeriodHint}
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
      {groups?.length === maxGroups && <p className="muted">{messages.showingTheLargestGroups(maxGroups)}</p>}
      {bulk.dialog}
    </div>
  );
}
