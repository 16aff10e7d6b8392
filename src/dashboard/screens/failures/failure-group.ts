import type { DeliveryFilter, FailureGroupsQuery } from '../../generated/graphql.ts';
import { filterOfView, readView, type View } from '../deliveries/filter/view.ts';

export type FailureGroup = FailureGroupsQuery['failureGroups'][number];

/** What tells a group from every other. */
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

export function filterOfGroup(group: FailureGroup, time: string, nowMs: number): DeliveryFilter {
  return filterOfView({ ...readView(new URLSearchParams()), ...viewOfGroup(group, time) }, nowMs);
}
