import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Segments } from '../../../components/segments.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';
import type { KnownEndpoint } from '../documents.ts';

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
  { id: '0', label: 'None' },
  { id: '3600', label: '1 hour' },
  { id: '86400', label: '1 day' },
  { id: '604800', label: '7 days' },
  { id: '2592000', label: '30 days' },
] as const;

export interface RotateDialogProps {
  /** Null: it is closed. */
  readonly endpoint: KnownEndpoint | null;
  readonly onClose: () => void;
  /** Told the new secret. */
  readonly onRotated: (secret: string) => void;
}

/** Gives the endpoint a new secret; the old one signs too for as long as the receiver needs to change over. */
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
    notify('success', 'Secret rotated. Copy the new one now.');
  };
  return (
    <Dialog
      title="Rotate signing secret"
      isOpen={endpoint !== null}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="primary" isPending={fetching} onPress={submit}>
            Rotate
          </Button>
        </>
      }
    >
      <p>Keep the old secret valid for</p>
      <Segments label="Overlap" options={overlaps} value={overlap} onChange={setOverlap} />
      <p className="muted">
        {overlap === '0'
          ? 'The old secret stops at once. Receivers that still use it will reject requests.'
          : 'Requests are signed with both secrets until then, so you can switch at any time.'}
      </p>
    </Dialog>
  );
}
