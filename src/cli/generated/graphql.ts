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

/** Why an attempt was made. */
export type AttemptTrigger =
  /** A bulk operation retried or replayed the delivery. Such an attempt has no priority over waiting deliveries, but one with the trigger MANUAL has. */
  | 'BULK'
  /** A client retried or replayed this delivery with `retryDelivery` or `replayDelivery`. */
  | 'MANUAL'
  /** The attempt was due: the first one, or a step of the retry schedule. */
  | 'SCHEDULE';

/** The action that a bulk operation does for each delivery. */
export type BulkOperationKind =
  /** For each delivery, a new delivery of the same event is created, as `replayDelivery` does. */
  | 'REPLAY'
  /** Each delivery is retried, as `retryDelivery` does. */
  | 'RETRY';

/** The status of a bulk operation. */
export type BulkOperationStatus =
  /** Canceled through the API. Retries and replays that were already made are not undone. */
  | 'CANCELED'
  /** Stopped by an unexpected error, which the log of the server describes. Retries and replays that were already made are not undone. */
  | 'FAILED'
  /** The deliveries are being counted, and then retried or replayed. */
  | 'RUNNING'
  /** All deliveries were processed. Those that could not be retried or replayed are counted in `failed` and listed in `errors`. */
  | 'SUCCEEDED';

/** The settings of a new API key. */
export type CreateApiKeyInput = {
  /** When the key expires: a time in the future, no later than the expiry of the key that creates it. Requests that use it afterwards get UNAUTHORIZED. Default: when the key that creates it expires, or never. */
  expiresAt?: string | null | undefined;
  /** The name of the API key: 1 to 200 characters. */
  name: string;
  /** The permissions of the API key. The credential that creates it must have all of them. */
  permissions: Array<Permission>;
};

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

/** The settings of a new portal token, which lets a customer see its own webhooks. */
export type CreatePortalTokenInput = {
  /** The ids of the existing endpoints that the portal token can see, such as `ep_01h455vb4pex5vsknk084sn02q`: 1 to 1,000, or 0 to 1,000 if `maxEndpoints` is given. The token cannot see other existing endpoints. */
  endpointIds: Array<string>;
  /** Event types and prefixes, such as `license.*`, to which the holder may subscribe the endpoints, in addition to those that the endpoints have already. At most 100, and none that starts with `livehook.`. Default: none, so that the holder can only remove event types from an endpoint. */
  eventTypes?: Array<string> | null | undefined;
  /** The seconds after which the portal token expires: 60 to 86,400. Default: 3,600. */
  expiresInSeconds?: number | null | undefined;
  /** The largest number of endpoints that the token can have, 1 to 1,000. The holder may create endpoints until it is reached. Endpoints of `endpointIds` are counted, deleted ones are not. The token can see an endpoint that its holder created. Such an endpoint can only subscribe to event types of `eventTypes` or of another endpoint of the token. Requires the permission ENDPOINTS_MANAGE. Default: null, so that the holder cannot create endpoints. */
  maxEndpoints?: number | null | undefined;
  /** The permissions that the portal token has for its endpoints: some of DELIVERIES_READ, DELIVERIES_MANAGE, ENDPOINTS_READ and ENDPOINTS_MANAGE. The key that creates the token must have them. ENDPOINTS_MANAGE allows changing endpoints and revealing secrets, but not deleting endpoints, nor creating them unless `maxEndpoints` is given. The holder can remove event types from an endpoint, and can change the origin of a URL only if the endpoint keeps no secret header value. */
  permissions: Array<Permission>;
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

/** A permission of an API key or portal token. */
export type Permission =
  /** Allows retrying, replaying and canceling deliveries. */
  | 'DELIVERIES_MANAGE'
  /** Allows reading events, deliveries and bulk operations, and subscribing to updates. */
  | 'DELIVERIES_READ'
  /** Allows creating, changing and deleting endpoints, revealing their secrets and sending test events. */
  | 'ENDPOINTS_MANAGE'
  /** Allows reading endpoints and their settings. */
  | 'ENDPOINTS_READ'
  /** Allows publishing events. */
  | 'EVENTS_PUBLISH'
  /** Allows managing API keys and portal tokens, reading the audit log and changing the redaction settings. */
  | 'KEYS_MANAGE';

/** The settings to change. An absent field keeps its value, null resets it to the default, and a list replaces the whole list. */
export type UpdateEndpointInput = {
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
  name?: string | null | undefined;
  /** Whether deliveries are sent one at a time in the order in which their events were published. Default: NONE. */
  ordering?: EndpointOrdering | null | undefined;
  /** The largest number of requests per second: 0.001 to 100,000. Default: no limit. */
  rateLimitPerSecond?: number | null | undefined;
  /** The delay after each failed attempt, in seconds, each varied at random by up to 10% in both directions: up to 30 numbers from 0 to 604,800. `[60, 600, 3600]` allows four attempts, `[]` a single one. Default: 9 delays over about 75 hours. */
  retryScheduleSeconds?: Array<number> | null | undefined;
  /** Whether deliveries to the endpoint are created and sent. Default: ENABLED. */
  status?: EndpointStatus | null | undefined;
  /** Whether response bodies are stored up to their size limit. If false, only their first 500 bytes are stored. Default: true. */
  storeResponseBody?: boolean | null | undefined;
  /** The largest duration of one attempt, in milliseconds: 100 to 60,000. Default: `Settings.defaultTimeoutMs`, 10,000 unless the operator changed it. */
  timeoutMs?: number | null | undefined;
  /** The URL that requests are sent to: http or https, without user and password. Path and query may have a Liquid template, such as `https://shop.example/orders/{{ payload.id }}`. Its values are percent-encoded. A variable that is missing or null, or empty in the path, is a template error, which `{{ payload.id | default: "none" }}` avoids. */
  url?: string | null | undefined;
};

/** The redaction settings to change. An absent field keeps its value, null resets it to the default, and a list replaces the whole list. */
export type UpdateRedactionInput = {
  /** Up to 200 paths from the root of the payload, such as `card.number`: names joined by dots, `*` for any member or item, `[*]` or `[0]` for items, `**` for any number of levels. A path has at most 32 steps and 4 `**`. All paths together have at most 1,000 steps, not counting paths such as `**.cvv`. Case, `_` and `-` do not matter. Default: the usual names of card numbers and security codes at any depth, such as `**.cvv`. */
  paths?: Array<string> | null | undefined;
  /** Whether to replace every string and number of 13 to 19 digits that pass the Luhn check, also with separators. About one of ten numbers of that length passes by chance. Default: false. */
  scanCardNumbers?: boolean | null | undefined;
};

export type ApiKeyFieldsFragment = { id: string, name: string, prefix: string, permissions: Array<Permission>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null };

export type ListApiKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ListApiKeysQuery = { apiKeys: Array<{ id: string, name: string, prefix: string, permissions: Array<Permission>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null }> };

export type CreateApiKeyMutationVariables = Exact<{
  input: CreateApiKeyInput;
}>;


export type CreateApiKeyMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'CreateApiKeySuccess', secret: string, apiKey: { id: string, name: string, prefix: string, permissions: Array<Permission>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null } }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type RenameApiKeyMutationVariables = Exact<{
  id: string;
  name: string;
}>;


export type RenameApiKeyMutation = { outcome:
    | { __typename: 'ApiKey', id: string, name: string, prefix: string, permissions: Array<Permission>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null }
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type RevokeApiKeyMutationVariables = Exact<{
  id: string;
  revokeChildren?: boolean | null | undefined;
}>;


export type RevokeApiKeyMutation = { outcome:
    | { __typename: 'ApiKey', id: string, name: string, prefix: string, permissions: Array<Permission>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null }
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type TenantFieldsFragment = { id: string, name: string, createdAt: string, deletedAt: string | null };

export type ListTenantsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  includeDeleted?: boolean | null | undefined;
}>;


export type ListTenantsQuery = { tenants: { nodes: Array<{ id: string, name: string, createdAt: string, deletedAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateTenantMutationVariables = Exact<{
  name: string;
}>;


export type CreateTenantMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
    | { __typename: 'Tenant', id: string, name: string, createdAt: string, deletedAt: string | null }
   };

export type RenameTenantMutationVariables = Exact<{
  id: string;
  name: string;
}>;


export type RenameTenantMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'Tenant', id: string, name: string, createdAt: string, deletedAt: string | null }
   };

export type DeleteTenantMutationVariables = Exact<{
  id: string;
}>;


export type DeleteTenantMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'Tenant', id: string, name: string, createdAt: string, deletedAt: string | null }
   };

export type PortalTokenFieldsFragment = { id: string, endpointIds: Array<string>, eventTypes: Array<string>, maxEndpoints: number | null, permissions: Array<Permission>, createdAt: string, expiresAt: string, revokedAt: string | null };

export type ListPortalTokensQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListPortalTokensQuery = { portalTokens: { nodes: Array<{ id: string, endpointIds: Array<string>, eventTypes: Array<string>, maxEndpoints: number | null, permissions: Array<Permission>, createdAt: string, expiresAt: string, revokedAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreatePortalTokenMutationVariables = Exact<{
  input: CreatePortalTokenInput;
}>;


export type CreatePortalTokenMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'CreatePortalTokenSuccess', token: string, portalToken: { id: string, endpointIds: Array<string>, eventTypes: Array<string>, maxEndpoints: number | null, permissions: Array<Permission>, createdAt: string, expiresAt: string, revokedAt: string | null } }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type RevokePortalTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokePortalTokenMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'PortalToken', id: string, endpointIds: Array<string>, eventTypes: Array<string>, maxEndpoints: number | null, permissions: Array<Permission>, createdAt: string, expiresAt: string, revokedAt: string | null }
   };

export type DeclaredEndpointFieldsFragment = { id: string, name: string, url: string, status: EndpointStatus, eventTypes: Array<string>, method: HttpMethod, bodyTemplate: string | null, retryScheduleSeconds: Array<number>, timeoutMs: number, maxConcurrency: number | null, rateLimitPerSecond: number | null, ordering: EndpointOrdering, storeResponseBody: boolean, disableOnGone: boolean, disableAfterSeconds: number, deletedAt: string | null, headers: Array<{ name: string, value: string | null, secret: boolean }> };

export type ListDeclaredEndpointsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ListDeclaredEndpointsQuery = { endpoints: { nodes: Array<{ id: string, name: string, url: string, status: EndpointStatus, eventTypes: Array<string>, method: HttpMethod, bodyTemplate: string | null, retryScheduleSeconds: Array<number>, timeoutMs: number, maxConcurrency: number | null, rateLimitPerSecond: number | null, ordering: EndpointOrdering, storeResponseBody: boolean, disableOnGone: boolean, disableAfterSeconds: number, deletedAt: string | null, headers: Array<{ name: string, value: string | null, secret: boolean }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ReadDeclaredKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadDeclaredKeysQuery = { apiKeys: Array<{ id: string, name: string, prefix: string, permissions: Array<Permission>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, revokedAt: string | null }>, viewer: { apiKey: { id: string } | null } };

export type ReadDeclaredRedactionQueryVariables = Exact<{ [key: string]: never; }>;


export type ReadDeclaredRedactionQuery = { viewer: { tenant: { redaction: { paths: Array<string>, scanCardNumbers: boolean } } } };

export type UpdateRedactionMutationVariables = Exact<{
  input: UpdateRedactionInput;
}>;


export type UpdateRedactionMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Tenant', id: string }
   };

export type ListenEndpointFieldsFragment = { id: string, name: string, status: EndpointStatus, eventTypes: Array<string>, deletedAt: string | null, retryScheduleSeconds: Array<number>, timeoutMs: number };

export type FindListenEndpointQueryVariables = Exact<{
  search: string;
}>;


export type FindListenEndpointQuery = { endpoints: { nodes: Array<{ id: string, name: string, status: EndpointStatus, eventTypes: Array<string>, deletedAt: string | null, retryScheduleSeconds: Array<number>, timeoutMs: number }> } };

export type CreateListenEndpointMutationVariables = Exact<{
  input: CreateEndpointInput;
}>;


export type CreateListenEndpointMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'CreateEndpointSuccess', secret: string, endpoint: { id: string, name: string, status: EndpointStatus, eventTypes: Array<string>, deletedAt: string | null, retryScheduleSeconds: Array<number>, timeoutMs: number } }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type RevealListenSecretMutationVariables = Exact<{
  id: string;
}>;


export type RevealListenSecretMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'RevealEndpointSecretSuccess', secret: string }
   };

export type ReadForwardedEventQueryVariables = Exact<{
  id: string;
}>;


export type ReadForwardedEventQuery = { delivery: { id: string, status: DeliveryStatus, eventType: string, event: { id: string, payloadText: string | null } } | null };

export type GetListenCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type GetListenCursorQuery = { feedCursor: string };

export type ShowDeliveryQueryVariables = Exact<{
  id: string;
}>;


export type ShowDeliveryQuery = { delivery: { id: string, status: DeliveryStatus, eventType: string, attemptCount: number, maxAttempts: number, responseStatus: number | null, failureReason: FailureReason | null, createdAt: string, nextAttemptAt: string | null, endpoint: { id: string, name: string, url: string }, event: { id: string }, attempts: Array<{ number: number, startedAt: string, durationMs: number, trigger: AttemptTrigger, responseExcerpt: string | null, error: { code: AttemptErrorCode, message: string } | null, response: { status: number } | null }> } | null };

export type ListEventsQueryVariables = Exact<{
  types?: Array<string> | string | null | undefined;
  first?: number | null | undefined;
}>;


export type ListEventsQuery = { events: { nodes: Array<{ id: string, type: string, createdAt: string, isTest: boolean, payloadPreview: string }> } };

export type EndpointFieldsFragment = { id: string, name: string, url: string, status: EndpointStatus, eventTypes: Array<string>, createdAt: string, deletedAt: string | null };

export type ListEndpointsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListEndpointsQuery = { endpoints: { nodes: Array<{ id: string, name: string, url: string, status: EndpointStatus, eventTypes: Array<string>, createdAt: string, deletedAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateEndpointMutationVariables = Exact<{
  input: CreateEndpointInput;
}>;


export type CreateEndpointMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'CreateEndpointSuccess', secret: string, endpoint: { id: string, name: string, url: string, status: EndpointStatus, eventTypes: Array<string>, createdAt: string, deletedAt: string | null } }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type UpdateEndpointMutationVariables = Exact<{
  id: string;
  input: UpdateEndpointInput;
}>;


export type UpdateEndpointMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Endpoint', id: string, name: string, url: string, status: EndpointStatus, eventTypes: Array<string>, createdAt: string, deletedAt: string | null }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type DeleteEndpointMutationVariables = Exact<{
  id: string;
}>;


export type DeleteEndpointMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Endpoint', id: string, name: string, url: string, status: EndpointStatus, eventTypes: Array<string>, createdAt: string, deletedAt: string | null }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

export type RotateEndpointSecretMutationVariables = Exact<{
  id: string;
  overlapSeconds?: number | null | undefined;
}>;


export type RotateEndpointSecretMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'RotateEndpointSecretSuccess', secret: string }
   };

export type SendTestEventMutationVariables = Exact<{
  endpointId: string;
  type?: string | null | undefined;
}>;


export type SendTestEventMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'Delivery', id: string, status: DeliveryStatus, eventType: string }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
    | { __typename: 'PayloadTooLargeError', code: ErrorCode, message: string }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type BulkFieldsFragment = { id: string, kind: BulkOperationKind, status: BulkOperationStatus, total: number, done: number, failed: number, skipped: number };

export type RetryDeliveriesMutationVariables = Exact<{
  filter: DeliveryFilter;
}>;


export type RetryDeliveriesMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'BulkOperation', id: string, kind: BulkOperationKind, status: BulkOperationStatus, total: number, done: number, failed: number, skipped: number }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type ReplayDeliveriesMutationVariables = Exact<{
  filter: DeliveryFilter;
}>;


export type ReplayDeliveriesMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'BulkOperation', id: string, kind: BulkOperationKind, status: BulkOperationStatus, total: number, done: number, failed: number, skipped: number }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string }
   };

export type ShowBulkOperationQueryVariables = Exact<{
  id: string;
}>;


export type ShowBulkOperationQuery = { bulkOperation: { id: string, kind: BulkOperationKind, status: BulkOperationStatus, total: number, done: number, failed: number, skipped: number } | null };

export type ListBulkErrorsQueryVariables = Exact<{
  id: string;
}>;


export type ListBulkErrorsQuery = { bulkOperation: { errors: { nodes: Array<{ message: string, delivery: { id: string } | null }> } } | null };

export type CancelBulkOperationMutationVariables = Exact<{
  id: string;
}>;


export type CancelBulkOperationMutation = { outcome:
    | { __typename: 'BadUserInputError', code: ErrorCode, message: string }
    | { __typename: 'BulkOperation', id: string, kind: BulkOperationKind, status: BulkOperationStatus, total: number, done: number, failed: number, skipped: number }
    | { __typename: 'InvalidStateError', code: ErrorCode, message: string }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string }
   };

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
export const ApiKeyFieldsFragmentDoc = new TypedDocumentString(`
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  permissions
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}
    `, {"fragmentName":"ApiKeyFields"}) as unknown as TypedDocumentString<ApiKeyFieldsFragment, unknown>;
export const TenantFieldsFragmentDoc = new TypedDocumentString(`
    fragment TenantFields on Tenant {
  id
  name
  createdAt
  deletedAt
}
    `, {"fragmentName":"TenantFields"}) as unknown as TypedDocumentString<TenantFieldsFragment, unknown>;
export const PortalTokenFieldsFragmentDoc = new TypedDocumentString(`
    fragment PortalTokenFields on PortalToken {
  id
  endpointIds
  eventTypes
  maxEndpoints
  permissions
  createdAt
  expiresAt
  revokedAt
}
    `, {"fragmentName":"PortalTokenFields"}) as unknown as TypedDocumentString<PortalTokenFieldsFragment, unknown>;
export const DeclaredEndpointFieldsFragmentDoc = new TypedDocumentString(`
    fragment DeclaredEndpointFields on Endpoint {
  id
  name
  url
  status
  eventTypes
  method
  bodyTemplate
  retryScheduleSeconds
  timeoutMs
  maxConcurrency
  rateLimitPerSecond
  ordering
  storeResponseBody
  disableOnGone
  disableAfterSeconds
  deletedAt
  headers {
    name
    value
    secret
  }
}
    `, {"fragmentName":"DeclaredEndpointFields"}) as unknown as TypedDocumentString<DeclaredEndpointFieldsFragment, unknown>;
export const ListenEndpointFieldsFragmentDoc = new TypedDocumentString(`
    fragment ListenEndpointFields on Endpoint {
  id
  name
  status
  eventTypes
  deletedAt
  retryScheduleSeconds
  timeoutMs
}
    `, {"fragmentName":"ListenEndpointFields"}) as unknown as TypedDocumentString<ListenEndpointFieldsFragment, unknown>;
export const EndpointFieldsFragmentDoc = new TypedDocumentString(`
    fragment EndpointFields on Endpoint {
  id
  name
  url
  status
  eventTypes
  createdAt
  deletedAt
}
    `, {"fragmentName":"EndpointFields"}) as unknown as TypedDocumentString<EndpointFieldsFragment, unknown>;
export const BulkFieldsFragmentDoc = new TypedDocumentString(`
    fragment BulkFields on BulkOperation {
  id
  kind
  status
  total
  done
  failed
  skipped
}
    `, {"fragmentName":"BulkFields"}) as unknown as TypedDocumentString<BulkFieldsFragment, unknown>;
export const ListApiKeysDocument = new TypedDocumentString(`
    query ListApiKeys {
  apiKeys {
    ...ApiKeyFields
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  permissions
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<ListApiKeysQuery, ListApiKeysQueryVariables>;
export const CreateApiKeyDocument = new TypedDocumentString(`
    mutation CreateApiKey($input: CreateApiKeyInput!) {
  outcome: createApiKey(input: $input) {
    __typename
    ... on CreateApiKeySuccess {
      apiKey {
        ...ApiKeyFields
      }
      secret
    }
    ... on Error {
      code
      message
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  permissions
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<CreateApiKeyMutation, CreateApiKeyMutationVariables>;
export const RenameApiKeyDocument = new TypedDocumentString(`
    mutation RenameApiKey($id: ID!, $name: String!) {
  outcome: renameApiKey(id: $id, name: $name) {
    __typename
    ...ApiKeyFields
    ... on Error {
      code
      message
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  permissions
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<RenameApiKeyMutation, RenameApiKeyMutationVariables>;
export const RevokeApiKeyDocument = new TypedDocumentString(`
    mutation RevokeApiKey($id: ID!, $revokeChildren: Boolean) {
  outcome: revokeApiKey(id: $id, revokeChildren: $revokeChildren) {
    __typename
    ...ApiKeyFields
    ... on Error {
      code
      message
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  permissions
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<RevokeApiKeyMutation, RevokeApiKeyMutationVariables>;
export const ListTenantsDocument = new TypedDocumentString(`
    query ListTenants($first: Int, $after: String, $includeDeleted: Boolean) {
  tenants(first: $first, after: $after, includeDeleted: $includeDeleted) {
    nodes {
      ...TenantFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment TenantFields on Tenant {
  id
  name
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<ListTenantsQuery, ListTenantsQueryVariables>;
export const CreateTenantDocument = new TypedDocumentString(`
    mutation CreateTenant($name: String!) {
  outcome: createTenant(name: $name) {
    __typename
    ...TenantFields
    ... on Error {
      code
      message
    }
  }
}
    fragment TenantFields on Tenant {
  id
  name
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<CreateTenantMutation, CreateTenantMutationVariables>;
export const RenameTenantDocument = new TypedDocumentString(`
    mutation RenameTenant($id: ID!, $name: String!) {
  outcome: renameTenant(id: $id, name: $name) {
    __typename
    ...TenantFields
    ... on Error {
      code
      message
    }
  }
}
    fragment TenantFields on Tenant {
  id
  name
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<RenameTenantMutation, RenameTenantMutationVariables>;
export const DeleteTenantDocument = new TypedDocumentString(`
    mutation DeleteTenant($id: ID!) {
  outcome: deleteTenant(id: $id) {
    __typename
    ...TenantFields
    ... on Error {
      code
      message
    }
  }
}
    fragment TenantFields on Tenant {
  id
  name
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<DeleteTenantMutation, DeleteTenantMutationVariables>;
export const ListPortalTokensDocument = new TypedDocumentString(`
    query ListPortalTokens($first: Int, $after: String) {
  portalTokens(first: $first, after: $after) {
    nodes {
      ...PortalTokenFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment PortalTokenFields on PortalToken {
  id
  endpointIds
  eventTypes
  maxEndpoints
  permissions
  createdAt
  expiresAt
  revokedAt
}`) as unknown as TypedDocumentString<ListPortalTokensQuery, ListPortalTokensQueryVariables>;
export const CreatePortalTokenDocument = new TypedDocumentString(`
    mutation CreatePortalToken($input: CreatePortalTokenInput!) {
  outcome: createPortalToken(input: $input) {
    __typename
    ... on CreatePortalTokenSuccess {
      portalToken {
        ...PortalTokenFields
      }
      token
    }
    ... on Error {
      code
      message
    }
  }
}
    fragment PortalTokenFields on PortalToken {
  id
  endpointIds
  eventTypes
  maxEndpoints
  permissions
  createdAt
  expiresAt
  revokedAt
}`) as unknown as TypedDocumentString<CreatePortalTokenMutation, CreatePortalTokenMutationVariables>;
export const RevokePortalTokenDocument = new TypedDocumentString(`
    mutation RevokePortalToken($id: ID!) {
  outcome: revokePortalToken(id: $id) {
    __typename
    ...PortalTokenFields
    ... on Error {
      code
      message
    }
  }
}
    fragment PortalTokenFields on PortalToken {
  id
  endpointIds
  eventTypes
  maxEndpoints
  permissions
  createdAt
  expiresAt
  revokedAt
}`) as unknown as TypedDocumentString<RevokePortalTokenMutation, RevokePortalTokenMutationVariables>;
export const ListDeclaredEndpointsDocument = new TypedDocumentString(`
    query ListDeclaredEndpoints($after: String) {
  endpoints(first: 100, after: $after) {
    nodes {
      ...DeclaredEndpointFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment DeclaredEndpointFields on Endpoint {
  id
  name
  url
  status
  eventTypes
  method
  bodyTemplate
  retryScheduleSeconds
  timeoutMs
  maxConcurrency
  rateLimitPerSecond
  ordering
  storeResponseBody
  disableOnGone
  disableAfterSeconds
  deletedAt
  headers {
    name
    value
    secret
  }
}`) as unknown as TypedDocumentString<ListDeclaredEndpointsQuery, ListDeclaredEndpointsQueryVariables>;
export const ReadDeclaredKeysDocument = new TypedDocumentString(`
    query ReadDeclaredKeys {
  apiKeys {
    ...ApiKeyFields
  }
  viewer {
    apiKey {
      id
    }
  }
}
    fragment ApiKeyFields on ApiKey {
  id
  name
  prefix
  permissions
  createdAt
  expiresAt
  lastUsedAt
  revokedAt
}`) as unknown as TypedDocumentString<ReadDeclaredKeysQuery, ReadDeclaredKeysQueryVariables>;
export const ReadDeclaredRedactionDocument = new TypedDocumentString(`
    query ReadDeclaredRedaction {
  viewer {
    tenant {
      redaction {
        paths
        scanCardNumbers
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ReadDeclaredRedactionQuery, ReadDeclaredRedactionQueryVariables>;
export const UpdateRedactionDocument = new TypedDocumentString(`
    mutation UpdateRedaction($input: UpdateRedactionInput!) {
  outcome: updateRedaction(input: $input) {
    __typename
    ... on Tenant {
      id
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateRedactionMutation, UpdateRedactionMutationVariables>;
export const FindListenEndpointDocument = new TypedDocumentString(`
    query FindListenEndpoint($search: String!) {
  endpoints(search: $search, first: 100) {
    nodes {
      ...ListenEndpointFields
    }
  }
}
    fragment ListenEndpointFields on Endpoint {
  id
  name
  status
  eventTypes
  deletedAt
  retryScheduleSeconds
  timeoutMs
}`) as unknown as TypedDocumentString<FindListenEndpointQuery, FindListenEndpointQueryVariables>;
export const CreateListenEndpointDocument = new TypedDocumentString(`
    mutation CreateListenEndpoint($input: CreateEndpointInput!) {
  outcome: createEndpoint(input: $input) {
    __typename
    ... on CreateEndpointSuccess {
      endpoint {
        ...ListenEndpointFields
      }
      secret
    }
    ... on Error {
      code
      message
    }
  }
}
    fragment ListenEndpointFields on Endpoint {
  id
  name
  status
  eventTypes
  deletedAt
  retryScheduleSeconds
  timeoutMs
}`) as unknown as TypedDocumentString<CreateListenEndpointMutation, CreateListenEndpointMutationVariables>;
export const RevealListenSecretDocument = new TypedDocumentString(`
    mutation RevealListenSecret($id: ID!) {
  outcome: revealEndpointSecret(id: $id) {
    __typename
    ... on RevealEndpointSecretSuccess {
      secret
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RevealListenSecretMutation, RevealListenSecretMutationVariables>;
export const ReadForwardedEventDocument = new TypedDocumentString(`
    query ReadForwardedEvent($id: ID!) {
  delivery(id: $id) {
    id
    status
    eventType
    event {
      id
      payloadText
    }
  }
}
    `) as unknown as TypedDocumentString<ReadForwardedEventQuery, ReadForwardedEventQueryVariables>;
export const GetListenCursorDocument = new TypedDocumentString(`
    query GetListenCursor {
  feedCursor
}
    `) as unknown as TypedDocumentString<GetListenCursorQuery, GetListenCursorQueryVariables>;
export const ShowDeliveryDocument = new TypedDocumentString(`
    query ShowDelivery($id: ID!) {
  delivery(id: $id) {
    id
    status
    eventType
    attemptCount
    maxAttempts
    responseStatus
    failureReason
    createdAt
    nextAttemptAt
    endpoint {
      id
      name
      url
    }
    event {
      id
    }
    attempts(last: 10) {
      number
      startedAt
      durationMs
      trigger
      responseExcerpt
      error {
        code
        message
      }
      response {
        status
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ShowDeliveryQuery, ShowDeliveryQueryVariables>;
export const ListEventsDocument = new TypedDocumentString(`
    query ListEvents($types: [String!], $first: Int) {
  events(types: $types, first: $first) {
    nodes {
      id
      type
      createdAt
      isTest
      payloadPreview
    }
  }
}
    `) as unknown as TypedDocumentString<ListEventsQuery, ListEventsQueryVariables>;
export const ListEndpointsDocument = new TypedDocumentString(`
    query ListEndpoints($first: Int, $after: String) {
  endpoints(first: $first, after: $after) {
    nodes {
      ...EndpointFields
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment EndpointFields on Endpoint {
  id
  name
  url
  status
  eventTypes
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<ListEndpointsQuery, ListEndpointsQueryVariables>;
export const CreateEndpointDocument = new TypedDocumentString(`
    mutation CreateEndpoint($input: CreateEndpointInput!) {
  outcome: createEndpoint(input: $input) {
    __typename
    ... on CreateEndpointSuccess {
      endpoint {
        ...EndpointFields
      }
      secret
    }
    ... on Error {
      code
      message
    }
  }
}
    fragment EndpointFields on Endpoint {
  id
  name
  url
  status
  eventTypes
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<CreateEndpointMutation, CreateEndpointMutationVariables>;
export const UpdateEndpointDocument = new TypedDocumentString(`
    mutation UpdateEndpoint($id: ID!, $input: UpdateEndpointInput!) {
  outcome: updateEndpoint(id: $id, input: $input) {
    __typename
    ...EndpointFields
    ... on Error {
      code
      message
    }
  }
}
    fragment EndpointFields on Endpoint {
  id
  name
  url
  status
  eventTypes
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<UpdateEndpointMutation, UpdateEndpointMutationVariables>;
export const DeleteEndpointDocument = new TypedDocumentString(`
    mutation DeleteEndpoint($id: ID!) {
  outcome: deleteEndpoint(id: $id) {
    __typename
    ...EndpointFields
    ... on Error {
      code
      message
    }
  }
}
    fragment EndpointFields on Endpoint {
  id
  name
  url
  status
  eventTypes
  createdAt
  deletedAt
}`) as unknown as TypedDocumentString<DeleteEndpointMutation, DeleteEndpointMutationVariables>;
export const RotateEndpointSecretDocument = new TypedDocumentString(`
    mutation RotateEndpointSecret($id: ID!, $overlapSeconds: Int) {
  outcome: rotateEndpointSecret(id: $id, overlapSeconds: $overlapSeconds) {
    __typename
    ... on RotateEndpointSecretSuccess {
      secret
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<RotateEndpointSecretMutation, RotateEndpointSecretMutationVariables>;
export const SendTestEventDocument = new TypedDocumentString(`
    mutation SendTestEvent($endpointId: ID!, $type: String) {
  outcome: sendTestEvent(endpointId: $endpointId, type: $type) {
    __typename
    ... on Delivery {
      id
      status
      eventType
    }
    ... on Error {
      code
      message
    }
  }
}
    `) as unknown as TypedDocumentString<SendTestEventMutation, SendTestEventMutationVariables>;
export const RetryDeliveriesDocument = new TypedDocumentString(`
    mutation RetryDeliveries($filter: DeliveryFilter!) {
  outcome: retryDeliveries(filter: $filter) {
    __typename
    ...BulkFields
    ... on Error {
      code
      message
    }
  }
}
    fragment BulkFields on BulkOperation {
  id
  kind
  status
  total
  done
  failed
  skipped
}`) as unknown as TypedDocumentString<RetryDeliveriesMutation, RetryDeliveriesMutationVariables>;
export const ReplayDeliveriesDocument = new TypedDocumentString(`
    mutation ReplayDeliveries($filter: DeliveryFilter!) {
  outcome: replayDeliveries(filter: $filter) {
    __typename
    ...BulkFields
    ... on Error {
      code
      message
    }
  }
}
    fragment BulkFields on BulkOperation {
  id
  kind
  status
  total
  done
  failed
  skipped
}`) as unknown as TypedDocumentString<ReplayDeliveriesMutation, ReplayDeliveriesMutationVariables>;
export const ShowBulkOperationDocument = new TypedDocumentString(`
    query ShowBulkOperation($id: ID!) {
  bulkOperation(id: $id) {
    ...BulkFields
  }
}
    fragment BulkFields on BulkOperation {
  id
  kind
  status
  total
  done
  failed
  skipped
}`) as unknown as TypedDocumentString<ShowBulkOperationQuery, ShowBulkOperationQueryVariables>;
export const ListBulkErrorsDocument = new TypedDocumentString(`
    query ListBulkErrors($id: ID!) {
  bulkOperation(id: $id) {
    errors(first: 5) {
      nodes {
        delivery {
          id
        }
        message
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ListBulkErrorsQuery, ListBulkErrorsQueryVariables>;
export const CancelBulkOperationDocument = new TypedDocumentString(`
    mutation CancelBulkOperation($id: ID!) {
  outcome: cancelBulkOperation(id: $id) {
    __typename
    ...BulkFields
    ... on Error {
      code
      message
    }
  }
}
    fragment BulkFields on BulkOperation {
  id
  kind
  status
  total
  done
  failed
  skipped
}`) as unknown as TypedDocumentString<CancelBulkOperationMutation, CancelBulkOperationMutationVariables>;