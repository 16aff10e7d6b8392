import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useViewer } from '../../api/viewer.ts';
import { basePath } from '../../base-path.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { OneTimeSecret } from '../../components/one-time-secret.tsx';
import { SelectInput } from '../../components/select-input.tsx';
import type { Permission } from '../../generated/graphql.ts';
import { EndpointChoice } from './endpoint-choice.tsx';
import { CreatePortalTokenMutation } from './keys-documents.ts';
import { PermissionChoice } from './permission-choice.tsx';
import { portalPermissions } from './permissions.ts';

const lifetimes = [
  { id: '900', label: '15 minutes' },
  { id: '3600', label: 'An hour' },
  { id: '28800', label: '8 hours' },
  { id: '86400', label: 'A day' },
];

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes a portal token: a link to this dashboard for a customer, who sees their own endpoints and nothing else. */
export function PortalDialog({ isOpen, onClose }: DialogProps) {
  return (
    <Dialog title="New portal link" isOpen={isOpen} onClose={onClose}>
      <CreateLink onClose={onClose} />
    </Dialog>
  );
}

function CreateLink({ onClose }: { readonly onClose: () => void }) {
  const { may } = useViewer();
  const [{ fetching }, create] = useMutation(CreatePortalTokenMutation);
  const [endpointIds, setEndpointIds] = useState<readonly string[]>([]);
  const [permissions, setPermissions] = useState<readonly Permission[]>(() =>
    portalPermissions.slice(0, 3).filter(may),
  );
  const [seconds, setSeconds] = useState('3600');
  const [problem, setProblem] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);

  const submit = async () => {
    const input = { endpointIds: [...endpointIds], permissions: [...permissions], expiresInSeconds: Number(seconds) };
    const { data, error } = await create({ input });
    const outcome = readOutcome(data?.createPortalToken, error);
    setProblem(outcome.ok ? null : outcome.message);
    // In the fragment, which is sent to no server and stands in no log.
    if (outcome.ok) setLink(`${location.origin}${basePath}#token=${outcome.value.token}`);
  };

  if (link !== null) {
    return (
      <>
        <OneTimeSecret what="portal link" secret={link}>
          Anyone with this link can see these endpoints until the link expires. The link can't be shown again.
        </OneTimeSecret>
        <p className="muted">
          To embed the portal, create a token per visit with <code>createPortalToken</code> and open{' '}
          <code>
            {location.origin}
            {basePath}#token=&lt;token&gt;
          </code>
          .
        </p>
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
      <EndpointChoice chosen={endpointIds} onChange={setEndpointIds} />
      <PermissionChoice
        offered={portalPermissions}
        chosen={permissions}
        onChange={setPermissions}
        may={may}
        problem={null}
      />
      <SelectInput label="Valid for" options={lifetimes} value={seconds} onChange={setSeconds} />
      {problem !== null && (
        <p className="banner banner-danger" role="alert">
          {problem}
        </p>
      )}
      <div className="access-form-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button
          tone="primary"
          type="submit"
          isPending={fetching}
          isDisabled={endpointIds.length === 0 || permissions.length === 0}
        >
          Create link
        </Button>
      </div>
    </Form>
  );
}
