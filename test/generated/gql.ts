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
    "\n  query ClientDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      edges { cursor node { id status endpoint { id name } } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": typeof types.ClientDeliveriesDocument,
    "\n  mutation ClientRetry($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status failureReason } ... on Error { code message } }\n  }\n": typeof types.ClientRetryDocument,
    "\n  subscription ClientWatch($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus delivery { id status failureReason }\n    }\n  }\n": typeof types.ClientWatchDocument,
    "\n  query ClientFeedCursor { feedCursor }\n": typeof types.ClientFeedCursorDocument,
    "\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { id status } secret }\n      ... on Error { code message }\n    }\n  }\n": typeof types.CreateEndpointDocument,
    "\n  mutation PublishEvent($input: PublishEventInput!) {\n    publishEvent(input: $input) {\n      __typename\n      ... on Event { id type deliveries(first: 100) { nodes { id status } } }\n      ... on Error { code message }\n    }\n  }\n": typeof types.PublishEventDocument,
    "\n  mutation PublishEvents($inputs: [PublishEventInput!]!) {\n    publishEvents(inputs: $inputs) {\n      __typename\n      ... on PublishEventsSuccess { events { id } }\n      ... on Error { code message }\n    }\n  }\n": typeof types.PublishEventsDocument,
    "\n  query ReadDelivery($id: ID!) {\n    delivery(id: $id) {\n      id status failureReason attemptCount maxAttempts responseStatus nextAttemptAt deliveredAt failedAt version\n      event { id }\n      replayOf { id }\n      replays { id }\n      error { code message }\n      attempts {\n        number trigger durationMs\n        request { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n": typeof types.ReadDeliveryDocument,
    "\n  query ListDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      nodes { id status failureReason attemptCount attempts { number error { code } } }\n      pageInfo { hasNextPage endCursor }\n      totalCount { value exact }\n    }\n  }\n": typeof types.ListDeliveriesDocument,
    "\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status attemptCount } ... on Error { code message } }\n  }\n": typeof types.RetryDeliveryDocument,
    "\n  mutation ReplayDelivery($id: ID!) {\n    replayDelivery(id: $id) {\n      __typename\n      ... on Delivery { id status attemptCount event { id } replayOf { id } }\n      ... on Error { code message }\n    }\n  }\n": typeof types.ReplayDeliveryDocument,
    "\n  query ReadFeedCursor { feedCursor }\n": typeof types.ReadFeedCursorDocument,
    "\n  subscription DeliveryUpdated($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus matches skipped\n      delivery { id status attemptCount version responseStatus endpoint { name } }\n    }\n  }\n": typeof types.DeliveryUpdatedDocument,
};
const documents: Documents = {
    "\n  query ClientDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      edges { cursor node { id status endpoint { id name } } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n": types.ClientDeliveriesDocument,
    "\n  mutation ClientRetry($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status failureReason } ... on Error { code message } }\n  }\n": types.ClientRetryDocument,
    "\n  subscription ClientWatch($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus delivery { id status failureReason }\n    }\n  }\n": types.ClientWatchDocument,
    "\n  query ClientFeedCursor { feedCursor }\n": types.ClientFeedCursorDocument,
    "\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { id status } secret }\n      ... on Error { code message }\n    }\n  }\n": types.CreateEndpointDocument,
    "\n  mutation PublishEvent($input: PublishEventInput!) {\n    publishEvent(input: $input) {\n      __typename\n      ... on Event { id type deliveries(first: 100) { nodes { id status } } }\n      ... on Error { code message }\n    }\n  }\n": types.PublishEventDocument,
    "\n  mutation PublishEvents($inputs: [PublishEventInput!]!) {\n    publishEvents(inputs: $inputs) {\n      __typename\n      ... on PublishEventsSuccess { events { id } }\n      ... on Error { code message }\n    }\n  }\n": types.PublishEventsDocument,
    "\n  query ReadDelivery($id: ID!) {\n    delivery(id: $id) {\n      id status failureReason attemptCount maxAttempts responseStatus nextAttemptAt deliveredAt failedAt version\n      event { id }\n      replayOf { id }\n      replays { id }\n      error { code message }\n      attempts {\n        number trigger durationMs\n        request { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n": types.ReadDeliveryDocument,
    "\n  query ListDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      nodes { id status failureReason attemptCount attempts { number error { code } } }\n      pageInfo { hasNextPage endCursor }\n      totalCount { value exact }\n    }\n  }\n": types.ListDeliveriesDocument,
    "\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status attemptCount } ... on Error { code message } }\n  }\n": types.RetryDeliveryDocument,
    "\n  mutation ReplayDelivery($id: ID!) {\n    replayDelivery(id: $id) {\n      __typename\n      ... on Delivery { id status attemptCount event { id } replayOf { id } }\n      ... on Error { code message }\n    }\n  }\n": types.ReplayDeliveryDocument,
    "\n  query ReadFeedCursor { feedCursor }\n": types.ReadFeedCursorDocument,
    "\n  subscription DeliveryUpdated($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus matches skipped\n      delivery { id status attemptCount version responseStatus endpoint { name } }\n    }\n  }\n": types.DeliveryUpdatedDocument,
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
export function graphql(source: "\n  query ClientDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      edges { cursor node { id status endpoint { id name } } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"): (typeof documents)["\n  query ClientDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      edges { cursor node { id status endpoint { id name } } }\n      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ClientRetry($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status failureReason } ... on Error { code message } }\n  }\n"): (typeof documents)["\n  mutation ClientRetry($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status failureReason } ... on Error { code message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ClientWatch($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus delivery { id status failureReason }\n    }\n  }\n"): (typeof documents)["\n  subscription ClientWatch($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus delivery { id status failureReason }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ClientFeedCursor { feedCursor }\n"): (typeof documents)["\n  query ClientFeedCursor { feedCursor }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { id status } secret }\n      ... on Error { code message }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateEndpoint($input: CreateEndpointInput!) {\n    createEndpoint(input: $input) {\n      __typename\n      ... on CreateEndpointSuccess { endpoint { id status } secret }\n      ... on Error { code message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PublishEvent($input: PublishEventInput!) {\n    publishEvent(input: $input) {\n      __typename\n      ... on Event { id type deliveries(first: 100) { nodes { id status } } }\n      ... on Error { code message }\n    }\n  }\n"): (typeof documents)["\n  mutation PublishEvent($input: PublishEventInput!) {\n    publishEvent(input: $input) {\n      __typename\n      ... on Event { id type deliveries(first: 100) { nodes { id status } } }\n      ... on Error { code message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PublishEvents($inputs: [PublishEventInput!]!) {\n    publishEvents(inputs: $inputs) {\n      __typename\n      ... on PublishEventsSuccess { events { id } }\n      ... on Error { code message }\n    }\n  }\n"): (typeof documents)["\n  mutation PublishEvents($inputs: [PublishEventInput!]!) {\n    publishEvents(inputs: $inputs) {\n      __typename\n      ... on PublishEventsSuccess { events { id } }\n      ... on Error { code message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadDelivery($id: ID!) {\n    delivery(id: $id) {\n      id status failureReason attemptCount maxAttempts responseStatus nextAttemptAt deliveredAt failedAt version\n      event { id }\n      replayOf { id }\n      replays { id }\n      error { code message }\n      attempts {\n        number trigger durationMs\n        request { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ReadDelivery($id: ID!) {\n    delivery(id: $id) {\n      id status failureReason attemptCount maxAttempts responseStatus nextAttemptAt deliveredAt failedAt version\n      event { id }\n      replayOf { id }\n      replays { id }\n      error { code message }\n      attempts {\n        number trigger durationMs\n        request { method url headers { name value } body }\n        response { status headers { name value } body bodyTruncated }\n        error { code message }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ListDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      nodes { id status failureReason attemptCount attempts { number error { code } } }\n      pageInfo { hasNextPage endCursor }\n      totalCount { value exact }\n    }\n  }\n"): (typeof documents)["\n  query ListDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {\n    deliveries(filter: $filter, first: $first, after: $after) {\n      nodes { id status failureReason attemptCount attempts { number error { code } } }\n      pageInfo { hasNextPage endCursor }\n      totalCount { value exact }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status attemptCount } ... on Error { code message } }\n  }\n"): (typeof documents)["\n  mutation RetryDelivery($id: ID!) {\n    retryDelivery(id: $id) { __typename ... on Delivery { id status attemptCount } ... on Error { code message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplayDelivery($id: ID!) {\n    replayDelivery(id: $id) {\n      __typename\n      ... on Delivery { id status attemptCount event { id } replayOf { id } }\n      ... on Error { code message }\n    }\n  }\n"): (typeof documents)["\n  mutation ReplayDelivery($id: ID!) {\n    replayDelivery(id: $id) {\n      __typename\n      ... on Delivery { id status attemptCount event { id } replayOf { id } }\n      ... on Error { code message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ReadFeedCursor { feedCursor }\n"): (typeof documents)["\n  query ReadFeedCursor { feedCursor }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription DeliveryUpdated($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus matches skipped\n      delivery { id status attemptCount version responseStatus endpoint { name } }\n    }\n  }\n"): (typeof documents)["\n  subscription DeliveryUpdated($filter: DeliveryFilter, $after: String) {\n    deliveryUpdated(filter: $filter, after: $after) {\n      cursor status previousStatus matches skipped\n      delivery { id status attemptCount version responseStatus endpoint { name } }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;