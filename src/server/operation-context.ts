import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../domain/context.ts';
import type { GraphqlContext } from '../graphql/context.ts';
import type { AnswerMediaType } from './media-types.ts';
import type { PreparedOperation } from './prepared-documents.ts';

/** The request and response of Yoga's adapter for Node.js, and what plugins have found out about the request. */
export interface HttpContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The media type of the response. Set by `useAnswers`, unless the client accepts no supported type. */
  mediaType?: AnswerMediaType;
  /** The authenticated sender of the request. Set by `useAuthentication`. */
  actor?: Actor;
  /** The cursor after which a client can continue if it has received everything so far. Absent if there is none. */
  cursor?: string;
}

/** The context that Yoga's plugins get: the context of resolvers, and for HTTP the request and response. */
export interface OperationContext extends GraphqlContext, Partial<HttpContext> {
  readonly actor: Actor;
  /** The operation that the client sent. Absent until the HTTP request was parsed. */
  readonly params: {
    readonly query?: string;
    readonly operationName?: string | null;
    readonly variables?: Readonly<Record<string, unknown>>;
  };
  /** The parsed and validated operation. Set by `useDocuments`. */
  operation?: PreparedOperation;
}
