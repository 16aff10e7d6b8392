/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

/** Why an attempt was made. */
export type AttemptTrigger =
  /** A bulk operation retried or replayed the delivery. Such an attempt has no priority over waiting deliveries, but one with the trigger MANUAL has. */
  | 'BULK'
  /** A client retried or replayed this delivery with `retryDelivery` or `replayDelivery`. */
  | 'MANUAL'
  /** The attempt was due: the first one, or a step of the retry schedule. */
  | 'SCHEDULE';

/** The settings of a new endpoint. */
export type CreateEndpointInput = {
  /** A Liquid template for the body, such as `{"text":{{ payload.title | json }}}`. It can read `payload`, `event`, `delivery` and `endpoint`. A missing variable prints nothing, or `null` with the filter `json`. A rendering may take 50 ms of processor time and print 1,048,576 characters. The template is rejected if it cannot be compiled, or if its output can never be valid JSON although the content type is JSON. Default: the payload as published. */
  bodyTemplate?: string | null | undefined;
  /** The endpoint is disabled automatically once its attempts have failed for this number of seconds without a success: 0 (never) to 31,536,000. The event `livehook.endpoint.failing` is published after half of that time. A successful test event enables the endpoint again. Default: `Settings.defaultDisableAfterSeconds`, 432,000 (5 days) unless the operator changed it. */
  disableAfterSeconds?: number | null | undefined;
  /** Whether a response of 410 disables the endpoint. Default: true for a literal URL, false for a templated one. */
  disableOnGone?: boolean | null | undefined;
  /** The event types that the endpoint receives, exact or as prefixes such as `license.*`. An empty list means all types except `livehook.*`. Default: an empty list. */
  eventTypes?: Array<string> | null | undefined;
  /** Custom headers to send with each request, such as `{ name: "authorization", value: "Bearer ..." }`. Names that the server sets itself are rejected. Default: none. */
  headers?: Array<HeaderInput> | null | undefined;
  /** The largest number of requests to the endpoint in flight at once, of all senders together: 1 to 10,000. Default: only the limit of each sender applies. */
  maxConcurrency?: number | null | undefined;
  /** The HTTP method of the requests. Default: POST. */
  method?: HttpMethod | null | undefined;
  /** The name of the endpoint: 1 to 200 characters. */
  name: string;
  /** Whether deliveries are sent one at a time in the order in which their events were published. Default: NONE. */
  ordering?: EndpointOrdering | null | undefined;
  /** The largest number of requests per second: 0.001 to 100,000. Default: no limit. */
  rateLimitPerSecond?: number | null | undefined;
  /** The delay after each failed attempt, in seconds, each varied at random by up to 10% in both directions: up to 30 numbers from 0 to 604,800. `[60, 600, 3600]` allows four attempts, `[]` a single one. Default: 9 delays over about 75 hours. */
  retryScheduleSeconds?: Array<number> | null | undefined;
  /** The secret that requests are signed with: `whsec_` and the base64 of 24 to 64 bytes, or a secret that receivers already have: 8 to 256 characters without control characters, such as `sk_live_...`. The key of `webhook-signature` is the decoded base64 after `whsec_`, or the UTF-8 bytes of any other text. Other text that is valid base64 is also decoded for a second signature. The key of `x-webhook-signature` is the whole text. Default: `whsec_` and 32 random bytes. */
  secret?: string | null | undefined;
  /** Whether deliveries to the endpoint are created and sent. Default: ENABLED. */
  status?: EndpointStatus | null | undefined;
  /** Whether response bodies are stored up to their size limit. If false, only their first 500 bytes are stored. Default: true. */
  storeResponseBody?: boolean | null | undefined;
  /** The largest duration of one attempt, in milliseconds: 100 to 60,000. Default: `Settings.defaultTimeoutMs`, 10,000 unless the operator changed it. */
  timeoutMs?: number | null | undefined;
  /** The URL that requests are sent to: http or https, without user and password. Path and query may have a Liquid template, such as `https://shop.example/orders/{{ payload.id }}`. Its values are percent-encoded. A variable that is missing or null, or empty in the path, is a template error, which `{{ payload.id | default: "none" }}` avoids. */
  url: string;
};

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

/** The order in which an endpoint gets its deliveries. */
export type EndpointOrdering =
  /** Deliveries are sent one at a time, in the order in which their events were published. One that waits for a retry holds up those after it. */
  | 'FIFO'
  /** Deliveries are sent as they become due, several at once. More deliveries are sent per second than with FIFO. */
  | 'NONE';

/** Whether deliveries to an endpoint are created and sent. */
export type EndpointStatus =
  /** No deliveries are created, and unfinished ones wait. The history stays. */
  | 'DISABLED'
  /** Deliveries are created and sent. */
  | 'ENABLED'
  /** Deliveries are created, and wait until the endpoint is enabled. */
  | 'PAUSED';

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

/** A custom header to send with each request. */
export type HeaderInput = {
  /** Whether the endpoint keeps the stored value and `secret` of the header with this name, so that other headers can be changed without knowing the value. Pass `""` as `value` then. */
  keepValue?: boolean | null | undefined;
  /** The name, such as `authorization`. Names that Livehook sets itself (`webhook-id`, `host`, `user-agent`) and names that proxies and cloud platforms trust (`x-forwarded-for`, `metadata-flavor`) are rejected, also in spellings that servers read as the same name (`webhook_id`). */
  name: string;
  /** Whether the value is stored encrypted and never shown again. */
  secret?: boolean | null | undefined;
  /** The value of the header. Ignored if `keepValue` is true. */
  value: string;
};

/** The HTTP method of requests to an endpoint. */
export type HttpMethod =
  /** Requests use PATCH, for a receiver that applies the body as a change. */
  | 'PATCH'
  /** Requests use POST, the default method of webhooks. */
  | 'POST'
  /** Requests use PUT, for a receiver that stores the body under the URL of the request. */
  | 'PUT';

/** A range of whole numbers, both ends included: `{ from: 500, to: 599 }`, or `{ from: 404, to: 404 }` for one. */
export type IntRange = {
  /** The smallest number, included. No lower end by default. */
  from?: number | null | undefined;
  /** The largest number, included. No upper end by default. */
  to?: number | null | undefined;
};

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

export type ClientDeliveriesQueryVariables = Exact<{
  filter?: DeliveryFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ClientDeliveriesQuery = { deliveries: { edges: Array<{ cursor: string, node: { id: string, status: DeliveryStatus, endpoint: { id: string, name: string } } }>, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type ClientRetryMutationVariables = Exact<{
  id: string;
}>;


export type ClientRetryMutation = { retryDelivery:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Delivery', id: string, status: DeliveryStatus, failureReason: FailureReason | null }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type ClientWatchSubscriptionVariables = Exact<{
  filter?: DeliveryFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type ClientWatchSubscription = { deliveryUpdated: { cursor: string, status: DeliveryStatus, previousStatus: DeliveryStatus | null, delivery: { id: string, status: DeliveryStatus, failureReason: FailureReason | null } } };

export type ClientFeedCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type ClientFeedCursorQuery = { feedCursor: string };

export type CreateEndpointMutationVariables = Exact<{
  input: CreateEndpointInput;
}>;


export type CreateEndpointMutation = { createEndpoint:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'CreateEndpointSuccess', secret: string, endpoint: { id: string, status: EndpointStatus } }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type PublishEventMutationVariables = Exact<{
  input: PublishEventInput;
}>;


export type PublishEventMutation = { publishEvent:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Event', id: string, type: string, deliveries: { nodes: Array<{ id: string, status: DeliveryStatus }> } }
    | { __typename: 'IdempotencyConflictError', code: ErrorCode, message: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'PayloadTooLargeError', code: ErrorCode, message: string }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type PublishEventsMutationVariables = Exact<{
  inputs: Array<PublishEventInput> | PublishEventInput;
}>;


export type PublishEventsMutation = { publishEvents:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'IdempotencyConflictError', code: ErrorCode, message: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'PayloadTooLargeError', code: ErrorCode, message: string }
    | { __typename: 'PublishEventsSuccess', events: Array<{ id: string }> }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type ReadDeliveryQueryVariables = Exact<{
  id: string;
}>;


export type ReadDeliveryQuery = { delivery: { id: string, status: DeliveryStatus, failureReason: FailureReason | null, attemptCount: number, maxAttempts: number, responseStatus: number | null, nextAttemptAt: string | null, deliveredAt: string | null, failedAt: string | null, version: number, event: { id: string }, replayOf: { id: string } | null, replays: Array<{ id: string }>, error: { code: AttemptErrorCode, message: string } | null, attempts: Array<{ number: number, trigger: AttemptTrigger, durationMs: number, request: { method: HttpMethod, url: string, body: string | null, headers: Array<{ name: string, value: string | null }> } | null, response: { status: number, body: string | null, bodyTruncated: boolean, headers: Array<{ name: string, value: string | null }> } | null, error: { code: AttemptErrorCode, message: string } | null }> } | null };

export type ListDeliveriesQueryVariables = Exact<{
  filter?: DeliveryFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListDeliveriesQuery = { deliveries: { nodes: Array<{ id: string, status: DeliveryStatus, failureReason: FailureReason | null, attemptCount: number, attempts: Array<{ number: number, error: { code: AttemptErrorCode } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, totalCount: { value: number, exact: boolean } } };

export type RetryDeliveryMutationVariables = Exact<{
  id: string;
}>;


export type RetryDeliveryMutation = { retryDelivery:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Delivery', id: string, status: DeliveryStatus, attemptCount: number }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type ReplayDeliveryMutationVariables = Exact<{
  id: string;
}>;


export type ReplayDeliveryMutation = { replayDelivery:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Delivery', id: string, status: DeliveryStatus, attemptCount: number, event: { id: string }, replayOf: { id: string } | null }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type ReadFeedCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadFeedCursorQuery = { feedCursor: string };

export type DeliveryUpdatedSubscriptionVariables = Exact<{
  filter?: DeliveryFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type DeliveryUpdatedSubscription = { deliveryUpdated: { cursor: string, status: DeliveryStatus, previousStatus: DeliveryStatus | null, matches: boolean, skipped: number, delivery: { id: string, status: DeliveryStatus, attemptCount: number, version: number, responseStatus: number | null, endpoint: { name: string } } } };


export const ClientDeliveriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ClientDeliveries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeliveryFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"endpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ClientDeliveriesQuery, ClientDeliveriesQueryVariables>;
export const ClientRetryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ClientRetry"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryDelivery"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Delivery"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ClientRetryMutation, ClientRetryMutationVariables>;
export const ClientWatchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ClientWatch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeliveryFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deliveryUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"delivery"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"}}]}}]}}]}}]} as unknown as DocumentNode<ClientWatchSubscription, ClientWatchSubscriptionVariables>;
export const ClientFeedCursorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ClientFeedCursor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"feedCursor"}}]}}]} as unknown as DocumentNode<ClientFeedCursorQuery, ClientFeedCursorQueryVariables>;
export const CreateEndpointDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateEndpoint"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateEndpointInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createEndpoint"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateEndpointSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<CreateEndpointMutation, CreateEndpointMutationVariables>;
export const PublishEventDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PublishEvent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PublishEventInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"publishEvent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Event"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"deliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<PublishEventMutation, PublishEventMutationVariables>;
export const PublishEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PublishEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"inputs"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PublishEventInput"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"publishEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"inputs"},"value":{"kind":"Variable","name":{"kind":"Name","value":"inputs"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PublishEventsSuccess"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<PublishEventsMutation, PublishEventsMutationVariables>;
export const ReadDeliveryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadDelivery"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"delivery"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"}},{"kind":"Field","name":{"kind":"Name","value":"attemptCount"}},{"kind":"Field","name":{"kind":"Name","value":"maxAttempts"}},{"kind":"Field","name":{"kind":"Name","value":"responseStatus"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}},{"kind":"Field","name":{"kind":"Name","value":"deliveredAt"}},{"kind":"Field","name":{"kind":"Name","value":"failedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"replayOf"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"replays"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attempts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"request"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"headers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"body"}}]}},{"kind":"Field","name":{"kind":"Name","value":"response"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"headers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"bodyTruncated"}}]}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ReadDeliveryQuery, ReadDeliveryQueryVariables>;
export const ListDeliveriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListDeliveries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeliveryFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"failureReason"}},{"kind":"Field","name":{"kind":"Name","value":"attemptCount"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"exact"}}]}}]}}]}}]} as unknown as DocumentNode<ListDeliveriesQuery, ListDeliveriesQueryVariables>;
export const RetryDeliveryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryDelivery"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryDelivery"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Delivery"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attemptCount"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RetryDeliveryMutation, RetryDeliveryMutationVariables>;
export const ReplayDeliveryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayDelivery"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayDelivery"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Delivery"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attemptCount"}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"replayOf"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Error"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ReplayDeliveryMutation, ReplayDeliveryMutationVariables>;
export const ReadFeedCursorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ReadFeedCursor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"feedCursor"}}]}}]} as unknown as DocumentNode<ReadFeedCursorQuery, ReadFeedCursorQueryVariables>;
export const DeliveryUpdatedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"DeliveryUpdated"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DeliveryFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deliveryUpdated"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"previousStatus"}},{"kind":"Field","name":{"kind":"Name","value":"matches"}},{"kind":"Field","name":{"kind":"Name","value":"skipped"}},{"kind":"Field","name":{"kind":"Name","value":"delivery"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attemptCount"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"responseStatus"}},{"kind":"Field","name":{"kind":"Name","value":"endpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DeliveryUpdatedSubscription, DeliveryUpdatedSubscriptionVariables>;