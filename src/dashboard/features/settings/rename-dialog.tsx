import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { Outcome } from '../../api/outcome.ts';
import { useSettings } from '../../api/settings.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { notify } from '../../components/toasts.tsx';

export interface RenameDialogProps {
  /** Such as `Rename tenant`. */
  readonly title: string;
  /** The object to rename. Null: the dialog is closed. */
  readonly target: { readonly id: string; readonly name: string } | null;
  readonly onClose: () => void;
  readonly rename: (id: string, name: string) => Promise<Outcome<unknown>>;
}

/** Asks for the new name of an API key or a tenant. */
export function RenameDialog({ title, target, onClose, rename }: RenameDialogProps) {
  return (
    <Dialog title={title} isOpen={target !== null} onClose={onClose}>
      {target && <RenameForm key={target.id} target={target} onClose={onClose} rename={rename} />}
    </Dialog>
  );
}

interface RenameFormProps extends Pick<RenameDialogProps, 'onClose' | 'rename'> {
  readonly target: NonNullable<RenameDialogProps['target']>;
}

function RenameForm({ target, onClose, rename }: RenameFormProps) {
  const { settings } = useSettings();
  const [name, setName] = useState(target.name);
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async () => {
    setIsPending(true);
    const outcome = await rename(target.id, name);
    setIsPending(false);
    setProblem(outcome.ok ? null : outcome.message);
    if (!outcome.ok) return;
    notify('success', `Renamed to ${name.trim()}.`);
    onClose();
  };
  return (
    <Form
      className="access-form"
      validationBehavior="aria"
      onSubmit={event => {
        event.preventDefault();
        if (!isPending) void submit();
      }}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={setName}
        maxLength={settings?.maxNameLength}
        autoComplete="off"
        autoFocus
        problem={problem}
      />
      <div className="access-form-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button tone="primary" type="submit" isPending={isPending} isDisabled={name.trim() === ''}>
          Rename
        </Button>
      </div>
    </Form>
  );
}
