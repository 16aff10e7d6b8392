import type { ReactNode } from 'react';
import { Button as LinkButton } from 'react-aria-components';
import { CopyButton } from '../../../components/copy-button.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import type { Detail } from './detail-documents.ts';

export interface DetailFactsProps {
  readonly delivery: Detail;
  readonly onShow: (id: string) => void;
}

/** Where it goes, what it carries, when, and its relatives: what it replays, and what replays it. */
export function DetailFacts({ delivery, onShow }: DetailFactsProps) {
  const { endpoint, event, createdAt, deliveredAt, failedAt, replayOf, replays, attemptCount, maxAttempts } = delivery;
  return (
    <dl className="facts">
      <Fact name="Webhook">
        <span className="facts-text">{endpoint.name}</span>
        {endpoint.deletedAt && <span className="muted"> (deleted)</span>}
      </Fact>
      <Fact name="URL">
        <span className="facts-text">{endpoint.url}</span>
      </Fact>
      <Fact name="Event">
        <code className="facts-text">{event.id}</code>
        <CopyButton what="event id" text={event.id} />
      </Fact>
      <Fact name="Attempts">
        {attemptCount} of {Math.max(maxAttempts, attemptCount)}
      </Fact>
      <Fact name="Created">
        <RelativeTime at={createdAt} />
      </Fact>
      {deliveredAt && (
        <Fact name="Delivered">
          <RelativeTime at={deliveredAt} />
        </Fact>
      )}
      {failedAt && (
        <Fact name="Failed">
          <RelativeTime at={failedAt} />
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

function DeliveryLink({ id, status, onShow }: Pick<Detail, 'id' | 'status'> & Pick<DetailFactsProps, 'onShow'>) {
  return (
    <LinkButton className="facts-link" onPress={() => onShow(id)}>
      <StatusBadge status={status} />
      <code>…{id.slice(-8)}</code>
    </LinkButton>
  );
}
