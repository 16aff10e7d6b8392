import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Actor, isRoot } from '../domain/context.ts';

interface Bucket {
  /** CPU time that is left; negative after a document that took longer. */
  leftMs: number;
  refilledAtMs: number;
}

/** A bucket holds what it gets in this time, so that a client may send all of its documents when it starts. */
const burstSeconds = 5;
/** The credentials of a tenant together get as much as two of them. */
const tenantShare = 2;
const maxBuckets = 20_000;

/**
 * Bounds the CPU time that a credential, and all credentials of its tenant together, may spend on documents that are
 * not known yet: a token bucket of milliseconds, charged with the time that a document took. The root key has no bound.
 * Each process counts for itself.
 */
export class DocumentBudget {
  readonly #msPerSecond: number;
  readonly #buckets = new LRUCache<string, Bucket>({ max: maxBuckets });

  /** 0: no bound. Default of `DOCUMENT_CPU_MS_PER_SECOND`: 200. */
  constructor(msPerSecond: number) {
    this.#msPerSecond = msPerSecond;
  }

  /**
   * Runs `prepare` and charges its CPU time.
   *
   * @throws GraphQLError (RATE_LIMITED) if an earlier document has used up the budget; `prepare` is not run then.
   */
  spend<T>(actor: Actor, prepare: () => T): T {
    if (this.#msPerSecond === 0 || isRoot(actor)) return prepare();
    const buckets = [
      this.#refill(actor.portalToken?.id ?? String(actor.apiKeyId), this.#msPerSecond),
      this.#refill(actor.tenantId, this.#msPerSecond * tenantShare),
    ];
    for (const { leftMs } of buckets) if (leftMs <= 0) throw this.#exhausted(leftMs);
    const before = readCpuMs();
    try {
      return prepare();
    } finally {
      const spentMs = readCpuMs() - before;
      for (const bucket of buckets) bucket.leftMs -= spentMs;
    }
  }

  #refill(key: string, msPerSecond: number): Bucket {
    const nowMs = performance.now();
    const fullMs = msPerSecond * burstSeconds;
    const bucket = this.#buckets.get(key) ?? { leftMs: fullMs, refilledAtMs: nowMs };
    bucket.leftMs = Math.min(fullMs, bucket.leftMs + ((nowMs - bucket.refilledAtMs) / 1000) * msPerSecond);
    bucket.refilledAtMs = nowMs;
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #exhausted(leftMs: number): GraphQLError {
    const seconds = Math.max(1, Math.ceil(-leftMs / this.#msPerSecond));
    const problem = `This key has sent too many documents that were new to the server. Try again in ${seconds} s, or pass values as variables so that the document stays the same.`;
    return new GraphQLError(problem, {
      extensions: { code: 'RATE_LIMITED', http: { status: 429, headers: { 'retry-after': String(seconds) } } },
    });
  }
}

/** Of this thread alone where Node can tell it (23.9 and newer), else of the process. A busy machine does not charge the client. */
function readCpuMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return (user + system) / 1000;
}
