import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useSettings } from '../../api/settings.ts';
import { useViewer } from '../../api/viewer.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { OneTimeSecret } from '../../components/one-time-secret.tsx';
import { SelectInput } from '../../components/select-input.tsx';
import { TextInput } from '../../components/text-input.tsx';
import type { Permission } from '../../generated/graphql.ts';
import { CreateKeyMutation } from './keys-documents.ts';
import { PermissionChoice } from './permission-choice.tsx';
import { allPermissions } from './permissions.ts';

const dayMs = 86_400_000;
const lifetimes = [
  { id: '0', label: 'Never' },
  { id: '7', label: 'In 7 days' },
  { id: '30', label: 'In 30 days' },
  { id: '90', label: 'In 90 days' },
  { id: '365', label: 'In a year' },
];
const everyday: readonly Permission[] = ['EVENTS_PUBLISH', 'DELIVERIES_READ', 'ENDPOINTS_READ'];

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes a key, and shows its secret once. */
export function CreateKeyDialog({ isOpen, onClose }: DialogProps) {
  return (
    <Dialog title="New API key" isOpen={isOpen} onClose={onClose}>
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
  const problemOf = (argument: string) => (problem?.argument === argument ? problem.message : null);

  const submit = async () => {
    const spanMs = Number(lifetimeDays) * dayMs;
    const expiresAt = spanMs > 0 ? new Date(Date.now() + spanMs).toISOString() : null;
    const { data, error } = await create({ input: { name, permissions: [...permissions], expiresAt } });
    const outcome = readOutcome(data?.createApiKey, error);
    setProblem(outcome.ok ? null : outcome);
    if (outcome.ok) setSecret(outcome.value.secret);
  };

  if (secret !== null) {
    return (
      <>
        <OneTimeSecret what="API key" secret={secret}>
          Copy the key now and store it safely. Only its hash is stored, so the key can't be shown again.
        </OneTimeSecret>
        <div className="access-form-actions">
          <Button tone="primary" onPress={onClose}>
            Done
          </Button>
        </div>
      </>
    );
  }
  return (
    <Form
      className="access-form"
      validationBehavior="aria"
      onSubmit={event => {
        event.preventDefault();
        if (!fetching) void submit();
      }}
    >
      <TextInput
        label="Name"
        placeholder="Billing service"
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
        label="Expires"
        options={lifetimes}
        value={lifetimeDays}
        onChange={setLifetimeDays}
        problem={problemOf('input.expiresAt')}
      />
      {problem !== null && problem.argument === null && (
        <p className="banner banner-danger" role="alert">
          {problem.message}
        </p>
      )}
      <div className="access-form-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button
          tone="primary"
          type="submit"
          isPending={fetching}
          isDisabled={name.trim() === '' || permissions.length === 0}
        >
          Create key
        </Button>
      </div>
    </Form>
  );
}
