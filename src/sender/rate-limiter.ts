import { LRUCache } from 'lru-cache';
import type { DatabaseClock } from '../database/clock.ts';
import type { Logger } from '../log.ts';
import { openRedisClients, type RedisClients } from '../redis/clients.ts';
import { parseRedisUrl } from '../redis/url.ts';
import { warnSparingly } from '../warn-sparingly.ts';

/** Evenly spaced tokens of one endpoint, each of which allows one request. */
export interface TokenGrant {
  /** The number of tokens, at most the number that was requested. */
  readonly count: number;
  /** When the first token may be used or, if `count` is 0, when to request tokens again (performance.now()). */
  readonly firstMs: number;
  /** Returns the tokens, unless tokens were granted after them. The caller must not have used one of them. */
  release(): void;
}

/**
 * Enforces the `rateLimitPerSecond` of endpoints. Senders that share a Redis enforce each limit together. Without
 * Redis, each process enforces it by itself.
 */
export interface RateLimiter extends AsyncDisposable {
  /**
   * Takes up to `wanted` tokens that may be used within the next `grantAheadMs`, spaced by `tokenIntervalMs`. Never
   * rejects.
   */
  tryAcquire(endpointId: string, ratePerSecond: number, wanted: number): Promise<TokenGrant>;
}

/**
 * Tokens are granted for this time in advance, so that with a high limit one call serves many requests. A sender
 * requests new tokens when half of this time is left. It therefore reaches its limits if Redis and a claim together
 * respond within that half.
 */
export const grantAheadMs = 250;
/**
 * An unused token expires this long after its time. If the interval between two tokens is longer, it expires after one
 * interval.
 */
const minToleranceMs = 25;
const rememberedBuckets = 20_000;

/**
 * Returns the time between two tokens, in ms. In any second, at most `Math.ceil(ratePerSecond) + 1` tokens are used,
 * even if a token is used up to one interval late. A process cannot time intervals of less than 25 ms precisely. Limits
 * with such intervals get 2.5% fewer tokens, each of which may be used 25 ms late: 975 a second with a limit of 1,000. Senders
 * whose clocks differ can exceed this by the tokens of that difference.
 */
export function tokenIntervalMs(ratePerSecond: number): number {
  const exactMs = 1000 / ratePerSecond;
  return exactMs >= minToleranceMs ? exactMs : exactMs * (1 + minToleranceMs / 1000);
}

/** Returns how much later than its time a token may be used, in ms. */
export function tokenToleranceMs(ratePerSecond: number): number {
  return Math.max(minToleranceMs, 1000 / ratePerSecond);
}

/** How long, in ms, a sender that has just started waits for the connection to Redis. */
const maxFirstConnectionMs = 3_000;

/**
 * Opens the limiter. Its token buckets store only the time of the next token (generic cell rate algorithm). While Redis
 * is unavailable, each process enforces the whole limit by its own buckets.
 *
 * @param clock the clock of the buckets in Redis, which all senders share.
 */
export function openRateLimiter(redisUrl: string | null, clock: Pick<DatabaseClock, 'now'>, log: Logger): RateLimiter {
  const warn = warnSparingly(log);
  const recordFailure = (error: unknown) =>
    warn('Redis does not serve the rate limiter; each sender enforces the limits by itself', { reason: String(error) });
  const clients = redisUrl === null ? null : openRedisClients(parseRedisUrl(redisUrl), recordFailure);
  const isConnected = clients && awaitFirstConnection(clients.commands);
  const buckets: LocalBuckets = new LRUCache({ max: rememberedBuckets });
  return {
    async tryAcquire(endpointId, ratePerSecond, wanted) {
      const intervalMs = tokenIntervalMs(ratePerSecond);
      await isConnected;
      const nowMs = clock.now();
      const offsetMs = performance.now() - nowMs;
      const key = `livehook:tokens:${endpointId}`;
      const shared = await clients?.commands
        .eval(acquireScript, 1, key, nowMs, intervalMs, wanted, grantAheadMs)
        .catch(recordFailure);
      if (!shared) return acquireLocal(buckets, endpointId, intervalMs, wanted);
      const [count, first, following] = shared as [number, string, string];
      const release = () => void clients?.commands.eval(releaseScript, 1, key, following, first).catch(recordFailure);
      return { count, firstMs: Number(first) + offsetMs, release };
    },
    async [Symbol.asyncDispose]() {
      clients?.[Symbol.dispose]();
    },
  };
}

/**
 * Resolves when the connection is ready, or at the first failure. Until then, a sender must not use its local buckets,
 * because they do not count the requests that other senders, or an earlier process of this sender, have sent.
 */
function awaitFirstConnection(commands: RedisClients['commands']): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ['ready', 'error', 'close']) commands.once(event, () => resolve());
  setTimeout(resolve, maxFirstConnectionMs).unref();
  return promise;
}

/**
 * Takes tokens from an endpoint's bucket in Redis, like `acquireLocal`.
 *
 * KEYS: the bucket, a hash of the time of its next token (`next`) and the interval that was used last (`interval`).
 * ARGV: the current time, the interval, how many tokens are wanted, and how far in the future their times may be. All
 * times are in milliseconds, by the clock of the caller.
 *
 * Returns how many tokens were taken, when the first one may be used or, if there is none, when to request tokens again,
 * and when the token after them may be used. The wait for new tokens is at most one interval, so that a clock that was set
 * back does not stop the endpoint: the key of the bucket then expires by the clock of Redis.
 */
const acquireScript = `
local now, interval, wanted, ahead = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local known = redis.call('HMGET', KEYS[1], 'next', 'interval')
local nextAt = tonumber(known[1] or now)
if known[2] ~= ARGV[2] then nextAt = math.min(nextAt, now + interval) end
local first = math.max(now, nextAt)
local room = now + ahead - first
local function text(ms) return string.format('%.3f', ms) end
if room < 0 then return { 0, text(now + math.min(-room, interval)), text(first) } end
local count = math.min(wanted, math.floor(room / interval) + 1)
local following = first + count * interval
redis.call('HSET', KEYS[1], 'next', text(following), 'interval', ARGV[2])
redis.call('PEXPIRE', KEYS[1], math.ceil(following - now) + 1000)
return { count, text(first), text(following) }
`;

/**
 * Returns tokens to a bucket if no others were taken after them. ARGV: when the token after them may be used, and when the
 * first of them may be used, as `acquireScript` has returned them.
 */
const releaseScript = `
if redis.call('HGET', KEYS[1], 'next') == ARGV[1] then redis.call('HSET', KEYS[1], 'next', ARGV[2]) end
`;

/** The token buckets of this process, by endpoint. `nextMs` is when the next token may be used (performance.now()). */
type LocalBuckets = LRUCache<string, { readonly intervalMs: number; nextMs: number }>;

function acquireLocal(buckets: LocalBuckets, endpointId: string, intervalMs: number, wanted: number): TokenGrant {
  const nowMs = performance.now();
  let bucket = buckets.get(endpointId);
  if (bucket?.intervalMs !== intervalMs) {
    // A changed limit applies immediately: the next token is available after at most one interval of the new limit.
    bucket = { intervalMs, nextMs: Math.min(bucket?.nextMs ?? nowMs, nowMs + intervalMs) };
    buckets.set(endpointId, bucket);
  }
  const firstMs = Math.max(nowMs, bucket.nextMs);
  const roomMs = nowMs + grantAheadMs - firstMs;
  if (roomMs < 0) return { count: 0, firstMs: nowMs - roomMs, release: () => undefined };
  const count = Math.min(wanted, Math.floor(roomMs / intervalMs) + 1);
  const followingMs = firstMs + count * intervalMs;
  bucket.nextMs = followingMs;
  const release = () => {
    if (bucket.nextMs === followingMs) bucket.nextMs = firstMs;
  };
  return { count, firstMs, release };
}
