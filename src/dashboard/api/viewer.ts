import { useQuery } from 'urql';
import { graphql } from '../generated/gql.ts';
import type { Permission } from '../generated/graphql.ts';
import { messages } from './messages.ts';
import { describeQueryError } from './repeat-failed-queries.ts';

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

/** Loads the viewer of the session and their permissions. `may` returns false until they are loaded. */
export function useViewer() {
  const [{ data, error }] = useQuery({ query: ViewerQuery, requestPolicy: 'cache-first' });
  const isPortal = data ? data.viewer.endpointIds !== null : false;
  return {
    tenantId: data?.viewer.tenant.id ?? null,
    tenantName: data?.viewer.tenant.name ?? null,
    /** The id of the API key. Null for the root key and for portal tokens. */
    keyId: data?.viewer.apiKey?.id ?? null,
    keyName: data ? (data.viewer.apiKey?.name ?? (isPortal ? messages.portalLink : messages.rootKey)) : null,
    isRoot: data ? data.viewer.apiKey === null && !isPortal : false,
    /** When the portal token expires. Null if the session uses an API key. */
    expiresAt: data?.viewer.expiresAt ?? null,
    /**
     * Whether the viewer can create endpoints: with an API key that permits it, or with a portal token that has
     * `maxEndpoints`.
     */
    mayCreateEndpoint: data
      ? data.viewer.permissions.includes('ENDPOINTS_MANAGE') && (!isPortal || data.viewer.maxEndpoints !== null)
      : false,
    isKnown: Boolean(data),
    /** Why the viewer could not be loaded. Null if loading did not fail. */
    problem: !data && error ? describeQueryError(error) : null,
    may: (permission: Permission) => data?.viewer.permissions.includes(permission) ?? false,
  };
}
