import { useState } from 'react';
import { useQuery } from 'urql';
import { Button } from '../../components/button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import styles from '../../features/settings/settings.module.css';
import { SettingsRow, SettingsTable } from '../../features/settings/settings-table.tsx';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { KeyState } from './key-state.tsx';
import { type ListedPortalToken, PortalTokensQuery } from './keys-documents.ts';
import { messages } from './messages.ts';
import { RevokePortalTokenDialog } from './revoke-portal-token-dialog.tsx';

export interface PortalTokenTableProps {
  /** Whether the content above the table is still loading. The table is then loaded too, but not shown, so that it does not move. */
  readonly isHidden: boolean;
}

/** The portal links of the tenant, newest first. They are removed some time after they have expired. */
export function PortalTokenTable({ isHidden }: PortalTokenTableProps) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }, read] = useQuery({ query: PortalTokensQuery, variables: { after } });
  const [revoked, setRevoked] = useState<ListedPortalToken | null>(null);
  const page = data?.portalTokens;
  if (isHidden) return null;
  return (
    <section className={styles.part} aria-label={messages.portalLinks}>
      <h2>{messages.portalLinks}</h2>
      {page && page.nodes.length > 0 ? (
        <SettingsTable columns={[messages.link, messages.createdBy, messages.created, messages.state]}>
          {page.nodes.map(token => (
            <SettingsRow
              key={token.id}
              name={describeScope(token)}
              isInactive={token.revokedAt !== null}
              details={<code className="truncate">{token.id}</code>}
              actions={
                token.revokedAt === null && (
                  <Button tone="danger" aria-label={messages.revokeKey(token.id)} onPress={() => setRevoked(token)}>
                    {messages.revoke}
                  </Button>
                )
              }
            >
              <td data-label={messages.createdBy}>{token.apiKey?.name ?? messages.rootKey}</td>
              <td data-label={messages.created}>
                <RelativeTime at={token.createdAt} absolute="below" />
              </td>
              <td data-label={messages.state}>
                <KeyState apiKey={token} />
              </td>
            </SettingsRow>
          ))}
        </SettingsTable>
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

function describeScope({ endpointIds: { length }, maxEndpoints }: ListedPortalToken): string {
  return maxEndpoints === null ? messages.endpointCount(length) : messages.limitedEndpointCount(length, maxEndpoints);
}
