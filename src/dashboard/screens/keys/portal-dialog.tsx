import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useViewer } from '../../api/viewer.ts';
import { basePath } from '../../base-path.ts';
import { Dialog } from '../../components/dialog.tsx';
import { fill } from '../../components/fill.tsx';
import { SelectInput } from '../../components/select-input.tsx';
import { CreatedSecret } from '../../features/settings/created-secret.tsx';
import { DialogForm } from '../../features/settings/dialog-form.tsx';
import type { Permission } from '../../generated/graphql.ts';
import { EndpointChoice } from './endpoint-choice.tsx';
import {
  type EndpointCreation,
  EndpointCreationFields,
  findCreationField,
  readEndpointCreation,
} from './endpoint-creation.tsx';
import { CreatePortalTokenMutation } from './keys-documents.ts';
import { messages } from './messages.ts';
import { PermissionChoice } from './permission-choice.tsx';
import { portalPermissions } from './permissions.ts';

const lifetimes = [
  { id: '900', label: messages.fifteenMinutes },
  { id: '3600', label: messages.anHour },
  { id: '28800', label: messages.eightHours },
  { id: '86400', label: messages.aDay },
];

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** A dialog that creates a portal token: a link to this dashboard that shows a customer only their own endpoints. */
export function PortalDialog({ isOpen, onClose }: DialogProps) {
  return (
    <Dialog title={messages.newPortalLink} isOpen={isOpen} onClose={onClose}>
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
  const [creation, setCreation] = useState<EndpointCreation>({ limit: '', eventTypes: '' });
  const [seconds, setSeconds] = useState('3600');
  const [problem, setProblem] = useState<{ argument: string | null; message: string } | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const mayManage = permissions.includes('ENDPOINTS_MANAGE');
  const mayCreate = mayManage && creation.limit.trim() !== '';
  const fieldOfProblem = problem ? findCreationField(problem.argument) : null;

  const submit = async () => {
    const { data, error } = await create({
      input: {
        endpointIds: [...endpointIds],
        permissions: [...permissions],
        expiresInSeconds: Number(seconds),
        ...(mayCreate && readEndpointCreation(creation)),
      },
    });
    const outcome = readOutcome(data?.createPortalToken, error);
    setProblem(outcome.ok ? null : outcome);
    // The token is in the URL fragment, which browsers do not send to servers, so no access log contains it.
    if (outcome.ok) setLink(`${location.origin}${basePath}#token=${outcome.value.token}`);
  };

  if (link !== null) {
    return (
      <CreatedSecret
        what={messages.portalLinkToCopy}
        secret={link}
        advice={messages.newPortalLinkHint}
        onClose={onClose}
      >
        <p className="muted">
          {fill(messages.embedPortal, {
            mutation: <code>{messages.portalMutation}</code>,
            address: <code>{messages.portalAddress(`${location.origin}${basePath}`)}</code>,
          })}
        </p>
      </CreatedSecret>
    );
  }
  return (
    <DialogForm
      submitLabel={messages.createLink}
      isPending={fetching}
      isIncomplete={permissions.length === 0 || (endpointIds.length === 0 && !mayCreate)}
      problem={problem && fieldOfProblem === null ? problem.message : null}
      onSubmit={submit}
      onCancel={onClose}
    >
      <EndpointChoice chosen={endpointIds} onChange={setEndpointIds} />
      <PermissionChoice
        offered={portalPermissions}
        chosen={permissions}
        onChange={setPermissions}
        may={may}
        problem={null}
      />
      {mayManage && (
        <EndpointCreationFields
          creation={creation}
          onChange={setCreation}
          problem={problem && fieldOfProblem && { field: fieldOfProblem, message: problem.message }}
        />
      )}
      <SelectInput label={messages.validFor} options={lifetimes} value={seconds} onChange={setSeconds} />
    </DialogForm>
  );
}
