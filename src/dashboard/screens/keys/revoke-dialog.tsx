import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { CheckBox } from '../../components/check-box.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { notify } from '../../components/toasts.tsx';
import { countUsableChildren } from './count-usable-children.ts';
import { type ListedKey, RevokeKeyMutation } from './keys-documents.ts';

export interface RevokeDialogProps {
  /** Null: it is closed. */
  readonly apiKey: ListedKey | null;
  /** All keys of the tenant. */
  readonly keys: readonly ListedKey[];
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

/** Asks before a key is revoked, as that cannot be undone, and offers to revoke the keys that it created. */
export function RevokeDialog({ apiKey, keys, isOwn, onClose }: RevokeDialogProps) {
  const [{ fetching }, revoke] = useMutation(RevokeKeyMutation);
  const [parentToRevoke, setParentToRevoke] = useState<string | null>(null);
  const childCount = apiKey ? countUsableChildren(keys, apiKey.id) : 0;
  const revokeChildren = childCount > 0 && apiKey?.id === parentToRevoke;
  const submit = async ({ id, name }: ListedKey) => {
    const { data, error } = await revoke({ id, revokeChildren });
    const outcome = readOutcome(data?.revokeApiKey, error);
    const revoked = revokeChildren ? `${name} and the keys that it created are revoked.` : `${name} is revoked.`;
    notify(outcome.ok ? 'success' : 'error', outcome.ok ? revoked : outcome.message);
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
            Cancel
          </Button>
          <Button tone="danger" isPending={fetching} onPress={() => apiKey && void submit(apiKey)}>
            Revoke
          </Button>
        </>
      }
    >
      {apiKey && (
        <p>
          The server stops accepting <strong className="access-break">{apiKey.name}</strong> within two seconds, closes
          its connections and ends the portal links that it created. This can't be undone.
          {isOwn && ' You are signed in with this key: you will be signed out.'}
        </p>
      )}
      {apiKey && childCount > 0 && (
        <CheckBox
          label={
            childCount === 1
              ? 'Also revoke the key that it created'
              : `Also revoke the ${childCount} keys that it created`
          }
          hint="Otherwise they keep working. Keys that these keys created in turn are included."
          isChecked={revokeChildren}
          onChange={isChecked => setParentToRevoke(isChecked ? apiKey.id : null)}
        />
      )}
    </Dialog>
  );
}
