import { useState } from 'react';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { readOutcome } from '../../../api/outcome.ts';
import { Icon } from '../../../components/icons.tsx';
import { graphql } from '../../../generated/gql.ts';
import { createInputOfDraft, emptyDraft } from './draft.ts';
import { EndpointCreated, type EndpointCreatedProps } from './endpoint-created.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { useDraft } from './use-draft.ts';

const CreateMutation = graphql(/* GraphQL */ `
  mutation CreateEndpoint($input: CreateEndpointInput!) {
    createEndpoint(input: $input) {
      __typename
      ... on CreateEndpointSuccess { endpoint { ...EndpointState } secret }
      ... on Error { message }
      ... on BadUserInputError { argument }
    }
  }
`);

/** Makes an endpoint; its secret is shown when it is there. */
export default function NewEndpoint() {
  const [, navigate] = useLocation();
  const [, create] = useMutation(CreateMutation);
  const [created, setCreated] = useState<EndpointCreatedProps | null>(null);
  const form = useDraft(emptyDraft, async draft => {
    const { data, error } = await create({ input: createInputOfDraft(draft) });
    const outcome = readOutcome(data?.createEndpoint, error);
    if (outcome.ok) setCreated(outcome.value);
    return outcome;
  });
  if (created) return <EndpointCreated endpoint={created.endpoint} secret={created.secret} />;
  return (
    <div className="endpoint-narrow">
      <Link href="/endpoints" className="endpoint-back">
        <Icon name="chevronLeft" /> Endpoints
      </Link>
      <h1>New endpoint</h1>
      <EndpointForm form={form} submitLabel="Create the endpoint" onCancel={() => navigate('/endpoints')} />
    </div>
  );
}
