import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { notify } from '../../components/toasts.tsx';
import { DeleteTenantMutation, type ListedTenant } from './tenants-documents.ts';

export interface DeleteTenantDialogProps {
  /** Null: the dialog is closed. */
  readonly tenant: ListedTenant | null;
  readonly onClose: () => void;
}

/** Asks for the name of the tenant before it is deleted, as that cannot be undone. */
export function DeleteTenantDialog({ tenant, onClose }: DeleteTenantDialogProps) {
  const [{ fetching }, remove] = useMutation(DeleteTenantMutation);
  const [typed, setTyped] = useState('');
  const close = () => {
    setTyped('');
    onClose();
  };
  const submit = async ({ id, name }: ListedTenant) => {
    const { data, error } = await remove({ id });
    const outcome = readOutcome(data?.deleteTenant, error);
    notify(
      outcome.ok ? 'success' : 'error',
      outcome.ok ? `${name} is deleted. Its data is removed in the background.` : outcome.message,
    );
    if (outcome.ok) close();
  };
  return (
    <Dialog
      title="Delete this tenant?"
      isOpen={tenant !== null}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button
            tone="danger"
            isPending={fetching}
            isDisabled={typed !== tenant?.name}
            onPress={() => tenant && void submit(tenant)}
          >
            Delete
          </Button>
        </>
      }
    >
      {tenant && (
        <>
          <p>
            The keys and portal links of <strong className="access-break">{tenant.name}</strong> stop working, and
            nothing more is sent to its endpoints. All its data is removed. This can't be undone.
          </p>
          <TextInput
            label="Type the tenant's name to confirm"
            value={typed}
            onChange={setTyped}
            autoComplete="off"
            autoFocus
          />
        </>
      )}
    </Dialog>
  );
}
