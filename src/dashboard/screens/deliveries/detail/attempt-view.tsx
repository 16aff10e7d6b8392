import { CopyButton } from '../../../components/copy-button.tsx';
import type { DetailAttempt } from './detail-documents.ts';
import { TextBlock } from './text-block.tsx';

export interface AttemptViewProps {
  readonly attempt: DetailAttempt | undefined;
  readonly side: 'request' | 'response';
}

/** One side of an attempt: its first line, its headers and its body, as they went over the wire. */
export function AttemptView({ attempt, side }: AttemptViewProps) {
  if (!attempt) return <p className="muted">Nothing was sent yet.</p>;
  const { request, response, error, number } = attempt;
  if (side === 'request') {
    if (!request)
      return (
        <p className="muted">
          Attempt {number} made no request{error ? `: ${error.message}` : '.'}
        </p>
      );
    return (
      <>
        <p className="wire-line">
          <strong>{request.method}</strong> <code>{request.url}</code>
          <CopyButton what="URL" text={request.url} />
        </p>
        <Headers headers={request.headers} />
        <TextBlock label="Body" text={request.body ?? null} />
      </>
    );
  }
  return (
    <>
      {error && <p className="wire-error">{error.message}</p>}
      {response ? (
        <>
          <p className="wire-line">
            <strong>{response.status}</strong>
            {response.bodyTruncated && <span className="muted">the body was cut by size or time</span>}
          </p>
          <Headers headers={response.headers} />
          <TextBlock label="Body" text={response.body ?? null} />
        </>
      ) : (
        <p className="muted">No response came to attempt {number}.</p>
      )}
    </>
  );
}

function Headers({
  headers,
}: {
  readonly headers: readonly { readonly name: string; readonly value?: string | null }[];
}) {
  return (
    <dl className="headers">
      {headers.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice, and the list never changes.
        <div key={`${name}${index}`}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="muted">secret</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
