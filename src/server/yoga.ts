import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import { type ReportInternalError, toClientError } from '../graphql/errors.ts';
import { schema } from '../graphql/schema.ts';
import type { Execution } from './execution.ts';
import type { HttpContext, OperationContext } from './operation-context.ts';
import { useAnswers } from './plugins/use-answers.ts';
import { type AuthenticationPluginOptions, useAuthentication } from './plugins/use-authentication.ts';
import { useCors } from './plugins/use-cors.ts';
import { useCost } from './plugins/use-cost.ts';
import { type DocumentOptions, useDocuments } from './plugins/use-documents.ts';
import { useExecution } from './plugins/use-execution.ts';
import { useGraphiql } from './plugins/use-graphiql.ts';
import { type OperationContextPluginOptions, useOperationContext } from './plugins/use-operation-context.ts';
import { useRequestLimit } from './plugins/use-request-limit.ts';
import { useRequestParser } from './plugins/use-request-parser.ts';
import type { RequestBytes } from './request-bytes.ts';
import type { RequestLimiter } from './request-limiter.ts';

export type Yoga = YogaServerInstance<HttpContext, OperationContext>;

export interface YogaOptions
  extends Omit<AuthenticationPluginOptions, 'report'>,
    DocumentOptions,
    OperationContextPluginOptions {
  readonly execution: Execution;
  readonly report: ReportInternalError;
  /** Origins whose pages may send requests; `*` allows any. */
  readonly corsOrigins: readonly string[];
  readonly requestLimiter: RequestLimiter | null;
  /** The largest request in bytes. A larger one gets the HTTP status 413. */
  readonly maxRequestBytes: number;
  readonly requestBytes: RequestBytes;
}

/**
 * Every operation passes through these plugins from top to bottom: by POST, by GET, for a stream of server-sent events
 * or over a websocket. For a websocket, which has no HTTP request, websocket-server.ts calls `getEnveloped`. That runs
 * the hooks of the plugins from the parser on, and the request limit.
 */
export function createServerYoga(options: YogaOptions): Yoga {
  const { execution, report, connections } = options;
  const maskError = (error: unknown) => toClientError(error, report);
  return createYoga<HttpContext, OperationContext>({
    schema,
    plugins: [
      useCors(options.corsOrigins),
      useGraphiql(),
      useAnswers({ execution, report, connections }),
      useAuthentication(options),
      useRequestLimit(options.requestLimiter),
      useRequestParser(options),
      useDocuments({ ...options, maskError }),
      useOperationContext(options),
      useCost(),
      useExecution({ execution, maskError }),
    ],
    maskedErrors: { maskError },
    // These features of Yoga are off, because the plugins above replace them.
    cors: false,
    graphiql: false,
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    // Yoga compares this with the end of the whole URL, which never ends in a space. health.ts answers health checks.
    healthCheckEndpoint: ' ',
    landingPage: false,
    multipart: false,
    logging: false,
  });
}
