import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Segments } from '../../../components/segments.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';
import type { KnownEndpoint } from '../documents.ts';
import { messages } from '../messages.ts';

const RotateMutation = graphql(/* GraphQL */ `
  mutation RotateEndpointSecret($id: ID!, $overlapSeconds: Int) {
    rotateEndpointSecret(id: $id, overlapSeconds: $overlapSeconds) {
      __typename
      ... on RotateEndpointSecretSuccess { secret endpoint { id previousSecretsExpireAt } }
      ... on Error { message }
    }
  }
`);

const overlaps = [
  { id: '0', label: messages.none },
  { id: '3600', label: messages.oneHour },
  { id: '86400', label: messages.oneDay },
  { id: '604800', label: messages.sevenDays },
  { id: '2592000', label: messages.thirtyDays },
] as const;

export interface RotateDialogProps {
  /** The endpoint whose secret is rotated. Null while the dialog is closed. */
  readonly endpoint: KnownEndpoint | null;
  readonly onClose: () => void;
  /** Called with the new secret. */
  readonly onRotated: (secret: string) => void;
}

/**
 * A dialog that rotates the secret of an endpoint. The user chooses for how long requests are also signed with the old
 * secret.
 */
export function RotateDialog({ endpoint, onClose, onRotated }: RotateDialogProps) {
  const [{ fetching }, rotate] = useMutation(RotateMutation);
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]['id']>('86400');
  const submit = async () => {
    if (!endpoint) return;
    const { data, error } = await rotate({ id: endpoint.id, overlapSeconds: Number(overlap) });
    const outcome = readOutcome(data?.rotateEndpointSecret, error);
    if (!outcome.ok) return notify('error', outcome.message);
    onRotated(outcome.value.secret);
    onClose();
    notify('success', messages.secretRotated);
  };
  return (
    <Dialog
      title={messages.rotateSigningSecret}
      isOpen={endpoint !== null}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{messages.cancel}</Button>
          <Button tone="primary" isPending={fetching} onPress={submit}>
            {messages.rotate}
          </Button>
        </>
      }
    >
      <p>{messages.overlapQuestion}</p>
      <Segments label={messages.overlap} options={overlaps} value={overlap} onChange={setOverlap} />
      <p className="muted">{overlap === '0' ? messages.noOverlapConsequence : messages.overlapConsequence}</p>
    </Dialog>
  );
}
