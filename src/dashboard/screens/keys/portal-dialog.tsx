import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';
import { useViewer } from '../../api/viewer.ts';
import { basePath } from '../../base-path.ts';
import { Banner } from '../../components/banner.tsx';
import { Button } from '../../components/button.tsx';
import { classNames } from '../../components/class-names.ts';
import { Dialog } from '../../components/dialog.tsx';
import { fill } from '../../components/fill.tsx';
import { OneTimeSecret } from '../../components/one-time-secret.tsx';
import { SelectInput } from '../../components/select-input.tsx';
import styles from '../../features/settings/settings.module.css';
import type { Permission } from '../../generated/graphql.ts';
import { EndpointChoice } from './endpoint-choice.tsx';
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
  const [seconds, setSeconds] = useState('3600');
  const [problem, setProblem] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);

  const submit = async () => {
    const input = { endpointIds: [...endpointIds], permissions: [...permissions], expiresInSeconds: Number(seconds) };
    const { data, error } = await create({ input });
    const outcome = readOutcome(data?.createPortalToken, error);
    setProblem(outcome.ok ? null : outcome.message);
    // The token is in the URL fragment, which browsers do not send to servers, so no access log contains it.
    if (outcome.ok) setLink(`${location.origin}${basePath}#token=${outcome.value.token}`);
  };

  if (link !== null) {
    return (
      <>
        <OneTimeSecret what={messages.portalLinkToCopy} secret={link}>
          {messages.newPortalLinkHint}
        </OneTimeSecret>
        <p className="muted">
          {fill(messages.embedPortal, {
            mutation: <code>{messages.portalMutation}</code>,
            address: <code>{messages.portalAddress(`${location.origin}${basePath}`)}</code>,
          })}
        </p>
        <div className={styles.formActions}>
          <Button tone="primary" onPress={onClose}>
            {messages.done}
          </Button>
        </div>
      </>
    );
  }
  return (
    <Form
      className={classNames(styles.form)}
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
      <SelectInput label={messages.validFor} options={lifetimes} value={seconds} onChange={setSeconds} />
      {problem !== null && (
        <Banner tone="danger" role="alert">
          {problem}
        </Banner>
      )}
      <div className={styles.formActions}>
        <Button onPress={onClose}>{messages.cancel}</Button>
        <Button
          tone="primary"
          type="submit"
          isPending={fetching}
          isDisabled={endpointIds.length === 0 || permissions.length === 0}
        >
          {messages.createLink}
        </Button>
      </div>
    </Form>
  );
}
