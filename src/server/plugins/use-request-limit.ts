import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Actor } from '../../domain/context.ts';
import { RateLimitedError } from '../../errors.ts';
import type { HttpContext, OperationContext } from '../operation-context.ts';
import type { RequestLimiter } from '../request-limiter.ts';

/**
 * Counts each operation of a key: over HTTP before the body is read, on a websocket before the document is parsed. The
 * headers `RateLimit-Policy` and `RateLimit` of the HTTP response contain the limit and the remaining requests. If none
 * remain, `Retry-After` says when to try again.
 *
 * `@envelop/rate-limiter` counts fields by a directive of the schema, after the request was read and parsed.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers
 */
export function useRequestLimit(limiter: RequestLimiter | null): Plugin<OperationContext, HttpContext> {
  if (!limiter) return {};
  return {
    onRequestParse({ serverContext: { actor, res } }) {
      if (actor) countRequest(limiter, actor, res);
    },
    onEnveloped({ context }) {
      if (context && !context.res) countRequest(limiter, context.actor, null);
    },
  };
}

/**
 * Counts a request, and sets the headers of `response` that contain the limit and the remaining requests.
 *
 * @throws RateLimitedError if none remain.
 */
export function countRequest(limiter: RequestLimiter, actor: Actor, response: ServerResponse | null): void {
  const allowance = limiter.take(actor);
  if (!allowance) return;
  const { allowed, remaining, resetSeconds } = allowance;
  response?.setHeader('ratelimit-policy', `"key";q=${limiter.quota};w=${limiter.windowSeconds}`);
  response?.setHeader('ratelimit', `"key";r=${remaining};t=${resetSeconds}`);
  if (allowed) return;
  response?.setHeader('retry-after', String(resetSeconds));
  throw new RateLimitedError(`This key has made too many requests: try again in ${resetSeconds} s.`);
}
