/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** How an attempt failed. */
export type AttemptErrorCode =
  /** The name leads to an address that nothing is sent to. */
  | 'BLOCKED_ADDRESS'
  /** Nothing listens there. */
  | 'CONNECTION_REFUSED'
  /** The connection broke. */
  | 'CONNECTION_RESET'
  /** No connection in time. */
  | 'CONNECT_TIMEOUT'
  /** The secret or a secret header of the endpoint could not be decrypted with the ENCRYPTION_KEY of the server. No request was made. */
  | 'DECRYPTION'
  /** The name could not be resolved. */
  | 'DNS'
  /** An answer came, and its status is not 2xx. */
  | 'HTTP_STATUS'
  /** The sender ended while it was sending: whether the receiver got it is not known. */
  | 'INTERRUPTED'
  /** What came back is no HTTP. */
  | 'PROTOCOL'
  /** The template could not be rendered. If the rendering was ended because it took too long or too much memory, the delivery follows its schedule; other template errors end it as UNSENDABLE. */
  | 'TEMPLATE'
  /** No complete exchange within `timeoutMs`. */
  | 'TIMEOUT'
  /** The certificate or the handshake is wrong. */
  | 'TLS';

/** What caused an attempt. */
export type AttemptTrigger =
  /** A bulk operation retried or replayed it. Unlike MANUAL it does not overtake what waits. */
  | 'BULK'
  /** A person retried or replayed it. */
  | 'MANUAL'
  /** It was due: the first attempt, or a step of the retry schedule. */
  | 'SCHEDULE';

/** A new endpoint. */
export type CreateEndpointInput = {
  /** A Liquid template for the body: `{"text":{{ payload.title | json }}}`. It reads `payload`, `event`, `delivery` and `endpoint`. A missing variable prints nothing, and `null` behind the filter `json`. A rendering may take 50 ms of processor time and print 1,048,576 characters. Refused if it cannot be compiled, and, where requests have a JSON content type, if no payload could make it valid JSON. Default: the payload as published. */
  bodyTemplate?: string | null | undefined;
  /** For how long nothing but failures disables it, in seconds: 0 (never) to 31,536,000. It is told as `livehook.endpoint.failing` at half of that, and enabled again by a test that succeeds. Default: the server's, 432,000 (5 days). */
  disableAfterSeconds?: number | null | undefined;
  /** Whether an answer of 410 disables it. Default: true for a literal URL, false for a templated one. */
  disableOnGone?: boolean | null | undefined;
  /** What it receives: event types, or prefixes such as `license.*`. None: every type but those of `livehook.*`. */
  eventTypes?: Array<string> | null | undefined;
  /** Custom headers to send along, such as `{ name: "authorization", value: "Bearer ..." }`. Names that the server sets itself are refused. Default: none. */
  headers?: Array<HeaderInput> | null | undefined;
  /** The most requests in flight at once: 1 to 10,000. Default: the server's. */
  maxConcurrency?: number | null | undefined;
  /** The method of its requests. Default: POST. */
  method?: HttpMethod | null | undefined;
  /** What to call it: 1 to 200 characters. */
  name: string;
  /** Whether deliveries are sent one at a time in the order in which they were published. Default: NONE. */
  ordering?: EndpointOrdering | null | undefined;
  /** The most requests a second: 0.001 to 100,000. Default: no limit. */
  rateLimitPerSecond?: number | null | undefined;
  /** How long to wait after each failed attempt, in seconds, give or take 10 %: up to 30 numbers of 0 to 604,800. `[60, 600, 3600]` makes four attempts, `[]` a single one. Default: about 75 hours in 9 steps. */
  retryScheduleSeconds?: Array<number> | null | undefined;
  /** The secret that signs: `whsec_` and base64 of 24 to 64 bytes, or the secret that receivers have from another system: 8 to 256 characters without control characters, such as `sk_live_...`. `webhook-signature` is keyed with the bytes that the base64 after `whsec_` decodes to, or with the UTF-8 bytes of other text. Text that can be read as base64 is also decoded and gives a second signature. `x-webhook-signature` is keyed with the whole text. Default: `whsec_` and 32 random bytes. */
  secret?: string | null | undefined;
  /** Whether it takes deliveries. Default: ENABLED. */
  status?: EndpointStatus | null | undefined;
  /** Whether response bodies are stored. If false, only the first 500 bytes are kept. Default: true. */
  storeResponseBody?: boolean | null | undefined;
  /** How long one attempt may take in all, in milliseconds: 100 to 60,000. Default: the server's, 10,000. */
  timeoutMs?: number | null | undefined;
  /** Where requests go: http or https, without user and password. Path and query may hold a Liquid template, such as `https://shop.example/orders/{{ payload.id }}`. Its values are percent-encoded. A variable that is missing or null, or that is empty in the path, is a template error; `{{ payload.id | default: "none" }}` avoids it. */
  url: string;
};

/** A span of time, such as a day: `{ from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" }`. */
export type DateTimeRange = {
  /** From then on, inclusive. Default: open. */
  from?: string | null | undefined;
  /** Before then, exclusive. Default: open. */
  to?: string | null | undefined;
};

/** Which deliveries. Fields are ANDed, a list is ORed. Absent or null does not restrict; an empty list matches nothing; at most 1,000 entries a list. What failed at one endpoint: `{ endpointIds: ["ep_01h455vb4pex5vsknk084sn02q"], statuses: [FAILED, RETRYING] }`. */
export type DeliveryFilter = {
  /** Only deliveries that one of these bulk operations retried or, for a replay, created, such as `blk_01h455vb4pex5vsknk084sn02q`. A delivery that several operations retried belongs to the last one. */
  bulkOperationIds?: Array<string> | null | undefined;
  /** Made in this span of time. */
  createdAt?: DateTimeRange | null | undefined;
  /** To these endpoints, deleted ones too, such as `ep_01h455vb4pex5vsknk084sn02q`. */
  endpointIds?: Array<string> | null | undefined;
  /** Whose last attempt failed like this, such as `[TIMEOUT, TLS]`. None that succeeded, none that was not tried yet. */
  errorCodes?: Array<AttemptErrorCode> | null | undefined;
  /** Of these events, replays too, such as `evt_01h455vb4pex5vsknk084sn02q`. */
  eventIds?: Array<string> | null | undefined;
  /** Of these event types: exact, or a prefix and `.*`: `license.*` matches `license.created` and `license.seat.added`, and not `license`. */
  eventTypes?: Array<string> | null | undefined;
  /** Given up for one of these reasons; so FAILED ones only. */
  failureReasons?: Array<FailureReason> | null | undefined;
  /** These deliveries, such as `dlv_01h455vb4pex5vsknk084sn02q`. */
  ids?: Array<string> | null | undefined;
  /** true: test deliveries alone; false: none of them. */
  isTest?: boolean | null | undefined;
  /** Whose last attempt got an HTTP status in one of these ranges, such as `{ from: 500, to: 599 }`. None where no response came. */
  responseStatuses?: Array<IntRange> | null | undefined;
  /** A part of the endpoint's name, of its URL or one of its last 20 former URLs, each up to the query, or of the event type, at most 256 characters; or the id of a delivery or an event. Upper and lower case, Unicode compositions and spaces around the term make no difference: `istanbul` finds `İstanbul`. Other accents count. A blank term does not restrict. A subscription compares the former URLs of the time at which it begins, and URLs that it has seen since. */
  search?: string | null | undefined;
  /** In one of these statuses. */
  statuses?: Array<DeliveryStatus> | null | undefined;
};

/** Where a delivery stands. */
export type DeliveryStatus =
  /** Given up: `failureReason` says why. `retryDelivery` starts it afresh. */
  | 'FAILED'
  /** Not tried yet (in this run of the schedule). Waits while its endpoint is paused or disabled. */
  | 'PENDING'
  /** An attempt is under way. */
  | 'PROCESSING'
  /** The last attempt failed; the next is due at `nextAttemptAt`. */
  | 'RETRYING'
  /** The receiver answered 2xx. */
  | 'SUCCEEDED';

/** In which order an endpoint gets its deliveries. */
export type EndpointOrdering =
  /** One at a time, in the order of their publishing; one that waits for its retry holds the ones behind it. */
  | 'FIFO'
  /** As they become due, many at once: the quickest. */
  | 'NONE';

/** Whether an endpoint takes deliveries. */
export type EndpointStatus =
  /** No new deliveries; outstanding ones are held; history stays. */
  | 'DISABLED'
  /** Deliveries are made and sent. */
  | 'ENABLED'
  /** Deliveries are made, and held until it is enabled. */
  | 'PAUSED';

/** What went wrong, as `code` of an error in a result or as `extensions.code` of one beside the data. */
export type ErrorCode =
  /** Input that can never be accepted: `argument` names the place. */
  | 'BAD_USER_INPUT'
  /** The feed no longer holds what follows this cursor: list again, then subscribe after `feedCursor`. */
  | 'CURSOR_EXPIRED'
  /** The key lacks a permission: `extensions.permission` names it. */
  | 'FORBIDDEN'
  /** The idempotency key was used within 7 days for something else. */
  | 'IDEMPOTENCY_CONFLICT'
  /** A bug here. `extensions.id` names it in the log. */
  | 'INTERNAL'
  /** It exists, and is not in a state in which this can be done. Nothing was changed. */
  | 'INVALID_STATE'
  /** The tenant has nothing of this id. */
  | 'NOT_FOUND'
  /** The payload or the request is larger than this server accepts. */
  | 'PAYLOAD_TOO_LARGE'
  /** The operation asks for too much at once. */
  | 'QUERY_TOO_COMPLEX'
  /** The tenant has as many endpoints, event types, API keys or similar as this server allows. Nothing was changed. */
  | 'QUOTA_EXCEEDED'
  /** Too many requests: try later. */
  | 'RATE_LIMITED'
  /** The database took too long: ask for less. */
  | 'TIMEOUT'
  /** No key, or one that is wrong, revoked or expired. */
  | 'UNAUTHORIZED'
  /** Something needed does not answer just now: the same request may succeed later. */
  | 'UNAVAILABLE';

/** Why a delivery was given up. */
export type FailureReason =
  /** A person gave it up. */
  | 'CANCELED'
  /** Its endpoint was deleted. */
  | 'ENDPOINT_DELETED'
  /** The retry schedule is used up. */
  | 'EXHAUSTED'
  /** Retention dropped it while it still waited. */
  | 'EXPIRED'
  /** The receiver answered 410. */
  | 'GONE'
  /** No request could ever be made: a blocked literal address, an unusable URL or a template error. */
  | 'UNSENDABLE';

/** A custom header to send along. */
export type HeaderInput = {
  /** true: it keeps the value that the endpoint has under this name, which nobody need know to change the others, and a secret stays one. `value` is ignored then: pass `""`. */
  keepValue?: boolean | null | undefined;
  /** The name, such as `authorization`. Names that Livehook sets itself (`webhook-id`, `host`, `user-agent`) and names that proxies and cloud platforms trust (`x-forwarded-for`, `metadata-flavor`) are refused, also in spellings that servers read as the same name (`webhook_id`). */
  name: string;
  /** Whether its value is never shown again. */
  secret?: boolean | null | undefined;
  /** Its value. */
  value: string;
};

/** The method of the request that a receiver gets. */
export type HttpMethod =
  /** PATCH. */
  | 'PATCH'
  /** POST, the default. */
  | 'POST'
  /** PUT. */
  | 'PUT';

/** A range of whole numbers, both ends included: `{ from: 500, to: 599 }`, or `{ from: 404, to: 404 }` for one. */
export type IntRange = {
  /** The smallest, inclusive. Default: open. */
  from?: number | null | undefined;
  /** The largest, inclusive. Default: open. */
  to?: number | null | undefined;
};

/** An event to publish. */
export type PublishEventInput = {
  /** Only to these endpoints, whatever types they name, instead of all that match. At most 1,000. */
  endpointIds?: Array<string> | null | undefined;
  /** Publishing again with the same key, type, bytes and `endpointIds` gives the first event; with others, IDEMPOTENCY_CONFLICT. Kept 7 days; 1 to 255 characters, such as `order-17-paid`. */
  idempotencyKey?: string | null | undefined;
  /** The payload, any JSON: `{ amount: 4200 }`. It is serialised once, now. Exactly one of `payload` and `payloadText`; at most 262,144 bytes, unless the server says otherwise, and 1,000 levels of objects and arrays. */
  payload?: unknown;
  /** The payload as valid JSON text, which is sent byte for byte: for integers beyond 2^53, or where whitespace matters. The bounds of `payload` hold. */
  payloadText?: string | null | undefined;
  /** Words of letters, digits, `_` and `-` joined by dots, at most 128 characters: `payment.completed`. */
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