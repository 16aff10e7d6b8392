import { attemptErrorCodes, attemptTriggers, deliveryStatuses, failureReasons } from '../delivery.ts';
import { bulkOperationKinds, bulkOperationStatuses } from '../domain/bulk-operations/bulk-operation-row.ts';
import { permissions } from '../domain/context.ts';
import { waitReasons } from '../domain/deliveries/load-waits.ts';
import { errorCodes } from '../errors.ts';
import { builder } from './builder.ts';

/** Combines enum values with their descriptions. The compiler rejects a missing description. */
export function describeValues<const Value extends string>(
  names: readonly Value[],
  descriptions: Readonly<Record<Value, string>>,
): { [Name in Value]: { value: Name; description: string } } {
  const entries = names.map(name => [name, { value: name, description: descriptions[name] }]);
  return Object.fromEntries(entries) as { [Name in Value]: { value: Name; description: string } };
}

export const ErrorCodeType = builder.enumType('ErrorCode', {
  description:
    'The kind of an error: `code` of an error that a mutation returned, or `extensions.code` of an error in the top-level `errors`.',
  values: describeValues(errorCodes, {
    UNAUTHORIZED: 'The key is missing, unknown, revoked or expired.',
    FORBIDDEN: 'The credential lacks a permission that the operation needs. `extensions.permission` names it.',
    NOT_FOUND: 'The tenant has no object with this id.',
    BAD_USER_INPUT: 'The input is not valid. `argument` names the first argument that is wrong.',
    INVALID_STATE: 'The object exists, but its state does not allow the operation. Nothing was changed.',
    QUOTA_EXCEEDED:
      'The tenant has reached the largest number of endpoints, event types, API keys or similar objects that this server allows. Nothing was changed.',
    IDEMPOTENCY_CONFLICT: 'The idempotency key was used within 7 days for another event.',
    PAYLOAD_TOO_LARGE: 'The payload or the request is larger than this server accepts.',
    CURSOR_EXPIRED:
      'The feed no longer has the updates after this cursor. List again, then subscribe after the `feedCursor` of the list.',
    RATE_LIMITED: 'The client sent too many requests. The same request may succeed later.',
    QUERY_TOO_COMPLEX:
      'The operation exceeds a limit on its cost, on the size of its document or JSON input, or on the size of its response.',
    TIMEOUT: 'The operation or one of its database statements took too long. Request less data.',
    UNAVAILABLE:
      'A service that the server needs, such as the database, does not respond. The same request may succeed later.',
    INTERNAL: 'The server has a bug. `extensions.id` names the failure in its log.',
  }),
});

export const DeliveryWaitReasonType = builder.enumType('DeliveryWaitReason', {
  description: 'The reason why a delivery is not sent yet.',
  values: describeValues(waitReasons, {
    ENDPOINT_DISABLED: 'The endpoint is DISABLED. Its deliveries wait until it is enabled.',
    ENDPOINT_PAUSED: 'The endpoint is PAUSED. Its deliveries wait until it is enabled.',
    RETRY_AFTER:
      'The endpoint answered 429, 502, 503 or 504 with a `Retry-After` header, and the time in this header has not passed yet.',
    FIFO_ORDER: 'The endpoint has the ordering FIFO, and an older delivery has not ended.',
    RATE_LIMIT: 'The `rateLimitPerSecond` of the endpoint is used up. The end of the wait is an estimate.',
    ENDPOINT_UNREACHABLE:
      'The delivery has been due for over a second, and the endpoint does not respond. Until it responds again, senders send it only one request at a time.',
    CONCURRENCY:
      'The delivery has been due for over a second while other requests to the endpoint are in flight: the concurrency limit of the endpoint or of the server is used up.',
  }),
});

export const DeliveryStatusType = builder.enumType('DeliveryStatus', {
  description: 'The status of a delivery.',
  values: describeValues(deliveryStatuses, {
    PENDING:
      'The delivery waits for its first attempt, or for its first attempt since someone retried it. It stays PENDING while its endpoint is paused or disabled.',
    PROCESSING: 'An attempt of the delivery is in flight.',
    RETRYING: 'The last attempt failed, and the next one is due at `nextAttemptAt`.',
    SUCCEEDED: 'The receiver answered with a status of 2xx.',
    FAILED: 'The delivery failed for good, for the reason in `failureReason`. `retryDelivery` starts it again.',
  }),
});

export const FailureReasonType = builder.enumType('FailureReason', {
  description: 'Why a delivery failed for good.',
  values: describeValues(failureReasons, {
    EXHAUSTED: 'All attempts that the retry schedule allows were made, and each of them failed.',
    GONE: 'The receiver answered 410 Gone, so retries stopped.',
    CANCELED: 'Canceled through the API before it was delivered.',
    ENDPOINT_DELETED: 'The endpoint was deleted before the delivery succeeded.',
    UNSENDABLE:
      'No request can ever be made, because of a blocked literal address, an invalid URL or a template error.',
    EXPIRED: 'Retention removed the delivery while it was still waiting for an attempt.',
  }),
});

export const AttemptErrorCodeType = builder.enumType('AttemptErrorCode', {
  description: 'The kind of failure of an attempt.',
  values: describeValues(attemptErrorCodes, {
    HTTP_STATUS: 'The receiver responded with an HTTP status other than 2xx.',
    DNS: 'The host name could not be resolved.',
    CONNECTION_REFUSED: 'The receiver refused the connection.',
    CONNECTION_RESET: 'The connection ended before the response was complete.',
    CONNECT_TIMEOUT: 'The connection to the receiver was not established before the timeout.',
    TIMEOUT: 'The response was not complete within `timeoutMs` of the endpoint.',
    TLS: 'The TLS certificate is not valid, or the handshake failed.',
    PROTOCOL: 'The response is not valid HTTP.',
    BLOCKED_ADDRESS: 'The host name resolves to a blocked address, such as a private one.',
    TEMPLATE:
      'The template could not be rendered. If the rendering exceeded its time or memory limit, the delivery is retried on its schedule. After any other template error, the delivery fails as UNSENDABLE.',
    DECRYPTION:
      'The secret or a secret header of the endpoint could not be decrypted with the ENCRYPTION_KEY of the server. No request was made.',
    INTERRUPTED:
      'The sender process stopped before it recorded the result of the attempt. The receiver may or may not have got the request.',
  }),
});

export const EndpointPauseReasonType = builder.enumType('EndpointPauseReason', {
  description: 'Why the deliveries of an ENABLED endpoint wait for a limited time.',
  values: describeValues(['RETRY_AFTER'], {
    RETRY_AFTER:
      'The receiver answered 429, 502, 503 or 504 with a `Retry-After` header. The pause lasts as long as the header asks for, at most a day.',
  }),
});

export const EndpointStatusType = builder.enumType('EndpointStatus', {
  description: 'Whether deliveries to an endpoint are created and sent.',
  values: describeValues(['ENABLED', 'PAUSED', 'DISABLED'], {
    ENABLED: 'Deliveries are created and sent.',
    PAUSED: 'Deliveries are created, and wait until the endpoint is enabled.',
    DISABLED: 'No deliveries are created, and unfinished ones wait. The history stays.',
  }),
});

export const EndpointOrderingType = builder.enumType('EndpointOrdering', {
  description: 'The order in which an endpoint gets its deliveries.',
  values: describeValues(['NONE', 'FIFO'], {
    NONE: 'Deliveries are sent as they become due, several at once. More deliveries are sent per second than with FIFO.',
    FIFO: 'Deliveries are sent one at a time, in the order in which their events were published. One that waits for a retry holds up those after it.',
  }),
});

export const HttpMethodType = builder.enumType('HttpMethod', {
  description: 'The HTTP method of requests to an endpoint.',
  values: describeValues(['POST', 'PUT', 'PATCH'], {
    POST: 'Requests use POST, the default method of webhooks.',
    PUT: 'Requests use PUT, for a receiver that stores the body under the URL of the request.',
    PATCH: 'Requests use PATCH, for a receiver that applies the body as a change.',
  }),
});

export const AttemptTriggerType = builder.enumType('AttemptTrigger', {
  description: 'Why an attempt was made.',
  values: describeValues(attemptTriggers, {
    SCHEDULE: 'The attempt was due: the first one, or a step of the retry schedule.',
    MANUAL: 'A client retried or replayed this delivery with `retryDelivery` or `replayDelivery`.',
    BULK: 'A bulk operation retried or replayed the delivery. Such an attempt has no priority over waiting deliveries, but one with the trigger MANUAL has.',
  }),
});

export const PermissionType = builder.enumType('Permission', {
  description: 'A permission of an API key or portal token.',
  values: describeValues(permissions, {
    EVENTS_PUBLISH: 'Allows publishing events.',
    DELIVERIES_READ: 'Allows reading events, deliveries and bulk operations, and subscribing to updates.',
    DELIVERIES_MANAGE: 'Allows retrying, replaying and canceling deliveries.',
    ENDPOINTS_READ: 'Allows reading endpoints and their settings.',
    ENDPOINTS_MANAGE:
      'Allows creating, changing and deleting endpoints, revealing their secrets and sending test events.',
    KEYS_MANAGE:
      'Allows managing API keys and portal tokens, reading the audit log and changing the redaction settings.',
  }),
});

export const BulkOperationKindType = builder.enumType('BulkOperationKind', {
  description: 'The action that a bulk operation does for each delivery.',
  values: describeValues(bulkOperationKinds, {
    RETRY: 'Each delivery is retried, as `retryDelivery` does.',
    REPLAY: 'For each delivery, a new delivery of the same event is created, as `replayDelivery` does.',
  }),
});

export const BulkOperationStatusType = builder.enumType('BulkOperationStatus', {
  description: 'The status of a bulk operation.',
  values: describeValues(bulkOperationStatuses, {
    RUNNING: 'The deliveries are being counted, and then retried or replayed.',
    SUCCEEDED:
      'All deliveries were processed. Those that could not be retried or replayed are counted in `failed` and listed in `errors`.',
    CANCELED: 'Canceled through the API. Retries and replays that were already made are not undone.',
    FAILED:
      'Stopped by an unexpected error, which the log of the server describes. Retries and replays that were already made are not undone.',
  }),
});
