import { graphql } from '../../../generated/gql.ts';

/**
 * The fields of a row that the feed contains. A subscription with further fields would cause a database query for each
 * update.
 */
graphql(/* GraphQL */ `
  fragment RowScalars on Delivery {
    id version status failureReason eventType attemptCount maxAttempts responseStatus latencyMs
    error { code message }
    nextAttemptAt createdAt updatedAt deliveredAt failedAt isTest
  }
`);

/**
 * The fields of a row that the feed does not contain. They are loaded with each page, and for rows from the feed once
 * these rows are visible.
 */
graphql(/* GraphQL */ `
  fragment RowDetails on Delivery {
    endpoint { id name url status }
    event { id payloadPreview }
    lastAttempt { number responseExcerpt }
    waitingFor { reason until }
  }
`);

export const PageQuery = graphql(/* GraphQL */ `
  query DeliveryPage($filter: DeliveryFilter, $orderBy: DeliveryOrder, $first: Int, $after: String, $last: Int, $before: String) {
    deliveries(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      feedCursor
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes { ...RowScalars ...RowDetails }
    }
  }
`);

export const CountQuery = graphql(/* GraphQL */ `
  query DeliveryCount($filter: DeliveryFilter) {
    deliveries(filter: $filter, first: 0) { totalCount { value exact } }
  }
`);

export const CursorQuery = graphql(/* GraphQL */ `
  query DeliveryCursor($ids: [ID!]!, $orderBy: DeliveryOrder) {
    deliveries(filter: { ids: $ids }, orderBy: $orderBy, first: 1) { edges { cursor } }
  }
`);

export const UpdatesSubscription = graphql(/* GraphQL */ `
  subscription DeliveryUpdates($filter: DeliveryFilter, $after: String) {
    deliveryUpdated(filter: $filter, after: $after) {
      cursor matches skipped
      delivery { ...RowScalars }
    }
  }
`);
