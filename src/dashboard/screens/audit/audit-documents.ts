import { graphql } from '../../generated/gql.ts';
import type { AuditLogQuery as AuditData } from '../../generated/graphql.ts';

export const AuditLogQuery = graphql(/* GraphQL */ `
  query AuditLog($actions: [AuditAction!], $apiKeyId: ID, $targetId: ID, $first: Int, $after: String, $last: Int, $before: String) {
    auditLog(
      actions: $actions, apiKeyId: $apiKeyId, targetId: $targetId
      first: $first, after: $after, last: $last, before: $before
    ) {
      nodes { id action actorKind createdAt targetIds changes portalTokenId apiKey { id name prefix } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const AuditKeysQuery = graphql(/* GraphQL */ `
  query AuditKeys {
    apiKeys { id name prefix }
  }
`);

export type AuditRecord = AuditData['auditLog']['nodes'][number];
