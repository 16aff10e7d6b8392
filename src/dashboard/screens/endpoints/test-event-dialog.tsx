import { useState } from 'react';
import { useMutation } from 'urql';
import { readOutcome } from '../../api/outcome.ts';

import { useSettings } from '../../api/settings.ts';

import { Banner } from '../../components/banner.tsx';

import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { fill } from '../../components/fill.tsx';
import { TextInput } from '../../components/text-input.tsx';
import { graphql } from '../../generated/gql.ts';
import type { KnownEndpoint } from './documents.ts';
import styles from './endpoints.module.css';
import { checkEventType } from './form/check-draft.ts';
import { messages } from './messages.ts';
import { TestOutcome } from './test-outcome.tsx';

const TestMutation = graphql(/* GraphQL */ `
  mutation SendTestEvent($endpointId: ID!, $type: String, $payload: JSON) {
    sendTestEvent(endpointId: $endpointId, type: $type, payload: $payload) {
      __typename
      ... on Delivery { id }
      ... on Error { message }
      ... on BadUserInputError { argument }
    }
  }
`);

export interface TestEventDialogProps {
  /** The endpoint to which the test event is sent. Null while the dialog is closed. */
  readonly endpoint: KnownEndpoint | null;
  readonly onClose: () => void;
}

/** A dialog that sends a test event and shows its outcome. */
export function TestEventDialog({ endpoint, onClose }: TestEventDialogProps) {
  return (
    <Dialog title={messages.sendTestEvent} isOpen={endpoint !== null} onClose={onClose}>
      {endpoint && <TestEventForm endpoint={endpoint} onClose={onClose} />}
    </Dialog>
  );
}

interface TestEventFormProps {
  readonly endpoint: KnownEndpoint;
  readonly onClose: () => void;
}

function TestEventForm({ endpoint, onClose }: TestEventFormProps) {
  const { settings } = useSettings();
  const [{ fetching }, send] = useMutation(TestMutation);
  const [type, setType] = useState('webhook.test');
  const [payloadText, setPayloadText] = useState('');
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [sentId, setSentId] = useState<string | null>(null);
  const submit = async () => {
    const parsed = parsePayload(payloadText);
    const typeProblem = settings && checkEventType(type.trim(), settings);
    if (typeProblem !== null) return setProblems({ type: typeProblem });
    if (!parsed.ok) return setProblems({ payload: parsed.message });
    const { data, error } = await send({ endpointId: endpoint.id, type: type.trim(), payload: parsed.payload });
    const outcome = readOutcome(data?.sendTestEvent, error);
    if (!outcome.ok) return setProblems({ [outcome.argument ?? '']: outcome.message });
    setProblems({});
    setSentId(outcome.value.id);
  };
  return (
    <form
      className={styles.stack}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className="muted">
        {fill(messages.testEventExplanation, {
          name: <strong className={styles.break}>{endpoint.name}</strong>,
        })}
      </p>
      <TextInput
        label={messages.eventType}
        value={type}
        onChange={setType}
        autoFocus
        spellCheck="false"
        problem={problems.type ?? null}
      />
      <TextInput
        label={messages.payload}
        value={payloadText}
        onChange={setPayloadText}
        rows={7}
        spellCheck="false"
        placeholder={messages.payloadExample}
        hint={messages.testPayloadHint}
        problem={problems.payload ?? null}
      />
      {problems[''] && (
        <Banner tone="danger" role="alert">
          {problems['']}
        </Banner>
      )}
      {sentId && <TestOutcome key={sentId} deliveryId={sentId} endpointId={endpoint.id} onLeave={onClose} />}
      <div className={styles.formActions}>
        <Button onPress={onClose}>{sentId ? messages.close : messages.cancel}</Button>
        <Button tone="primary" type="submit" isPending={fetching}>
          {fetching ? messages.sending : sentId ? messages.sendAgain : messages.send}
        </Button>
      </div>
    </form>
  );
}

function parsePayload(text: string): { ok: true; payload: unknown } | { ok: false; message: string } {
  // If the payload is left out, the server sends its sample payload. A payload of null would be sent as null.
  if (text.trim() === '') return { ok: true, payload: undefined };
  try {
    return { ok: true, payload: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: messages.isNotJson(error instanceof Error ? error.message : String(error)) };
  }
}
