import type { ServerResponse } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, OperationTypeNode } from 'graphql';
import type { GraphqlContext } from '../graphql/context.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import { formatError } from './answer.ts';
import type { Execution, OperationRequest } from './execution.ts';
import type { Yoga } from './operations.ts';
import type { PreparedOperation } from './prepared-documents.ts';

type Results = AsyncIterable<ExecutionResult> | ExecutionResult;

export interface EventStreamOptions {
  readonly operations: Yoga;
  readonly execution: Execution;
  readonly report: ReportInternalError;
  /** May throw on the operation that was asked for. */
  readonly accept: (operation: PreparedOperation) => void;
  /** The cursor behind which a client continues that has got everything so far; null if there is none. */
  readonly readCursor: () => string | null;
  /** Called after each write. */
  readonly onWrite: () => void;
}

const heartbeatMs = 12_000;
/** A client that has closed its half may be gone. Only writing finds out. */
const probeMs = 1_000;
const comment = ':\n\n';

/**
 * Executes an operation and answers with server-sent events, as graphql-sse's "distinct connections mode" has them: a
 * `next` for each result, then `complete`. An event's `id` is the cursor that the client sends as `Last-Event-ID` when
 * it connects again. Comments keep the connection alive. Ends when the results do, or the client is gone.
 *
 * An operation that cannot be executed is answered with the status of its error and one `next`.
 *
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
 */
export async function writeEventStream(
  request: OperationRequest,
  context: GraphqlContext,
  response: ServerResponse,
  options: EventStreamOptions,
): Promise<void> {
  const { execution, report, readCursor, onWrite } = options;
  const results = await openResults(request, context, options);
  const isStream = Symbol.asyncIterator in results;
  const iterator = isStream ? results[Symbol.asyncIterator]() : [results][Symbol.iterator]();
  if (response.closed) return void (await iterator.return?.());
  response.once('close', () => void iterator.return?.());
  const http = isStream ? undefined : results.errors?.find(error => error.extensions.http)?.extensions.http;
  response.writeHead(http?.status ?? 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    // Else nginx and its like keep events until a buffer is full.
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

function idLine(cursor: string | null): string {
  return cursor === null ? '' : `id: ${cursor}\n`;
}

async function openResults(
  { query, operationName, variables }: OperationRequest,
  context: GraphqlContext,
  { operations, execution, report, accept }: EventStreamOptions,
): Promise<Results> {
  let operation: PreparedOperation | GraphQLError;
  try {
    const prepared = execution.prepare(query, context.actor);
    if (prepared.errors.length > 0) return { errors: prepared.errors };
    operation = prepared.findOperation(operationName);
  } catch (error) {
    return { errors: [toClientError(error, report)] };
  }
  if (!(operation instanceof GraphQLError)) accept(operation);
  try {
    const enveloped = operations.getEnveloped(context);
    const document = enveloped.parse(query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return { errors };
    if (operation instanceof GraphQLError) throw operation;
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      operationName,
      variableValues: operation.pickVariables(variables),
      contextValue: await enveloped.contextFactory(),
    };
    const isSubscription = operation.definition.operation === OperationTypeNode.SUBSCRIPTION;
    return await (isSubscription ? enveloped.subscribe(args) : enveloped.execute(args));
  } catch (error) {
    return { errors: [toClientError(error, report)] };
  }
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
