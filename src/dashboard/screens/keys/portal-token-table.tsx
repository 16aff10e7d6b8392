import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { KeyState } from './key-state.tsx';
import { type ListedPortalToken, PortalTokensQuery } from './keys-documents.ts';
import { RevokePortalTokenDialog } from './revoke-portal-token-dialog.tsx';

/** The portal links of the tenant, newest first. They are removed some time after they have expired. */
export function PortalTokenTable() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }, read] = useQuery({ query: PortalTokensQuery, variables: { after } });
  const [revoked, setRevoked] = useState<ListedPortalToken | null>(null);
  const page = data?.portalTokens;
  return (
    <section className="access-part" aria-label="Portal links">
      <h2>Portal links</h2>
      {page && page.nodes.length > 0 ? (
        <table className="access-table">
          <thead>
            <tr>
              <th scope="col">Link</th>
              <th scope="col">Created by</th>
              <th scope="col">Created</th>
              <th scope="col">State</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {page.nodes.map(token => (
              <tr key={token.id} className={token.revokedAt === null ? undefined : 'is-over'}>
                <th scope="row">
                  <span className="access-name">{describeEndpoints(token)}</span>
                  <span className="access-sub">
                    <code className="truncate">{token.id}</code>
                  </span>
                </th>
                <td data-label="Created by">{token.apiKey?.name ?? 'Root key'}</td>
                <td data-label="Created">
                  <RelativeTime at={token.createdAt} />
                </td>
                <td data-label="State">
                  <KeyState apiKey={token} />
                </td>
                <td className="access-actions">
                  {token.revokedAt === null && (
                    <Button tone="danger" aria-label={`Revoke ${token.id}`} onPress={() => setRevoked(token)}>
                      Revoke
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : page ? (
        <p className="muted">No portal links yet.</p>
      ) : error ? (
        <FailedAccess what="portal links" error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : (
        <LoadingAccess />
      )}
      {page?.pageInfo.hasNextPage && (
        <div className="access-pages">
          <Button onPress={() => setAfter(page.pageInfo.endCursor ?? null)}>Show more</Button>
        </div>
      )}
      <RevokePortalTokenDialog token={revoked} onClose={() => setRevoked(null)} />
    </section>
  );
}

function describeEndpoints({ endpointIds }: ListedPortalToken): string {
  return endpointIds.length === 1 ? '1 endpoint' : `${endpointIds.length} endpoints`;
}
