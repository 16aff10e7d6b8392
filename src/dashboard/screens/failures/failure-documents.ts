import { graphql } from '../../generated/gql.ts';

export const FailureGroupsQuery = graphql(/* GraphQL */ `
  query FailureGroups($filter: DeliveryFilter, $first: Int!) {
    failureGroups(filter: $filter, first: $first) {
      errorCode responseStatus retryingCount firstSeenAt lastSeenAt
      count { value exact }
      endpoint { id name url status statusReason deletedAt health { failingSince isFailing } }
      sample { id eventType error { message } lastAttempt { number responseExcerpt } }
    }
  }
`);
