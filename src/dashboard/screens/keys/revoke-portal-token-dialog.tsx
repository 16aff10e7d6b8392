import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { notify } from '../../components/toasts.tsx';
import { type ListedPortalToken, RevokePortalTokenMutation } from './keys-documents.ts';
import { messages } from './messages.ts';

export interface RevokePortalTokenDialogProps {
  /** The portal token to revoke. Null while the dialog is closed. */
  readonly token: ListedPortalToken | null;
  readonly onClose: () => void;
}

/** A dialog that confirms the revocation of a portal link. */
export function RevokePortalTokenDialog({ token, onClose }: RevokePortalTokenDialogProps) {
  const [{ fetching }, revoke] = useMutation(RevokePortalTokenMutation);
  const submit = async ({ id }: ListedPortalToken) => {
    const { data, error } = await revoke({ id });
    const outcome = readOutcome(data?.revokePortalToken, error);
    notify(outcome.ok ? 'success' : 'error', outcome.ok ? messages.portalLinkRevoked : outcome.message);
    if (outcome.ok) onClose();
  };
  return (
    <Dialog
      title={messages.revokeThisPortalLink}
      isOpen={token !== null}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus>
            {messages.cancel}
          </Button>
          <Button tone="danger" isPending={fetching} onPress={() => token && void submit(token)}>
            {messages.revoke}
          </Button>
        </>
      }
    >
      <p>{messages.revokePortalLinkConsequence}</p>
    </Dialog>
  );
}
