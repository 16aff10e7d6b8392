import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import type { DeliveryLogState } from '../../features/deliveries/log/delivery-log.ts';
import { useDeliveryActions } from '../../features/deliveries/use-delivery-actions.ts';
import { errorWords } from '../../features/deliveries/words.ts';

export const shownDeliveries = 50;

export interface EventDeliveriesProps {
  readonly eventId: string;
  /** Null: the log is not open yet. */
  readonly state: DeliveryLogState | null;
  readonly mayReplay: boolean;
}

/** The newest 50 deliveries of an event, also replays, live. */
export function EventDeliveries({ eventId, state, mayReplay }: EventDeliveriesProps) {
  const actions = useDeliveryActions();
  if (!state || state.phase === 'loading') {
    return (
      <p className="muted" role="status">
        Loading…
      </p>
    );
  }
  if (state.phase === 'failed') return <p className="field-problem">{state.error}</p>;
  if (state.rows.length === 0) {
    return <p className="muted">No endpoint subscribes to this event, or its deliveries were removed by retention.</p>;
  }
  return (
    <ul className="event-deliveries">
      {state.rows.slice(0, shownDeliveries).map(({ id, status, details, responseStatus, error, createdAt }) => (
        <li key={id}>
          <StatusBadge status={status} />
          <Link href={`/deliveries/${id}?event=${eventId}`} className="truncate">
            {details?.endpoint.name ?? id}
          </Link>
          <span className="muted">{responseStatus ?? (error ? errorWords[error.code] : '–')}</span>
          <span className="muted event-time">
            <RelativeTime at={createdAt} />
          </span>
          {mayReplay && (
            <Button
              tone="quiet"
              icon="replay"
              label={`Replay to ${details?.endpoint.name ?? 'its endpoint'}`}
              onPress={() => void actions.replay(id)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
