import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';
import type { ShownEndpoint } from '../documents.ts';
import { VerifyHelp } from '../verify-help.tsx';
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

/** The signing secret: hidden until somebody asks for it, and changed for another one with an overlap. */
export function SecretPanel({ endpoint }: { readonly endpoint: ShownEndpoint }) {
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
    <section className="endpoint-card" aria-label="Signing secret">
      <header className="endpoint-card-head">
        <h2>Signing secret</h2>
        <Button tone="quiet" onPress={() => setIsHelping(true)}>
          Verify signatures
        </Button>
      </header>
      <p className="secret-line">
        <code>{secret ?? 'whsec_••••••••••••••••'}</code>
        {secret !== null && <CopyButton what="secret" text={secret} />}
      </p>
      <PreviousSecrets endpointId={endpoint.id} expireAt={endpoint.previousSecretsExpireAt ?? null} />
      <div className="endpoint-card-actions">
        {secret === null ? (
          <Button icon="eye" label="Each reveal is audited" isPending={fetching} onPress={show}>
            Reveal
          </Button>
        ) : (
          <Button onPress={() => setSecret(null)}>Hide</Button>
        )}
        <Button icon="replay" onPress={() => setIsRotating(true)}>
          Rotate…
        </Button>
      </div>
      <RotateDialog
        endpoint={isRotating ? endpoint : null}
        onClose={() => setIsRotating(false)}
        onRotated={setSecret}
      />
      <Dialog title="Verify signatures" size="wide" isOpen={isHelping} onClose={() => setIsHelping(false)}>
        <VerifyHelp />
      </Dialog>
    </section>
  );
}
