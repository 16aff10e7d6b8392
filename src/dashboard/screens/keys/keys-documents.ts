import { graphql } from '../../generated/gql.ts';
import type { KeysQuery as KeysData, PortalTokensQuery as PortalTokensData } from '../../generated/graphql.ts';

export const KeysQuery = graphql(/* GraphQL */ `
  query Keys {
    apiKeys { ...ListedKey }
  }
  fragment ListedKey on ApiKey {
    id name prefix permissions createdAt lastUsedAt expiresAt revokedAt parentId
  }
`);

export const CreateKeyMutation = graphql(/* GraphQL */ `
  mutation CreateKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      __typename
      ... on CreateApiKeySuccess { secret apiKey { ...ListedKey } }
      ... on Error { message }
      ... on BadUserInputError { argument }
    }
  }
`);

export const RevokeKeyMutation = graphql(/* GraphQL */ `
  mutation RevokeKey($id: ID!, $revokeChildren: Boolean!) {
    revokeApiKey(id: $id, revokeChildren: $revokeChildren) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }
  }
`);

export const RenameKeyMutation = graphql(/* GraphQL */ `
  mutation RenameKey($id: ID!, $name: String!) {
    renameApiKey(id: $id, name: $name) { __typename ... on ApiKey { ...ListedKey } ... on Error { message } }
  }
`);

export const PortalTokensQuery = graphql(/* GraphQL */ `
  query PortalTokens($after: String) {
    portalTokens(first: 50, after: $after) {
      nodes { ...ListedPortalToken }
      pageInfo { hasNextPage endCursor }
    }
  }
  fragment ListedPortalToken on PortalToken {
    id createdAt expiresAt revokedAt permissions endpointIds maxEndpoints apiKey { id name }
  }
`);

export const RevokePortalTokenMutation = graphql(/* GraphQL */ `
  mutation RevokePortalToken($id: ID!) {
    revokePortalToken(id: $id) { __typename ... on PortalToken { ...ListedPortalToken } ... on Error { message } }
  }
`);

/** A portal token as the list shows it. */
export type ListedPortalToken = PortalTokensData['portalTokens']['nodes'][number];

export const EndpointOptionsQuery = graphql(/* GraphQL */ `
  query EndpointOptions($search: String) {
    endpoints(search: $search, first: 50) { nodes { id name url } }
  }
`);

export const CreatePortalTokenMutation = graphql(/* GraphQL */ `
  mutation CreatePortalToken($input: CreatePortalTokenInput!) {
    createPortalToken(input: $input) {
      __typename
      ... on CreatePortalTokenSuccess { token expiresAt }
      ... on Error { message }
      ... on BadUserInputError { argument }
    }
  }
`);

/** A key as the list shows it. */
export type ListedKey = KeysData['apiKeys'][number];
