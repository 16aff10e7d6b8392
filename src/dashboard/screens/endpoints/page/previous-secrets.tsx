import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../../api/outcome.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { fill } from '../../../components/fill.tsx';
import { RelativeTime } from '../../../components/relative-time.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';
import { messages } from '../messages.ts';

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
  /** When the last of the earlier secrets expires. Null if requests are signed only with the current secret. */
  readonly expireAt: string | null;
  /** Called after the earlier secrets have expired. */
  readonly onExpired: () => void;
}

/** Shows until when requests are also signed with the old secret, with a button that ends this now. */
export function PreviousSecrets({ endpointId, expireAt, onExpired }: PreviousSecretsProps) {
  const [{ fetching }, expire] = useMutation(ExpireMutation);
  const [isAsking, setIsAsking] = useState(false);
  if (expireAt === null) return null;
  const submit = async () => {
    const { data, error } = await expire({ id: endpointId });
    const outcome = readOutcome(data?.expirePreviousSecrets, error);
    if (!outcome.ok) return notify('error', outcome.message);
    setIsAsking(false);
    onExpired();
    notify('success', messages.oldSecretExpired);
  };
  return (
    <div>
      <p>{fill(messages.oldSecretUntil, { time: <RelativeTime at={expireAt} absolute="inline" /> })}</p>
      <Button onPress={() => setIsAsking(true)}>{messages.expireOldSecretAction}</Button>
      <Dialog
        title={messages.expireQuestion}
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        actions={
          <>
            <Button onPress={() => setIsAsking(false)}>{messages.cancel}</Button>
            <Button tone="danger" isPending={fetching} onPress={submit}>
              {messages.expireOldSecret}
            </Button>
          </>
        }
      >
        <p>{messages.expireConsequence}</p>
      </Dialog>
    </div>
  );
}
