import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Actor } from '../../domain/context.ts';
import { UnauthorizedError } from '../../errors.ts';
import type { Authenticate, Credentials } from '../authentication.ts';
import type { ConnectionBudget } from '../connection-budget.ts';
import { credentialOf } from '../connection-quota.ts';
import { SignInLimitedError } from '../failed-sign-ins.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';

export interface AuthenticationPluginOptions {
  readonly authenticate: Authenticate;
  readonly connections: ConnectionBudget;
  /** The address of the client that sent a request. */
  readonly readAddress: (request: IncomingMessage) => string;
}

/**
 * Authenticates a request before its body is read. `@envelop/generic-auth` resolves the user after the body was read
 * and the document was parsed. A websocket authenticates by `connection_init`.
 *
 * Browsers add no credential by themselves, because the key is a header that the page must set. A foreign page can
 * therefore do nothing with its visitors' rights, whichever origins CORS allows.
 */
export function useAuthentication(options: AuthenticationPluginOptions): Plugin<OperationContext, HttpContext> {
  return {
    async onRequestParse({ serverContext }) {
      serverContext.actor = await authenticateRequest(options, serverContext.req, serverContext.res);
    },
  };
}

/** Authenticates a request and counts its connection for that key. @throws the errors of `Authenticate`. */
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
  // Reject a second Authorization header, because proxies differ in which of the two they use.
  if (others.length > 0) throw new UnauthorizedError('The Authorization header came more than once.');
  return { authorization, tenant: headersDistinct['livehook-tenant']?.join(', ') };
}
