import { useMemo } from 'react';
import { Link } from 'wouter';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { StatusBadge } from '../../../components/status-badge.tsx';
import { logLink } from '../../../features/deliveries/filter/log-link.ts';
import { readView } from '../../../features/deliveries/filter/view.ts';
import type { DeliveryRow } from '../../../features/deliveries/log/delivery-row.ts';
import { useDeliveryLog } from '../../../features/deliveries/use-delivery-log.ts';
import { errorWords } from '../../../features/deliveries/words.ts';

const shown = 10;

/** The newest deliveries of the endpoint, as they come and as they change. */
export function LatestDeliveries({ endpointId }: { readonly endpointId: string }) {
  const view = useMemo(() => ({ ...readView(new URLSearchParams()), endpointIds: [endpointId] }), [endpointId]);
  const { state } = useDeliveryLog(view);
  const rows = state?.rows.slice(0, shown) ?? [];
  const search = `?endpoint=${endpointId}`;
  return (
    <section className="endpoint-card" aria-label="Latest deliveries">
      <header className="endpoint-card-head">
        <h2>Latest deliveries</h2>
        <Link href={logLink({ endpointIds: [endpointId] })}>View all</Link>
      </header>
      {!state || state.phase === 'loading' ? (
        <p className="muted" role="status">
          Loading…
        </p>
      ) : state.phase === 'failed' ? (
        <p className="field-problem">{state.error}</p>
      ) : rows.length === 0 ? (
        <p className="muted">No deliveries yet. Send a test event to see one here.</p>
      ) : (
        <ul className="latest-deliveries">
          {rows.map(row => (
            <li key={row.id}>
              <Link href={`/deliveries/${row.id}${search}`} className="latest-delivery">
                <StatusBadge status={row.status} />
                <span className="truncate latest-type" title={row.eventType}>
                  {row.eventType}
                </span>
                <span className="muted latest-response">{describeResponse(row)}</span>
                <span className="muted">
                  <RelativeTime at={row.createdAt} />
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
