import type { BulkOperationKind, DeliveryFilter, DeliveryStatus } from '../../generated/graphql.ts';

/** The statuses that can be retried. */
const retryable: readonly DeliveryStatus[] = ['FAILED', 'RETRYING'];

/**
 * The filter that a bulk operation of a view is sent. A retry is narrowed to the statuses that can be retried. A replay of
 * all deliveries ends now, since the server requires a restriction. Null: no delivery of the filter can be retried.
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

/** The filter without the deliveries that are created from now on. One of ids is left as it is. */
export function endNow(filter: DeliveryFilter, nowMs: number): DeliveryFilter {
  if (filter.ids || filter.createdAt?.to) return filter;
  return { ...filter, createdAt: { ...filter.createdAt, to: new Date(nowMs).toISOString() } };
}
