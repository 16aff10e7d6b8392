import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import fieldStyles from '../../components/field.module.css';
import { OlderData } from '../../components/older-data.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import type { DeliveryLogState } from '../../features/deliveries/log/delivery-log.ts';
import { useDeliveryActions } from '../../features/deliveries/use-delivery-actions.ts';
import { errorWords } from '../../features/deliveries/words.ts';
import styles from './events.module.css';
import { messages } from './messages.ts';

export const shownDeliveries = 50;

export interface EventDeliveriesProps {
  readonly eventId: string;
  /** The deliveries of the event. Null until they can be loaded. */
  readonly state: DeliveryLogState | null;
  readonly mayReplay: boolean;
}

/** The newest 50 deliveries of an event including its replays, updated live. */
export function EventDeliveries({ eventId, state, mayReplay }: EventDeliveriesProps) {
  const actions = useDeliveryActions();
  if (!state || state.phase === 'loading') {
    return (
      <p className="muted" role="status">
        {messages.loading}
      </p>
    );
  }
  if (state.phase === 'failed') return <p className={fieldStyles.problem}>{state.error}</p>;
  if (state.rows.length === 0) {
    return <p className="muted">{messages.noDeliveries}</p>;
  }
  return (
    <>
      <OlderData problem={state.error} />
      <ul className={styles.deliveries}>
        {state.rows.slice(0, shownDeliveries).map(({ id, status, details, responseStatus, error, createdAt }) => (
          <li key={id}>
            <StatusBadge status={status} />
            <Link href={`/deliveries/${id}?event=${eventId}`} className="truncate">
              {details?.endpoint.name ?? id}
            </Link>
            <span className={styles.response}>{responseStatus ?? (error ? errorWords[error.code] : '–')}</span>
            <span className={classNames('muted', styles.time)}>
              <RelativeTime at={createdAt} absolute="below" />
            </span>
            {mayReplay && (
              <ReplayButton
                label={messages.replayTo(details?.endpoint.name ?? messages.itsEndpoint)}
                onReplay={() => actions.replay(id)}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

interface ReplayButtonProps {
  readonly label: string;
  /** Resolves when the server has responded. Until then, presses are ignored. */
  readonly onReplay: () => Promise<unknown>;
}

function ReplayButton({ label, onReplay }: ReplayButtonProps) {
  const [isPending, setIsPending] = useState(false);
  const press = async () => {
    setIsPending(true);
    await onReplay();
    setIsPending(false);
  };
  return <Button tone="quiet" icon="replay" label={label} isPending={isPending} onPress={press} />;
}
