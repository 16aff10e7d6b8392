import type { ExecutionResult } from 'graphql';
import { encodeNextFrames } from './next-frames.ts';
import type { UpdateSink } from './subscription-group.ts';

/** Encodes a result of an operation as JSON, with its errors as clients receive them. Never throws. */
export type EncodeResult = (result: ExecutionResult) => Buffer;

export interface WriteResultsOptions {
  readonly sink: UpdateSink;
  readonly source: AsyncGenerator<ExecutionResult, unknown, unknown>;
  readonly encode: EncodeResult;
  /** While the client has more unread bytes than this, the next result is not requested. */
  readonly maxBufferedBytes: number;
  /** After it aborts, nothing is written, because the id may belong to the next operation of the socket. */
  readonly signal: AbortSignal;
}

/**
 * Writes each result directly to the sink, because the protocol library would convert it to a string. Waits if the
 * client is slow. The returned generator yields no results. It ends when the source ends or the signal aborts, and
 * `return()` ends both. It rejects with the error of the source, except after an abort.
 */
export function writeResults(options: WriteResultsOptions): AsyncGenerator<never, void, void> {
  const { sink, source, encode, maxBufferedBytes, signal } = options;
  const done = { done: true, value: undefined } as const;
  const end = async () => {
    await source.return(undefined);
    return done;
  };
  return {
    async next() {
      for (;;) {
        const result = await source.next().catch(error => {
          if (signal.aborted) return done;
          throw error;
        });
        if (result.done || signal.aborted) return done;
        sink.write(...encodeNextFrames(sink.prefix, [encode(result.value as ExecutionResult)]));
        if (sink.bufferedBytes > maxBufferedBytes) await sink.whenTaken();
      }
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

/** Creates a source of one result. The operation is executed when the result is requested. */
export async function* toResults(execute: () => Promise<ExecutionResult>): AsyncGenerator<ExecutionResult, void, void> {
  yield await execute();
}
