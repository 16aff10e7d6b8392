import { formatId } from '../../ids.ts';

/** An operational event that is not published yet. Times in `details` are Unix milliseconds, ids are UUIDs. */
export interface OperationalEventRow {
  readonly id: number;
  readonly tenantId: string;
  readonly endpointId: string;
  readonly endpointName: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly details: {
    readonly reason?: string;
    readonly failingSince?: number;
    readonly disablesAt?: number | null;
    readonly wasDisabled?: boolean;
    readonly deliveryId?: string;
    readonly eventId?: string;
    readonly eventType?: string;
    readonly failureReason?: string;
    readonly attemptCount?: number;
    readonly responseStatus?: number | null;
    readonly errorCode?: string | null;
  };
}

/** Returns the payload of a `livehook.*` event, as docs/operational-events.md describes it. */
export function writeOperationalEvent({
  type,
  occurredAt,
  endpointId,
  endpointName,
  details,
}: OperationalEventRow): string {
  const { failingSince, disablesAt, deliveryId, eventId, ...rest } = details;
  const endpoint = { id: formatId('ep', endpointId), name: endpointName };
  if (deliveryId === undefined || eventId === undefined) {
    return JSON.stringify({
      type,
      occurredAt,
      endpoint,
      ...rest,
      ...(failingSince !== undefined && { failingSince: new Date(failingSince) }),
      ...(disablesAt !== undefined && { disablesAt: disablesAt && new Date(disablesAt) }),
    });
  }
  const delivery = { id: formatId('dlv', deliveryId), eventId: formatId('evt', eventId), ...rest };
  return JSON.stringify({ type, occurredAt, endpoint, delivery });
}
