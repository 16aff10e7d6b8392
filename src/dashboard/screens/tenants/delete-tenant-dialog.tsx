import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { fill } from '../../components/fill.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { notify } from '../../components/toasts.tsx';
import styles from '../../features/settings/settings.module.css';
import { messages } from './messages.ts';
import { DeleteTenantMutation, type ListedTenant } from './tenants-documents.ts';

export interface DeleteTenantDialogProps {
  /** The tenant to delete. Null while the dialog is closed. */
  readonly tenant: ListedTenant | null;
  readonly onClose: () => void;
}

/** A dialog that confirms the deletion of a tenant. The user must type its name. */
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
    notify(outcome.ok ? 'success' : 'error', outcome.ok ? messages.tenantDeleted(name) : outcome.message);
    if (outcome.ok) close();
  };
  return (
    <Dialog
      title={messages.deleteThisTenant}
      isOpen={tenant !== null}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>{messages.cancel}</Button>
          <Button
            tone="danger"
            isPending={fetching}
            isDisabled={typed !== tenant?.name}
            onPress={() => tenant && void submit(tenant)}
          >
            {messages.deleteButton}
          </Button>
        </>
      }
    >
      {tenant && (
        <>
          <p>{fill(messages.deleteConsequence, { name: <strong className={styles.break}>{tenant.name}</strong> })}</p>
          <TextInput
            label={messages.typeNameToConfirm}
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
