import { useMemo } from 'react';
import { Link } from 'wouter';
import { classNames } from '../../../components/class-names.ts';
import fieldStyles from '../../../components/field.module.css';
import { OlderData } from '../../../components/older-data.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import { readView } from '../../../features/deliveries/filter/view.ts';
import type { DeliveryRow } from '../../../features/deliveries/log/delivery-row.ts';
import { useDeliveryLog } from '../../../features/deliveries/use-delivery-log.ts';
import { errorWords } from '../../../features/deliveries/words.ts';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import styles from './endpoint-page.module.css';

const shown = 10;

/** The newest deliveries of the endpoint, updated live. */
export function LatestDeliveries({ endpointId }: { readonly endpointId: string }) {
  const view = useMemo(() => ({ ...readView(new URLSearchParams()), endpointIds: [endpointId] }), [endpointId]);
  const { state } = useDeliveryLog(view);
  const rows = state?.rows.slice(0, shown) ?? [];
  const search = `?endpoint=${endpointId}`;
  return (
    <section className={endpointsStyles.card} aria-label={messages.latestDeliveries}>
      <header className={endpointsStyles.cardHead}>
        <h2>{messages.latestDeliveries}</h2>
        <Link href={logLink({ endpointIds: [endpointId] })}>{messages.viewAll}</Link>
      </header>
      {state?.phase === 'ready' && <OlderData problem={state.error} />}
      {!state || state.phase === 'loading' ? (
        <p className="muted" role="status">
          {messages.loadingDeliveries}
        </p>
      ) : state.phase === 'failed' ? (
        <p className={fieldStyles.problem}>{state.error}</p>
      ) : rows.length === 0 ? (
        <p className="muted">{messages.noDeliveriesYet}</p>
      ) : (
        <ul>
          {rows.map(row => (
            <li key={row.id}>
              <Link href={`/deliveries/${row.id}${search}`} className={classNames(styles.latestDelivery)}>
                <StatusBadge status={row.status} />
                <span className="truncate" title={row.eventType}>
                  {row.eventType}
                </span>
                <span className={classNames('muted', styles.latestResponse)}>{describeResponse(row)}</span>
                <span className="muted">
                  <RelativeTime at={row.createdAt} absolute="below" />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function describeResponse({ responseStatus, error, attemptCount }: DeliveryRow): string {
  if (responseStatus !== null) return `${responseStatus}`;
  if (error) return errorWords[error.code];
  return attemptCount > 0 ? '…' : '';
}
