import { LRUCache } from 'lru-cache';
import { openRedisClients, type RedisClients } from '../feed/redis-clients.ts';
import { parseRedisUrl } from '../feed/redis-url.ts';
import { warnSparingly } from '../feed/warn-sparingly.ts';
import type { Logger } from '../log.ts';
import { RemoteClock } from './remote-clock.ts';
import { RoundTrip } from './round-trip.ts';
import { acquireScript, releaseScript } from './token-bucket-scripts.ts';

/** Tokens of one endpoint, each for one request, evenly spaced. */
export interface TokenGrant {
  /** 0 to the number that was asked for. */
  readonly count: number;
  /** When the first token may be used; where none was granted, when to ask again (performance.now()). */
  readonly firstMs: number;
  /** Identifies the grant to `release`. */
  readonly receipt: string;
}

/** Endpoints' `rateLimitPerSecond`: held by all senders together that share a Redis, by this process without one. */
export interface RateLimiter extends AsyncDisposable {
  /** How far ahead tokens are granted, in milliseconds: 100, and what a round trip to Redis takes at most, as a rule. */
  readonly aheadMs: number;
  /** Takes up to `wanted` tokens that may be used within the next `aheadMs`, spaced by `tokenIntervalMs`. Never rejects. */
  tryAcquire(endpointId: string, ratePerSecond: number, wanted: number): Promise<TokenGrant>;
  /** Gives a grant back of which nothing was used, unless later tokens have been granted since. Never rejects. */
  release(endpointId: string, grant: TokenGrant): Promise<void>;
}

/** Tokens are granted for this long after they have arrived, so that one call serves many requests of a high limit. */
const grantAheadMs = 100;
/** A slower Redis is treated as if its round trip took this long. */
const maxRoundTripMs = 400;
/** A token may be used so much later than its time, if the interval between tokens is no longer. */
const leastToleranceMs = 25;
const rememberedBuckets = 20_000;

/**
 * The time between two tokens, in milliseconds. In any second at most the limit rounded up, plus one, are used: a token that
 * is used less than one interval late keeps this bound. Of a limit whose interval is shorter than a process can keep to,
 * tokens are 2.5% rarer and may be used 25 ms late: 975 of 1,000 a second.
 */
export function tokenIntervalMs(ratePerSecond: number): number {
  const exactMs = 1000 / ratePerSecond;
  return exactMs >= leastToleranceMs ? exactMs : exactMs * (1 + leastToleranceMs / 1000);
}

/** How much later than its time a token may be used. */
export function tokenToleranceMs(ratePerSecond: number): number {
  return Math.max(leastToleranceMs, 1000 / ratePerSecond);
}

/** A token bucket that holds one token, kept as the time of its next one (the generic cell rate algorithm). */
interface Bucket {
  readonly intervalMs: number;
  /** performance.now() */
  nextMs: number;
}

/**
 * Opens the limiter. Where Redis does not answer, each process holds the whole limit by itself for the while: too fast by
 * the number of senders, which is better than not sending.
 */
export function openRateLimiter(redisUrl: string | null, log: Logger): RateLimiter {
  const warn = warnSparingly(log);
  const note = (error: unknown) =>
    warn('Redis does not serve the rate limiter; each sender holds the limits by itself', { reason: String(error) });
  const clients = redisUrl === null ? null : openRedisClients(parseRedisUrl(redisUrl), note);
  const buckets = new LRUCache<string, Bucket>({ max: rememberedBuckets });
  const keyOf = (endpointId: string) => `livehook:tokens:${endpointId}`;
  /** By endpoint, because the nodes of a cluster have clocks of their own. */
  const clocks = new LRUCache<string, RemoteClock>({ max: rememberedBuckets });
  const roundTrip = new RoundTrip(maxRoundTripMs);
  const readAheadMs = () => grantAheadMs + roundTrip.boundMs;

  function acquireHere(endpointId: string, intervalMs: number, wanted: number): TokenGrant {
    const nowMs = performance.now();
    let bucket = buckets.get(endpointId);
    if (bucket?.intervalMs !== intervalMs) {
      // Another limit works at once: at most one of its own intervals is waited for.
      bucket = { intervalMs, nextMs: Math.min(bucket?.nextMs ?? nowMs, nowMs + intervalMs) };
      buckets.set(endpointId, bucket);
    }
    const firstMs = Math.max(nowMs, bucket.nextMs);
    const roomMs = nowMs + grantAheadMs - firstMs;
    if (roomMs < 0) return { count: 0, firstMs: nowMs - roomMs, receipt: '' };
    const count = Math.min(wanted, Math.floor(roomMs / intervalMs) + 1);
    bucket.nextMs = firstMs + count * intervalMs;
    return { count, firstMs, receipt: `${bucket.nextMs}/${firstMs}` };
  }

  function releaseHere(endpointId: string, receipt: string): void {
    const [nextMs = 0, firstMs = 0] = receipt.split('/').map(Number);
    const bucket = buckets.get(endpointId);
    if (bucket?.nextMs === nextMs) bucket.nextMs = firstMs;
  }

  async function acquireInRedis(
    { commands }: Pick<RedisClients, 'commands'>,
    endpointId: string,
    intervalMs: number,
    wanted: number,
  ): Promise<TokenGrant> {
    const askedMs = performance.now();
    const args = [keyOf(endpointId), intervalMs, wanted, readAheadMs()] as const;
    const answer = (await commands.eval(acquireScript, 1, ...args)) as [number, string, string, string];
    const receivedMs = performance.now();
    roundTrip.note(receivedMs - askedMs);
    const [count, first, now, receipt] = answer;
    const clock = clocks.get(endpointId) ?? new RemoteClock();
    clocks.set(endpointId, clock);
    // An answer that was read late does not move its tokens: they would come closer to those of the next answer.
    return { count, firstMs: Number(first) + clock.adjust(Number(now), receivedMs), receipt: `redis ${receipt}` };
  }

  return {
    get aheadMs() {
      return readAheadMs();
    },
    async tryAcquire(endpointId, ratePerSecond, wanted) {
      const intervalMs = tokenIntervalMs(ratePerSecond);
      if (clients) {
        try {
          return await acquireInRedis(clients, endpointId, intervalMs, wanted);
        } catch (error) {
          note(error);
        }
      }
      return acquireHere(endpointId, intervalMs, wanted);
    },
    async release(endpointId, { count, receipt }) {
      if (count === 0) return;
      if (!receipt.startsWith('redis ')) return releaseHere(endpointId, receipt);
      const [, next = '', first = ''] = receipt.split(' ');
      await clients?.commands.eval(releaseScript, 1, keyOf(endpointId), next, first).catch(note);
    },
    async [Symbol.asyncDispose]() {
      clients?.[Symbol.dispose]();
    },
  };
}
