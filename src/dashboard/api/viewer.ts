import { useQuery } from 'urql';
import { graphql } from '../generated/gql.ts';
import type { Permission } from '../generated/graphql.ts';

const ViewerQuery = graphql(/* GraphQL */ `
  query Viewer {
    viewer {
      tenant { id name }
      apiKey { id name }
      permissions
    }
  }
`);

/** Who is signed in, and whether they may do something: false until it is known. */
export function useViewer() {
  const [{ data }] = useQuery({ query: ViewerQuery, requestPolicy: 'cache-first' });
  return {
    tenantName: data?.viewer.tenant.name ?? null,
    keyName: data ? (data.viewer.apiKey?.name ?? 'Root key') : null,
    isRoot: data ? data.viewer.apiKey === null : false,
    may: (permission: Permission) => data?.viewer.permissions.includes(permission) ?? false,
  };
}
