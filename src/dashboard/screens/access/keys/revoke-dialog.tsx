import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { notify } from '../../../components/toasts.tsx';
import { type ListedKey, RevokeKeyMutation } from './keys-documents.ts';

export interface RevokeDialogProps {
  /** Null: it is closed. */
  readonly apiKey: ListedKey | null;
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

/** Asks before a key is revoked: there is no way back. */
export function RevokeDialog({ apiKey, isOwn, onClose }: RevokeDialogProps) {
  const [{ fetching }, revoke] = useMutation(RevokeKeyMutation);
  const submit = async ({ id, name }: ListedKey) => {
    const { data, error } = await revoke({ id });
    const outcome = readOutcome(data?.revokeApiKey, error);
    notify(outcome.ok ? 'success' : 'error', outcome.ok ? `${name} is revoked.` : outcome.message);
    if (outcome.ok) onClose();
  };
  return (
    <Dialog
      title="Revoke this key?"
      isOpen={apiKey !== null}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            Keep it
          </Button>
          <Button tone="danger" isPending={fetching} onPress={() => apiKey && void submit(apiKey)}>
            Revoke
          </Button>
        </>
      }
    >
      {apiKey && (
        <p>
          Within two seconds nothing that uses <strong className="access-break">{apiKey.name}</strong> is answered any
          more, its open connections are closed, and the portal links that it made end. This cannot be undone.
          {isOwn && ' You are signed in with it: you will be signed out.'}
        </p>
      )}
    </Dialog>
  );
}
