import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { fill } from '../../components/fill.tsx';
import { TextInput } from '../../components/text-input.tsx';
import type { KnownEndpoint } from './documents.ts';
import styles from './endpoints.module.css';
import { messages } from './messages.ts';
import type { EndpointActions } from './use-endpoint-actions.ts';

export interface DeleteDialogProps {
  /** The endpoint to delete. Null while the dialog is closed. */
  readonly endpoint: KnownEndpoint | null;
  readonly actions: EndpointActions;
  readonly onClose: () => void;
  /** Called after the endpoint was deleted. */
  readonly onDeleted?: () => void;
}

/** A dialog that confirms the deletion of an endpoint. For an enabled endpoint the user must type its name. */
export function DeleteDialog({ endpoint, onClose, ...rest }: DeleteDialogProps) {
  return (
    <Dialog title={messages.deleteEndpoint} isOpen={endpoint !== null} onClose={onClose}>
      {endpoint && <Confirmation endpoint={endpoint} onClose={onClose} {...rest} />}
    </Dialog>
  );
}

interface ConfirmationProps extends DeleteDialogProps {
  readonly endpoint: KnownEndpoint;
}

function Confirmation({ endpoint, actions, onClose, onDeleted }: ConfirmationProps) {
  const [typed, setTyped] = useState('');
  const [isPending, setIsPending] = useState(false);
  const isEnabled = endpoint.status === 'ENABLED';
  const isSure = !isEnabled || typed.trim() === endpoint.name.trim();
  const submit = async () => {
    if (!isSure || isPending) return;
    setIsPending(true);
    const isDone = await actions.remove(endpoint);
    setIsPending(false);
    if (!isDone) return;
    onClose();
    onDeleted?.();
  };
  return (
    <form
      className={styles.stack}
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>{fill(messages.deleteConsequence, { name: <strong className={styles.break}>{endpoint.name}</strong> })}</p>
      {isEnabled && (
        <TextInput
          label={messages.typeNameToConfirm}
          value={typed}
          onChange={setTyped}
          placeholder={endpoint.name}
          autoComplete="off"
          autoFocus
        />
      )}
      <div className={styles.formActions}>
        <Button onPress={onClose}>{messages.cancel}</Button>
        <Button tone="danger" type="submit" isDisabled={!isSure} isPending={isPending}>
          {messages.deleteButton}
        </Button>
      </div>
    </form>
  );
}
