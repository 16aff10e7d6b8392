import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { CheckBox } from '../../components/check-box.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { fill } from '../../components/fill.tsx';
import { notify } from '../../components/toasts.tsx';
import styles from '../../features/settings/settings.module.css';
import { countUsableChildren } from './count-usable-children.ts';
import { type ListedKey, RevokeKeyMutation } from './keys-documents.ts';
import { messages } from './messages.ts';

export interface RevokeDialogProps {
  /** The API key to revoke. Null while the dialog is closed. */
  readonly apiKey: ListedKey | null;
  /** All keys of the tenant. */
  readonly keys: readonly ListedKey[];
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

/** A dialog that confirms the revocation of a key, and offers to revoke the keys that it created. */
export function RevokeDialog({ apiKey, keys, isOwn, onClose }: RevokeDialogProps) {
  const [{ fetching }, revoke] = useMutation(RevokeKeyMutation);
  const [parentToRevoke, setParentToRevoke] = useState<string | null>(null);
  const childCount = apiKey ? countUsableChildren(keys, apiKey.id) : 0;
  const revokeChildren = childCount > 0 && apiKey?.id === parentToRevoke;
  const submit = async ({ id, name }: ListedKey) => {
    const { data, error } = await revoke({ id, revokeChildren });
    const outcome = readOutcome(data?.revokeApiKey, error);
    const revoked = revokeChildren ? messages.keyAndItsKeysRevoked(name) : messages.keyRevoked(name);
    notify(outcome.ok ? 'success' : 'error', outcome.ok ? revoked : outcome.message);
    if (outcome.ok) onClose();
  };
  return (
    <Dialog
      title={messages.revokeThisKey}
      isOpen={apiKey !== null}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            {messages.cancel}
          </Button>
          <Button tone="danger" isPending={fetching} onPress={() => apiKey && void submit(apiKey)}>
            {messages.revoke}
          </Button>
        </>
      }
    >
      {apiKey && (
        <p>
          {fill(messages.revokeConsequence, {
            name: <strong className={styles.break}>{apiKey.name}</strong>,
          })}
          {isOwn && messages.revokeOwnKeyConsequence}
        </p>
      )}
      {apiKey && childCount > 0 && (
        <CheckBox
          label={messages.alsoRevokeTheKeys(childCount)}
          hint={messages.alsoRevokeTheKeysHint}
          isChecked={revokeChildren}
          onChange={isChecked => setParentToRevoke(isChecked ? apiKey.id : null)}
        />
      )}
    </Dialog>
  );
}
