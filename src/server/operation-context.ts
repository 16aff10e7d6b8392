import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor, Services } from '../domain/context.ts';
import type { GraphqlContext } from '../graphql/context.ts';
import { createLoaders } from '../graphql/loaders.ts';
import type { AnswerMediaType } from './media-types.ts';
import type { PreparedOperation } from './prepared-documents.ts';

/** What Yoga's Node adapter gives with a request, and what the plugins have found out about it. */
export interface HttpContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Set by `useAnswers`, unless none could be chosen. */
  mediaType?: AnswerMediaType;
  /** Set by `useAuthentication`. */
  actor?: Actor;
  /** The cursor behind which a client continues that has got everything so far; absent if there is none. */
  cursor?: string;
}

/** The context of the plugins: of resolvers, with what was asked for. A websocket has neither `req` nor `res`. */
export interface OperationContext extends GraphqlContext, Partial<HttpContext> {
  readonly actor: Actor;
  /** What the client asks for. Absent until the HTTP request was parsed. */
  readonly params: {
    readonly query?: string;
    readonly operationName?: string | null;
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  /** Set by `useDocuments` once the document was parsed. */
  operation?: PreparedOperation;
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

/** A fresh context for resolvers; one for each operation. */
export function createOperationContext(options: OperationContextOptions): GraphqlContext {
  const context = { ...options } as GraphqlContext;
  context.loaders = createLoaders(context);
  return context;
}
