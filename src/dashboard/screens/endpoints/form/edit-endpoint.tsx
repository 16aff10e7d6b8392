import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { readOutcome } from '../../../api/outcome.ts';
import { describeQueryError } from '../../../api/repeat-failed-queries.ts';
import { type Settings, useSettings } from '../../../api/settings.ts';
import { classNames } from '../../../components/class-names.ts';
import { Icon } from '../../../components/icons.tsx';
import { notify } from '../../../components/toasts.tsx';
import { graphql } from '../../../generated/gql.ts';
import { EndpointQuery, type ShownEndpoint } from '../documents.ts';
import styles from '../endpoints.module.css';
import { messages } from '../messages.ts';
import { NoEndpoint } from '../no-endpoint.tsx';
import { changesOfDraft, draftOf } from './draft.ts';
import { EndpointForm } from './endpoint-form.tsx';
import { useDraft } from './use-draft.ts';

const UpdateMutation = graphql(/* GraphQL */ `
  mutation UpdateEndpoint($id: ID!, $input: UpdateEndpointInput!) {
    updateEndpoint(id: $id, input: $input) {
      __typename
      ... on Endpoint { ...EndpointState ...EndpointSettings }
      ... on Error { message }
      ... on BadUserInputError { argument problems { path message } }
    }
  }
`);

/** The form that edits an endpoint. */
export default function EditEndpoint({ id }: { readonly id: string }) {
  // The form starts with the current settings of the server, not with cached ones, because it sends the differences.
  const [{ data, error, fetching }, read] = useQuery({
    query: EndpointQuery,
    variables: { id },
    requestPolicy: 'network-only',
  });
  const { settings, isLoading, failure, retry } = useSettings();
  const endpoint = data?.endpoint;
  if (!endpoint || endpoint.deletedAt) {
    return (
      <NoEndpoint
        isLoading={fetching}
        reason={error ? describeQueryError(error) : null}
        isDeleted={Boolean(endpoint?.deletedAt)}
        onRetry={() => read({ requestPolicy: 'network-only' })}
      />
    );
  }
  if (!settings) return <NoEndpoint isLoading={isLoading} reason={failure} onRetry={retry} />;
  return <EditForm endpoint={endpoint} settings={settings} />;
}

function EditForm({ endpoint, settings }: { readonly endpoint: ShownEndpoint; readonly settings: Settings }) {
  const [, navigate] = useLocation();
  const [, update] = useMutation(UpdateMutation);
  const page = `/endpoints/${endpoint.id}`;
  const [initial] = useState(() => draftOf(endpoint));
  const form = useDraft(initial, settings, async draft => {
    const { data, error } = await update({ id: endpoint.id, input: changesOfDraft(draft, initial, settings) });
    const outcome = readOutcome(data?.updateEndpoint, error);
    if (outcome.ok) {
      notify('success', messages.endpointSaved);
      navigate(page);
    }
    return outcome;
  });
  return (
    <div className={styles.narrow}>
      <Link href={page} className={classNames(styles.back)}>
        <Icon name="chevronLeft" /> <span className="truncate">{endpoint.name}</span>
      </Link>
      <h1>{messages.editEndpoint}</h1>
      <EndpointForm form={form} settings={settings} submitLabel={messages.save} onCancel={() => navigate(page)} />
    </div>
  );
}
