import { graphql } from '../generated/gql.ts';

export const createEndpoint = graphql(`
  mutation CreateEndpoint($input: CreateEndpointInput!) {
    createEndpoint(input: $input) {
      __typename
      ... on CreateEndpointSuccess { endpoint { id status } secret }
      ... on Error { code message }
    }
  }
`);

export const publishEvent = graphql(`
  mutation PublishEvent($input: PublishEventInput!) {
    publishEvent(input: $input) {
      __typename
      ... on Event { id type deliveries(first: 100) { nodes { id status } } }
      ... on Error { code message }
    }
  }
`);

export const publishEvents = graphql(`
  mutation PublishEvents($inputs: [PublishEventInput!]!) {
    publishEvents(inputs: $inputs) {
      __typename
      ... on PublishEventsSuccess { events { id } }
      ... on Error { code message }
    }
  }
`);

export const readDelivery = graphql(`
  query ReadDelivery($id: ID!) {
    delivery(id: $id) {
      id status failureReason attemptCount maxAttempts responseStatus nextAttemptAt deliveredAt failedAt version
      event { id }
      replayOf { id }
      replays { id }
      error { code message }
      attempts {
        number trigger durationMs
        request { method url headers { name value } body }
        response { status headers { name value } body bodyTruncated }
        error { code message }
      }
    }
  }
`);

export const listDeliveries = graphql(`
  query ListDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {
    deliveries(filter: $filter, first: $first, after: $after) {
      nodes { id status failureReason attemptCount attempts { number error { code } } }
      pageInfo { hasNextPage endCursor }
      totalCount { value exact }
    }
  }
`);

export const retryDelivery = graphql(`
  mutation RetryDelivery($id: ID!) {
    retryDelivery(id: $id) { __typename ... on Delivery { id status attemptCount } ... on Error { code message } }
  }
`);

export const replayDelivery = graphql(`
  mutation ReplayDelivery($id: ID!) {
    replayDelivery(id: $id) {
      __typename
      ... on Delivery { id status attemptCount event { id } replayOf { id } }
      ... on Error { code message }
    }
  }
`);

export const readFeedCursor = graphql(`
  query ReadFeedCursor { feedCursor }
`);

export const deliveryUpdated = graphql(`
  subscription DeliveryUpdated($filter: DeliveryFilter, $after: String) {
    deliveryUpdated(filter: $filter, after: $after) {
      cursor status previousStatus matches skipped
      delivery { id status attemptCount version responseStatus endpoint { name } }
    }
  }
`);
