import '../../features/settings/settings.css';
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
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { actFor } from '../../session/session.ts';
import { CreateTenantDialog } from './create-tenant-dialog.tsx';
import { DeleteTenantDialog } from './delete-tenant-dialog.tsx';
import { type ListedTenant, RenameTenantMutation, TenantsQuery } from './tenants-documents.ts';

/** Every tenant, for the root key: it acts for one of them at a time. */
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
    <div className="access-screen">
      <header className="access-head">
        <div>
          <h1>Tenants</h1>
          <p className="muted">The root key works in one tenant at a time.</p>
        </div>
        <Button tone="primary" icon="plus" shortcut="n" onPress={() => setIsCreating(true)}>
          New tenant
        </Button>
      </header>
      {data ? (
        <table className="access-table">
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">Created</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.tenants.nodes.map(({ id, name, createdAt }) => (
              <tr key={id}>
                <th scope="row">
                  <span className="access-name" title={name}>
                    {name}
                  </span>
                  <span className="access-sub">
                    <code className="truncate">{id}</code>
                    <CopyButton what="tenant ID" text={id} />
                  </span>
                </th>
                <td data-label="Created">
                  <RelativeTime at={createdAt} absolute="inline" />
                </td>
                <td className="access-actions">
                  {id === tenantId ? (
                    <Badge tone="info">Current</Badge>
                  ) : (
                    <Button aria-label={`Switch to ${name}`} onPress={() => actFor(id)}>
                      Switch
                    </Button>
                  )}
                  <Button aria-label={`Rename ${name}`} onPress={() => setRenamed({ id, name, createdAt })}>
                    Rename
                  </Button>
                  {id !== tenantId && (
                    <Button
                      tone="danger"
                      aria-label={`Delete ${name}`}
                      onPress={() => setDeleted({ id, name, createdAt })}
                    >
                      Delete
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : error ? (
        <FailedAccess what="tenants" error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : (
        <LoadingAccess />
      )}
      {data?.tenants.pageInfo.hasNextPage && (
        <div className="access-pages">
          <Button onPress={() => setAfter(data.tenants.pageInfo.endCursor ?? null)}>Show more</Button>
        </div>
      )}
      <CreateTenantDialog isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <RenameDialog
        title="Rename tenant"
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
