import { filterOfView, readView, type View } from '../../features/deliveries/filter/view.ts';
import type { DeliveryFilter, FailureGroupsQuery } from '../../generated/graphql.ts';

export type FailureGroup = NonNullable<FailureGroupsQuery['failureGroups']>[number];

/** The identity of a group. */
export function keyOfGroup({ endpoint, errorCode, responseStatus }: FailureGroup): string {
  return `${endpoint.id} ${errorCode} ${responseStatus}`;
}

/** The part of the log that shows exactly the deliveries of a group. */
export function viewOfGroup({ endpoint, errorCode, responseStatus }: FailureGroup, time: string): Partial<View> {
  return {
    endpointIds: [endpoint.id],
    statuses: ['FAILED', 'RETRYING'],
    errorCodes: [errorCode],
    responses: responseStatus === null ? [] : [String(responseStatus)],
    time,
  };
}

/** The groups of one endpoint, with their sums. */
export interface FailingEndpoint {
  readonly endpoint: FailureGroup['endpoint'];
  readonly groups: readonly FailureGroup[];
  readonly failed: number;
  readonly retrying: number;
  readonly isExact: boolean;
}

/** Groups by endpoint, in the order in which their endpoints come first: the endpoint with the largest group leads. */
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

/** What has failed or is retrying, of one endpoint or (null) of all, since a time as a view says it. */
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
