import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useSettings } from '../../api/settings.ts';
import { useViewer } from '../../api/viewer.ts';
import { Dialog } from '../../components/dialog.tsx';
import { SelectInput } from '../../components/select-input.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { CreatedSecret } from '../../features/settings/created-secret.tsx';
import { DialogForm } from '../../features/settings/dialog-form.tsx';
import type { Permission } from '../../generated/graphql.ts';
import { serverNowMs } from '../../time/server-clock.ts';
import { CreateKeyMutation } from './keys-documents.ts';
import { messages } from './messages.ts';
import { PermissionChoice } from './permission-choice.tsx';
import { allPermissions } from './permissions.ts';

const dayMs = 86_400_000;
const lifetimes = [
  { id: '0', label: messages.never },
  { id: '7', label: messages.in7Days },
  { id: '30', label: messages.in30Days },
  { id: '90', label: messages.in90Days },
  { id: '365', label: messages.inAYear },
];
const everyday: readonly Permission[] = ['EVENTS_PUBLISH', 'DELIVERIES_READ', 'ENDPOINTS_READ'];

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** A dialog that creates an API key and shows its secret once. */
export function CreateKeyDialog({ isOpen, onClose }: DialogProps) {
  return (
    <Dialog title={messages.newApiKey} isOpen={isOpen} onClose={onClose}>
      <CreateKey onClose={onClose} />
    </Dialog>
  );
}

function CreateKey({ onClose }: { readonly onClose: () => void }) {
  const { may } = useViewer();
  const [{ fetching }, create] = useMutation(CreateKeyMutation);
  const { settings } = useSettings();
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<readonly Permission[]>(() => everyday.filter(may));
  const [lifetimeDays, setLifetimeDays] = useState('90');
  const [problem, setProblem] = useState<{ argument: string | null; message: string } | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const problemOf = (argument: string | null) => (problem?.argument === argument ? problem.message : null);

  const submit = async () => {
    const spanMs = Number(lifetimeDays) * dayMs;
    const expiresAt = spanMs > 0 ? new Date(serverNowMs() + spanMs).toISOString() : null;
    const { data, error } = await create({ input: { name, permissions: [...permissions], expiresAt } });
    const outcome = readOutcome(data?.createApiKey, error);
    setProblem(outcome.ok ? null : outcome);
    if (outcome.ok) setSecret(outcome.value.secret);
  };

  if (secret !== null) {
    return <CreatedSecret what={messages.apiKey} secret={secret} advice={messages.newKeyHint} onClose={onClose} />;
  }
  return (
    <DialogForm
      submitLabel={messages.createKey}
      isPending={fetching}
      isIncomplete={name.trim() === '' || permissions.length === 0}
      problem={problemOf(null)}
      onSubmit={submit}
      onCancel={onClose}
    >
      <TextInput
        label={messages.name}
        placeholder={messages.nameExample}
        value={name}
        onChange={setName}
        maxLength={settings?.maxNameLength}
        autoComplete="off"
        autoFocus
        problem={problemOf('input.name')}
      />
      <PermissionChoice
        offered={allPermissions}
        chosen={permissions}
        onChange={setPermissions}
        may={may}
        problem={problemOf('input.permissions')}
      />
      <SelectInput
        label={messages.expires}
        options={lifetimes}
        value={lifetimeDays}
        onChange={setLifetimeDays}
        problem={problemOf('input.expiresAt')}
      />
    </DialogForm>
  );
}
