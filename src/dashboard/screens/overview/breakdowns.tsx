import { statusWord } from '../../components/status-words.ts';
import { logLink } from '../../features/deliveries/filter/log-link.ts';
import type { DeliveryStatus } from '../../generated/graphql.ts';
import { BarList } from './bar-list.tsx';
import { messages } from './messages.ts';
import styles from './overview.module.css';
import type { Overview } from './use-overview.ts';

const tones = {
  PENDING: undefined,
  PROCESSING: 'info',
  RETRYING: 'warning',
  SUCCEEDED: 'success',
  FAILED: 'danger',
} as const;
const statuses: readonly DeliveryStatus[] = ['SUCCEEDED', 'FAILED', 'RETRYING', 'PENDING', 'PROCESSING'];
const shownEach = 8;
const none = messages.noDeliveriesInThisPeriod;

function toneOfResponse(status: number | null) {
  if (status === null) return undefined;
  return status >= 200 && status < 300 ? 'success' : 'danger';
}

/** The deliveries of the range, counted by status, response, endpoint and event type. */
export function Breakdowns({ overview }: { readonly overview: Overview }) {
  const { counts, total, stats, from } = overview;
  const time = `${from}/`;
  return (
    <div className={styles.grid}>
      <BarList
        title={messages.byStatus}
        none={none}
        entries={
          total === 0
            ? []
            : statuses.map(status => ({
                id: status,
                label: statusWord(status),
                count: counts[status],
                tone: tones[status],
                href: logLink({ time, statuses: [status] }),
              }))
        }
      />
      <BarList
        title={messages.byResponse}
        none={none}
        entries={stats.byResponseStatus.slice(0, shownEach).map(({ responseStatus, count }) => ({
          id: String(responseStatus),
          label: responseStatus === null ? messages.noResponse : String(responseStatus),
          count,
          tone: toneOfResponse(responseStatus),
          href: responseStatus === null ? null : logLink({ time, responses: [String(responseStatus)] }),
        }))}
      />
      <BarList
        title={messages.byEndpoint}
        none={none}
        entries={stats.byEndpoint.slice(0, shownEach).map(({ endpoint, count }) => ({
          id: endpoint.id,
          label: endpoint.name,
          count,
          href: logLink({ time, endpointIds: [endpoint.id] }),
        }))}
      />
      <BarList
        title={messages.byEventType}
        none={none}
        entries={stats.byEventType.slice(0, shownEach).map(({ eventType, count }) => ({
          id: eventType,
          label: eventType,
          count,
          href: logLink({ time, eventTypes: [eventType] }),
        }))}
      />
    </div>
  );
}
