import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Actor } from '../../domain/context.ts';
import { UnauthorizedError } from '../../errors.ts';
import type { Authenticate, Credentials } from '../authentication.ts';
import type { ConnectionBudget } from '../connection-budget.ts';
import { SignInLimitedError } from '../failed-sign-ins.ts';
import { credentialOf } from '../key-slots.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';

export interface AuthenticationPluginOptions {
  readonly authenticate: Authenticate;
  readonly connections: ConnectionBudget;
  /** The address of the client that sent a request. */
  readonly readAddress: (request: IncomingMessage) => string;
}

/**
 * Finds out who sent a request before its body is read. `@envelop/generic-auth` resolves the user after the body was
 * read and the document parsed. A websocket has authenticated by `connection_init`.
 *
 * No browser adds a credential by itself: the key is a header that the page must have. So a foreign page can do nothing
 * with its visitors' rights, whichever origins CORS lets ask.
 */
export function useAuthentication(options: AuthenticationPluginOptions): Plugin<OperationContext, HttpContext> {
  return {
    async onRequestParse({ serverContext }) {
      serverContext.actor = await authenticateRequest(options, serverContext.req, serverContext.res);
    },
  };
}

/** Finds out who sent a request, and counts its connection for that key. @throws what `Authenticate` throws. */
export async function authenticateRequest(
  { authenticate, connections, readAddress }: AuthenticationPluginOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Actor> {
  try {
    const actor = await authenticate(readCredentials(request), readAddress(request));
    connections.get(request.socket)?.authenticate(credentialOf(actor));
    return actor;
  } catch (error) {
    if (error instanceof SignInLimitedError) response.setHeader('retry-after', String(error.retryAfterSeconds));
    throw error;
  }
}

function readCredentials({ headersDistinct }: IncomingMessage): Credentials {
  const [authorization, ...others] = headersDistinct.authorization ?? [];
  // Which of two would count is a matter of taste, and so of proxies.
  if (others.length > 0) throw new UnauthorizedError('The Authorization header came more than once.');
  return { authorization, tenant: headersDistinct['livehook-tenant']?.join(', ') };
}
