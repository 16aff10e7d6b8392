import { graphql } from '../../generated/gql.ts';
import type { TenantsQuery as TenantsData } from '../../generated/graphql.ts';

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

export const RenameTenantMutation = graphql(/* GraphQL */ `
  mutation RenameTenant($id: ID!, $name: String!) {
    renameTenant(id: $id, name: $name) { __typename ... on Tenant { id name createdAt } ... on Error { message } }
  }
`);

export const DeleteTenantMutation = graphql(/* GraphQL */ `
  mutation DeleteTenant($id: ID!) {
    deleteTenant(id: $id) { __typename ... on Tenant { id name createdAt } ... on Error { message } }
  }
`);

/** A tenant as the list shows it. */
export type ListedTenant = TenantsData['tenants']['nodes'][number];
