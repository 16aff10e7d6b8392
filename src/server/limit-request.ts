import type { ServerResponse } from 'node:http';
import type { Actor } from '../domain/context.ts';
import { RateLimitedError } from '../errors.ts';
import type { RequestLimiter } from './request-limiter.ts';

/**
 * Counts one operation of the actor, and tells over HTTP what is left to it: `RateLimit-Policy`, `RateLimit`, and
 * `Retry-After` where nothing is.
 *
 * @param response null on a socket.
 * @throws RateLimitedError
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers
 */
export function limitRequest(limiter: RequestLimiter | null, actor: Actor, response: ServerResponse | null): void {
  const leave = limiter?.take(actor);
  if (!limiter || !leave) return;
  const { allowed, remaining, resetSeconds } = leave;
  response?.setHeader('ratelimit-policy', `"key";q=${limiter.quota};w=${limiter.windowSeconds}`);
  response?.setHeader('ratelimit', `"key";r=${remaining};t=${resetSeconds}`);
  if (allowed) return;
  response?.setHeader('retry-after', String(resetSeconds));
  throw new RateLimitedError(`This key has made too many requests: try again in ${resetSeconds} s.`);
}
