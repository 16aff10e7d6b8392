import type { BulkOperationKind, DeliveryFilter, DeliveryStatus } from '../../generated/graphql.ts';
import { logLink } from '../deliveries/filter/log-link.ts';
import type { View } from '../deliveries/filter/view.ts';

/** What a retry has anything to do for. */
const retryable: readonly DeliveryStatus[] = ['FAILED', 'RETRYING'];

/**
 * A filter as a bulk operation is given it: a retry is narrowed to what can be retried, and says so; a replay of
 * everything, which the server wants to be meant, gets its end. Null: there is nothing to do for such deliveries.
 */
export function filterOfBulk(kind: BulkOperationKind, filter: DeliveryFilter, nowMs: number): DeliveryFilter | null {
  if (kind === 'RETRY') {
    const statuses = retryable.filter(status => filter.statuses?.includes(status) ?? true);
    return statuses.length > 0 ? { ...filter, statuses } : null;
  }
  const { ids, endpointIds, createdAt, statuses } = filter;
  if (ids || endpointIds || createdAt || statuses) return filter;
  return { ...filter, createdAt: { to: new Date(nowMs).toISOString() } };
}

/**
 * Where the log shows the deliveries of a filter, whatever has become of them: what an attempt changes is left out of it,
 * so that more may be there. Null where no view says it.
 */
export function logLinkOfFilter(filter: DeliveryFilter): string | null {
  if (filter.ids || filter.eventIds) return null;
  const { from, to } = filter.createdAt ?? {};
  const view: Partial<View> = {
    search: filter.search ?? '',
    endpointIds: filter.endpointIds ?? [],
    eventTypes: filter.eventTypes ?? [],
    time: from || to ? `${from ?? ''}/${to ?? ''}` : '',
    test: filter.isTest === true ? 'only' : filter.isTest === false ? 'without' : '',
  };
  return logLink(view);
}
