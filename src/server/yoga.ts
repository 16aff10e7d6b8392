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
import type { RequestLimiter } from './request-limiter.ts';

export type Yoga = YogaServerInstance<HttpContext, OperationContext>;

export interface YogaOptions
  extends Omit<AuthenticationPluginOptions, 'report'>,
    DocumentOptions,
    OperationContextPluginOptions {
  readonly execution: Execution;
  readonly report: ReportInternalError;
  /** Web origins whose pages may ask; `*` is any. */
  readonly corsOrigins: readonly string[];
  readonly requestLimiter: RequestLimiter | null;
  /** A larger request is answered 413. */
  readonly maxRequestBytes: number;
}

/**
 * Every operation passes through these plugins from top to bottom, whether it comes as POST, as GET, for a stream of
 * server-sent events or over a websocket. A websocket has no HTTP request: its server (websocket-server.ts) calls
 * `getEnveloped`, which runs the hooks of the plugins from the parser on, and the request limit.
 */
export function createServerYoga(options: YogaOptions): Yoga {
  const { execution, report, connections, trustedDocuments } = options;
  const maskError = (error: unknown) => toClientError(error, report);
  return createYoga<HttpContext, OperationContext>({
    schema,
    plugins: [
      useCors(options.corsOrigins),
      useGraphiql(),
      useAnswers({ execution, report, connections }),
      useAuthentication(options),
      useRequestLimit(options.requestLimiter),
      useRequestParser({ connections, trustedDocuments, maxRequestBytes: options.maxRequestBytes }),
      useDocuments({ ...options, maskError }),
      useOperationContext(options),
      useCost(),
      useExecution({ execution, maskError }),
    ],
    maskedErrors: { maskError },
    // Each has a plugin of ours above, whose comment says why.
    cors: false,
    graphiql: false,
    maxRequestBodySize: false,
    parserAndValidationCache: false,
    // Yoga compares it with the end of the whole URL, and no URL ends in a space: health is answered by health.ts.
    healthCheckEndpoint: ' ',
    landingPage: false,
    multipart: false,
    logging: false,
  });
}
