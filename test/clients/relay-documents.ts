/**
 * The source of a module with the documents of a Relay application. The module is named `deliveryList`, and Relay
 * requires that all names begin with that. It is a string, so that no other tool compiles it.
 */
export const relayDocuments = `
graphql\`
  fragment deliveryList_row on Delivery {
    id
    status
    failureReason
    endpoint { name }
  }
\`;

graphql\`
  fragment deliveryList_query on Query
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    filter: { type: "DeliveryFilter" }
  )
  @refetchable(queryName: "deliveryListPaginationQuery") {
    deliveries(first: $first, after: $after, filter: $filter)
    @connection(key: "deliveryList_deliveries", filters: ["filter"]) {
      edges { node { id ...deliveryList_row } }
    }
  }
\`;

graphql\`
  query deliveryListQuery($filter: DeliveryFilter) {
    ...deliveryList_query @arguments(filter: $filter)
  }
\`;

graphql\`
  fragment deliveryList_endpoint on Endpoint
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
  @refetchable(queryName: "deliveryListEndpointPaginationQuery") {
    name
    deliveries(first: $first, after: $after) @connection(key: "deliveryList_endpoint_deliveries") {
      edges { node { id ...deliveryList_row } }
    }
  }
\`;

graphql\`
  query deliveryListEndpointQuery($id: ID!) {
    endpoint(id: $id) { ...deliveryList_endpoint }
  }
\`;

graphql\`
  mutation deliveryListRetryMutation($id: ID!) {
    retryDelivery(id: $id) {
      __typename
      ...deliveryList_row @alias(as: "delivery")
      ... on Error { code message }
    }
  }
\`;

graphql\`
  subscription deliveryListUpdatedSubscription($filter: DeliveryFilter, $after: String) {
    deliveryUpdated(filter: $filter, after: $after) {
      status
      delivery { ...deliveryList_row }
    }
  }
\`;
`;
