import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useSettings } from '../../api/settings.ts';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { notify } from '../../components/toasts.tsx';
import styles from '../../features/settings/settings.module.css';
import { messages } from './messages.ts';
import { CreateTenantMutation } from './tenants-documents.ts';

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function CreateTenantDialog({ isOpen, onClose }: DialogProps) {
  return (
    <Dialog title={messages.newTenant} isOpen={isOpen} onClose={onClose}>
      <CreateTenant onClose={onClose} />
    </Dialog>
  );
}

function CreateTenant({ onClose }: { readonly onClose: () => void }) {
  const [{ fetching }, create] = useMutation(CreateTenantMutation);
  const { settings } = useSettings();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async () => {
    const { data, error } = await create({ name });
    const outcome = readOutcome(data?.createTenant, error);
    setProblem(outcome.ok ? null : outcome.message);
    if (!outcome.ok) return;
    notify('success', messages.tenantCreated(outcome.value.name));
    onClose();
  };
  return (
    <Form
      className={classNames(styles.form)}
      validationBehavior="aria"
      onSubmit={event => {
        event.preventDefault();
        if (!fetching) void submit();
      }}
    >
      <TextInput
        label={messages.name}
        placeholder={messages.nameExample}
        hint={messages.newTenantHint}
        value={name}
        onChange={setName}
        maxLength={settings?.maxNameLength}
        autoComplete="off"
        autoFocus
        problem={problem}
      />
      <div className={styles.formActions}>
        <Button onPress={onClose}>{messages.cancel}</Button>
        <Button tone="primary" type="submit" isPending={fetching} isDisabled={name.trim() === ''}>
          {messages.createTenant}
        </Button>
      </div>
    </Form>
  );
}
