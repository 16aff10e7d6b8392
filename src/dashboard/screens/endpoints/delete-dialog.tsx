import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/text-input.tsx';
import type { KnownEndpoint } from './documents.ts';
import type { EndpointActions } from './use-endpoint-actions.ts';

export interface DeleteDialogProps {
  /** Null: it is closed. */
  readonly endpoint: KnownEndpoint | null;
  readonly actions: EndpointActions;
  readonly onClose: () => void;
  /** After it was deleted. */
  readonly onDeleted?: () => void;
}

/** Asks before an endpoint is deleted; where it still works, for its name. */
export function DeleteDialog({ endpoint, onClose, ...rest }: DeleteDialogProps) {
  return (
    <Dialog title="Delete endpoint?" isOpen={endpoint !== null} onClose={onClose}>
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
      className="endpoint-stack"
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>
        <strong className="endpoint-break">{endpoint.name}</strong> will receive no more events, and queued deliveries
        fail permanently. History is kept. This can't be undone.
      </p>
      {isEnabled && (
        <TextInput
          label="Type the endpoint's name to confirm"
          value={typed}
          onChange={setTyped}
          placeholder={endpoint.name}
          autoComplete="off"
          autoFocus
        />
      )}
      <div className="endpoint-form-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button tone="danger" type="submit" isDisabled={!isSure} isPending={isPending}>
          Delete
        </Button>
      </div>
    </form>
  );
}
