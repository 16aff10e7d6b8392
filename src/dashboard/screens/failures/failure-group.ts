import { filterOfView, readView, type View } from '../../features/deliveries/filter/view.ts';
import type { DeliveryFilter, FailureGroupsQuery } from '../../generated/graphql.ts';

export type FailureGroup = NonNullable<FailureGroupsQuery['failureGroups']>[number];

/** A key that identifies a failure group in the list. */
export function keyOfGroup({ endpoint, errorCode, responseStatus }: FailureGroup): string {
  return `${endpoint.id} ${errorCode} ${responseStatus}`;
}

/** The filter of the delivery log that selects exactly the deliveries of a group. */
export function viewOfGroup({ endpoint, errorCode, responseStatus }: FailureGroup, time: string): Partial<View> {
  return {
    endpointIds: [endpoint.id],
    statuses: ['FAILED', 'RETRYING'],
    errorCodes: [errorCode],
    responses: responseStatus === null ? [] : [String(responseStatus)],
    time,
  };
}

/** The failure groups of one endpoint, with their total numbers. */
export interface FailingEndpoint {
  readonly endpoint: FailureGroup['endpoint'];
  readonly groups: readonly FailureGroup[];
  readonly failed: number;
  readonly retrying: number;
  readonly isExact: boolean;
}

/** Collects the groups of each endpoint. The endpoint with the largest group is first. */
export function groupByEndpoint(groups: readonly FailureGroup[]): FailingEndpoint[] {
  return [...Map.groupBy(groups, ({ endpoint }) => endpoint.id).values()].flatMap(ofEndpoint => {
    const [first] = ofEndpoint;
    if (!first) return [];
    const retrying = ofEndpoint.reduce((sum, { retryingCount }) => sum + retryingCount, 0);
    const total = ofEndpoint.reduce((sum, { count }) => sum + count.value, 0);
    return [
      {
        endpoint: first.endpoint,
        groups: ofEndpoint,
        failed: total - retrying,
        retrying,
        isExact: ofEndpoint.every(({ count }) => count.exact),
      },
    ];
  });
}

/**
 * The filter for failed and retrying deliveries since a time, of one endpoint, or of all if `endpointId` is null.
 * `time` is a time filter of the delivery log, such as `24h`.
 */
export function filterOfFailures(endpointId: string | null, time: string, nowMs: number): DeliveryFilter {
  const view = {
    endpointIds: endpointId === null ? [] : [endpointId],
    statuses: ['FAILED', 'RETRYING'] as const,
    time,
  };
  return filterOfView({ ...readView(new URLSearchParams()), ...view }, nowMs);
}

export function filterOfGroup(group: FailureGroup, time: string, nowMs: number): DeliveryFilter {
  return filterOfView({ ...readView(new URLSearchParams()), ...viewOfGroup(group, time) }, nowMs);
}
