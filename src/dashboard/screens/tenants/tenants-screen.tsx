import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useViewer } from '../../api/viewer.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useShortcuts } from '../../components/use-shortcuts.ts';
import { RenameDialog } from '../../features/settings/rename-dialog.tsx';
import styles from '../../features/settings/settings.module.css';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { actFor } from '../../session/session.ts';
import { CreateTenantDialog } from './create-tenant-dialog.tsx';
import { DeleteTenantDialog } from './delete-tenant-dialog.tsx';
import { messages } from './messages.ts';
import { type ListedTenant, RenameTenantMutation, TenantsQuery } from './tenants-documents.ts';

/** The screen with all tenants, for the root key, which works in one tenant at a time. */
export default function TenantsScreen() {
  const { tenantId } = useViewer();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }, read] = useQuery({ query: TenantsQuery, variables: { after } });
  const [isCreating, setIsCreating] = useState(false);
  const [renamed, setRenamed] = useState<ListedTenant | null>(null);
  const [deleted, setDeleted] = useState<ListedTenant | null>(null);
  const [, rename] = useMutation(RenameTenantMutation);
  useShortcuts({ n: () => setIsCreating(true) });
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <div>
          <h1>{messages.tenants}</h1>
          <p className="muted">{messages.introduction}</p>
        </div>
        <Button tone="primary" icon="plus" shortcut="n" onPress={() => setIsCreating(true)}>
          {messages.newTenant}
        </Button>
      </header>
      {data ? (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{messages.tenant}</th>
              <th scope="col">{messages.created}</th>
              <th scope="col">
                <span className="visually-hidden">{messages.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.tenants.nodes.map(({ id, name, createdAt }) => (
              <tr key={id}>
                <th scope="row">
                  <span className={styles.name} title={name}>
                    {name}
                  </span>
                  <span className={styles.sub}>
                    <code className="truncate">{id}</code>
                    <CopyButton what={messages.tenantId} text={id} />
                  </span>
                </th>
                <td data-label={messages.created}>
                  <RelativeTime at={createdAt} absolute="inline" />
                </td>
                <td className={styles.actions}>
                  {id === tenantId ? (
                    <Badge tone="info">{messages.current}</Badge>
                  ) : (
                    <Button aria-label={messages.switchTo(name)} onPress={() => actFor(id)}>
                      {messages.switchButton}
                    </Button>
                  )}
                  <Button aria-label={messages.renameNamed(name)} onPress={() => setRenamed({ id, name, createdAt })}>
                    {messages.rename}
                  </Button>
                  {id !== tenantId && (
                    <Button
                      tone="danger"
                      aria-label={messages.deleteNamed(name)}
                      onPress={() => setDeleted({ id, name, createdAt })}
                    >
                      {messages.deleteButton}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : error ? (
        <FailedAccess
          what={messages.tenantsInSentence}
          error={error}
          onRetry={() => read({ requestPolicy: 'network-only' })}
        />
      ) : (
        <LoadingAccess />
      )}
      {data?.tenants.pageInfo.hasNextPage && (
        <div className={styles.pages}>
          <Button onPress={() => setAfter(data.tenants.pageInfo.endCursor ?? null)}>{messages.showMore}</Button>
        </div>
      )}
      <CreateTenantDialog isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <RenameDialog
        title={messages.renameTenant}
        target={renamed}
        onClose={() => setRenamed(null)}
        rename={async (id, name) => {
          const { data: answer, error: failure } = await rename({ id, name });
          return readOutcome(answer?.renameTenant, failure);
        }}
      />
      <DeleteTenantDialog tenant={deleted} onClose={() => setDeleted(null)} />
    </div>
  );
}
