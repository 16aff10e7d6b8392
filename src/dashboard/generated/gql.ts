/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query FeedState { feedCursor }\n": typeof types.FeedStateDocument,
    "\n  query Settings {\n    settings {\n      defaultTimeoutMs minTimeoutMs maxTimeoutMs\n      defaultRetryScheduleSeconds maxRetries maxRetryDelaySeconds\n      defaultDisableAfterSeconds maxDisableAfterSeconds\n      maxConcurrencyLimit minRateLimitPerSecond maxRateLimitPerSecond\n      maxNameLength maxUrlLength maxEventTypeLength maxSearchLength\n      maxEventTypesPerEndpoint maxHeadersPerEndpoint maxFilterEntries\n    }\n  }\n": typeof types.SettingsDocument,
    "\n  query Viewer {\n    viewer {\n      tenant { id name }\n      apiKey { id name }\n      permissions\n      endpointIds\n      maxEndpoints\n      expiresAt\n    }\n  }\n": typeof types.ViewerDocument,
    "\n  fragment OperationFields on BulkOperation {\n    id kind status filter total done failed skipped createdAt finishedAt\n    startedBy { kind apiKey { id name } }\n  }\n": typeof types.OperationFieldsFragmentDoc,
    "\n  query Operations($first: Int!, $after: String) {\n    bulkOperations(first: $first, after: $after) {\n      pageInfo { hasNextPage endCursor }\n      nodes { ...OperationFields }\n    }\n  }\n": typeof types.OperationsDocument,
    "\n  query Operation($id: ID!) {\n    bulkOperation(id: $id) { ...OperationFields }\n  }\n": typeof types.OperationDocument,
    "\n  query OperationErrors($id: ID!, $first: Int!, $after: String) {\n    bulkOperation(id: $id) {\n      id\n      errors(first: $first, after: $after) {\n        pageInfo { hasNextPage endCursor }\n        edges { cursor node { code message delivery { id status eventType endpoint { id name } } } }\n      }\n    }\n  }\n": typeof types.OperationErrorsDocument,
    "\n  subscription OperationUpdates($id: ID!) {\n    bulkOperationUpdated(id: $id) { ...OperationFields }\n  }\n": typeof types.OperationUpdatesDocument,
    "\n  query OperationOutcomes($id: ID!) {\n    bulkOperation(id: $id) {\n      id status\n      outcomes(max: 100000) { queued waiting succeeded failed exact }\n    }\n  }\n": typeof types.OperationOutcomesDocument,
    "\n  query BulkCount($filter: DeliveryFilter!) {\n    deliveries(filter: $filter, first: 0) { totalCount(max: 100000) { value exact } }\n  }\n": typeof types.BulkCountDocument,
    "\n  query EndpointName($id: ID!) {\n    endpoint(id: $id) { id name }\n  }\n": typeof types.EndpointNameDocument,
    "\n  mutation RetryDeliveries($filter: DeliveryFilter!) {\n    retryDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n": typeof types.RetryDeliveriesDocument,
    "\n  mutation ReplayDeliveries($filter: DeliveryFilter!) {\n    replayDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n": typeof types.ReplayDeliveriesDocument,
    "\n  mutation CancelBulkOperation($id: ID!) {\n    cancelBulkOperation(id: $id) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n": typeof types.CancelBulkOperationDocument,
    "\n  fragment RowScalars on Delivery {\n    id version status failureReason eventType attemptCount maxAttempts responseStatus latencyMs\n    error { code message }\n    nextAttemptAt createdAt updatedAt deliveredAt failedAt isTest\n  }\n": typeof types.RowScalarsFragmentDoc,
    "\n  fragment RowDetails on Delivery {\n    endpoint { id name url status }\n    event { id payloadPreview }\n    lastAttempt { number responseExcerpt }\n    waitingFor { reason until }\n  }\n": typeof types.RowDetailsFragmentDoc,
    "\n  query DeliveryPage($filter: DeliveryFilter, $orderBy: DeliveryOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    deliveries(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      feedCursor\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n      nodes { ...RowScalars ...RowDetails }\n    }\n  }\n": typeof types.DeliveryPageDocument,
    "\n  query DeliveryCount($filter: DeliveryFilter) {\n    deliveries(filter: $filter, first: 0) { totalCount { value exact } }\n  }\n": typeof types.DeliveryCountDocument,
    "\n  query DeliveryCursor($ids: [ID!]!, $orderBy: DeliveryOrder) {\n    deliveries(filter: { ids: $ids }, orderBy: $orderBy, first: 1) { edges { cursor } }\n  }\n": typeof types.DeliveryCursorDocument,
    "\n  subscription DeliveryUpdates($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor matches skipped\n      delivery { ...RowScalars }\n    }\n  }\n": typeof types.DeliveryUpdatesDocument,
    "\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n": typeof types.RetryDeliveryDocument,
    "\n  mutation ReplayDelivery($id: ID!, $endpointId: ID) {\n    replayDelivery(id: $id, endpointId: $endpointId) {\n      __typename\n      ... on Delivery { ...RowScalars replayOf { id replays { id status createdAt } } }\n      ... on Error { message }\n    }\n  }\n": typeof types.ReplayDeliveryDocument,
    "\n  mutation CancelDelivery($id: ID!) {\n    cancelDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n": typeof types.CancelDeliveryDocument,
    "\n  query AuditLog($actions: [AuditAction!], $apiKeyId: ID, $targetId: ID, $first: Int, $after: String, $last: Int, $before: String) {\n    auditLog(\n      actions: $actions, apiKeyId: $apiKeyId, targetId: $targetId\n      first: $first, after: $after, last: $last, before: $before\n    ) {\n      nodes { id action actorKind createdAt targetIds changes portalTokenId apiKey { id name prefix } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.AuditLogDocument,
    "\n  query AuditKeys {\n    apiKeys { id name prefix }\n  }\n": typeof types.AuditKeysDocument,
    "\n  query ReplayTargets {\n    endpoints(first: 100, statuses: [ENABLED, PAUSED]) { nodes { id name url } }\n  }\n": typeof types.ReplayTargetsDocument,
    "\n  query DeliveryDetail($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      lastFailedAt\n      waitingFor { reason until }\n      bulkOperation { id kind }\n      endpoint { id name url status statusReason deletedAt }\n      event {\n        id type createdAt payloadText\n        deliveries(first: 20) { pageInfo { hasNextPage } nodes { id status endpoint { id name } } }\n      }\n      replayOf { id status createdAt }\n      replays { id status createdAt endpoint { id name } }\n      attempts {\n        number trigger startedAt durationMs\n        timings { queueMs dnsMs connectMs tlsMs firstByteMs }\n        request { method }\n        preparedRequest { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n": typeof types.DeliveryDetailDocument,
    "\n  query DeliveryDetailVersion($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      waitingFor { reason until }\n      endpoint { id status statusReason deletedAt }\n      event { id deliveries(first: 20) { nodes { id status } } }\n      replayOf { id status }\n      replays { id status }\n    }\n  }\n": typeof types.DeliveryDetailVersionDocument,
    "\n  subscription DeliveryDetailUpdates($ids: [ID!]!) {\n    deliveryUpdated(filter: { ids: $ids }) { cursor delivery { ...RowScalars } }\n  }\n": typeof types.DeliveryDetailUpdatesDocument,
    "\n  query FilterChoices($search: String, $mayReadEndpoints: Boolean!, $isPortal: Boolean!, $readsTypesOfEndpoints: Boolean!) {\n    eventTypes @skip(if: $isPortal)\n    endpoints(search: $search, first: 100) @include(if: $mayReadEndpoints) { nodes { id name url } }\n    all: endpoints(first: 100) @include(if: $readsTypesOfEndpoints) { nodes { id eventTypes } }\n  }\n": typeof types.FilterChoicesDocument,
    "\n  query FilterFacets($filter: DeliveryFilter) {\n    deliveryStats(filter: $filter, buckets: 1) {\n      exact\n      byStatus { status count }\n      byEndpoint { endpoint { id } count }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n    }\n  }\n": typeof types.FilterFacetsDocument,
    "\n  query EndpointState($id: ID!) {\n    endpoint(id: $id) { id name status statusReason statusChangedAt deletedAt }\n  }\n": typeof types.EndpointStateDocument,
    "\n  mutation EnableEndpoint($id: ID!) {\n    updateEndpoint(id: $id, input: { status: ENABLED }) {\n      __typename\n      ... on Endpoint { id status statusReason statusChangedAt }\n      ... on Error { message }\n    }\n  }\n": typeof types.EnableEndpointDocument,
    "\n  query Endpoints($search: String, $statuses: [EndpointStatus!], $orderBy: EndpointOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    endpoints(search: $search, statuses: $statuses, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      nodes { ...EndpointState eventTypes health { ...HealthFigures } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.EndpointsDocument,
    "\n  fragment EndpointState on Endpoint { id name url status statusReason statusChangedAt updatedAt deletedAt }\n": typeof types.EndpointStateFragmentDoc,
    "\n  fragment HealthFigures on EndpointHealth {\n    sampleSize successRate p95LatencyMs backlog { value exact } oldestDueAgeSeconds failingSince isFailing warnedAt disablesAt\n  }\n": typeof types.HealthFiguresFragmentDoc,
    "\n  fragment EndpointSettings on Endpoint {\n    eventTypes headers { name value secret } method bodyTemplate timeoutMs retryScheduleSeconds maxConcurrency\n    rateLimitPerSecond ordering disableOnGone disableAfterSeconds storeResponseBody createdAt\n    previousSecretsExpireAt\n  }\n": typeof types.EndpointSettingsFragmentDoc,
    "\n  query EndpointPage($id: ID!) {\n    endpoint(id: $id) { ...EndpointState ...EndpointSettings health { ...HealthFigures } }\n  }\n": typeof types.EndpointPageDocument,
    "\n  mutation UpdateEndpoint($id: ID!, $input: UpdateEndpointInput!) {\n    updateEndpoint(id: $id, input: $input) {\n      __typename\n      ... on Endpoint { ...EndpointState ...EndpointSettings }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n": typeof types.UpdateEndpointDocument,
    "\n  query KnownEventTypes { eventTypes }\n": typeof types.KnownEventTypesDocument,
    "\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { ...EndpointState } secret }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n": typeof types.CreateEndpointDocument,
    "\n  query EndpointFailures($filter: DeliveryFilter!) {\n    failureGroups(filter: $filter, first: 8) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      sample { id error { message } }\n    }\n  }\n": typeof types.EndpointFailuresDocument,
    "\n  mutation ExpirePreviousSecrets($id: ID!) {\n    expirePreviousSecrets(id: $id) {\n      __typename\n      ... on Endpoint { id previousSecretsExpireAt }\n      ... on Error { message }\n    }\n  }\n": typeof types.ExpirePreviousSecretsDocument,
    "\n  mutation RotateEndpointSecret($id: ID!, $overlapSeconds: Int) {\n    rotateEndpointSecret(id: $id, overlapSeconds: $overlapSeconds) {\n      __typename\n      ... on RotateEndpointSecretSuccess { secret endpoint { id previousSecretsExpireAt } }\n      ... on Error { message }\n    }\n  }\n": typeof types.RotateEndpointSecretDocument,
    "\n  mutation RevealEndpointSecret($id: ID!) {\n    revealEndpointSecret(id: $id) {\n      __typename\n      ... on RevealEndpointSecretSuccess { secret }\n      ... on Error { message }\n    }\n  }\n": typeof types.RevealEndpointSecretDocument,
    "\n  query EndpointStats($filter: DeliveryFilter!, $buckets: Int!) {\n    deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact attemptsFailed attemptSuccessRate\n      byStatus { status count }\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n  }\n": typeof types.EndpointStatsDocument,
    "\n  mutation SendTestEvent($endpointId: ID!, $type: String, $payload: JSON) {\n    sendTestEvent(endpointId: $endpointId, type: $type, payload: $payload) {\n      __typename\n      ... on Delivery { id }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": typeof types.SendTestEventDocument,
    "\n  query TestOutcome($id: ID!) {\n    delivery(id: $id) {\n      id status responseStatus\n      error { code message }\n      lastAttempt { number durationMs responseExcerpt }\n    }\n  }\n": typeof types.TestOutcomeDocument,
    "\n  mutation SetEndpointStatus($id: ID!, $status: EndpointStatus!) {\n    updateEndpoint(id: $id, input: { status: $status }) {\n      __typename\n      ... on Endpoint { ...EndpointState }\n      ... on Error { message }\n    }\n  }\n": typeof types.SetEndpointStatusDocument,
    "\n  mutation DeleteEndpoint($id: ID!) {\n    deleteEndpoint(id: $id) { __typename ... on Endpoint { ...EndpointState } ... on Error { message } }\n  }\n": typeof types.DeleteEndpointDocument,
    "\n  query EventPage($id: ID!) {\n    event(id: $id) { id type createdAt isTest payloadText }\n  }\n": typeof types.EventPageDocument,
    "\n  query FailureGroups($filter: DeliveryFilter, $first: Int!) {\n    failureGroups(filter: $filter, first: $first) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      endpoint { id name url status statusReason deletedAt health { failingSince isFailing } }\n      sample { id eventType error { message } lastAttempt { number responseExcerpt } }\n    }\n  }\n": typeof types.FailureGroupsDocument,
    "\n  query Keys {\n    apiKeys { ...ListedKey }\n  }\n  fragment ListedKey on ApiKey {\n    id name prefix permissions createdAt lastUsedAt expiresAt revokedAt parentId\n  }\n": typeof types.KeysDocument,
    "\n  mutation CreateKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess { secret apiKey { ...ListedKey } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": typeof types.CreateKeyDocument,
    "\n  mutation RevokeKey($id: ID!, $revokeChildren: Boolean!) {\n    revokeApiKey(id: $id, revokeChildren: $revokeChildren) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n": typeof types.RevokeKeyDocument,
    "\n  mutation RenameKey($id: ID!, $name: String!) {\n    renameApiKey(id: $id, name: $name) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n": typeof types.RenameKeyDocument,
    "\n  query PortalTokens($after: String) {\n    portalTokens(first: 50, after: $after) {\n      nodes { ...ListedPortalToken }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n  fragment ListedPortalToken on PortalToken {\n    id createdAt expiresAt revokedAt permissions endpointIds maxEndpoints apiKey { id name }\n  }\n": typeof types.PortalTokensDocument,
    "\n  mutation RevokePortalToken($id: ID!) {\n    revokePortalToken(id: $id) { __typename ... on PortalToken { ...ListedPortalToken } ... on Error { message } }\n  }\n": typeof types.RevokePortalTokenDocument,
    "\n  query EndpointOptions($search: String) {\n    endpoints(search: $search, first: 50) { nodes { id name url } }\n  }\n": typeof types.EndpointOptionsDocument,
    "\n  mutation CreatePortalToken($input: CreatePortalTokenInput!) {\n    createPortalToken(input: $input) {\n      __typename\n      ... on CreatePortalTokenSuccess { token expiresAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": typeof types.CreatePortalTokenDocument,
    "\n  query Overview($filter: DeliveryFilter!, $buckets: Int!) {\n    stats: deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact\n      byStatus { status count }\n      byEndpoint { count endpoint { id name } }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n      attemptsFailed attemptSuccessRate firstAttemptSuccessRate\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n    backlog: deliveryStats(filter: { statuses: [PENDING, PROCESSING, RETRYING] }) {\n      exact\n      byStatus { status count }\n    }\n    failureGroups(filter: $filter, first: 50) {\n      errorCode responseStatus retryingCount lastSeenAt\n      count { value exact }\n      endpoint { id name status deletedAt }\n    }\n    latestFailures: deliveries(filter: { statuses: [FAILED, RETRYING] }, first: 6) {\n      nodes {\n        id status eventType responseStatus lastFailedAt createdAt\n        error { code message }\n        endpoint { id name }\n      }\n    }\n  }\n": typeof types.OverviewDocument,
    "\n  subscription OverviewTransitions {\n    deliveryUpdated { status previousStatus delivery { createdAt } }\n  }\n": typeof types.OverviewTransitionsDocument,
    "\n  query Redaction {\n    viewer { tenant { id redaction { paths scanCardNumbers } } }\n  }\n": typeof types.RedactionDocument,
    "\n  mutation UpdateRedaction($input: UpdateRedactionInput!) {\n    updateRedaction(input: $input) {\n      __typename\n      ... on Tenant { id redaction { paths scanCardNumbers } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": typeof types.UpdateRedactionDocument,
    "\n  query Tenants($after: String) {\n    tenants(first: 100, after: $after) {\n      nodes { id name createdAt }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.TenantsDocument,
    "\n  mutation CreateTenant($name: String!) {\n    createTenant(name: $name) {\n      __typename\n      ... on Tenant { id name createdAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": typeof types.CreateTenantDocument,
    "\n  mutation RenameTenant($id: ID!, $name: String!) {\n    renameTenant(id: $id, name: $name) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n": typeof types.RenameTenantDocument,
    "\n  mutation DeleteTenant($id: ID!) {\n    deleteTenant(id: $id) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n": typeof types.DeleteTenantDocument,
};
const documents: Documents = {
    "\n  query FeedState { feedCursor }\n": types.FeedStateDocument,
    "\n  query Settings {\n    settings {\n      defaultTimeoutMs minTimeoutMs maxTimeoutMs\n      defaultRetryScheduleSeconds maxRetries maxRetryDelaySeconds\n      defaultDisableAfterSeconds maxDisableAfterSeconds\n      maxConcurrencyLimit minRateLimitPerSecond maxRateLimitPerSecond\n      maxNameLength maxUrlLength maxEventTypeLength maxSearchLength\n      maxEventTypesPerEndpoint maxHeadersPerEndpoint maxFilterEntries\n    }\n  }\n": types.SettingsDocument,
    "\n  query Viewer {\n    viewer {\n      tenant { id name }\n      apiKey { id name }\n      permissions\n      endpointIds\n      maxEndpoints\n      expiresAt\n    }\n  }\n": types.ViewerDocument,
    "\n  fragment OperationFields on BulkOperation {\n    id kind status filter total done failed skipped createdAt finishedAt\n    startedBy { kind apiKey { id name } }\n  }\n": types.OperationFieldsFragmentDoc,
    "\n  query Operations($first: Int!, $after: String) {\n    bulkOperations(first: $first, after: $after) {\n      pageInfo { hasNextPage endCursor }\n      nodes { ...OperationFields }\n    }\n  }\n": types.OperationsDocument,
    "\n  query Operation($id: ID!) {\n    bulkOperation(id: $id) { ...OperationFields }\n  }\n": types.OperationDocument,
    "\n  query OperationErrors($id: ID!, $first: Int!, $after: String) {\n    bulkOperation(id: $id) {\n      id\n      errors(first: $first, after: $after) {\n        pageInfo { hasNextPage endCursor }\n        edges { cursor node { code message delivery { id status eventType endpoint { id name } } } }\n      }\n    }\n  }\n": types.OperationErrorsDocument,
    "\n  subscription OperationUpdates($id: ID!) {\n    bulkOperationUpdated(id: $id) { ...OperationFields }\n  }\n": types.OperationUpdatesDocument,
    "\n  query OperationOutcomes($id: ID!) {\n    bulkOperation(id: $id) {\n      id status\n      outcomes(max: 100000) { queued waiting succeeded failed exact }\n    }\n  }\n": types.OperationOutcomesDocument,
    "\n  query BulkCount($filter: DeliveryFilter!) {\n    deliveries(filter: $filter, first: 0) { totalCount(max: 100000) { value exact } }\n  }\n": types.BulkCountDocument,
    "\n  query EndpointName($id: ID!) {\n    endpoint(id: $id) { id name }\n  }\n": types.EndpointNameDocument,
    "\n  mutation RetryDeliveries($filter: DeliveryFilter!) {\n    retryDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n": types.RetryDeliveriesDocument,
    "\n  mutation ReplayDeliveries($filter: DeliveryFilter!) {\n    replayDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n": types.ReplayDeliveriesDocument,
    "\n  mutation CancelBulkOperation($id: ID!) {\n    cancelBulkOperation(id: $id) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n": types.CancelBulkOperationDocument,
    "\n  fragment RowScalars on Delivery {\n    id version status failureReason eventType attemptCount maxAttempts responseStatus latencyMs\n    error { code message }\n    nextAttemptAt createdAt updatedAt deliveredAt failedAt isTest\n  }\n": types.RowScalarsFragmentDoc,
    "\n  fragment RowDetails on Delivery {\n    endpoint { id name url status }\n    event { id payloadPreview }\n    lastAttempt { number responseExcerpt }\n    waitingFor { reason until }\n  }\n": types.RowDetailsFragmentDoc,
    "\n  query DeliveryPage($filter: DeliveryFilter, $orderBy: DeliveryOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    deliveries(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      feedCursor\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n      nodes { ...RowScalars ...RowDetails }\n    }\n  }\n": types.DeliveryPageDocument,
    "\n  query DeliveryCount($filter: DeliveryFilter) {\n    deliveries(filter: $filter, first: 0) { totalCount { value exact } }\n  }\n": types.DeliveryCountDocument,
    "\n  query DeliveryCursor($ids: [ID!]!, $orderBy: DeliveryOrder) {\n    deliveries(filter: { ids: $ids }, orderBy: $orderBy, first: 1) { edges { cursor } }\n  }\n": types.DeliveryCursorDocument,
    "\n  subscription DeliveryUpdates($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor matches skipped\n      delivery { ...RowScalars }\n    }\n  }\n": types.DeliveryUpdatesDocument,
    "\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n": types.RetryDeliveryDocument,
    "\n  mutation ReplayDelivery($id: ID!, $endpointId: ID) {\n    replayDelivery(id: $id, endpointId: $endpointId) {\n      __typename\n      ... on Delivery { ...RowScalars replayOf { id replays { id status createdAt } } }\n      ... on Error { message }\n    }\n  }\n": types.ReplayDeliveryDocument,
    "\n  mutation CancelDelivery($id: ID!) {\n    cancelDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n": types.CancelDeliveryDocument,
    "\n  query AuditLog($actions: [AuditAction!], $apiKeyId: ID, $targetId: ID, $first: Int, $after: String, $last: Int, $before: String) {\n    auditLog(\n      actions: $actions, apiKeyId: $apiKeyId, targetId: $targetId\n      first: $first, after: $after, last: $last, before: $before\n    ) {\n      nodes { id action actorKind createdAt targetIds changes portalTokenId apiKey { id name prefix } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.AuditLogDocument,
    "\n  query AuditKeys {\n    apiKeys { id name prefix }\n  }\n": types.AuditKeysDocument,
    "\n  query ReplayTargets {\n    endpoints(first: 100, statuses: [ENABLED, PAUSED]) { nodes { id name url } }\n  }\n": types.ReplayTargetsDocument,
    "\n  query DeliveryDetail($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      lastFailedAt\n      waitingFor { reason until }\n      bulkOperation { id kind }\n      endpoint { id name url status statusReason deletedAt }\n      event {\n        id type createdAt payloadText\n        deliveries(first: 20) { pageInfo { hasNextPage } nodes { id status endpoint { id name } } }\n      }\n      replayOf { id status createdAt }\n      replays { id status createdAt endpoint { id name } }\n      attempts {\n        number trigger startedAt durationMs\n        timings { queueMs dnsMs connectMs tlsMs firstByteMs }\n        request { method }\n        preparedRequest { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n": types.DeliveryDetailDocument,
    "\n  query DeliveryDetailVersion($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      waitingFor { reason until }\n      endpoint { id status statusReason deletedAt }\n      event { id deliveries(first: 20) { nodes { id status } } }\n      replayOf { id status }\n      replays { id status }\n    }\n  }\n": types.DeliveryDetailVersionDocument,
    "\n  subscription DeliveryDetailUpdates($ids: [ID!]!) {\n    deliveryUpdated(filter: { ids: $ids }) { cursor delivery { ...RowScalars } }\n  }\n": types.DeliveryDetailUpdatesDocument,
    "\n  query FilterChoices($search: String, $mayReadEndpoints: Boolean!, $isPortal: Boolean!, $readsTypesOfEndpoints: Boolean!) {\n    eventTypes @skip(if: $isPortal)\n    endpoints(search: $search, first: 100) @include(if: $mayReadEndpoints) { nodes { id name url } }\n    all: endpoints(first: 100) @include(if: $readsTypesOfEndpoints) { nodes { id eventTypes } }\n  }\n": types.FilterChoicesDocument,
    "\n  query FilterFacets($filter: DeliveryFilter) {\n    deliveryStats(filter: $filter, buckets: 1) {\n      exact\n      byStatus { status count }\n      byEndpoint { endpoint { id } count }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n    }\n  }\n": types.FilterFacetsDocument,
    "\n  query EndpointState($id: ID!) {\n    endpoint(id: $id) { id name status statusReason statusChangedAt deletedAt }\n  }\n": types.EndpointStateDocument,
    "\n  mutation EnableEndpoint($id: ID!) {\n    updateEndpoint(id: $id, input: { status: ENABLED }) {\n      __typename\n      ... on Endpoint { id status statusReason statusChangedAt }\n      ... on Error { message }\n    }\n  }\n": types.EnableEndpointDocument,
    "\n  query Endpoints($search: String, $statuses: [EndpointStatus!], $orderBy: EndpointOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    endpoints(search: $search, statuses: $statuses, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      nodes { ...EndpointState eventTypes health { ...HealthFigures } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.EndpointsDocument,
    "\n  fragment EndpointState on Endpoint { id name url status statusReason statusChangedAt updatedAt deletedAt }\n": types.EndpointStateFragmentDoc,
    "\n  fragment HealthFigures on EndpointHealth {\n    sampleSize successRate p95LatencyMs backlog { value exact } oldestDueAgeSeconds failingSince isFailing warnedAt disablesAt\n  }\n": types.HealthFiguresFragmentDoc,
    "\n  fragment EndpointSettings on Endpoint {\n    eventTypes headers { name value secret } method bodyTemplate timeoutMs retryScheduleSeconds maxConcurrency\n    rateLimitPerSecond ordering disableOnGone disableAfterSeconds storeResponseBody createdAt\n    previousSecretsExpireAt\n  }\n": types.EndpointSettingsFragmentDoc,
    "\n  query EndpointPage($id: ID!) {\n    endpoint(id: $id) { ...EndpointState ...EndpointSettings health { ...HealthFigures } }\n  }\n": types.EndpointPageDocument,
    "\n  mutation UpdateEndpoint($id: ID!, $input: UpdateEndpointInput!) {\n    updateEndpoint(id: $id, input: $input) {\n      __typename\n      ... on Endpoint { ...EndpointState ...EndpointSettings }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n": types.UpdateEndpointDocument,
    "\n  query KnownEventTypes { eventTypes }\n": types.KnownEventTypesDocument,
    "\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { ...EndpointState } secret }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n": types.CreateEndpointDocument,
    "\n  query EndpointFailures($filter: DeliveryFilter!) {\n    failureGroups(filter: $filter, first: 8) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      sample { id error { message } }\n    }\n  }\n": types.EndpointFailuresDocument,
    "\n  mutation ExpirePreviousSecrets($id: ID!) {\n    expirePreviousSecrets(id: $id) {\n      __typename\n      ... on Endpoint { id previousSecretsExpireAt }\n      ... on Error { message }\n    }\n  }\n": types.ExpirePreviousSecretsDocument,
    "\n  mutation RotateEndpointSecret($id: ID!, $overlapSeconds: Int) {\n    rotateEndpointSecret(id: $id, overlapSeconds: $overlapSeconds) {\n      __typename\n      ... on RotateEndpointSecretSuccess { secret endpoint { id previousSecretsExpireAt } }\n      ... on Error { message }\n    }\n  }\n": types.RotateEndpointSecretDocument,
    "\n  mutation RevealEndpointSecret($id: ID!) {\n    revealEndpointSecret(id: $id) {\n      __typename\n      ... on RevealEndpointSecretSuccess { secret }\n      ... on Error { message }\n    }\n  }\n": types.RevealEndpointSecretDocument,
    "\n  query EndpointStats($filter: DeliveryFilter!, $buckets: Int!) {\n    deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact attemptsFailed attemptSuccessRate\n      byStatus { status count }\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n  }\n": types.EndpointStatsDocument,
    "\n  mutation SendTestEvent($endpointId: ID!, $type: String, $payload: JSON) {\n    sendTestEvent(endpointId: $endpointId, type: $type, payload: $payload) {\n      __typename\n      ... on Delivery { id }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": types.SendTestEventDocument,
    "\n  query TestOutcome($id: ID!) {\n    delivery(id: $id) {\n      id status responseStatus\n      error { code message }\n      lastAttempt { number durationMs responseExcerpt }\n    }\n  }\n": types.TestOutcomeDocument,
    "\n  mutation SetEndpointStatus($id: ID!, $status: EndpointStatus!) {\n    updateEndpoint(id: $id, input: { status: $status }) {\n      __typename\n      ... on Endpoint { ...EndpointState }\n      ... on Error { message }\n    }\n  }\n": types.SetEndpointStatusDocument,
    "\n  mutation DeleteEndpoint($id: ID!) {\n    deleteEndpoint(id: $id) { __typename ... on Endpoint { ...EndpointState } ... on Error { message } }\n  }\n": types.DeleteEndpointDocument,
    "\n  query EventPage($id: ID!) {\n    event(id: $id) { id type createdAt isTest payloadText }\n  }\n": types.EventPageDocument,
    "\n  query FailureGroups($filter: DeliveryFilter, $first: Int!) {\n    failureGroups(filter: $filter, first: $first) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      endpoint { id name url status statusReason deletedAt health { failingSince isFailing } }\n      sample { id eventType error { message } lastAttempt { number responseExcerpt } }\n    }\n  }\n": types.FailureGroupsDocument,
    "\n  query Keys {\n    apiKeys { ...ListedKey }\n  }\n  fragment ListedKey on ApiKey {\n    id name prefix permissions createdAt lastUsedAt expiresAt revokedAt parentId\n  }\n": types.KeysDocument,
    "\n  mutation CreateKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess { secret apiKey { ...ListedKey } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": types.CreateKeyDocument,
    "\n  mutation RevokeKey($id: ID!, $revokeChildren: Boolean!) {\n    revokeApiKey(id: $id, revokeChildren: $revokeChildren) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n": types.RevokeKeyDocument,
    "\n  mutation RenameKey($id: ID!, $name: String!) {\n    renameApiKey(id: $id, name: $name) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n": types.RenameKeyDocument,
    "\n  query PortalTokens($after: String) {\n    portalTokens(first: 50, after: $after) {\n      nodes { ...ListedPortalToken }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n  fragment ListedPortalToken on PortalToken {\n    id createdAt expiresAt revokedAt permissions endpointIds maxEndpoints apiKey { id name }\n  }\n": types.PortalTokensDocument,
    "\n  mutation RevokePortalToken($id: ID!) {\n    revokePortalToken(id: $id) { __typename ... on PortalToken { ...ListedPortalToken } ... on Error { message } }\n  }\n": types.RevokePortalTokenDocument,
    "\n  query EndpointOptions($search: String) {\n    endpoints(search: $search, first: 50) { nodes { id name url } }\n  }\n": types.EndpointOptionsDocument,
    "\n  mutation CreatePortalToken($input: CreatePortalTokenInput!) {\n    createPortalToken(input: $input) {\n      __typename\n      ... on CreatePortalTokenSuccess { token expiresAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": types.CreatePortalTokenDocument,
    "\n  query Overview($filter: DeliveryFilter!, $buckets: Int!) {\n    stats: deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact\n      byStatus { status count }\n      byEndpoint { count endpoint { id name } }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n      attemptsFailed attemptSuccessRate firstAttemptSuccessRate\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n    backlog: deliveryStats(filter: { statuses: [PENDING, PROCESSING, RETRYING] }) {\n      exact\n      byStatus { status count }\n    }\n    failureGroups(filter: $filter, first: 50) {\n      errorCode responseStatus retryingCount lastSeenAt\n      count { value exact }\n      endpoint { id name status deletedAt }\n    }\n    latestFailures: deliveries(filter: { statuses: [FAILED, RETRYING] }, first: 6) {\n      nodes {\n        id status eventType responseStatus lastFailedAt createdAt\n        error { code message }\n        endpoint { id name }\n      }\n    }\n  }\n": types.OverviewDocument,
    "\n  subscription OverviewTransitions {\n    deliveryUpdated { status previousStatus delivery { createdAt } }\n  }\n": types.OverviewTransitionsDocument,
    "\n  query Redaction {\n    viewer { tenant { id redaction { paths scanCardNumbers } } }\n  }\n": types.RedactionDocument,
    "\n  mutation UpdateRedaction($input: UpdateRedactionInput!) {\n    updateRedaction(input: $input) {\n      __typename\n      ... on Tenant { id redaction { paths scanCardNumbers } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": types.UpdateRedactionDocument,
    "\n  query Tenants($after: String) {\n    tenants(first: 100, after: $after) {\n      nodes { id name createdAt }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.TenantsDocument,
    "\n  mutation CreateTenant($name: String!) {\n    createTenant(name: $name) {\n      __typename\n      ... on Tenant { id name createdAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n": types.CreateTenantDocument,
    "\n  mutation RenameTenant($id: ID!, $name: String!) {\n    renameTenant(id: $id, name: $name) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n": types.RenameTenantDocument,
    "\n  mutation DeleteTenant($id: ID!) {\n    deleteTenant(id: $id) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n": types.DeleteTenantDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FeedState { feedCursor }\n"): (typeof documents)["\n  query FeedState { feedCursor }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Settings {\n    settings {\n      defaultTimeoutMs minTimeoutMs maxTimeoutMs\n      defaultRetryScheduleSeconds maxRetries maxRetryDelaySeconds\n      defaultDisableAfterSeconds maxDisableAfterSeconds\n      maxConcurrencyLimit minRateLimitPerSecond maxRateLimitPerSecond\n      maxNameLength maxUrlLength maxEventTypeLength maxSearchLength\n      maxEventTypesPerEndpoint maxHeadersPerEndpoint maxFilterEntries\n    }\n  }\n"): (typeof documents)["\n  query Settings {\n    settings {\n      defaultTimeoutMs minTimeoutMs maxTimeoutMs\n      defaultRetryScheduleSeconds maxRetries maxRetryDelaySeconds\n      defaultDisableAfterSeconds maxDisableAfterSeconds\n      maxConcurrencyLimit minRateLimitPerSecond maxRateLimitPerSecond\n      maxNameLength maxUrlLength maxEventTypeLength maxSearchLength\n      maxEventTypesPerEndpoint maxHeadersPerEndpoint maxFilterEntries\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Viewer {\n    viewer {\n      tenant { id name }\n      apiKey { id name }\n      permissions\n      endpointIds\n      maxEndpoints\n      expiresAt\n    }\n  }\n"): (typeof documents)["\n  query Viewer {\n    viewer {\n      tenant { id name }\n      apiKey { id name }\n      permissions\n      endpointIds\n      maxEndpoints\n      expiresAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment OperationFields on BulkOperation {\n    id kind status filter total done failed skipped createdAt finishedAt\n    startedBy { kind apiKey { id name } }\n  }\n"): (typeof documents)["\n  fragment OperationFields on BulkOperation {\n    id kind status filter total done failed skipped createdAt finishedAt\n    startedBy { kind apiKey { id name } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Operations($first: Int!, $after: String) {\n    bulkOperations(first: $first, after: $after) {\n      pageInfo { hasNextPage endCursor }\n      nodes { ...OperationFields }\n    }\n  }\n"): (typeof documents)["\n  query Operations($first: Int!, $after: String) {\n    bulkOperations(first: $first, after: $after) {\n      pageInfo { hasNextPage endCursor }\n      nodes { ...OperationFields }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Operation($id: ID!) {\n    bulkOperation(id: $id) { ...OperationFields }\n  }\n"): (typeof documents)["\n  query Operation($id: ID!) {\n    bulkOperation(id: $id) { ...OperationFields }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OperationErrors($id: ID!, $first: Int!, $after: String) {\n    bulkOperation(id: $id) {\n      id\n      errors(first: $first, after: $after) {\n        pageInfo { hasNextPage endCursor }\n        edges { cursor node { code message delivery { id status eventType endpoint { id name } } } }\n      }\n    }\n  }\n"): (typeof documents)["\n  query OperationErrors($id: ID!, $first: Int!, $after: String) {\n    bulkOperation(id: $id) {\n      id\n      errors(first: $first, after: $after) {\n        pageInfo { hasNextPage endCursor }\n        edges { cursor node { code message delivery { id status eventType endpoint { id name } } } }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OperationUpdates($id: ID!) {\n    bulkOperationUpdated(id: $id) { ...OperationFields }\n  }\n"): (typeof documents)["\n  subscription OperationUpdates($id: ID!) {\n    bulkOperationUpdated(id: $id) { ...OperationFields }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OperationOutcomes($id: ID!) {\n    bulkOperation(id: $id) {\n      id status\n      outcomes(max: 100000) { queued waiting succeeded failed exact }\n    }\n  }\n"): (typeof documents)["\n  query OperationOutcomes($id: ID!) {\n    bulkOperation(id: $id) {\n      id status\n      outcomes(max: 100000) { queued waiting succeeded failed exact }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query BulkCount($filter: DeliveryFilter!) {\n    deliveries(filter: $filter, first: 0) { totalCount(max: 100000) { value exact } }\n  }\n"): (typeof documents)["\n  query BulkCount($filter: DeliveryFilter!) {\n    deliveries(filter: $filter, first: 0) { totalCount(max: 100000) { value exact } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointName($id: ID!) {\n    endpoint(id: $id) { id name }\n  }\n"): (typeof documents)["\n  query EndpointName($id: ID!) {\n    endpoint(id: $id) { id name }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryDeliveries($filter: DeliveryFilter!) {\n    retryDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation RetryDeliveries($filter: DeliveryFilter!) {\n    retryDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplayDeliveries($filter: DeliveryFilter!) {\n    replayDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation ReplayDeliveries($filter: DeliveryFilter!) {\n    replayDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelBulkOperation($id: ID!) {\n    cancelBulkOperation(id: $id) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation CancelBulkOperation($id: ID!) {\n    cancelBulkOperation(id: $id) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RowScalars on Delivery {\n    id version status failureReason eventType attemptCount maxAttempts responseStatus latencyMs\n    error { code message }\n    nextAttemptAt createdAt updatedAt deliveredAt failedAt isTest\n  }\n"): (typeof documents)["\n  fragment RowScalars on Delivery {\n    id version status failureReason eventType attemptCount maxAttempts responseStatus latencyMs\n    error { code message }\n    nextAttemptAt createdAt updatedAt deliveredAt failedAt isTest\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment RowDetails on Delivery {\n    endpoint { id name url status }\n    event { id payloadPreview }\n    lastAttempt { number responseExcerpt }\n    waitingFor { reason until }\n  }\n"): (typeof documents)["\n  fragment RowDetails on Delivery {\n    endpoint { id name url status }\n    event { id payloadPreview }\n    lastAttempt { number responseExcerpt }\n    waitingFor { reason until }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeliveryPage($filter: DeliveryFilter, $orderBy: DeliveryOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    deliveries(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      feedCursor\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n      nodes { ...RowScalars ...RowDetails }\n    }\n  }\n"): (typeof documents)["\n  query DeliveryPage($filter: DeliveryFilter, $orderBy: DeliveryOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    deliveries(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      feedCursor\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n      nodes { ...RowScalars ...RowDetails }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeliveryCount($filter: DeliveryFilter) {\n    deliveries(filter: $filter, first: 0) { totalCount { value exact } }\n  }\n"): (typeof documents)["\n  query DeliveryCount($filter: DeliveryFilter) {\n    deliveries(filter: $filter, first: 0) { totalCount { value exact } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeliveryCursor($ids: [ID!]!, $orderBy: DeliveryOrder) {\n    deliveries(filter: { ids: $ids }, orderBy: $orderBy, first: 1) { edges { cursor } }\n  }\n"): (typeof documents)["\n  query DeliveryCursor($ids: [ID!]!, $orderBy: DeliveryOrder) {\n    deliveries(filter: { ids: $ids }, orderBy: $orderBy, first: 1) { edges { cursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription DeliveryUpdates($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor matches skipped\n      delivery { ...RowScalars }\n    }\n  }\n"): (typeof documents)["\n  subscription DeliveryUpdates($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor matches skipped\n      delivery { ...RowScalars }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplayDelivery($id: ID!, $endpointId: ID) {\n    replayDelivery(id: $id, endpointId: $endpointId) {\n      __typename\n      ... on Delivery { ...RowScalars replayOf { id replays { id status createdAt } } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ReplayDelivery($id: ID!, $endpointId: ID) {\n    replayDelivery(id: $id, endpointId: $endpointId) {\n      __typename\n      ... on Delivery { ...RowScalars replayOf { id replays { id status createdAt } } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelDelivery($id: ID!) {\n    cancelDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation CancelDelivery($id: ID!) {\n    cancelDelivery(id: $id) { __typename ... on Delivery { ...RowScalars } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditLog($actions: [AuditAction!], $apiKeyId: ID, $targetId: ID, $first: Int, $after: String, $last: Int, $before: String) {\n    auditLog(\n      actions: $actions, apiKeyId: $apiKeyId, targetId: $targetId\n      first: $first, after: $after, last: $last, before: $before\n    ) {\n      nodes { id action actorKind createdAt targetIds changes portalTokenId apiKey { id name prefix } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query AuditLog($actions: [AuditAction!], $apiKeyId: ID, $targetId: ID, $first: Int, $after: String, $last: Int, $before: String) {\n    auditLog(\n      actions: $actions, apiKeyId: $apiKeyId, targetId: $targetId\n      first: $first, after: $after, last: $last, before: $before\n    ) {\n      nodes { id action actorKind createdAt targetIds changes portalTokenId apiKey { id name prefix } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditKeys {\n    apiKeys { id name prefix }\n  }\n"): (typeof documents)["\n  query AuditKeys {\n    apiKeys { id name prefix }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReplayTargets {\n    endpoints(first: 100, statuses: [ENABLED, PAUSED]) { nodes { id name url } }\n  }\n"): (typeof documents)["\n  query ReplayTargets {\n    endpoints(first: 100, statuses: [ENABLED, PAUSED]) { nodes { id name url } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeliveryDetail($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      lastFailedAt\n      waitingFor { reason until }\n      bulkOperation { id kind }\n      endpoint { id name url status statusReason deletedAt }\n      event {\n        id type createdAt payloadText\n        deliveries(first: 20) { pageInfo { hasNextPage } nodes { id status endpoint { id name } } }\n      }\n      replayOf { id status createdAt }\n      replays { id status createdAt endpoint { id name } }\n      attempts {\n        number trigger startedAt durationMs\n        timings { queueMs dnsMs connectMs tlsMs firstByteMs }\n        request { method }\n        preparedRequest { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n"): (typeof documents)["\n  query DeliveryDetail($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      lastFailedAt\n      waitingFor { reason until }\n      bulkOperation { id kind }\n      endpoint { id name url status statusReason deletedAt }\n      event {\n        id type createdAt payloadText\n        deliveries(first: 20) { pageInfo { hasNextPage } nodes { id status endpoint { id name } } }\n      }\n      replayOf { id status createdAt }\n      replays { id status createdAt endpoint { id name } }\n      attempts {\n        number trigger startedAt durationMs\n        timings { queueMs dnsMs connectMs tlsMs firstByteMs }\n        request { method }\n        preparedRequest { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query DeliveryDetailVersion($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      waitingFor { reason until }\n      endpoint { id status statusReason deletedAt }\n      event { id deliveries(first: 20) { nodes { id status } } }\n      replayOf { id status }\n      replays { id status }\n    }\n  }\n"): (typeof documents)["\n  query DeliveryDetailVersion($id: ID!) {\n    delivery(id: $id) {\n      ...RowScalars\n      waitingFor { reason until }\n      endpoint { id status statusReason deletedAt }\n      event { id deliveries(first: 20) { nodes { id status } } }\n      replayOf { id status }\n      replays { id status }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription DeliveryDetailUpdates($ids: [ID!]!) {\n    deliveryUpdated(filter: { ids: $ids }) { cursor delivery { ...RowScalars } }\n  }\n"): (typeof documents)["\n  subscription DeliveryDetailUpdates($ids: [ID!]!) {\n    deliveryUpdated(filter: { ids: $ids }) { cursor delivery { ...RowScalars } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FilterChoices($search: String, $mayReadEndpoints: Boolean!, $isPortal: Boolean!, $readsTypesOfEndpoints: Boolean!) {\n    eventTypes @skip(if: $isPortal)\n    endpoints(search: $search, first: 100) @include(if: $mayReadEndpoints) { nodes { id name url } }\n    all: endpoints(first: 100) @include(if: $readsTypesOfEndpoints) { nodes { id eventTypes } }\n  }\n"): (typeof documents)["\n  query FilterChoices($search: String, $mayReadEndpoints: Boolean!, $isPortal: Boolean!, $readsTypesOfEndpoints: Boolean!) {\n    eventTypes @skip(if: $isPortal)\n    endpoints(search: $search, first: 100) @include(if: $mayReadEndpoints) { nodes { id name url } }\n    all: endpoints(first: 100) @include(if: $readsTypesOfEndpoints) { nodes { id eventTypes } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FilterFacets($filter: DeliveryFilter) {\n    deliveryStats(filter: $filter, buckets: 1) {\n      exact\n      byStatus { status count }\n      byEndpoint { endpoint { id } count }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n    }\n  }\n"): (typeof documents)["\n  query FilterFacets($filter: DeliveryFilter) {\n    deliveryStats(filter: $filter, buckets: 1) {\n      exact\n      byStatus { status count }\n      byEndpoint { endpoint { id } count }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointState($id: ID!) {\n    endpoint(id: $id) { id name status statusReason statusChangedAt deletedAt }\n  }\n"): (typeof documents)["\n  query EndpointState($id: ID!) {\n    endpoint(id: $id) { id name status statusReason statusChangedAt deletedAt }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EnableEndpoint($id: ID!) {\n    updateEndpoint(id: $id, input: { status: ENABLED }) {\n      __typename\n      ... on Endpoint { id status statusReason statusChangedAt }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation EnableEndpoint($id: ID!) {\n    updateEndpoint(id: $id, input: { status: ENABLED }) {\n      __typename\n      ... on Endpoint { id status statusReason statusChangedAt }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Endpoints($search: String, $statuses: [EndpointStatus!], $orderBy: EndpointOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    endpoints(search: $search, statuses: $statuses, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      nodes { ...EndpointState eventTypes health { ...HealthFigures } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Endpoints($search: String, $statuses: [EndpointStatus!], $orderBy: EndpointOrder, $first: Int, $after: String, $last: Int, $before: String) {\n    endpoints(search: $search, statuses: $statuses, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {\n      nodes { ...EndpointState eventTypes health { ...HealthFigures } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EndpointState on Endpoint { id name url status statusReason statusChangedAt updatedAt deletedAt }\n"): (typeof documents)["\n  fragment EndpointState on Endpoint { id name url status statusReason statusChangedAt updatedAt deletedAt }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HealthFigures on EndpointHealth {\n    sampleSize successRate p95LatencyMs backlog { value exact } oldestDueAgeSeconds failingSince isFailing warnedAt disablesAt\n  }\n"): (typeof documents)["\n  fragment HealthFigures on EndpointHealth {\n    sampleSize successRate p95LatencyMs backlog { value exact } oldestDueAgeSeconds failingSince isFailing warnedAt disablesAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment EndpointSettings on Endpoint {\n    eventTypes headers { name value secret } method bodyTemplate timeoutMs retryScheduleSeconds maxConcurrency\n    rateLimitPerSecond ordering disableOnGone disableAfterSeconds storeResponseBody createdAt\n    previousSecretsExpireAt\n  }\n"): (typeof documents)["\n  fragment EndpointSettings on Endpoint {\n    eventTypes headers { name value secret } method bodyTemplate timeoutMs retryScheduleSeconds maxConcurrency\n    rateLimitPerSecond ordering disableOnGone disableAfterSeconds storeResponseBody createdAt\n    previousSecretsExpireAt\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointPage($id: ID!) {\n    endpoint(id: $id) { ...EndpointState ...EndpointSettings health { ...HealthFigures } }\n  }\n"): (typeof documents)["\n  query EndpointPage($id: ID!) {\n    endpoint(id: $id) { ...EndpointState ...EndpointSettings health { ...HealthFigures } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateEndpoint($id: ID!, $input: UpdateEndpointInput!) {\n    updateEndpoint(id: $id, input: $input) {\n      __typename\n      ... on Endpoint { ...EndpointState ...EndpointSettings }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateEndpoint($id: ID!, $input: UpdateEndpointInput!) {\n    updateEndpoint(id: $id, input: $input) {\n      __typename\n      ... on Endpoint { ...EndpointState ...EndpointSettings }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query KnownEventTypes { eventTypes }\n"): (typeof documents)["\n  query KnownEventTypes { eventTypes }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { ...EndpointState } secret }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { ...EndpointState } secret }\n      ... on Error { message }\n      ... on BadUserInputError { argument problems { path message } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointFailures($filter: DeliveryFilter!) {\n    failureGroups(filter: $filter, first: 8) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      sample { id error { message } }\n    }\n  }\n"): (typeof documents)["\n  query EndpointFailures($filter: DeliveryFilter!) {\n    failureGroups(filter: $filter, first: 8) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      sample { id error { message } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ExpirePreviousSecrets($id: ID!) {\n    expirePreviousSecrets(id: $id) {\n      __typename\n      ... on Endpoint { id previousSecretsExpireAt }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ExpirePreviousSecrets($id: ID!) {\n    expirePreviousSecrets(id: $id) {\n      __typename\n      ... on Endpoint { id previousSecretsExpireAt }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RotateEndpointSecret($id: ID!, $overlapSeconds: Int) {\n    rotateEndpointSecret(id: $id, overlapSeconds: $overlapSeconds) {\n      __typename\n      ... on RotateEndpointSecretSuccess { secret endpoint { id previousSecretsExpireAt } }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RotateEndpointSecret($id: ID!, $overlapSeconds: Int) {\n    rotateEndpointSecret(id: $id, overlapSeconds: $overlapSeconds) {\n      __typename\n      ... on RotateEndpointSecretSuccess { secret endpoint { id previousSecretsExpireAt } }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevealEndpointSecret($id: ID!) {\n    revealEndpointSecret(id: $id) {\n      __typename\n      ... on RevealEndpointSecretSuccess { secret }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation RevealEndpointSecret($id: ID!) {\n    revealEndpointSecret(id: $id) {\n      __typename\n      ... on RevealEndpointSecretSuccess { secret }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointStats($filter: DeliveryFilter!, $buckets: Int!) {\n    deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact attemptsFailed attemptSuccessRate\n      byStatus { status count }\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n  }\n"): (typeof documents)["\n  query EndpointStats($filter: DeliveryFilter!, $buckets: Int!) {\n    deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact attemptsFailed attemptSuccessRate\n      byStatus { status count }\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SendTestEvent($endpointId: ID!, $type: String, $payload: JSON) {\n    sendTestEvent(endpointId: $endpointId, type: $type, payload: $payload) {\n      __typename\n      ... on Delivery { id }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"): (typeof documents)["\n  mutation SendTestEvent($endpointId: ID!, $type: String, $payload: JSON) {\n    sendTestEvent(endpointId: $endpointId, type: $type, payload: $payload) {\n      __typename\n      ... on Delivery { id }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TestOutcome($id: ID!) {\n    delivery(id: $id) {\n      id status responseStatus\n      error { code message }\n      lastAttempt { number durationMs responseExcerpt }\n    }\n  }\n"): (typeof documents)["\n  query TestOutcome($id: ID!) {\n    delivery(id: $id) {\n      id status responseStatus\n      error { code message }\n      lastAttempt { number durationMs responseExcerpt }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetEndpointStatus($id: ID!, $status: EndpointStatus!) {\n    updateEndpoint(id: $id, input: { status: $status }) {\n      __typename\n      ... on Endpoint { ...EndpointState }\n      ... on Error { message }\n    }\n  }\n"): (typeof documents)["\n  mutation SetEndpointStatus($id: ID!, $status: EndpointStatus!) {\n    updateEndpoint(id: $id, input: { status: $status }) {\n      __typename\n      ... on Endpoint { ...EndpointState }\n      ... on Error { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteEndpoint($id: ID!) {\n    deleteEndpoint(id: $id) { __typename ... on Endpoint { ...EndpointState } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation DeleteEndpoint($id: ID!) {\n    deleteEndpoint(id: $id) { __typename ... on Endpoint { ...EndpointState } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EventPage($id: ID!) {\n    event(id: $id) { id type createdAt isTest payloadText }\n  }\n"): (typeof documents)["\n  query EventPage($id: ID!) {\n    event(id: $id) { id type createdAt isTest payloadText }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FailureGroups($filter: DeliveryFilter, $first: Int!) {\n    failureGroups(filter: $filter, first: $first) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      endpoint { id name url status statusReason deletedAt health { failingSince isFailing } }\n      sample { id eventType error { message } lastAttempt { number responseExcerpt } }\n    }\n  }\n"): (typeof documents)["\n  query FailureGroups($filter: DeliveryFilter, $first: Int!) {\n    failureGroups(filter: $filter, first: $first) {\n      errorCode responseStatus retryingCount firstSeenAt lastSeenAt\n      count { value exact }\n      endpoint { id name url status statusReason deletedAt health { failingSince isFailing } }\n      sample { id eventType error { message } lastAttempt { number responseExcerpt } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Keys {\n    apiKeys { ...ListedKey }\n  }\n  fragment ListedKey on ApiKey {\n    id name prefix permissions createdAt lastUsedAt expiresAt revokedAt parentId\n  }\n"): (typeof documents)["\n  query Keys {\n    apiKeys { ...ListedKey }\n  }\n  fragment ListedKey on ApiKey {\n    id name prefix permissions createdAt lastUsedAt expiresAt revokedAt parentId\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess { secret apiKey { ...ListedKey } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateKey($input: CreateApiKeyInput!) {\n    createApiKey(input: $input) {\n      __typename\n      ... on CreateApiKeySuccess { secret apiKey { ...ListedKey } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeKey($id: ID!, $revokeChildren: Boolean!) {\n    revokeApiKey(id: $id, revokeChildren: $revokeChildren) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation RevokeKey($id: ID!, $revokeChildren: Boolean!) {\n    revokeApiKey(id: $id, revokeChildren: $revokeChildren) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RenameKey($id: ID!, $name: String!) {\n    renameApiKey(id: $id, name: $name) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation RenameKey($id: ID!, $name: String!) {\n    renameApiKey(id: $id, name: $name) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PortalTokens($after: String) {\n    portalTokens(first: 50, after: $after) {\n      nodes { ...ListedPortalToken }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n  fragment ListedPortalToken on PortalToken {\n    id createdAt expiresAt revokedAt permissions endpointIds maxEndpoints apiKey { id name }\n  }\n"): (typeof documents)["\n  query PortalTokens($after: String) {\n    portalTokens(first: 50, after: $after) {\n      nodes { ...ListedPortalToken }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n  fragment ListedPortalToken on PortalToken {\n    id createdAt expiresAt revokedAt permissions endpointIds maxEndpoints apiKey { id name }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokePortalToken($id: ID!) {\n    revokePortalToken(id: $id) { __typename ... on PortalToken { ...ListedPortalToken } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation RevokePortalToken($id: ID!) {\n    revokePortalToken(id: $id) { __typename ... on PortalToken { ...ListedPortalToken } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EndpointOptions($search: String) {\n    endpoints(search: $search, first: 50) { nodes { id name url } }\n  }\n"): (typeof documents)["\n  query EndpointOptions($search: String) {\n    endpoints(search: $search, first: 50) { nodes { id name url } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreatePortalToken($input: CreatePortalTokenInput!) {\n    createPortalToken(input: $input) {\n      __typename\n      ... on CreatePortalTokenSuccess { token expiresAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"): (typeof documents)["\n  mutation CreatePortalToken($input: CreatePortalTokenInput!) {\n    createPortalToken(input: $input) {\n      __typename\n      ... on CreatePortalTokenSuccess { token expiresAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Overview($filter: DeliveryFilter!, $buckets: Int!) {\n    stats: deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact\n      byStatus { status count }\n      byEndpoint { count endpoint { id name } }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n      attemptsFailed attemptSuccessRate firstAttemptSuccessRate\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n    backlog: deliveryStats(filter: { statuses: [PENDING, PROCESSING, RETRYING] }) {\n      exact\n      byStatus { status count }\n    }\n    failureGroups(filter: $filter, first: 50) {\n      errorCode responseStatus retryingCount lastSeenAt\n      count { value exact }\n      endpoint { id name status deletedAt }\n    }\n    latestFailures: deliveries(filter: { statuses: [FAILED, RETRYING] }, first: 6) {\n      nodes {\n        id status eventType responseStatus lastFailedAt createdAt\n        error { code message }\n        endpoint { id name }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Overview($filter: DeliveryFilter!, $buckets: Int!) {\n    stats: deliveryStats(filter: $filter, buckets: $buckets) {\n      total exact\n      byStatus { status count }\n      byEndpoint { count endpoint { id name } }\n      byEventType { eventType count }\n      byResponseStatus { responseStatus count }\n      attemptsFailed attemptSuccessRate firstAttemptSuccessRate\n      latencyMs { p50 p95 p99 }\n      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }\n    }\n    backlog: deliveryStats(filter: { statuses: [PENDING, PROCESSING, RETRYING] }) {\n      exact\n      byStatus { status count }\n    }\n    failureGroups(filter: $filter, first: 50) {\n      errorCode responseStatus retryingCount lastSeenAt\n      count { value exact }\n      endpoint { id name status deletedAt }\n    }\n    latestFailures: deliveries(filter: { statuses: [FAILED, RETRYING] }, first: 6) {\n      nodes {\n        id status eventType responseStatus lastFailedAt createdAt\n        error { code message }\n        endpoint { id name }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OverviewTransitions {\n    deliveryUpdated { status previousStatus delivery { createdAt } }\n  }\n"): (typeof documents)["\n  subscription OverviewTransitions {\n    deliveryUpdated { status previousStatus delivery { createdAt } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Redaction {\n    viewer { tenant { id redaction { paths scanCardNumbers } } }\n  }\n"): (typeof documents)["\n  query Redaction {\n    viewer { tenant { id redaction { paths scanCardNumbers } } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateRedaction($input: UpdateRedactionInput!) {\n    updateRedaction(input: $input) {\n      __typename\n      ... on Tenant { id redaction { paths scanCardNumbers } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateRedaction($input: UpdateRedactionInput!) {\n    updateRedaction(input: $input) {\n      __typename\n      ... on Tenant { id redaction { paths scanCardNumbers } }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Tenants($after: String) {\n    tenants(first: 100, after: $after) {\n      nodes { id name createdAt }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Tenants($after: String) {\n    tenants(first: 100, after: $after) {\n      nodes { id name createdAt }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateTenant($name: String!) {\n    createTenant(name: $name) {\n      __typename\n      ... on Tenant { id name createdAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateTenant($name: String!) {\n    createTenant(name: $name) {\n      __typename\n      ... on Tenant { id name createdAt }\n      ... on Error { message }\n      ... on BadUserInputError { argument }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RenameTenant($id: ID!, $name: String!) {\n    renameTenant(id: $id, name: $name) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation RenameTenant($id: ID!, $name: String!) {\n    renameTenant(id: $id, name: $name) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteTenant($id: ID!) {\n    deleteTenant(id: $id) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n"): (typeof documents)["\n  mutation DeleteTenant($id: ID!) {\n    deleteTenant(id: $id) { __typename ... on Tenant { id name createdAt } ... on Error { message } }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;