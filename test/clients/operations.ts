import { graphql } from '../generated/gql.ts';

export const listPage = graphql(`
  query ClientDeliveries($filter: DeliveryFilter, $first: Int, $after: String) {
    deliveries(filter: $filter, first: $first, after: $after) {
      edges { cursor node { id status endpoint { id name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const retry = graphql(`
  mutation ClientRetry($id: ID!) {
    retryDelivery(id: $id) { __typename ... on Delivery { id status failureReason } ... on Error { code message } }
  }
`);

export const watch = graphql(`
  subscription ClientWatch($filter: DeliveryFilter, $after: String) {
    deliveryUpdated(filter: $filter, after: $after) {
      cursor status previousStatus delivery { id status failureReason }
    }
  }
`);

export const readCursor = graphql(`
  query ClientFeedCursor { feedCursor }
`);
