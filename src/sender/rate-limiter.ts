import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { openRedisClients } from '../feed/redis-clients.ts';
import { parseRedisUrl } from '../feed/redis-url.ts';
import type { Logger } from '../log.ts';

/** Endpoints' `rateLimitPerSecond`, held across all senders that share a Redis; within this process without one. */
export interface RateLimiter extends AsyncDisposable {
  /** Takes leave for one request now: 0, or in how many milliseconds to ask again. Never rejects. */
  take(endpointId: string, ratePerSecond: number): Promise<number>;
}

/** Limits are whole numbers per window; a window of some seconds brings any rate within 10 % of what was asked. */
const longestWindowSeconds = 1000;
const distinctLimits = 1000;

/**
 * Opens the limiter. Where Redis does not answer, each process holds the whole limit by itself for the while: too fast
 * by the number of senders, which is better than not sending.
 */
export function openRateLimiter(redisUrl: string | null, log: Logger): RateLimiter {
  const clients = redisUrl === null ? null : openRedisClients(parseRedisUrl(redisUrl), warn);
  const limiters = new LRUCache<string, RateLimiterMemory | RateLimiterRedis>({ max: distinctLimits });

  function warn(error: Error): void {
    log.debug({ err: error }, 'the rate limiter has lost Redis');
  }

  function limiterFor(ratePerSecond: number): RateLimiterMemory | RateLimiterRedis {
    const { points, seconds } = toWindow(ratePerSecond);
    const name = `${points}/${seconds}`;
    const known = limiters.get(name);
    if (known) return known;
    const options = { points, duration: seconds, keyPrefix: `livehook:rate:${name}` };
    const memory = new RateLimiterMemory(options);
    const limiter = clients
      ? new RateLimiterRedis({ ...options, storeClient: clients.commands, insuranceLimiter: memory })
      : memory;
    limiters.set(name, limiter);
    return limiter;
  }

  return {
    async take(endpointId, ratePerSecond) {
      try {
        await limiterFor(ratePerSecond).consume(endpointId);
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
        log.warn({ err: refusal }, 'the rate limiter failed; the request waits a second');
        return 1000;
      }
    },
    async [Symbol.asyncDispose]() {
      clients?.[Symbol.dispose]();
    },
  };
}

/** The shortest window of whole seconds in which a whole number of requests is within 10 % of the rate, from below. */
export function toWindow(ratePerSecond: number): { readonly points: number; readonly seconds: number } {
  for (let seconds = 1; seconds < longestWindowSeconds; seconds += 1) {
    const exact = ratePerSecond * seconds;
    const points = Math.floor(exact + 1e-9);
    if (points >= 1 && points >= exact * 0.9) return { points, seconds };
  }
  return { points: 1, seconds: Math.ceil(1 / ratePerSecond) };
}
