import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { HttpContext, OperationContext } from '../operation-context.ts';

/**
 * Allows the pages of these origins to send requests with any header; `*` allows all origins. A list of headers is not
 * needed, because a browser adds no credential by itself.
 *
 * Yoga's `cors` echoes each origin even if all are allowed, which prevents caches from sharing a response. It also sets
 * the headers on a `Response`, which a stream of server-sent events does not have (use-answers.ts).
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function useCors(origins: readonly string[]): Plugin<OperationContext, HttpContext> {
  const setCorsHeaders = createCors(origins);
  return {
    onRequest({ serverContext: { req, res }, endResponse, fetchAPI }) {
      if (setCorsHeaders(req, res) === 'preflight') endResponse(new fetchAPI.Response(null, { status: 204 }));
    },
  };
}

/** Sets the headers of a response. A preflight request needs nothing else: answer it with 204. */
export function createCors(
  origins: readonly string[],
): (request: IncomingMessage, response: ServerResponse) => 'preflight' | 'request' {
  const isOpen = origins.includes('*');
  const allowed = new Set(origins);
  return (req, res) => {
    const { origin, 'access-control-request-headers': requested } = req.headers;
    const isAllowed = origin !== undefined && (isOpen || allowed.has(origin));
    if (isOpen) res.setHeader('access-control-allow-origin', '*');
    else res.appendHeader('vary', 'origin');
    if (!isOpen && isAllowed) res.setHeader('access-control-allow-origin', origin);
    if (origin !== undefined) {
      res.setHeader('access-control-expose-headers', 'x-request-id, retry-after, ratelimit, ratelimit-policy');
    }
    if (req.method !== 'OPTIONS') return 'request';
    res.appendHeader('vary', 'access-control-request-headers');
    if (isAllowed) {
      if (requested) res.setHeader('access-control-allow-headers', requested);
      res.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS').setHeader('access-control-max-age', '86400');
    }
    return 'preflight';
  };
}
