import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';
import type { ShownEndpoint } from '../documents.ts';
import endpointsStyles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import { VerifyHelp } from '../verify-help.tsx';
import styles from './endpoint-page.module.css';
import { PreviousSecrets } from './previous-secrets.tsx';
import { RotateDialog } from './rotate-dialog.tsx';

const RevealMutation = graphql(/* GraphQL */ `
  mutation RevealEndpointSecret($id: ID!) {
    revealEndpointSecret(id: $id) {
      __typename
      ... on RevealEndpointSecretSuccess { secret }
      ... on Error { message }
    }
  }
`);

export interface SecretPanelProps {
  readonly endpoint: ShownEndpoint;
  /** Called after a secret of the endpoint has changed. */
  readonly onChanged: () => void;
}

/** The signing secret of the endpoint, with buttons that reveal and rotate it. */
export function SecretPanel({ endpoint, onChanged }: SecretPanelProps) {
  const [{ fetching }, reveal] = useMutation(RevealMutation);
  const [secret, setSecret] = useState<string | null>(null);
  const [isRotating, setIsRotating] = useState(false);
  const [isHelping, setIsHelping] = useState(false);
  const show = async () => {
    const { data, error } = await reveal({ id: endpoint.id });
    const outcome = readOutcome(data?.revealEndpointSecret, error);
    if (outcome.ok) setSecret(outcome.value.secret);
    else notify('error', outcome.message);
  };
  return (
    <section className={endpointsStyles.card} aria-label={messages.signingSecret}>
      <header className={endpointsStyles.cardHead}>
        <h2>{messages.signingSecret}</h2>
        <Button tone="quiet" onPress={() => setIsHelping(true)}>
          {messages.verifySignatures}
        </Button>
      </header>
      <p className={styles.secretLine}>
        <code>{secret ?? messages.hiddenSecret}</code>
        {secret !== null && <CopyButton what={messages.secretToCopy} text={secret} />}
      </p>
      <PreviousSecrets
        endpointId={endpoint.id}
        expireAt={endpoint.previousSecretsExpireAt ?? null}
        onExpired={onChanged}
      />
      <div className={endpointsStyles.cardActions}>
        {secret === null ? (
          <Button icon="eye" label={messages.eachRevealIsAudited} isPending={fetching} onPress={show}>
            {messages.reveal}
          </Button>
        ) : (
          <Button onPress={() => setSecret(null)}>{messages.hide}</Button>
        )}
        <Button icon="replay" onPress={() => setIsRotating(true)}>
          {messages.rotateAction}
        </Button>
      </div>
      <RotateDialog
        endpoint={isRotating ? endpoint : null}
        onClose={() => setIsRotating(false)}
        onRotated={rotated => {
          setSecret(rotated);
          onChanged();
        }}
      />
      <Dialog title={messages.verifySignatures} size="wide" isOpen={isHelping} onClose={() => setIsHelping(false)}>
        <VerifyHelp />
      </Dialog>
    </section>
  );
}
