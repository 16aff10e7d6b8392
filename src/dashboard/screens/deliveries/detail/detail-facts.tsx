import type { ReactNode } from 'react';
import { Button as LinkButton } from 'react-aria-components';
import { Link } from 'wouter';
import { useViewer } from '../../../api/viewer.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import type { Detail } from './detail-documents.ts';

export interface DetailFactsProps {
  readonly delivery: Detail;
  readonly onShow: (id: string) => void;
}

/** The endpoint, the event, the times, and related deliveries: of the same event, replayed, or replays. */
export function DetailFacts({ delivery, onShow }: DetailFactsProps) {
  const { may } = useViewer();
  const {
    id,
    bulkOperation,
    endpoint,
    event,
    createdAt,
    deliveredAt,
    failedAt,
    replayOf,
    replays,
    attemptCount,
    maxAttempts,
  } = delivery;
  const related = new Set([id, replayOf?.id, ...replays.map(each => each.id)]);
  const siblings = event.deliveries.nodes.filter(each => !related.has(each.id));
  return (
    <dl className="facts">
      <Fact name="Endpoint">
        {may('ENDPOINTS_READ') ? (
          <Link className="facts-text" href={`/endpoints/${endpoint.id}`}>
            {endpoint.name}
          </Link>
        ) : (
          <span className="facts-text">{endpoint.name}</span>
        )}
        {endpoint.deletedAt && <span className="muted"> (deleted)</span>}
      </Fact>
      <Fact name="URL">
        <span className="facts-text">{endpoint.url}</span>
      </Fact>
      <Fact name="Event">
        <Link className="facts-text" href={`/events/${event.id}`}>
          <code>{event.id}</code>
        </Link>
        <CopyButton what="event ID" text={event.id} />
      </Fact>
      <Fact name="Attempts">
        {attemptCount} of {Math.max(maxAttempts, attemptCount)}
      </Fact>
      <Fact name="Created">
        <RelativeTime at={createdAt} absolute="inline" />
      </Fact>
      {deliveredAt && (
        <Fact name="Delivered">
          <RelativeTime at={deliveredAt} absolute="inline" />
        </Fact>
      )}
      {failedAt && (
        <Fact name="Failed">
          <RelativeTime at={failedAt} absolute="inline" />
        </Fact>
      )}
      {siblings.length > 0 && (
        <Fact name="Same event">
          <span className="facts-list">
            {siblings.map(sibling => (
              <DeliveryLink key={sibling.id} {...sibling} name={sibling.endpoint.name} onShow={onShow} />
            ))}
            {event.deliveries.pageInfo.hasNextPage && <Link href={logLink({ eventIds: [event.id] })}>View all</Link>}
          </span>
        </Fact>
      )}
      {bulkOperation && (
        <Fact name="Bulk operation">
          <Link href={`/operations/${bulkOperation.id}`}>
            {bulkOperation.kind === 'RETRY' ? 'Retry' : 'Replay'} …{bulkOperation.id.slice(-8)}
          </Link>
        </Fact>
      )}
      {replayOf && (
        <Fact name="Replay of">
          <DeliveryLink id={replayOf.id} status={replayOf.status} onShow={onShow} />
        </Fact>
      )}
      {replays.length > 0 && (
        <Fact name="Replays">
          <span className="facts-list">
            {replays.map(({ id, status }) => (
              <DeliveryLink key={id} id={id} status={status} onShow={onShow} />
            ))}
          </span>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function DeliveryLink({
  id,
  status,
  name,
  onShow,
}: Pick<Detail, 'id' | 'status'> & Pick<DetailFactsProps, 'onShow'> & { readonly name?: string }) {
  return (
    <LinkButton className="facts-link" onPress={() => onShow(id)}>
      <StatusBadge status={status} />
      {name ? <span className="truncate">{name}</span> : <code>…{id.slice(-8)}</code>}
    </LinkButton>
  );
}
