import { graphql } from '../../generated/gql.ts';

export const OverviewQuery = graphql(/* GraphQL */ `
  query Overview($filter: DeliveryFilter!, $buckets: Int!) {
    stats: deliveryStats(filter: $filter, buckets: $buckets) {
      total exact
      byStatus { status count }
      byEndpoint { count endpoint { id name } }
      byEventType { eventType count }
      byResponseStatus { responseStatus count }
      attemptsFailed attemptSuccessRate firstAttemptSuccessRate
      latencyMs { p50 p95 p99 }
      series { startsAt succeeded failed retrying pending attemptsSucceeded attemptsFailed latencyMs { p50 p95 p99 } }
    }
    backlog: deliveryStats(filter: { statuses: [PENDING, PROCESSING, RETRYING] }) {
      exact
      byStatus { status count }
    }
    failureGroups(filter: $filter, first: 50) {
      errorCode responseStatus retryingCount lastSeenAt
      count { value exact }
      endpoint { id name status deletedAt }
    }
    latestFailures: deliveries(filter: { statuses: [FAILED, RETRYING] }, first: 6) {
      nodes {
        id status eventType responseStatus lastFailedAt createdAt
        error { code message }
        endpoint { id name }
      }
    }
  }
`);

/** Selects only fields that the feed contains, so that the server needs no database query for an update. */
export const TransitionsSubscription = graphql(/* GraphQL */ `
  subscription OverviewTransitions {
    deliveryUpdated { status previousStatus delivery { createdAt } }
  }
`);
