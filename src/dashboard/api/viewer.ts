import { useQuery } from 'urql';
import { graphql } from '../generated/gql.ts';
import type { Permission } from '../generated/graphql.ts';
import { messages } from './messages.ts';

export const ViewerQuery = graphql(/* GraphQL */ `
  query Viewer {
    viewer {
      tenant { id name }
      apiKey { id name }
      permissions
      endpointIds
      maxEndpoints
      expiresAt
    }
  }
`);

/** The signed-in viewer and their permissions. `may` returns false until they are known. */
export function useViewer() {
  const [{ data }] = useQuery({ query: ViewerQuery, requestPolicy: 'cache-first' });
  const isPortal = data ? data.viewer.endpointIds !== null : false;
  return {
    tenantId: data?.viewer.tenant.id ?? null,
    tenantName: data?.viewer.tenant.name ?? null,
    /** The id of the API key. Null for any other credential. */
    keyId: data?.viewer.apiKey?.id ?? null,
    keyName: data ? (data.viewer.apiKey?.name ?? (isPortal ? messages.portalLink : messages.rootKey)) : null,
    isRoot: data ? data.viewer.apiKey === null && !isPortal : false,
    /** When a portal token expires; null: it is none. */
    expiresAt: data?.viewer.expiresAt ?? null,
    /** Whether endpoints can be created: with an API key, or with a portal token that permits it. */
    mayCreateEndpoint: data
      ? data.viewer.permissions.includes('ENDPOINTS_MANAGE') && (!isPortal || data.viewer.maxEndpoints !== null)
      : false,
    isKnown: data !== undefined,
    may: (permission: Permission) => data?.viewer.permissions.includes(permission) ?? false,
  };
}
