import './failures.css';
import { useSearchParams } from 'wouter';
import { usePolledQuery } from '../../api/use-polled-query.ts';
import { useViewer } from '../../api/viewer.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Segments } from '../../components/segments.tsx';
import { serverNowMs } from '../../time/server-clock.ts';
import { filterOfView, readView } from '../deliveries/filter/view.ts';
import { useBulk } from '../operations/use-bulk.tsx';
import { FailureGroupsQuery } from './failure-documents.ts';
import { filterOfGroup, keyOfGroup } from './failure-group.ts';
import { FailureRow } from './failure-row.tsx';

const times = [
  { id: '1h', label: '1 hour' },
  { id: '24h', label: '24 hours' },
  { id: '7d', label: '7 days' },
  { id: '', label: 'All' },
] as const;
type Time = (typeof times)[number]['id'];

const everyMs = 10_000;
const maxGroups = 100;

/** What fails, grouped by endpoint and error; `?time=` says since when. */
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
  });
  const groups = data?.failureGroups;
  return (
    <div className="failures">
      <header className="failures-head">
        <div>
          <h1>Failures</h1>
          <p className="muted">Deliveries that failed, or wait for their next try, by endpoint and error.</p>
        </div>
        <Segments
          label="Made within"
          options={times}
          value={time}
          onChange={next => setParams(next ? { time: next } : {}, { replace: true })}
        />
      </header>
      {problem !== null && groups && (
        <p className="banner banner-warning" role="status">
          This is not fresh: {problem}
        </p>
      )}
      {!groups && problem !== null ? (
        <Notice
          tone="error"
          icon="alert"
          title="The failures cannot be read"
          actions={<Button onPress={refresh}>Try again now</Button>}
        >
          {problem} It is tried again every ten seconds.
        </Notice>
      ) : !groups ? (
        <div className="failures-skeleton" role="status" aria-label="Loading the failures">
          <div />
          <div />
          <div />
        </div>
      ) : groups.length === 0 ? (
        <Notice icon="check" title="Nothing fails">
          {time === ''
            ? 'Every delivery has arrived, or is still on its way.'
            : 'Nothing that was made in this time has failed.'}
        </Notice>
      ) : (
        <ul className="failures-list" aria-label="Failure groups">
          {groups.map(group => (
            <FailureRow
              key={keyOfGroup(group)}
              group={group}
              time={time}
              mayManage={may('DELIVERIES_MANAGE')}
              onRetryAll={() => bulk.open('RETRY', filterOfGroup(group, time, serverNowMs()))}
            />
          ))}
        </ul>
      )}
      {groups?.length === maxGroups && <p className="muted">These are the {maxGroups} largest groups.</p>}
      {bulk.dialog}
    </div>
  );
}
