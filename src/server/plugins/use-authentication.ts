import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
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
  const { authenticate, connections, readAddress } = options;
  return {
    async onRequestParse({ serverContext }) {
      const { req, res } = serverContext;
      try {
        serverContext.actor = await authenticate(readCredentials(req), readAddress(req));
      } catch (error) {
        if (error instanceof SignInLimitedError) res.setHeader('retry-after', String(error.retryAfterSeconds));
        throw error;
      }
      connections.get(req.socket)?.authenticate(credentialOf(serverContext.actor));
    },
  };
}

function readCredentials({ headersDistinct }: IncomingMessage): Credentials {
  const [authorization, ...others] = headersDistinct.authorization ?? [];
  // Which of two would count is a matter of taste, and so of proxies.
  if (others.length > 0) throw new UnauthorizedError('The Authorization header came more than once.');
  return { authorization, tenant: headersDistinct['livehook-tenant']?.join(', ') };
}
