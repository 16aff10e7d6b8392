/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The kind of failure of an attempt. */
export type AttemptErrorCode =
  /** The host name resolves to a blocked address, such as a private one. */
  | 'BLOCKED_ADDRESS'
  /** The receiver refused the connection. */
  | 'CONNECTION_REFUSED'
  /** The connection ended before the response was complete. */
  | 'CONNECTION_RESET'
  /** The connection to the receiver was not established before the timeout. */
  | 'CONNECT_TIMEOUT'
  /** The secret or a secret header of the endpoint could not be decrypted with the ENCRYPTION_KEY of the server. No request was made. */
  | 'DECRYPTION'
  /** The host name could not be resolved. */
  | 'DNS'
  /** The receiver responded with an HTTP status other than 2xx. */
  | 'HTTP_STATUS'
  /** The sender process stopped before it recorded the result of the attempt. The receiver may or may not have got the request. */
  | 'INTERRUPTED'
  /** The response is not valid HTTP. */
  | 'PROTOCOL'
  /** The template could not be rendered. If the rendering exceeded its time or memory limit, the delivery is retried on its schedule. After any other template error, the delivery fails as UNSENDABLE. */
  | 'TEMPLATE'
  /** The response was not complete within `timeoutMs` of the endpoint. */
  | 'TIMEOUT'
  /** The TLS certificate is not valid, or the handshake failed. */
  | 'TLS';

/** A span of time, such as a day: `{ from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" }`. */
export type DateTimeRange = {
  /** The start of the span, included. No start by default. */
  from?: string | null | undefined;
  /** The end of the span, excluded. No end by default. */
  to?: string | null | undefined;
};

/** Selects deliveries. A delivery must match all fields that are given, and at least one entry of each list. A field that is absent or null has no effect, and an empty list matches nothing. Each list has at most 1,000 entries. Failures of one endpoint: `{ endpointIds: ["ep_01h455vb4pex5vsknk084sn02q"], statuses: [FAILED, RETRYING] }`. */
export type DeliveryFilter = {
  /** Only deliveries that one of these bulk operations retried or, for a replay, created, such as `blk_01h455vb4pex5vsknk084sn02q`. A delivery that several operations retried matches only the last one. */
  bulkOperationIds?: Array<string> | null | undefined;
  /** Only deliveries that were created in this span of time. */
  createdAt?: DateTimeRange | null | undefined;
  /** Only deliveries to these endpoints, including deleted ones, such as `ep_01h455vb4pex5vsknk084sn02q`. */
  endpointIds?: Array<string> | null | undefined;
  /** Only deliveries whose last attempt failed with one of these errors, such as `[TIMEOUT, TLS]`. */
  errorCodes?: Array<AttemptErrorCode> | null | undefined;
  /** Only deliveries of these events, including replays, such as `evt_01h455vb4pex5vsknk084sn02q`. */
  eventIds?: Array<string> | null | undefined;
  /** Only deliveries of these event types, exact or as a prefix with `.*`: `license.*` matches `license.created` and `license.seat.added`, but not `license`. */
  eventTypes?: Array<string> | null | undefined;
  /** Only FAILED deliveries that failed for one of these reasons. */
  failureReasons?: Array<FailureReason> | null | undefined;
  /** Only the deliveries with these ids, such as `dlv_01h455vb4pex5vsknk084sn02q`. */
  ids?: Array<string> | null | undefined;
  /** Only test deliveries if true, none of them if false. */
  isTest?: boolean | null | undefined;
  /** Only deliveries whose last attempt took a number of milliseconds in this range, such as `{ from: 1000 }` for one second or more. A delivery without an attempt never matches. */
  latencyMs?: IntRange | null | undefined;
  /** Only deliveries whose last attempt got a response with an HTTP status in one of these ranges, such as `{ from: 500, to: 599 }`. */
  responseStatuses?: Array<IntRange> | null | undefined;
  /** A part of the name of the endpoint, of its URL or one of its last 20 former URLs (each without its query string), or of the event type, at most 256 characters. Or the whole id of a delivery or event. Upper and lower case, Unicode compositions and spaces around the term make no difference: `istanbul` finds `İstanbul`. Letters with and without an accent are different: `muller` does not find `Müller`. A blank term has no effect. A subscription searches the former URLs that the endpoint had when the subscription started, and the URLs in the updates that it has received since then. */
  search?: string | null | undefined;
  /** Only deliveries in one of these statuses. */
  statuses?: Array<DeliveryStatus> | null | undefined;
};

/** The order of deliveries. Ties are broken by id, in the same direction. */
export type DeliveryOrder = {
  /** The direction to sort in. */
  direction: OrderDirection;
  /** The field to sort by. */
  field: DeliveryOrderField;
};

/** The property that deliveries are sorted by. */
export type DeliveryOrderField =
  /** The time at which the delivery was created. A delivery can become visible after one that was created later, so a client that polls for new deliveries can miss some. Subscribe with `deliveryUpdated(after:)` from a `feedCursor` instead. */
  | 'CREATED_AT'
  /** The milliseconds that the last attempt took. Deliveries without an attempt come last in both directions. */
  | 'LATENCY'
  /** The HTTP status of the last attempt. Deliveries without a response come last in both directions. */
  | 'RESPONSE_STATUS'
  /** The status. Ascending: PENDING, PROCESSING, RETRYING, SUCCEEDED, FAILED. */
  | 'STATUS';

/** The status of a delivery. */
export type DeliveryStatus =
  /** The delivery failed for good, for the reason in `failureReason`. `retryDelivery` starts it again. */
  | 'FAILED'
  /** The delivery waits for its first attempt, or for its first attempt since someone retried it. It stays PENDING while its endpoint is paused or disabled. */
  | 'PENDING'
  /** An attempt of the delivery is in flight. */
  | 'PROCESSING'
  /** The last attempt failed, and the next one is due at `nextAttemptAt`. */
  | 'RETRYING'
  /** The receiver answered with a status of 2xx. */
  | 'SUCCEEDED';

/** The kind of an error: `code` of an error that a mutation returned, or `extensions.code` of an error in the top-level `errors`. */
export type ErrorCode =
  /** The input is not valid. `argument` names the first argument that is wrong. */
  | 'BAD_USER_INPUT'
  /** The feed no longer has the updates after this cursor. List again, then subscribe after the `feedCursor` of the list. */
  | 'CURSOR_EXPIRED'
  /** The credential lacks a permission that the operation needs. `extensions.permission` names it. */
  | 'FORBIDDEN'
  /** The idempotency key was used within 7 days for another event. */
  | 'IDEMPOTENCY_CONFLICT'
  /** The server has a bug. `extensions.id` names the failure in its log. */
  | 'INTERNAL'
  /** The object exists, but its state does not allow the operation. Nothing was changed. */
  | 'INVALID_STATE'
  /** The tenant has no object with this id. */
  | 'NOT_FOUND'
  /** The payload or the request is larger than this server accepts. */
  | 'PAYLOAD_TOO_LARGE'
  /** The operation exceeds a limit on its cost, on the size of its document or JSON input, or on the size of its response. */
  | 'QUERY_TOO_COMPLEX'
  /** The tenant has reached the largest number of endpoints, event types, API keys or similar objects that this server allows. Nothing was changed. */
  | 'QUOTA_EXCEEDED'
  /** The client sent too many requests. The same request may succeed later. */
  | 'RATE_LIMITED'
  /** The operation or one of its database statements took too long. Request less data. */
  | 'TIMEOUT'
  /** The key is missing, unknown, revoked or expired. */
  | 'UNAUTHORIZED'
  /** A service that the server needs, such as the database, does not respond. The same request may succeed later. */
  | 'UNAVAILABLE';

/** Why a delivery failed for good. */
export type FailureReason =
  /** Canceled through the API before it was delivered. */
  | 'CANCELED'
  /** The endpoint was deleted before the delivery succeeded. */
  | 'ENDPOINT_DELETED'
  /** All attempts that the retry schedule allows were made, and each of them failed. */
  | 'EXHAUSTED'
  /** Retention removed the delivery while it was still waiting for an attempt. */
  | 'EXPIRED'
  /** The receiver answered 410 Gone, so retries stopped. */
  | 'GONE'
  /** No request can ever be made, because of a blocked literal address, an invalid URL or a template error. */
  | 'UNSENDABLE';

/** A range of whole numbers, both ends included: `{ from: 500, to: 599 }`, or `{ from: 404, to: 404 }` for one. */
export type IntRange = {
  /** The smallest number, included. No lower end by default. */
  from?: number | null | undefined;
  /** The largest number, included. No upper end by default. */
  to?: number | null | undefined;
};

/** The direction of a sort order. */
export type OrderDirection =
  /** The smallest or oldest value comes first. */
  | 'ASC'
  /** The largest or newest value comes first. */
  | 'DESC';

/** The type, payload and options of an event to publish. */
export type PublishEventInput = {
  /** The ids of the endpoints that get the event, whatever event types they subscribe to. No other endpoint gets the event. At most 1,000. Default: all endpoints that receive the type. */
  endpointIds?: Array<string> | null | undefined;
  /** A key of 1 to 255 characters, such as `order-17-paid`, which is kept for 7 days. Publishing again with the same key, type, payload bytes and `endpointIds` returns the first event. If one of these differs, the result is IDEMPOTENCY_CONFLICT. */
  idempotencyKey?: string | null | undefined;
  /** The payload, which may be any JSON, such as `{ amount: 4200 }`. It is serialized once, when it is published. Give either `payload` or `payloadText`. At most `Settings.maxPayloadBytes` (262,144 by default) and 1,000 levels of objects and arrays. */
  payload?: unknown;
  /** The payload as JSON text, which is sent byte for byte. Use it for integers beyond 2^53, or if whitespace matters. The limits of `payload` apply. */
  payloadText?: string | null | undefined;
  /** The event type, such as `payment.completed`: words of letters, digits, `_` and `-`, joined by dots, at most 128 characters. */
  type: string;
};

export type DeliveryFieldsFragment = { id: string, status: DeliveryStatus, eventType: string, isTest: boolean, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, updatedAt: string, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, error: { code: AttemptErrorCode, message: string } | null, endpoint: { id: string, name: string, url: string }, event: { id: string } };

export type PublishEventsMutationVariables = Exact<{
  inputs: Array<PublishEventInput> | PublishEventInput;
}>;


export type PublishEventsMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'IdempotencyConflictError', code: ErrorCode, message: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'PayloadTooLargeError', code: ErrorCode, message: string }
    | { __typename: 'PublishEventsSuccess', events: Array<{ id: string, type: string, createdAt: string }> }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type RetryDeliveryMutationVariables = Exact<{
  id: string;
}>;


export type RetryDeliveryMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Delivery', id: string, status: DeliveryStatus, eventType: string, isTest: boolean, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, updatedAt: string, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, error: { code: AttemptErrorCode, message: string } | null, endpoint: { id: string, name: string, url: string }, event: { id: string } }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type ReplayDeliveryMutationVariables = Exact<{
  id: string;
  endpointId?: string | null | undefined;
}>;


export type ReplayDeliveryMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Delivery', id: string, status: DeliveryStatus, eventType: string, isTest: boolean, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, updatedAt: string, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, error: { code: AttemptErrorCode, message: string } | null, endpoint: { id: string, name: string, url: string }, event: { id: string } }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type CancelDeliveryMutationVariables = Exact<{
  id: string;
}>;


export type CancelDeliveryMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Delivery', id: string, status: DeliveryStatus, eventType: string, isTest: boolean, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, updatedAt: string, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, error: { code: AttemptErrorCode, message: string } | null, endpoint: { id: string, name: string, url: string }, event: { id: string } }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type GetDeliveryQueryVariables = Exact<{
  id: string;
}>;


export type GetDeliveryQuery = { delivery: { id: string, status: DeliveryStatus, eventType: string, isTest: boolean, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, updatedAt: string, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, error: { code: AttemptErrorCode, message: string } | null, endpoint: { id: string, name: string, url: string }, event: { id: string } } | null };

export type ListDeliveriesQueryVariables = Exact<{
  filter?: DeliveryFilter | null | undefined;
  orderBy?: DeliveryOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListDeliveriesQuery = { deliveries: { feedCursor: string, nodes: Array<{ id: string, status: DeliveryStatus, eventType: string, isTest: boolean, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, updatedAt: string, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, error: { code: AttemptErrorCode, message: string } | null, endpoint: { id: string, name: string, url: string }, event: { id: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type GetFeedCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type GetFeedCursorQuery = { feedCursor: string };

export type WatchDeliveriesSubscriptionVariables = Exact<{
  filter?: DeliveryFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type WatchDeliveriesSubscription = { deliveryUpdated: { cursor: string, status: DeliveryStatus, previousStatus: DeliveryStatus | null, occurredAt: string, matches: boolean, skipped: number, delivery: { id: string, status: DeliveryStatus, eventType: string, isTest: boolean, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, updatedAt: string, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, error: { code: AttemptErrorCode, message: string } | null, endpoint: { id: string, name: string, url: string }, event: { id: string } } } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const DeliveryFieldsFragmentDoc = new TypedDocumentString(`
    fragment DeliveryFields on Delivery {
  id
  status
  eventType
  isTest
  attemptCount
  maxAttempts
  responseStatus
  failureReason
  createdAt
  updatedAt
  nextAttemptAt
  deliveredAt
  failedAt
  version
  error {
    code
    message
  }
  endpoint {
    id
    name
    url
  }
  event {
    id
  }
}
    `, {"fragmentName":"DeliveryFields"}) as unknown as TypedDocumentString<DeliveryFieldsFragment, unknown>;
export const PublishEventsDocument = new TypedDocumentString(`
    mutation PublishEvents($inputs: [PublishEventInput!]!) {
  outcome: publishEvents(inputs: $inputs) {
    __typename
    ... on PublishEventsSuccess {
      events {
        id
        type
        createdAt
      }
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<PublishEventsMutation, PublishEventsMutationVariables>;
export const RetryDeliveryDocument = new TypedDocumentString(`
    mutation RetryDelivery($id: ID!) {
  outcome: retryDelivery(id: $id) {
    __typename
    ...DeliveryFields
    ... on Error {
      code
      message
    }
  }
}
    fragment DeliveryFields on Delivery {
  id
  status
  eventType
  isTest
  attemptCount
  maxAttempts
  responseStatus
  failureReason
  createdAt
  updatedAt
  nextAttemptAt
  deliveredAt
  failedAt
  version
  error {
    code
    message
  }
  endpoint {
    id
    name
    url
  }
  event {
    id
  }
}`) as unknown as TypedDocumentString<RetryDeliveryMutation, RetryDeliveryMutationVariables>;
export const ReplayDeliveryDocument = new TypedDocumentString(`
    mutation ReplayDelivery($id: ID!, $endpointId: ID) {
  outcome: replayDelivery(id: $id, endpointId: $endpointId) {
    __typename
    ...DeliveryFields
    ... on Error {
      code
      message
    }
  }
}
    fragment DeliveryFields on Delivery {
  id
  status
  eventType
  isTest
  attemptCount
  maxAttempts
  responseStatus
  failureReason
  createdAt
  updatedAt
  nextAttemptAt
  deliveredAt
  failedAt
  version
  error {
    code
    message
  }
  endpoint {
    id
    name
    url
  }
  event {
    id
  }
}`) as unknown as TypedDocumentString<ReplayDeliveryMutation, ReplayDeliveryMutationVariables>;
export const CancelDeliveryDocument = new TypedDocumentString(`
    mutation CancelDelivery($id: ID!) {
  outcome: cancelDelivery(id: $id) {
    __typename
    ...DeliveryFields
    ... on Error {
      code
      message
    }
  }
}
    fragment DeliveryFields on Delivery {
  id
  status
  eventType
  isTest
  attemptCount
  maxAttempts
  responseStatus
  failureReason
  createdAt
  updatedAt
  nextAttemptAt
  deliveredAt
  failedAt
  version
  error {
    code
    message
  }
  endpoint {
    id
    name
    url
  }
  event {
    id
  }
}`) as unknown as TypedDocumentString<CancelDeliveryMutation, CancelDeliveryMutationVariables>;
export const GetDeliveryDocument = new TypedDocumentString(`
    query GetDelivery($id: ID!) {
  delivery(id: $id) {
    ...DeliveryFields
  }
}
    fragment DeliveryFields on Delivery {
  id
  status
  eventType
  isTest
  attemptCount
  maxAttempts
  responseStatus
  failureReason
  createdAt
  updatedAt
  nextAttemptAt
  deliveredAt
  failedAt
  version
  error {
    code
    message
  }
  endpoint {
    id
    name
    url
  }
  event {
    id
  }
}`) as unknown as TypedDocumentString<GetDeliveryQuery, GetDeliveryQueryVariables>;
export const ListDeliveriesDocument = new TypedDocumentString(`
    query ListDeliveries($filter: DeliveryFilter, $orderBy: DeliveryOrder, $first: Int, $after: String) {
  deliveries(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    nodes {
      ...DeliveryFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    feedCursor
  }
}
    fragment DeliveryFields on Delivery {
  id
  status
  eventType
  isTest
  attemptCount
  maxAttempts
  responseStatus
  failureReason
  createdAt
  updatedAt
  nextAttemptAt
  deliveredAt
  failedAt
  version
  error {
    code
    message
  }
  endpoint {
    id
    name
    url
  }
  event {
    id
  }
}`) as unknown as TypedDocumentString<ListDeliveriesQuery, ListDeliveriesQueryVariables>;
export const GetFeedCursorDocument = new TypedDocumentString(`
    query GetFeedCursor {
  feedCursor
}
    `) as unknown as TypedDocumentString<GetFeedCursorQuery, GetFeedCursorQueryVariables>;
export const WatchDeliveriesDocument = new TypedDocumentString(`
    subscription WatchDeliveries($filter: DeliveryFilter, $after: String) {
  deliveryUpdated(filter: $filter, after: $after) {
    cursor
    status
    previousStatus
    occurredAt
    matches
    skipped
    delivery {
      ...DeliveryFields
    }
  }
}
    fragment DeliveryFields on Delivery {
  id
  status
  eventType
  isTest
  attemptCount
  maxAttempts
  responseStatus
  failureReason
  createdAt
  updatedAt
  nextAttemptAt
  deliveredAt
  failedAt
  version
  error {
    code
    message
  }
  endpoint {
    id
    name
    url
  }
  event {
    id
  }
}`) as unknown as TypedDocumentString<WatchDeliveriesSubscription, WatchDeliveriesSubscriptionVariables>;