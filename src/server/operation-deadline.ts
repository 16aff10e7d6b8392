import { runInOperation } from '../database/operation-scope.ts';
import { TimeoutError, UnavailableError } from '../errors.ts';

/** Creates the error of an operation at its deadline. It says whether a mutation may have taken effect. */
function describeTimeout(kind: 'READ' | 'WRITE', timeoutMs: number, mayHaveWritten: boolean): TimeoutError {
  const message = `The operation took more than ${timeoutMs} ms.`;
  if (kind === 'READ') return new TimeoutError(message);
  if (mayHaveWritten) return new TimeoutError(`${message} All or a part of the mutation may have taken effect.`);
  return new TimeoutError(`${message} It was canceled before the mutation took effect.`);
}

export interface DeadlineOptions {
  readonly tenantId: string;
  /** `WRITE` for a mutation, `READ` for any other operation. */
  readonly kind: 'READ' | 'WRITE';
  readonly timeoutMs: number;
  /** Aborts when the client disconnects. */
  readonly clientSignal: AbortSignal | undefined;
}

/**
 * Runs an operation until its deadline, or until its client disconnects. It then rejects, and operation-scope.ts lets
 * the operation read and write nothing more.
 *
 * @param begin starts the operation. It gets a function that ends the operation with an error.
 * @throws TimeoutError at the deadline; UnavailableError if the client has disconnected; errors of the operation.
 */
export async function runWithDeadline<T>(
  { tenantId, kind, timeoutMs, clientSignal }: DeadlineOptions,
  begin: (end: (error: Error) => void) => () => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    ending.abort(reason);
    reject(reason);
  };
  // The race below handles the rejection. This handler only prevents that it counts as unhandled.
  ended.catch(() => undefined);
  const run = begin(end);
  const leave = () => end(new UnavailableError('The client has disconnected.'));
  let mayHaveWritten = false;
  const onLastingWrite = () => {
    mayHaveWritten = true;
  };
  const timer = setTimeout(() => end(describeTimeout(kind, timeoutMs, mayHaveWritten)), timeoutMs);
  const scope = { tenantId, kind, signal: ending.signal, onLastingWrite } as const;
  clientSignal?.addEventListener('abort', leave, { once: true });
  if (clientSignal?.aborted) leave();
  try {
    return await Promise.race([runInOperation(scope, run), ended]);
  } finally {
    clearTimeout(timer);
    clientSignal?.removeEventListener('abort', leave);
  }
}
