import { graphql } from '../../../generated/gql.ts';

export const TenantsQuery = graphql(/* GraphQL */ `
  query Tenants($after: String) {
    tenants(first: 100, after: $after) {
      nodes { id name createdAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CreateTenantMutation = graphql(/* GraphQL */ `
  mutation CreateTenant($name: String!) {
    createTenant(name: $name) {
      __typename
      ... on Tenant { id name createdAt }
      ... on Error { message }
      ... on BadUserInputError { argument }
    }
  }
`);
