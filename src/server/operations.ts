import { randomUUID } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Actor, Services } from '../domain/context.ts';
import type { GraphqlContext } from '../graphql/context.ts';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import { createLoaders } from '../graphql/loaders.ts';
import { schema } from '../graphql/schema.ts';
import type { Logger } from '../log.ts';
import { currentRequestId } from './request-id.ts';

/** Tokens of one document. A thousand events belong into variables. */
const maxTokens = 20_000;
/** Text of the documents that are kept parsed and validated. A syntax tree takes about 100 bytes for each character. */
const cachedCharacters = 1_000_000;

export type Yoga = YogaServerInstance<GraphqlContext, object>;

/**
 * The pipeline that every operation runs through, over HTTP and websockets alike: parse, validate, execute, and errors
 * as clients are told of them.
 */
export function createOperations(report: ReportInternalError): Yoga {
  const maskError = (error: unknown) => toClientError(error, report);
  return createYoga<GraphqlContext>({
    schema,
    plugins: [limitTokens, codeErrors(maskError)],
    maskedErrors: { maskError },
    parserAndValidationCache: { documentCache: cacheByText(), errorCache: cacheByText() },
    // What follows is done by http-server.ts, where it also holds for requests that never get here.
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
}

/** A fresh context; one for each operation. */
export function createOperationContext({ services, actor, liveSignal }: OperationContextOptions): GraphqlContext {
  return { services, actor, liveSignal, loaders: createLoaders({ services, actor }) };
}

/** Logs an unexpected error with a new id and the request's. */
export function createReport(log: Logger): ReportInternalError {
  return error => {
    const errorId = randomUUID();
    log.error({ err: error, errorId, requestId: currentRequestId() }, 'an operation failed unexpectedly');
    return errorId;
  };
}

const limitTokens: Plugin = {
  onParse({ parseFn, setParseFn }) {
    setParseFn((source, options) => parseFn(source, { ...options, maxTokens }));
  },
};

/** Yoga masks what is thrown; validation returns its errors, past the mask. */
function codeErrors(maskError: (error: unknown) => GraphQLError): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (result && 'errors' in result && result.errors) setResult({ ...result, errors: result.errors.map(maskError) });
    },
  };
}

function cacheByText<Value extends object>() {
  return new LRUCache<string, Value>({
    maxSize: cachedCharacters,
    sizeCalculation: (_value, text) => Math.max(1, text.length),
  });
}
