import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import styles from '../../features/settings/settings.module.css';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { KeyState } from './key-state.tsx';
import { type ListedPortalToken, PortalTokensQuery } from './keys-documents.ts';
import { messages } from './messages.ts';
import { RevokePortalTokenDialog } from './revoke-portal-token-dialog.tsx';

/** The portal links of the tenant, newest first. They are removed some time after they have expired. */
export function PortalTokenTable() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }, read] = useQuery({ query: PortalTokensQuery, variables: { after } });
  const [revoked, setRevoked] = useState<ListedPortalToken | null>(null);
  const page = data?.portalTokens;
  return (
    <section className={styles.part} aria-label={messages.portalLinks}>
      <h2>{messages.portalLinks}</h2>
      {page && page.nodes.length > 0 ? (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{messages.link}</th>
              <th scope="col">{messages.createdBy}</th>
              <th scope="col">{messages.created}</th>
              <th scope="col">{messages.state}</th>
              <th scope="col">
                <span className="visually-hidden">{messages.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {page.nodes.map(token => (
              <tr key={token.id} className={token.revokedAt === null ? undefined : styles.isInactive}>
                <th scope="row">
                  <span className={styles.name}>{describeEndpoints(token)}</span>
                  <span className={styles.sub}>
                    <code className="truncate">{token.id}</code>
                  </span>
                </th>
                <td data-label={messages.createdBy}>{token.apiKey?.name ?? messages.rootKey}</td>
                <td data-label={messages.created}>
                  <RelativeTime at={token.createdAt} />
                </td>
                <td data-label={messages.state}>
                  <KeyState apiKey={token} />
                </td>
                <td className={styles.actions}>
                  {token.revokedAt === null && (
                    <Button tone="danger" aria-label={messages.revokeKey(token.id)} onPress={() => setRevoked(token)}>
                      {messages.revoke}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : page ? (
        <p className="muted">{messages.noPortalLinksYet}</p>
      ) : error ? (
        <FailedAccess
          what={messages.portalLinksInSentence}
          error={error}
          onRetry={() => read({ requestPolicy: 'network-only' })}
        />
      ) : (
        <LoadingAccess />
      )}
      {page?.pageInfo.hasNextPage && (
        <div className={styles.pages}>
          <Button onPress={() => setAfter(page.pageInfo.endCursor ?? null)}>{messages.showMore}</Button>
        </div>
      )}
      <RevokePortalTokenDialog token={revoked} onClose={() => setRevoked(null)} />
    </section>
  );
}

function describeEndpoints({ endpointIds }: ListedPortalToken): string {
  return messages.endpointCount(endpointIds.length);
}
