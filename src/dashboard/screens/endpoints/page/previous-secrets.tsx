import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';

const ExpireMutation = graphql(/* GraphQL */ `
  mutation ExpirePreviousSecrets($id: ID!) {
    expirePreviousSecrets(id: $id) {
      __typename
      ... on Endpoint { id previousSecretsExpireAt }
      ... on Error { message }
    }
  }
`);

export interface PreviousSecretsProps {
  readonly endpointId: string;
  /** When the last earlier secret stops signing. Null: only the current one signs. */
  readonly expireAt: string | null;
}

/** Says until when the secret from before a rotation signs as well, and can end that now. */
export function PreviousSecrets({ endpointId, expireAt }: PreviousSecretsProps) {
  const [{ fetching }, expire] = useMutation(ExpireMutation);
  const [isAsking, setIsAsking] = useState(false);
  if (expireAt === null) return null;
  const submit = async () => {
    const { data, error } = await expire({ id: endpointId });
    const outcome = readOutcome(data?.expirePreviousSecrets, error);
    if (!outcome.ok) return notify('error', outcome.message);
    setIsAsking(false);
    notify('success', 'Old secret expired.');
  };
  return (
    <div className="secret-previous">
      <p>
        The old secret stops <RelativeTime at={expireAt} absolute="inline" />. Until then, requests are signed with
        both.
      </p>
      <Button onPress={() => setIsAsking(true)}>Expire old secret…</Button>
      <Dialog
        title="Expire the old secret now?"
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        actions={
          <>
            <Button onPress={() => setIsAsking(false)}>Cancel</Button>
            <Button tone="danger" isPending={fetching} onPress={submit}>
              Expire old secret
            </Button>
          </>
        }
      >
        <p>Receivers that still use the old secret will reject requests. This can't be undone.</p>
      </Dialog>
    </div>
  );
}
