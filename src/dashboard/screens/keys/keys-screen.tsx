import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useViewer } from '../../api/viewer.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useShortcuts } from '../../components/use-shortcuts.ts';
import { NameDialog } from '../../features/settings/name-dialog.tsx';
import styles from '../../features/settings/settings.module.css';
import { FailedAccess, LoadingAccess } from '../../features/settings/states.tsx';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { KeyTable } from './key-table.tsx';
import { KeysQuery, type ListedKey, RenameKeyMutation } from './keys-documents.ts';
import { messages } from './messages.ts';
import { PortalDialog } from './portal-dialog.tsx';
import { PortalTokenTable } from './portal-token-table.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';

/** The screen with the API keys of the tenant and the portal links for customers. */
export default function KeysScreen() {
  const { keyId, may } = useViewer();
  const [{ data, error }, read] = useQuery({ query: KeysQuery });
  const [isCreating, setIsCreating] = useState(false);
  const [isPortalDialogOpen, setIsPortalDialogOpen] = useState(false);
  const [revoked, setRevoked] = useState<ListedKey | null>(null);
  const [renamed, setRenamed] = useState<ListedKey | null>(null);
  const [, rename] = useMutation(RenameKeyMutation);
  useShortcuts({ n: () => setIsCreating(true) });
  const createButton = (
    <Button tone="primary" icon="plus" shortcut="n" onPress={() => setIsCreating(true)}>
      {messages.newKey}
    </Button>
  );
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <div>
          <h1>{messages.apiKeys}</h1>
          <p className="muted">{messages.introduction}</p>
        </div>
        {may('ENDPOINTS_READ') && (
          <Button icon="link" onPress={() => setIsPortalDialogOpen(true)}>
            {messages.portalLink}
          </Button>
        )}
        {createButton}
      </header>
      {data && data.apiKeys.length > 0 ? (
        <KeyTable keys={data.apiKeys} ownId={keyId} onRename={setRenamed} onRevoke={setRevoked} />
      ) : data ? (
        <Notice icon="key" title={messages.noKeysYet} actions={createButton}>
          {messages.noKeysYetHint}
        </Notice>
      ) : error ? (
        <FailedAccess what={messages.keys} error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : (
        <LoadingAccess />
      )}
      <PortalTokenTable isHidden={!data && !error} />
      <CreateKeyDialog isOpen={isCreating} onClose={() => setIsCreating(false)} />
      <PortalDialog isOpen={isPortalDialogOpen} onClose={() => setIsPortalDialogOpen(false)} />
      <NameDialog
        title={messages.renameApiKey}
        submitLabel={messages.rename}
        name={renamed?.name ?? null}
        onClose={() => setRenamed(null)}
        save={async name => {
          const { data: answer, error: failure } = await rename({ id: renamed?.id ?? '', name });
          return readOutcome(answer?.renameApiKey, failure);
        }}
        describeSaved={messages.renamedTo}
      />
      <RevokeDialog
        apiKey={revoked}
        keys={data?.apiKeys ?? []}
        isOwn={revoked?.id === keyId}
        onClose={() => setRevoked(null)}
      />
    </div>
  );
}
