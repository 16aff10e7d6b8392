import { useState } from 'react';
import type { Outcome } from '../../api/outcome.ts';
import { useSettings } from '../../api/settings.ts';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { notify } from '../../components/toasts.tsx';
import { DialogForm } from './dialog-form.tsx';
import { messages } from './messages.ts';

interface NameFormProps {
  readonly submitLabel: string;
  /** The name that the field holds at first. */
  readonly name: string;
  readonly placeholder?: string;
  readonly hint?: string;
  readonly save: (name: string) => Promise<Outcome<unknown>>;
  /** Returns the message that is shown when the name was saved. */
  readonly describeSaved: (name: string) => string;
  readonly onClose: () => void;
}

export interface NameDialogProps extends Omit<NameFormProps, 'name'> {
  /** The heading: `Rename tenant`. */
  readonly title: string;
  /** The name that the field holds at first. Null: the dialog is closed. */
  readonly name: string | null;
}

/** Asks for the name of a new or a renamed object. */
export function NameDialog({ title, name, ...props }: NameDialogProps) {
  return (
    <Dialog title={title} isOpen={name !== null} onClose={props.onClose}>
      {name !== null && <NameForm name={name} {...props} />}
    </Dialog>
  );
}

function NameForm({ submitLabel, name: first, save, describeSaved, onClose, ...input }: NameFormProps) {
  const { settings } = useSettings();
  const [name, setName] = useState(first);
  const [isPending, setIsPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async () => {
    setIsPending(true);
    const outcome = await save(name);
    setIsPending(false);
    setProblem(outcome.ok ? null : outcome.message);
    if (!outcome.ok) return;
    notify('success', describeSaved(name.trim()));
    onClose();
  };
  return (
    <DialogForm
      submitLabel={submitLabel}
      isPending={isPending}
      isIncomplete={name.trim() === ''}
      onSubmit={submit}
      onCancel={onClose}
    >
      <TextInput
        {...input}
        label={messages.name}
        value={name}
        onChange={setName}
        maxLength={settings?.maxNameLength}
        autoComplete="off"
        autoFocus
        problem={problem}
      />
    </DialogForm>
  );
}
