import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import type { Execution } from './execution.ts';
import { formatError } from './format-error.ts';

type Results = AsyncIterable<ExecutionResult> | ExecutionResult;

export interface EventStreamOptions {
  readonly execution: Execution;
  readonly report: ReportInternalError;
  /** The cursor after which a client can continue if it has received everything so far. Undefined if there is none. */
  readonly readCursor: () => string | undefined;
  /** Called after each write to the response, to count its unread bytes. */
  readonly onWrite: () => void;
}

const heartbeatMs = 12_000;
/**
 * The interval of writes to a client that has closed its half of the connection. Only a failing write shows that such a
 * client has disconnected.
 */
const probeMs = 1_000;
const comment = ':\n\n';

/**
 * Sends the results as server-sent events in the "distinct connections mode" of graphql-sse: a `next` event for each
 * result, then `complete`. The `id` of an event is the cursor that the client sends as `Last-Event-ID` when it
 * reconnects. Comments keep the connection alive. Ends when the results end or the client disconnects. If the operation
 * cannot be executed, the response has the status of its error and one `next` event.
 *
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
 */
export async function writeEventStream(
  results: Results,
  response: ServerResponse,
  { execution, report, readCursor, onWrite }: EventStreamOptions,
): Promise<void> {
  const isStream = Symbol.asyncIterator in results;
  const iterator = isStream ? results[Symbol.asyncIterator]() : [results][Symbol.iterator]();
  if (response.closed) return void (await iterator.return?.());
  response.once('close', () => void iterator.return?.());
  const http = isStream ? undefined : results.errors?.find(error => error.extensions.http)?.extensions.http;
  response.writeHead(http?.status ?? 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    // Tells nginx and similar proxies not to buffer events.
    'x-accel-buffering': 'no',
    ...http?.headers,
  });
  const write = (text: string) => {
    const isTaken = response.write(text);
    onWrite();
    return isTaken;
  };
  using _alive = keepAlive(response, write);
  write(`${idLine(readCursor())}${comment}`);
  for (let next = await iterator.next(); !next.done && !response.closed; next = await iterator.next()) {
    const { errors, ...result }: ExecutionResult = next.value;
    const shown = errors
      ? { ...result, errors: errors.map(error => formatError(toClientError(error, report))) }
      : result;
    if (!write(`event: next\n${idLine(readCursor())}data: ${execution.stringify(shown)}\n\n`))
      await whenDrained(response);
  }
  if (!response.closed) response.end('event: complete\ndata:\n\n');
}

function idLine(cursor: string | undefined): string {
  return cursor === undefined ? '' : `id: ${cursor}\n`;
}

function keepAlive(response: ServerResponse, write: (text: string) => void): Disposable {
  const probe = () => {
    if (!response.writableNeedDrain && !response.writableEnded && !response.closed) write(comment);
  };
  const heartbeat = setInterval(probe, heartbeatMs);
  let probing: NodeJS.Timeout | undefined;
  const onEnd = () => {
    probe();
    probing = setInterval(probe, probeMs);
  };
  const { socket } = response;
  if (socket?.readableEnded) onEnd();
  else socket?.once('end', onEnd);
  return {
    [Symbol.dispose]() {
      clearInterval(heartbeat);
      clearInterval(probing);
      socket?.off('end', onEnd);
    },
  };
}

function whenDrained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    if (response.closed || !response.writableNeedDrain) resolve();
    else response.on('drain', end).on('close', end);
  });
}
