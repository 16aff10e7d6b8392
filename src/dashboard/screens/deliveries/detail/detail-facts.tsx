import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useViewer } from '../../../api/viewer.ts';
import { PlainButton } from '../../../components/button.tsx';
import { classNames } from '../../../components/class-names.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import { messages } from '../messages.ts';
import type { Detail } from './detail-documents.ts';
import styles from './detail-facts.module.css';

export interface DetailFactsProps {
  readonly delivery: Detail;
  readonly onShow: (id: string) => void;
}

/**
 * The endpoint, the event and the times of a delivery, with links to related deliveries: its original, its replays, and
 * others of the same event.
 */
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
    <dl className={styles.facts}>
      <Fact name={messages.endpoint}>
        {may('ENDPOINTS_READ') ? (
          <Link className={classNames(styles.text)} href={`/endpoints/${endpoint.id}`}>
            {endpoint.name}
          </Link>
        ) : (
          <span className={styles.text}>{endpoint.name}</span>
        )}
        {endpoint.deletedAt && <span className="muted"> {messages.deletedEndpointMark}</span>}
      </Fact>
      <Fact name={messages.url}>
        <span className={styles.text}>{endpoint.url}</span>
      </Fact>
      <Fact name={messages.event}>
        <Link className={classNames(styles.text)} href={`/events/${event.id}`}>
          <code>{event.id}</code>
        </Link>
        <CopyButton what={messages.eventIdToCopy} text={event.id} />
      </Fact>
      <Fact name={messages.attempts}>{messages.attemptsOf(attemptCount, Math.max(maxAttempts, attemptCount))}</Fact>
      <Fact name={messages.created}>
        <RelativeTime at={createdAt} absolute="inline" />
      </Fact>
      {deliveredAt && (
        <Fact name={messages.delivered}>
          <RelativeTime at={deliveredAt} absolute="inline" />
        </Fact>
      )}
      {failedAt && (
        <Fact name={messages.failed}>
          <RelativeTime at={failedAt} absolute="inline" />
        </Fact>
      )}
      {siblings.length > 0 && (
        <Fact name={messages.sameEvent}>
          <span className={styles.list}>
            {siblings.map(sibling => (
              <DeliveryLink key={sibling.id} {...sibling} name={sibling.endpoint.name} onShow={onShow} />
            ))}
            {event.deliveries.pageInfo.hasNextPage && (
              <Link href={logLink({ eventIds: [event.id] })}>{messages.viewAll}</Link>
            )}
          </span>
        </Fact>
      )}
      {bulkOperation && (
        <Fact name={messages.bulkOperation}>
          <Link href={`/operations/${bulkOperation.id}`}>
            {bulkOperation.kind === 'RETRY' ? messages.retry : messages.replay} …{bulkOperation.id.slice(-8)}
          </Link>
        </Fact>
      )}
      {replayOf && (
        <Fact name={messages.replayOf}>
          <DeliveryLink id={replayOf.id} status={replayOf.status} onShow={onShow} />
        </Fact>
      )}
      {replays.length > 0 && (
        <Fact name={messages.replays}>
          <span className={styles.list}>
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
    <PlainButton className={styles.link} onPress={() => onShow(id)}>
      <StatusBadge status={status} />
      {name ? <span className="truncate">{name}</span> : <code>…{id.slice(-8)}</code>}
    </PlainButton>
  );
}
