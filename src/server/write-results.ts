import type { ExecutionResult } from 'graphql';
import { encodeNextFrames } from './next-frames.ts';
import type { UpdateSink } from './update-group.ts';

/** A result of an operation as JSON, with its errors as clients are told. Never throws. */
export type EncodeResult = (result: ExecutionResult) => Buffer;

export interface WriteResultsOptions {
  readonly sink: UpdateSink;
  readonly source: AsyncGenerator<ExecutionResult, unknown, unknown>;
  readonly encode: EncodeResult;
  /** While the client has more than this to read, the next result is not asked for. */
  readonly maxBufferedBytes: number;
  /** Once it aborts, nothing is written any more: the id may already belong to the next operation of the socket. */
  readonly signal: AbortSignal;
}

/**
 * Writes each result to the sink by itself, so that the protocol library needs no string of it, and waits where the client
 * is slow. The generator that it returns brings no results. It ends when the source does or the signal aborts, and
 * `return()` ends both. It rejects with what the source rejects with, except after an abort.
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

/** A source of one result, which is executed when it is asked for. */
export async function* toResults(execute: () => Promise<ExecutionResult>): AsyncGenerator<ExecutionResult, void, void> {
  yield await execute();
}
