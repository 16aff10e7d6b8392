import { bulkOperationKinds, bulkOperationStatuses } from '../domain/bulk-operations/bulk-operation-row.ts';
import { permissions } from '../domain/context.ts';
import { waitReasons } from '../domain/deliveries/load-waits.ts';
import { errorCodes } from '../errors.ts';
import { attemptErrorCodes, attemptTriggers, deliveryStatuses, failureReasons } from '../feed/transition.ts';
import { builder } from './builder.ts';

/** Enum values with their descriptions; the compiler sees to it that none is missing. */
export function describeValues<const Value extends string>(
  names: readonly Value[],
  descriptions: Readonly<Record<Value, string>>,
): { [Name in Value]: { value: Name; description: string } } {
  const entries = names.map(name => [name, { value: name, description: descriptions[name] }]);
  return Object.fromEntries(entries) as { [Name in Value]: { value: Name; description: string } };
}

export const ErrorCodeType = builder.enumType('ErrorCode', {
  description: 'What went wrong, as `code` of an error in a result or as `extensions.code` of one beside the data.',
  values: describeValues(errorCodes, {
    UNAUTHORIZED: 'No key, or one that is wrong, revoked or expired.',
    FORBIDDEN: 'The key lacks a permission: `extensions.permission` names it.',
    NOT_FOUND: 'The tenant has nothing of this id.',
    BAD_USER_INPUT: 'Input that can never be accepted: `argument` names the place.',
    INVALID_STATE: 'It exists, and is not in a state in which this can be done. Nothing was changed.',
    QUOTA_EXCEEDED:
      'The tenant has as many endpoints, event types, API keys or similar as this server allows. Nothing was changed.',
    IDEMPOTENCY_CONFLICT: 'The idempotency key was used within 7 days for something else.',
    PAYLOAD_TOO_LARGE: 'The payload or the request is larger than this server accepts.',
    CURSOR_EXPIRED: 'The feed no longer holds what follows this cursor: list again, then subscribe after `feedCursor`.',
    RATE_LIMITED: 'Too many requests: try later.',
    QUERY_TOO_COMPLEX: 'The operation asks for too much at once.',
    TIMEOUT: 'The database took too long: ask for less.',
    UNAVAILABLE: 'Something needed does not answer just now: the same request may succeed later.',
    INTERNAL: 'A bug here. `extensions.id` names it in the log.',
  }),
});

export const DeliveryWaitReasonType = builder.enumType('DeliveryWaitReason', {
  description: 'What holds a delivery back from being sent.',
  values: describeValues(waitReasons, {
    ENDPOINT_DISABLED: 'The endpoint is DISABLED. Its deliveries wait until it is enabled.',
    ENDPOINT_PAUSED: 'The endpoint is PAUSED. Its deliveries wait until it is enabled.',
    RETRY_AFTER: 'The endpoint answered 429 or 503 with a `Retry-After` header, and that time has not passed.',
    FIFO_ORDER: 'The endpoint has the ordering FIFO, and an older delivery has not ended.',
    RATE_LIMIT: 'The `rateLimitPerSecond` of the endpoint is used up. The end of the wait is an estimate.',
    ENDPOINT_UNREACHABLE:
      'The delivery has been due for over a second, and the endpoint does not respond. Senders probe it with one request at a time until it does.',
    CONCURRENCY:
      'The delivery has been due for over a second while other requests to the endpoint are in flight: the concurrency limit of the endpoint or of the server is used up.',
  }),
});

export const DeliveryStatusType = builder.enumType('DeliveryStatus', {
  description: 'Where a delivery stands.',
  values: describeValues(deliveryStatuses, {
    PENDING: 'Not tried yet (in this run of the schedule). Waits while its endpoint is paused or disabled.',
    PROCESSING: 'An attempt is under way.',
    RETRYING: 'The last attempt failed; the next is due at `nextAttemptAt`.',
    SUCCEEDED: 'The receiver answered 2xx.',
    FAILED: 'Given up: `failureReason` says why. `retryDelivery` starts it afresh.',
  }),
});

export const FailureReasonType = builder.enumType('FailureReason', {
  description: 'Why a delivery was given up.',
  values: describeValues(failureReasons, {
    EXHAUSTED: 'The retry schedule is used up.',
    GONE: 'The receiver answered 410.',
    CANCELED: 'A person gave it up.',
    ENDPOINT_DELETED: 'Its endpoint was deleted.',
    UNSENDABLE: 'No request could ever be made: a blocked literal address, an unusable URL or a template error.',
    EXPIRED: 'Retention dropped it while it still waited.',
  }),
});

export const AttemptErrorCodeType = builder.enumType('AttemptErrorCode', {
  description: 'How an attempt failed.',
  values: describeValues(attemptErrorCodes, {
    HTTP_STATUS: 'An answer came, and its status is not 2xx.',
    DNS: 'The name could not be resolved.',
    CONNECTION_REFUSED: 'Nothing listens there.',
    CONNECTION_RESET: 'The connection broke.',
    CONNECT_TIMEOUT: 'No connection in time.',
    TIMEOUT: 'No complete exchange within `timeoutMs`.',
    TLS: 'The certificate or the handshake is wrong.',
    PROTOCOL: 'What came back is no HTTP.',
    BLOCKED_ADDRESS: 'The name leads to an address that nothing is sent to.',
    TEMPLATE:
      'The template could not be rendered. If the rendering was ended because it took too long or too much memory, the delivery follows its schedule; other template errors end it as UNSENDABLE.',
    DECRYPTION:
      'The secret or a secret header of the endpoint could not be decrypted with the ENCRYPTION_KEY of the server. No request was made.',
    INTERRUPTED: 'The sender ended while it was sending: whether the receiver got it is not known.',
  }),
});

export const EndpointPauseReasonType = builder.enumType('EndpointPauseReason', {
  description: 'Why an endpoint that is ENABLED is sent nothing for a while.',
  values: describeValues(['RETRY_AFTER'], {
    RETRY_AFTER:
      'The receiver answered 429, 502, 503 or 504 with a `Retry-After` header. The pause lasts as long as the header asks for, at most a day.',
  }),
});

export const EndpointStatusType = builder.enumType('EndpointStatus', {
  description: 'Whether an endpoint takes deliveries.',
  values: describeValues(['ENABLED', 'PAUSED', 'DISABLED'], {
    ENABLED: 'Deliveries are made and sent.',
    PAUSED: 'Deliveries are made, and held until it is enabled.',
    DISABLED: 'No new deliveries; outstanding ones are held; history stays.',
  }),
});

export const EndpointOrderingType = builder.enumType('EndpointOrdering', {
  description: 'In which order an endpoint gets its deliveries.',
  values: describeValues(['NONE', 'FIFO'], {
    NONE: 'As they become due, many at once: the quickest.',
    FIFO: 'One at a time, in the order of their publishing; one that waits for its retry holds the ones behind it.',
  }),
});

export const HttpMethodType = builder.enumType('HttpMethod', {
  description: 'The method of the request that a receiver gets.',
  values: describeValues(['POST', 'PUT', 'PATCH'], {
    POST: 'POST, the default.',
    PUT: 'PUT.',
    PATCH: 'PATCH.',
  }),
});

export const AttemptTriggerType = builder.enumType('AttemptTrigger', {
  description: 'What caused an attempt.',
  values: describeValues(attemptTriggers, {
    SCHEDULE: 'It was due: the first attempt, or a step of the retry schedule.',
    MANUAL: 'A person retried or replayed it.',
    BULK: 'A bulk operation retried or replayed it. Unlike MANUAL it does not overtake what waits.',
  }),
});

export const PermissionType = builder.enumType('Permission', {
  description: 'What an API key may do.',
  values: describeValues(permissions, {
    EVENTS_PUBLISH: 'Publish events.',
    DELIVERIES_READ: 'Read events and deliveries, and follow the feed.',
    DELIVERIES_MANAGE: 'Retry, replay and cancel deliveries.',
    ENDPOINTS_READ: 'Read endpoints.',
    ENDPOINTS_MANAGE: 'Change endpoints, read their secrets, send test events.',
    KEYS_MANAGE: 'Read, make and revoke API keys, make portal tokens, and read the audit log.',
  }),
});

export const BulkOperationKindType = builder.enumType('BulkOperationKind', {
  description: 'What a bulk operation does to each delivery.',
  values: describeValues(bulkOperationKinds, {
    RETRY: 'Tries it again, as `retryDelivery` does.',
    REPLAY: 'Makes a new delivery of its event to the same endpoint, as `replayDelivery` does.',
  }),
});

export const BulkOperationStatusType = builder.enumType('BulkOperationStatus', {
  description: 'Where a bulk operation stands.',
  values: describeValues(bulkOperationStatuses, {
    RUNNING: 'Its deliveries are being counted, and then retried or replayed.',
    SUCCEEDED: 'Every delivery was looked at. Single ones may have failed: see `failed` and `errors`.',
    CANCELED: 'A person ended it. What was done stays done.',
    FAILED: 'A bug here ended it: the log says which. What was done stays done.',
  }),
});
