import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which web pages may read the responses. Never with credentials of the browser: the API uses none. */
export interface Cors {
  /** Tells the browser whether the requesting page may read the response. Requests without an Origin are not affected. */
  allow(request: IncomingMessage, response: ServerResponse): void;
  answerPreflight(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * Lets the pages of these origins send requests with any header they like; `*` allows all origins. The headers need no
 * list: a browser adds no credential by itself, so a page can only send what it has.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function createCors(origins: readonly string[]): Cors {
  const isOpen = origins.includes('*');
  const allowed = new Set(origins);
  const isAllowed = (origin: string | undefined) => origin !== undefined && (isOpen || allowed.has(origin));
  return {
    allow({ headers: { origin } }, response) {
      if (isOpen) response.setHeader('access-control-allow-origin', '*');
      else response.appendHeader('vary', 'origin');
      if (!isOpen && origin !== undefined && allowed.has(origin)) {
        response.setHeader('access-control-allow-origin', origin);
      }
      if (origin !== undefined)
        response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, ratelimit, ratelimit-policy');
    },
    answerPreflight({ headers }, response) {
      response.appendHeader('vary', 'access-control-request-headers');
      if (isAllowed(headers.origin)) {
        const requested = headers['access-control-request-headers'];
        if (requested) response.setHeader('access-control-allow-headers', requested);
        response
          .setHeader('access-control-allow-methods', 'GET, POST, OPTIONS')
          .setHeader('access-control-max-age', '86400');
      }
      response.writeHead(204).end();
    },
  };
}
