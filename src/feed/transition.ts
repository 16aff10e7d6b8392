/** The states of a delivery, in the order in which `DeliveryOrderField.STATUS` sorts them. */
export const deliveryStatuses = ['PENDING', 'PROCESSING', 'RETRYING', 'SUCCEEDED', 'FAILED'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

export const failureReasons = ['EXHAUSTED', 'GONE', 'CANCELED', 'ENDPOINT_DELETED', 'UNSENDABLE', 'EXPIRED'] as const;
export type FailureReason = (typeof failureReasons)[number];

export const attemptErrorCodes = [
  'HTTP_STATUS',
  'DNS',
  'CONNECTION_REFUSED',
  'CONNECTION_RESET',
  'CONNECT_TIMEOUT',
  'TIMEOUT',
  'TLS',
  'PROTOCOL',
  'BLOCKED_ADDRESS',
  'TEMPLATE',
  'DECRYPTION',
  'INTERRUPTED',
] as const;
export type AttemptErrorCode = (typeof attemptErrorCodes)[number];

/** What causes an attempt. Of the three only MANUAL overtakes its lane, and a pause that the receiver asked for. */
export const attemptTriggers = ['SCHEDULE', 'MANUAL', 'BULK'] as const;
export type AttemptTrigger = (typeof attemptTriggers)[number];

/**
 * A delivery as it stood right after one of its transitions: every scalar that a list shows, and what a filter looks
 * at. Ids are UUIDs (not TypeIDs), times are unix milliseconds.
 */
export interface DeliverySnapshot {
  readonly id: string;
  readonly tenantId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: DeliveryStatus;
  readonly failureReason: FailureReason | null;
  /** Attempts claimed so far, the one in flight included. */
  readonly attemptCount: number;
  /** The number of the last attempt that the current run of the schedule allows. */
  readonly maxAttempts: number;
  /** Of the last attempt; null where no response came. */
  readonly responseStatus: number | null;
  /** Of the last attempt; null after a success. */
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** Set exactly in PENDING and RETRYING. */
  readonly nextAttemptAt: number | null;
  readonly updatedAt: number;
  /** When SUCCEEDED or FAILED was reached. */
  readonly finishedAt: number | null;
  /** The end of the last failed attempt. */
  readonly lastFailedAt: number | null;
  readonly isTest: boolean;
  readonly replayOf: string | null;
  /** The bulk operation that retried it last or, for a replay, that created it. Null: none did. */
  readonly bulkOperationId: string | null;
  /** 1 at creation, +1 at each transition. */
  readonly version: number;
}

/** What a filter looks at and a transition changes: as it stood right before. */
export interface PreviousState {
  readonly status: DeliveryStatus;
  readonly failureReason: FailureReason | null;
  readonly responseStatus: number | null;
  readonly errorCode: AttemptErrorCode | null;
  readonly bulkOperationId: string | null;
}

/** A delivery moving from one status to another: what the feed carries. */
export interface Transition {
  readonly delivery: DeliverySnapshot;
  /** Null at creation. */
  readonly previous: PreviousState | null;
  /** Unix milliseconds, by the database's clock. */
  readonly occurredAt: number;
  /** For the filter's `search`. */
  readonly endpointName: string;
  /** Redis holds it without its query: see `withoutQuery`. */
  readonly endpointUrl: string;
}

/** Each tenant's transitions, in the order given. */
export function groupByTenant(transitions: readonly Transition[]): Map<string, Transition[]> {
  return Map.groupBy(transitions, transition => transition.delivery.tenantId);
}
