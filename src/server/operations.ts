import { randomUUID } from 'node:crypto';
import { createSourceEventStream, type DocumentNode, GraphQLError } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { runInOperation } from '../database/operation-scope.ts';
import type { Actor, Services } from '../domain/context.ts';
import type { GraphqlContext } from '../graphql/context.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import { createLoaders } from '../graphql/loaders.ts';
import { schema } from '../graphql/schema.ts';
import type { Logger } from '../log.ts';
import type { Execution } from './execution.ts';
import { mapUpdates } from './map-updates.ts';
import { maxCost, type Variables } from './operation-cost.ts';
import { OperationTooComplexError } from './operation-too-complex.ts';
import type { PreparedDocument, PreparedOperation } from './prepared-documents.ts';
import { currentRequestId } from './request-id.ts';

export type Yoga = YogaServerInstance<GraphqlContext, object>;

/**
 * The same execution as plain HTTP uses, for what answers with a stream: websockets, and server-sent events. Errors are as
 * clients are told of them.
 */
export function createOperations(execution: Execution, report: ReportInternalError): Yoga {
  const maskError = (error: unknown) => toClientError(error, report);
  return createYoga<GraphqlContext>({
    schema,
    plugins: [executeWith(execution), codeErrors(maskError)],
    maskedErrors: { maskError },
    parserAndValidationCache: false,
    // What follows is done by graphql-http.ts, where it also holds for requests that never get here.
    cors: false,
    graphiql: false,
    landingPage: false,
    maxRequestBodySize: false,
    multipart: false,
    logging: false,
  });
}

export interface OperationContextOptions {
  readonly services: Services;
  readonly actor: Actor;
  readonly liveSignal: () => AbortSignal;
  readonly clientSignal?: GraphqlContext['clientSignal'];
  readonly takeUpdates?: GraphqlContext['takeUpdates'];
  readonly resumeAfter?: GraphqlContext['resumeAfter'];
  readonly onCursor?: GraphqlContext['onCursor'];
}

/** A fresh context; one for each operation. */
export function createOperationContext(options: OperationContextOptions): GraphqlContext {
  const context = { ...options } as GraphqlContext;
  context.loaders = createLoaders(context);
  return context;
}

/** Logs an unexpected error with a new id and the request's. */
export function createReport(log: Logger): ReportInternalError {
  return error => {
    const errorId = randomUUID();
    log.error({ err: error, errorId, requestId: currentRequestId() }, 'an operation failed unexpectedly');
    return errorId;
  };
}

/** The signal of an operation whose client cannot leave. */
const never = new AbortController().signal;

/** Every step is that of `execution`; a subscription is costed once, and Yoga runs it. */
function executeWith(execution: Execution): Plugin<GraphqlContext> {
  const prepared = new WeakMap<DocumentNode, PreparedDocument>();
  const find = (document: DocumentNode, name: string | null | undefined): PreparedOperation => {
    const operation = prepared.get(document)?.findOperation(name);
    if (operation instanceof GraphQLError) throw operation;
    if (!operation) throw new Error('a document was executed that was not prepared');
    return operation;
  };
  /** An error to answer: what is thrown here would close a socket. */
  const findExcess = (operation: PreparedOperation, variables: Variables): GraphQLError | null => {
    const cost = operation.measureCost(variables);
    return cost > maxCost ? new OperationTooComplexError('cost', cost, maxCost) : null;
  };
  return {
    onParse({ context, setParseFn }) {
      setParseFn(source => {
        const document = execution.prepare(String(source), context.actor);
        prepared.set(document.document, document);
        return document.document;
      });
    },
    onValidate({ params, setResult }) {
      setResult(prepared.get(params.documentAST)?.errors ?? []);
    },
    onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      const operation = find(args.document, args.operationName);
      const variables = args.variableValues ?? {};
      const excess = findExcess(operation, variables);
      if (excess) setResultAndStopExecution({ errors: [excess] });
      else setExecuteFn(() => execution.execute(operation, args.contextValue, variables));
    },
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const operation = find(args.document, args.operationName);
      const variables = args.variableValues ?? {};
      const excess = findExcess(operation, variables);
      // Yoga's own check of the variables always suggests names.
      const errors = excess ? [excess] : execution.checkVariables(operation, variables);
      if (errors.length > 0) return setResultAndStopExecution({ errors });
      setSubscribeFn(async given => {
        const { actor, clientSignal: signal = never } = given.contextValue as GraphqlContext;
        // What the source itself reads, at first and before each update, is part of the tenant's share as well.
        const inOperation = <T>(run: () => T) =>
          runInOperation({ tenantId: actor.tenantId, kind: 'READ', signal }, run);
        const source = await inOperation(() => createSourceEventStream(given));
        if (!(Symbol.asyncIterator in source)) return source;
        return mapUpdates(readWithin(source, inOperation), async update => {
          const room = await execution.acquireUpdateRoom(actor.tenantId, operation, variables, 1);
          const result = await execution.executeUpdate(operation, given.contextValue, variables, update);
          // It is written before the next turn.
          setImmediate(() => room[Symbol.dispose]());
          return result;
        });
      });
    },
  };
}

/** The items of `source`, each of them asked for inside `run`. */
function readWithin<T>(source: AsyncIterable<T>, run: <R>(read: () => R) => R): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const items = source[Symbol.asyncIterator]();
      return {
        next: () => run(() => items.next()),
        return: async () => (await items.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** Yoga masks what is thrown; validation returns its errors, past the mask. */
function codeErrors(maskError: (error: unknown) => GraphQLError): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (result && 'errors' in result && result.errors) setResult({ ...result, errors: result.errors.map(maskError) });
    },
  };
}
