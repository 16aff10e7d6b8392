import { createColumnHelper, tableFeatures } from '@tanstack/react-table';
import { Badge } from '../../../components/badge.tsx';
import { classNames } from '../../../components/class-names.ts';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import type { DeliveryRow } from '../../../features/deliveries/log/delivery-row.ts';
import { errorWords } from '../../../features/deliveries/words.ts';
import type { DeliveryOrderField } from '../../../generated/graphql.ts';
import { formatDuration } from '../../../time/format-time.ts';
import { messages } from '../messages.ts';
import styles from './delivery-list.module.css';
import { NextAttempt } from './next-attempt.tsx';

export const features = tableFeatures({});
const helper = createColumnHelper<typeof features, DeliveryRow>();

/** The columns that the server can sort by. */
export const sortFields: Readonly<Record<string, DeliveryOrderField>> = {
  status: 'STATUS',
  response: 'RESPONSE_STATUS',
  created: 'CREATED_AT',
  latency: 'LATENCY',
};

/** The columns of the delivery log. The CSS of the list hides some of them on narrow screens. */
export const columns = helper.columns([
  helper.display({
    id: 'status',
    header: messages.status,
    cell: ({ row }) => <StatusBadge status={row.original.status} />,
  }),
  helper.display({ id: 'endpoint', header: messages.endpoint, cell: ({ row }) => <Endpoint row={row.original} /> }),
  helper.display({ id: 'event', header: messages.event, cell: ({ row }) => <Event row={row.original} /> }),
  helper.display({ id: 'response', header: messages.response, cell: ({ row }) => <Response row={row.original} /> }),
  helper.display({ id: 'attempts', header: messages.attempts, cell: ({ row }) => <Attempts row={row.original} /> }),
  helper.display({
    id: 'created',
    header: messages.created,
    cell: ({ row }) => <RelativeTime at={row.original.createdAt} absolute="below" />,
  }),
  helper.display({ id: 'finished', header: messages.finished, cell: ({ row }) => <Finished row={row.original} /> }),
  helper.display({ id: 'latency', header: messages.latency, cell: ({ row }) => <Latency row={row.original} /> }),
]);

interface CellProps {
  readonly row: DeliveryRow;
}

function Endpoint({ row: { details, eventType, responseStatus, error } }: CellProps) {
  const response = responseStatus ?? (error && errorWords[error.code]);
  if (!details) return <span className={styles.blank} />;
  const { name, url } = details.endpoint;
  return (
    <>
      <span className={styles.main} title={name}>
        {name}
      </span>
      <span className={classNames(styles.sub, styles.url)} title={url}>
        {url.replace(/^https?:\/\//, '')}
      </span>
      <span className={classNames(styles.sub, styles.type)}>
        {response !== null && `${response} · `}
        {eventType}
      </span>
    </>
  );
}

function Event({ row: { eventType, isTest, details } }: CellProps) {
  return (
    <>
      <span className={styles.main} title={eventType}>
        {eventType} {isTest && <Badge>{messages.testEventBadge}</Badge>}
      </span>
      <span className={classNames(styles.sub, 'mono')}>{details?.event.payloadPreview ?? ''}</span>
    </>
  );
}

function Response({ row: { responseStatus, error, details, attemptCount } }: CellProps) {
  const excerpt = details?.lastAttempt?.responseExcerpt ?? '';
  const isFine = responseStatus !== null && responseStatus < 300;
  if (responseStatus === null && !error) return <span className="muted">{attemptCount > 0 ? '…' : '–'}</span>;
  return (
    <>
      <span className={classNames(styles.main, isFine ? styles.fine : styles.wrong)}>
        {responseStatus ?? (error && errorWords[error.code])}
      </span>
      <span className={classNames(styles.sub, 'mono')} title={error?.message ?? ''}>
        {excerpt || (responseStatus === null ? (error?.message ?? '') : '')}
      </span>
    </>
  );
}

function Attempts({ row }: CellProps) {
  return (
    <>
      <span className={classNames(styles.main, styles.plain)}>
        {messages.attemptsOf(row.attemptCount, Math.max(row.maxAttempts, row.attemptCount))}
      </span>
      <NextAttempt className={classNames(styles.sub)} at={row.nextAttemptAt} wait={row.details?.waitingFor ?? null} />
    </>
  );
}

function Finished({ row: { deliveredAt, failedAt } }: CellProps) {
  const at = deliveredAt ?? failedAt;
  return at ? <RelativeTime at={at} absolute="below" /> : <span className="muted">–</span>;
}

function Latency({ row: { latencyMs } }: CellProps) {
  return latencyMs === null ? <span className="muted">–</span> : <span>{formatDuration(latencyMs)}</span>;
}
