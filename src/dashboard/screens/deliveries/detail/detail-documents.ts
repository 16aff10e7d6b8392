import { graphql } from '../../../generated/gql.ts';
import type { DeliveryDetailQuery } from '../../../generated/graphql.ts';

export const DetailQuery = graphql(/* GraphQL */ `
  query DeliveryDetail($id: ID!) {
    delivery(id: $id) {
      ...RowScalars
      lastFailedAt
      waitingFor { reason until }
      bulkOperation { id kind }
      endpoint { id name url status statusReason deletedAt }
      event {
        id type createdAt payloadText
        deliveries(first: 20) { pageInfo { hasNextPage } nodes { id status endpoint { id name } } }
      }
      replayOf { id status createdAt }
      replays { id status createdAt endpoint { id name } }
      attempts {
        number trigger startedAt durationMs
        timings { queueMs dnsMs connectMs tlsMs firstByteMs }
        request { method }
        preparedRequest { method url headers { name value } body }
        response { status headers { name value } body bodyTruncated }
        error { code message }
      }
    }
  }
`);

/**
 * A query that is small enough for polling: what can change without a new version of the delivery, and the version. If
 * the version has changed, the whole detail is loaded again.
 */
export const DetailVersionQuery = graphql(/* GraphQL */ `
  query DeliveryDetailVersion($id: ID!) {
    delivery(id: $id) {
      ...RowScalars
      waitingFor { reason until }
      endpoint { id status statusReason deletedAt }
      event { id deliveries(first: 20) { nodes { id status } } }
      replayOf { id status }
      replays { id status }
    }
  }
`);

export const DetailSubscription = graphql(/* GraphQL */ `
  subscription DeliveryDetailUpdates($ids: [ID!]!) {
    deliveryUpdated(filter: { ids: $ids }) { cursor delivery { ...RowScalars } }
  }
`);

export type Detail = NonNullable<DeliveryDetailQuery['delivery']>;
export type DetailAttempt = Detail['attempts'][number];
