import { LRUCache } from 'lru-cache';
import type { Logger } from '../log.ts';
import { openRedisClients, type RedisClients } from '../redis/clients.ts';
import { parseRedisUrl } from '../redis/url.ts';
import { warnSparingly } from '../warn-sparingly.ts';
import { RemoteClock } from './remote-clock.ts';
import { RoundTrip } from './round-trip.ts';
import { acquireScript, releaseScript } from './token-bucket-scripts.ts';

/** Evenly spaced tokens of one endpoint, each of which allows one request. */
export interface TokenGrant {
  /** The number of tokens, at most the number that was requested. */
  readonly count: number;
  /** When the first token may be used or, if `count` is 0, when to request tokens again (performance.now()). */
  readonly firstMs: number;
  /** Identifies the grant to `release`. */
  readonly receipt: string;
}

/**
 * Enforces the `rateLimitPerSecond` of endpoints. Senders that share a Redis enforce each limit together. Without
 * Redis, each process enforces it by itself.
 */
export interface RateLimiter extends AsyncDisposable {
  /**
   * How far in the future, in ms, the time of a granted token may be: 100 plus the longest usual round trip to Redis.
   */
  readonly aheadMs: number;
  /**
   * Takes up to `wanted` tokens that may be used within the next `aheadMs`, spaced by `tokenIntervalMs`. Never rejects.
   */
  tryAcquire(endpointId: string, ratePerSecond: number, wanted: number): Promise<TokenGrant>;
  /** Releases a grant of which no token was used, unless further tokens have been granted since. Never rejects. */
  release(endpointId: string, grant: TokenGrant): Promise<void>;
}

/** Tokens are granted for this time in advance, so that with a high limit one call serves many requests. */
const grantAheadMs = 100;
/** A longer round trip to Redis counts as this long. */
const maxRoundTripMs = 400;
/**
 * An unused token expires this long after its time. If the interval between two tokens is longer, it expires after one
 * interval.
 */
const minToleranceMs = 25;
const rememberedBuckets = 20_000;

/**
 * Returns the time between two tokens, in ms. In any second, at most `Math.ceil(ratePerSecond) + 1` tokens are used,
 * even if a token is used up to one interval late. A process cannot time intervals of less than 25 ms precisely. Limits
 * with such intervals get 2.5% fewer tokens, each of which may be used 25 ms late: 975 a second with a limit of 1,000.
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

/** Opens the limiter. While Redis is unavailable, each process enforces the whole limit by itself. */
export function openRateLimiter(redisUrl: string | null, log: Logger): RateLimiter {
  const warn = warnSparingly(log);
  const recordFailure = (error: unknown) =>
    warn('Redis does not serve the rate limiter; each sender enforces the limits by itself', { reason: String(error) });
  const clients = redisUrl === null ? null : openRedisClients(parseRedisUrl(redisUrl), recordFailure);
  const shared = clients && new RedisBuckets(clients.commands);
  const isConnected = clients && awaitFirstConnection(clients.commands);
  const local = new LocalBuckets();
  return {
    get aheadMs() {
      return shared?.aheadMs ?? grantAheadMs;
    },
    async tryAcquire(endpointId, ratePerSecond, wanted) {
      const intervalMs = tokenIntervalMs(ratePerSecond);
      try {
        await isConnected;
        if (shared) return await shared.acquire(endpointId, intervalMs, wanted);
      } catch (error) {
        recordFailure(error);
      }
      return local.acquire(endpointId, intervalMs, wanted);
    },
    async release(endpointId, { count, receipt }) {
      if (count === 0) return;
      if (receipt.startsWith(redisReceipt)) await shared?.release(endpointId, receipt).catch(recordFailure);
      else local.release(endpointId, receipt);
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
 * Token buckets of this process, by endpoint. Each stores only the time of its next token (generic cell rate
 * algorithm).
 */
class LocalBuckets {
  /** `nextMs` is when the next token may be used (performance.now()). */
  readonly #buckets = new LRUCache<string, { readonly intervalMs: number; nextMs: number }>({ max: rememberedBuckets });

  acquire(endpointId: string, intervalMs: number, wanted: number): TokenGrant {
    const nowMs = performance.now();
    let bucket = this.#buckets.get(endpointId);
    if (bucket?.intervalMs !== intervalMs) {
      // A changed limit applies immediately: the next token is available after at most one interval of the new limit.
      bucket = { intervalMs, nextMs: Math.min(bucket?.nextMs ?? nowMs, nowMs + intervalMs) };
      this.#buckets.set(endpointId, bucket);
    }
    const firstMs = Math.max(nowMs, bucket.nextMs);
    const roomMs = nowMs + grantAheadMs - firstMs;
    if (roomMs < 0) return { count: 0, firstMs: nowMs - roomMs, receipt: '' };
    const count = Math.min(wanted, Math.floor(roomMs / intervalMs) + 1);
    bucket.nextMs = firstMs + count * intervalMs;
    return { count, firstMs, receipt: `${bucket.nextMs}/${firstMs}` };
  }

  release(endpointId: string, receipt: string): void {
    const [nextMs = 0, firstMs = 0] = receipt.split('/').map(Number);
    const bucket = this.#buckets.get(endpointId);
    if (bucket?.nextMs === nextMs) bucket.nextMs = firstMs;
  }
}

const redisReceipt = 'redis ';

/** The token buckets in Redis, which all senders share. The methods reject if a Redis command fails. */
class RedisBuckets {
  readonly #commands: RedisClients['commands'];
  /**
   * The clock of the Redis server that stores the bucket, by endpoint. In a Redis Cluster, each server has its own
   * clock.
   */
  readonly #clocks = new LRUCache<string, RemoteClock>({ max: rememberedBuckets });
  readonly #roundTrip = new RoundTrip(maxRoundTripMs);

  constructor(commands: RedisClients['commands']) {
    this.#commands = commands;
  }

  get aheadMs(): number {
    return grantAheadMs + this.#roundTrip.boundMs;
  }

  async acquire(endpointId: string, intervalMs: number, wanted: number): Promise<TokenGrant> {
    const askedMs = performance.now();
    const args = [keyOf(endpointId), intervalMs, wanted, this.aheadMs] as const;
    const response = (await this.#commands.eval(acquireScript, 1, ...args)) as [number, string, string, string];
    const receivedMs = performance.now();
    this.#roundTrip.record(receivedMs - askedMs);
    const [count, first, now, receipt] = response;
    const clock = this.#clocks.get(endpointId) ?? new RemoteClock();
    this.#clocks.set(endpointId, clock);
    // `adjust` returns the clock offset of the quickest recent response, so that a response that is read late does not
    // delay its tokens.
    return { count, firstMs: Number(first) + clock.adjust(Number(now), receivedMs), receipt: redisReceipt + receipt };
  }

  async release(endpointId: string, receipt: string): Promise<void> {
    const [next = '', first = ''] = receipt.slice(redisReceipt.length).split(' ');
    await this.#commands.eval(releaseScript, 1, keyOf(endpointId), next, first);
  }
}

function keyOf(endpointId: string): string {
  return `livehook:tokens:${endpointId}`;
}
