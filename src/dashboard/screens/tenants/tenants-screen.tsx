import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useViewer } from '../../api/viewer.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { useShortcuts } from '../../components/use-shortcuts.ts';
import { NameDialog } from '../../features/settings/name-dialog.tsx';
import styles from '../../features/settings/settings.module.css';
import { SettingsRow, SettingsTable } from '../../features/settings/settings-table.tsx';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { actFor } from '../../session/session.ts';
import { DeleteTenantDialog } from './delete-tenant-dialog.tsx';
import { messages } from './messages.ts';
import { CreateTenantMutation, type ListedTenant, RenameTenantMutation, TenantsQuery } from './tenants-documents.ts';

/** The screen with all tenants, for the root key, which works in one tenant at a time. */
export default function TenantsScreen() {
  const { tenantId } = useViewer();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error }, read] = useQuery({ query: TenantsQuery, variables: { after } });
  const [isCreating, setIsCreating] = useState(false);
  const [renamed, setRenamed] = useState<ListedTenant | null>(null);
  const [deleted, setDeleted] = useState<ListedTenant | null>(null);
  const [, create] = useMutation(CreateTenantMutation);
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
        <SettingsTable columns={[messages.tenant, messages.created]}>
          {data.tenants.nodes.map(tenant => (
            <SettingsRow
              key={tenant.id}
              name={tenant.name}
              details={
                <>
                  <code className="truncate">{tenant.id}</code>
                  <CopyButton what={messages.tenantId} text={tenant.id} />
                </>
              }
              actions={
                <TenantActions
                  tenant={tenant}
                  isCurrent={tenant.id === tenantId}
                  onRename={() => setRenamed(tenant)}
                  onDelete={() => setDeleted(tenant)}
                />
              }
            >
              <td data-label={messages.created}>
                <RelativeTime at={tenant.createdAt} absolute="inline" />
              </td>
            </SettingsRow>
          ))}
        </SettingsTable>
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
      <NameDialog
        title={messages.newTenant}
        submitLabel={messages.createTenant}
        name={isCreating ? '' : null}
        placeholder={messages.nameExample}
        hint={messages.newTenantHint}
        onClose={() => setIsCreating(false)}
        save={async name => {
          const { data: answer, error: failure } = await create({ name });
          return readOutcome(answer?.createTenant, failure);
        }}
        describeSaved={messages.tenantCreated}
      />
      <NameDialog
        title={messages.renameTenant}
        submitLabel={messages.rename}
        name={renamed?.name ?? null}
        onClose={() => setRenamed(null)}
        save={async name => {
          const { data: answer, error: failure } = await rename({ id: renamed?.id ?? '', name });
          return readOutcome(answer?.renameTenant, failure);
        }}
        describeSaved={messages.renamedTo}
      />
      <DeleteTenantDialog tenant={deleted} onClose={() => setDeleted(null)} />
    </div>
  );
}

interface TenantActionsProps {
  readonly tenant: ListedTenant;
  /** Whether the viewer acts for this tenant. */
  readonly isCurrent: boolean;
  readonly onRename: () => void;
  readonly onDelete: () => void;
}

function TenantActions({ tenant: { id, name }, isCurrent, onRename, onDelete }: TenantActionsProps) {
  return (
    <>
      {isCurrent ? (
        <Badge tone="info">{messages.current}</Badge>
      ) : (
        <Button aria-label={messages.switchTo(name)} onPress={() => actFor(id)}>
          {messages.switchButton}
        </Button>
      )}
      <Button aria-label={messages.renameNamed(name)} onPress={onRename}>
        {messages.rename}
      </Button>
      {!isCurrent && (
        <Button tone="danger" aria-label={messages.deleteNamed(name)} onPress={onDelete}>
          {messages.deleteButton}
        </Button>
      )}
    </>
  );
}
