import { graphql } from '../../generated/gql.ts';
import type { EndpointPageQuery, EndpointsQuery } from '../../generated/graphql.ts';

export const EndpointsPageQuery = graphql(/* GraphQL */ `
  query Endpoints($search: String, $statuses: [EndpointStatus!], $orderBy: EndpointOrder, $first: Int, $after: String, $last: Int, $before: String) {
    endpoints(search: $search, statuses: $statuses, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...EndpointState eventTypes health { ...HealthFigures } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

graphql(/* GraphQL */ `
  fragment EndpointState on Endpoint { id name url status statusReason statusChangedAt updatedAt deletedAt }
`);

graphql(/* GraphQL */ `
  fragment HealthFigures on EndpointHealth {
    sampleSize successRate p95LatencyMs backlog { value exact } oldestDueAgeSeconds failingSince isFailing warnedAt disablesAt
  }
`);

graphql(/* GraphQL */ `
  fragment EndpointSettings on Endpoint {
    eventTypes headers { name value secret } method bodyTemplate timeoutMs retryScheduleSeconds maxConcurrency
    rateLimitPerSecond ordering disableOnGone disableAfterSeconds storeResponseBody createdAt
    previousSecretsExpireAt
  }
`);

export const EndpointQuery = graphql(/* GraphQL */ `
  query EndpointPage($id: ID!) {
    endpoint(id: $id) { ...EndpointState ...EndpointSettings health { ...HealthFigures } }
  }
`);

/** One endpoint in the list. */
export type ListedEndpoint = EndpointsQuery['endpoints']['nodes'][number];

/** One endpoint with all its settings. */
export type ShownEndpoint = NonNullable<EndpointPageQuery['endpoint']>;

/** The fields of an endpoint that the list, the endpoint page and the form all load. */
export type KnownEndpoint = Pick<ShownEndpoint, 'id' | 'name' | 'url' | 'status' | 'deletedAt'>;
