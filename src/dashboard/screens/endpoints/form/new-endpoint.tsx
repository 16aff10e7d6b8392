import { useState } from 'react';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { useApi } from '../../../api/api-context.tsx';
import { readOutcome } from '../../../api/outcome.ts';
import { type Settings, useSettings } from '../../../api/settings.ts';
import { ViewerQuery } from '../../../api/viewer.ts';
import { classNames } from '../../../components/class-names.ts';
import { Icon } from '../../../components/icons.tsx';
import { graphql } from '../../../generated/gql.ts';
import { session } from '../../../session/session.ts';
import styles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import { NoEndpoint } from '../no-endpoint.tsx';
import { createDraft, createInputOfDraft } from './draft.ts';
import { EndpointCreated, type EndpointCreatedProps } from './endpoint-created.tsx';
import { EndpointForm } from './endpoint-form.tsx';
import { useDraft } from './use-draft.ts';

const CreateMutation = graphql(/* GraphQL */ `
  mutation CreateEndpoint($input: CreateEndpointInput!) {
    createEndpoint(input: $input) {
      __typename
      ... on CreateEndpointSuccess { endpoint { ...EndpointState } secret }
      ... on Error { message }
      ... on BadUserInputError { argument problems { path message } }
    }
  }
`);

/** The form that creates an endpoint. It then shows the secret. */
export default function NewEndpoint() {
  const { settings, isLoading, failure, retry } = useSettings();
  if (!settings) return <NoEndpoint isLoading={isLoading} reason={failure} onRetry={retry} />;
  return <NewEndpointForm settings={settings} />;
}

function NewEndpointForm({ settings }: { readonly settings: Settings }) {
  const [, navigate] = useLocation();
  const [, create] = useMutation(CreateMutation);
  const { client, socket } = useApi();
  const [created, setCreated] = useState<EndpointCreatedProps | null>(null);
  const form = useDraft(createDraft(settings), settings, async draft => {
    const { data, error } = await create({ input: createInputOfDraft(draft, settings) });
    const outcome = readOutcome(data?.createEndpoint, error);
    if (outcome.ok) {
      setCreated(outcome.value);
      if (session.get()?.kind === 'portal') {
        // A websocket that was opened before does not include the new endpoint in the rights of a portal token.
        socket.terminate();
        void client.query(ViewerQuery, {}, { requestPolicy: 'network-only' }).toPromise();
      }
    }
    return outcome;
  });
  if (created) return <EndpointCreated endpoint={created.endpoint} secret={created.secret} />;
  return (
    <div className={styles.narrow}>
      <Link href="/endpoints" className={classNames(styles.back)}>
        <Icon name="chevronLeft" /> {messages.endpoints}
      </Link>
      <h1>{messages.newEndpoint}</h1>
      <EndpointForm
        form={form}
        settings={settings}
        submitLabel={messages.createEndpoint}
        onCancel={() => navigate('/endpoints')}
      />
    </div>
  );
}
