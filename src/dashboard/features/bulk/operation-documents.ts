import { graphql } from '../../generated/gql.ts';

graphql(/* GraphQL */ `
  fragment OperationFields on BulkOperation {
    id kind status filter total done failed skipped createdAt finishedAt
    startedBy { kind apiKey { id name } }
  }
`);

export const OperationsQuery = graphql(/* GraphQL */ `
  query Operations($first: Int!, $after: String) {
    bulkOperations(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...OperationFields }
    }
  }
`);

export const OperationQuery = graphql(/* GraphQL */ `
  query Operation($id: ID!) {
    bulkOperation(id: $id) { ...OperationFields }
  }
`);

export const OperationErrorsQuery = graphql(/* GraphQL */ `
  query OperationErrors($id: ID!, $first: Int!, $after: String) {
    bulkOperation(id: $id) {
      id
      errors(first: $first, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { cursor node { code message delivery { id status eventType endpoint { id name } } } }
      }
    }
  }
`);

export const OperationUpdates = graphql(/* GraphQL */ `
  subscription OperationUpdates($id: ID!) {
    bulkOperationUpdated(id: $id) { ...OperationFields }
  }
`);

export const OutcomesQuery = graphql(/* GraphQL */ `
  query OperationOutcomes($id: ID!) {
    bulkOperation(id: $id) {
      id status
      outcomes(max: 100000) { queued waiting succeeded failed exact }
    }
  }
`);

export const BulkCountQuery = graphql(/* GraphQL */ `
  query BulkCount($filter: DeliveryFilter!) {
    deliveries(filter: $filter, first: 0) { totalCount(max: 100000) { value exact } }
  }
`);

export const EndpointNameQuery = graphql(/* GraphQL */ `
  query EndpointName($id: ID!) {
    endpoint(id: $id) { id name }
  }
`);

export const RetryAllMutation = graphql(/* GraphQL */ `
  mutation RetryDeliveries($filter: DeliveryFilter!) {
    retryDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }
  }
`);

export const ReplayAllMutation = graphql(/* GraphQL */ `
  mutation ReplayDeliveries($filter: DeliveryFilter!) {
    replayDeliveries(filter: $filter) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }
  }
`);

export const CancelOperationMutation = graphql(/* GraphQL */ `
  mutation CancelBulkOperation($id: ID!) {
    cancelBulkOperation(id: $id) { __typename ... on BulkOperation { ...OperationFields } ... on Error { message } }
  }
`);
