import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { Outcome } from '../../api/outcome.ts';
import { useSettings } from '../../api/settings.ts';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { notify } from '../../components/toasts.tsx';
import { messages } from './messages.ts';
import styles from './settings.module.css';

export interface RenameDialogProps {
  /** The heading of the dialog, such as `Rename tenant`. */
  readonly title: string;
  /** The object to rename. Null: the dialog is closed. */
  readonly target: { readonly id: string; readonly name: string } | null;
  readonly onClose: () => void;
  readonly rename: (id: string, name: string) => Promise<Outcome<unknown>>;
}

/** A dialog that asks for the new name of an API key or a tenant. */
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
    notify('success', messages.renamedTo(name.trim()));
    onClose();
  };
  return (
    <Form
      className={classNames(styles.form)}
      validationBehavior="aria"
      onSubmit={event => {
        event.preventDefault();
        if (!isPending) void submit();
      }}
    >
      <TextInput
        label={messages.name}
        value={name}
        onChange={setName}
        maxLength={settings?.maxNameLength}
        autoComplete="off"
        autoFocus
        problem={problem}
      />
      <div className={styles.formActions}>
        <Button onPress={onClose}>{messages.cancel}</Button>
        <Button tone="primary" type="submit" isPending={isPending} isDisabled={name.trim() === ''}>
          {messages.rename}
        </Button>
      </div>
    </Form>
  );
}
