import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which web pages may read the answers. Never with credentials of the browser: there are none here. */
export interface Cors {
  /** Tells the browser whether the page that asks may read the answer. Whoever is no browser is not held up. */
  allow(request: IncomingMessage, response: ServerResponse): void;
  answerPreflight(response: ServerResponse): void;
}

/**
 * Lets the pages of these origins ask, `*` all of them.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function createCors(origins: readonly string[]): Cors {
  const isOpen = origins.includes('*');
  const allowed = new Set(origins);
  return {
    allow({ headers: { origin } }, response) {
      if (isOpen) response.setHeader('access-control-allow-origin', '*');
      else response.setHeader('vary', 'origin');
      if (!isOpen && origin !== undefined && allowed.has(origin)) {
        response.setHeader('access-control-allow-origin', origin);
      }
      if (origin !== undefined)
        response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, ratelimit, ratelimit-policy');
    },
    answerPreflight(response) {
      response
        .writeHead(204, {
          'access-control-allow-methods': 'GET, POST, OPTIONS',
          'access-control-allow-headers': 'authorization, content-type, accept, livehook-tenant, last-event-id',
          'access-control-max-age': '86400',
        })
        .end();
    },
  };
}
