import type { IncomingMessage } from 'node:http';
import { BadUserInputError, UnauthorizedError } from '../errors.ts';
import type { ReportInternalError } from '../graphql/errors.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import { type FailedSignIns, SignInLimitedError } from './failed-sign-ins.ts';
import { readBytes, writeJson } from './http-body.ts';
import type { HandleRequest } from './listener.ts';
import { checkContentType, createRequestError, decodeUtf8 } from './operation-request.ts';
import { describeError } from './rest/error-body.ts';
import type { SignInLinks } from './sign-in-links.ts';

/** The path to which the dashboard sends the token of a sign-in link, to get the root key. */
export const signInPath = '/sign-in-link';

export interface SignInRouteOptions {
  readonly links: SignInLinks;
  readonly rootApiKey: string;
  readonly failedSignIns: FailedSignIns;
  readonly connections: ConnectionBudget;
  readonly readAddress: (request: IncomingMessage) => string;
  readonly report: ReportInternalError;
}

const maxBodyBytes = 1024;

/**
 * Answers `POST { token }` with `{ key }`, once for each token. Wrong tokens count as failed sign-ins of the client's
 * address. Pages of other origins cannot read the answer.
 */
export function createSignInRoute(options: SignInRouteOptions): HandleRequest {
  const { links, rootApiKey, failedSignIns, connections, readAddress, report } = options;

  async function exchange(request: IncomingMessage): Promise<string> {
    if (request.method !== 'POST') throw createRequestError(405, 'Send a POST request.', { allow: 'POST' });
    const address = readAddress(request);
    failedSignIns.check(address);
    checkContentType(request.headers['content-type']);
    const body = await readBytes(request, maxBodyBytes, connections.get(request.socket));
    if (links.take(readToken(decodeUtf8(body, 'body')))) return rootApiKey;
    failedSignIns.record(address, 'unknown');
    throw new UnauthorizedError('This sign-in link was used before, or has expired.');
  }

  return async (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff').setHeader('cache-control', 'no-store');
    try {
      const key = await exchange(request);
      writeJson(response, 200, { key });
    } catch (error) {
      const { status, headers, body } = describeError(error, report);
      if (error instanceof SignInLimitedError) response.setHeader('retry-after', String(error.retryAfterSeconds));
      if (!request.complete) response.setHeader('connection', 'close');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      writeJson(response, status, { error: body });
    }
  };
}

function readToken(text: string): string {
  try {
    const { token } = (JSON.parse(text) ?? {}) as { readonly token?: unknown };
    if (typeof token === 'string') return token;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BadUserInputError('token', 'is required, as in { "token": "..." }');
}
