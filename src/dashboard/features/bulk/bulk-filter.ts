import type { BulkOperationKind, DeliveryFilter, DeliveryStatus } from '../../generated/graphql.ts';

/** The statuses that can be retried. */
const retryable: readonly DeliveryStatus[] = ['FAILED', 'RETRYING'];

/**
 * Returns the filter for a bulk operation on all deliveries of a view. A retry is narrowed to statuses that can be
 * retried. A replay without any filter gets an end time of now, because the server requires a restriction. Null if no
 * delivery of the view can be retried.
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

/** Restricts the filter to deliveries that exist now. A filter by ids is returned unchanged. */
export function endNow(filter: DeliveryFilter, nowMs: number): DeliveryFilter {
  if (filter.ids || filter.createdAt?.to) return filter;
  return { ...filter, createdAt: { ...filter.createdAt, to: new Date(nowMs).toISOString() } };
}
