import type { ExecutionResult } from 'graphql';
import { encodeNextFrames } from './next-frames.ts';
import type { UpdateSink } from './update-group.ts';

/** A result of an operation as JSON, with its errors as clients are told. Never throws. */
export type EncodeResult = (result: ExecutionResult) => Buffer;

/**
 * Writes each result to the sink by itself, so that the protocol library needs no string of it, and waits where the client
 * is slow. What it returns brings no results: it ends when the source does, and `return()` ends both.
 */
export function writeResults(
  sink: UpdateSink,
  source: AsyncGenerator<ExecutionResult, unknown, unknown>,
  encode: EncodeResult,
  maxBufferedBytes: number,
): AsyncGenerator<never, void, void> {
  const end = async () => {
    await source.return(undefined);
    return { done: true, value: undefined } as const;
  };
  return {
    async next() {
      for (;;) {
        const result = await source.next();
        if (result.done) return { done: true, value: undefined };
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
