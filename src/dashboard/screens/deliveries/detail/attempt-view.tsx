import { CopyButton } from '../../../components/copy-button.tsx';
import { errorWords } from '../../../features/deliveries/words.ts';
import { TextBlock } from '../../../features/payload/text-block.tsx';
import { messages } from '../messages.ts';
import styles from './attempt-view.module.css';
import type { Detail, DetailAttempt } from './detail-documents.ts';

export interface AttemptViewProps {
  readonly delivery: Detail;
  readonly attempt: DetailAttempt | undefined;
  readonly side: 'request' | 'response';
}

/** The request or the response of an attempt as it was sent: the first line, the body, then the headers. */
export function AttemptView({ delivery, attempt, side }: AttemptViewProps) {
  if (!attempt) return <p className="muted">{messages.notSentYet}</p>;
  if (side === 'request') return <RequestView delivery={delivery} attempt={attempt} />;
  const { response, error } = attempt;
  return (
    <>
      {response ? (
        <>
          <p className={styles.line}>
            <strong>{response.status}</strong>
            {response.bodyTruncated && <span className="muted">{messages.bodyTruncated}</span>}
          </p>
          <TextBlock label={messages.body} text={response.body ?? null} />
          <Headers headers={response.headers} />
        </>
      ) : (
        <p className="muted">{messages.noResponseReceived}</p>
      )}
      {error && <p className={styles.error}>{error.message}</p>}
    </>
  );
}

function RequestView({
  delivery,
  attempt: { request, preparedRequest, error },
}: Omit<AttemptViewProps, 'side' | 'attempt'> & { readonly attempt: DetailAttempt }) {
  const reason = error ? ` (${errorWords[error.code]})` : '';
  if (!preparedRequest) {
    return (
      <>
        <p className="muted">{messages.requestNotPrepared(reason)}</p>
        <TextBlock label={messages.payload} text={delivery.event.payloadText ?? null} />
      </>
    );
  }
  const { method, url, headers, body } = preparedRequest;
  return (
    <>
      {!request && <p className="muted">{messages.requestNotSent(reason)}</p>}
      <p className={styles.line}>
        <strong>{method}</strong> <code>{url}</code>
        <CopyButton what={messages.url} text={url} />
      </p>
      <TextBlock label={messages.body} text={body ?? null} />
      <Headers headers={headers} />
    </>
  );
}

function Headers({
  headers,
}: {
  readonly headers: readonly { readonly name: string; readonly value?: string | null }[];
}) {
  return (
    <dl className={styles.headers}>
      {headers.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and the list never changes.
        <div key={`${name}${index}`}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="muted">{messages.secretHeaderMark}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
