import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Actor, isRoot } from '../domain/context.ts';

interface Bucket {
  /** The CPU time that is left, in milliseconds. Negative after a document that took longer. */
  leftMs: number;
  refilledAtMs: number;
}

/** The bucket holds the budget of this many seconds, so that a client can send all of its documents when it starts. */
const burstSeconds = 5;
/** The budget of all credentials of a tenant together, as a multiple of the budget of one. */
const tenantShare = 2;
const maxBuckets = 20_000;

/**
 * Limits the CPU time that a credential, and all credentials of its tenant together, may spend on new documents. It is
 * a token bucket of milliseconds, from which the time that each document took is subtracted. The root key has no limit.
 * Each process counts only its own documents.
 */
export class DocumentBudget {
  readonly #msPerSecond: number;
  readonly #buckets = new LRUCache<string, Bucket>({ max: maxBuckets });

  /**
   * @param msPerSecond milliseconds of CPU time per second; 0 means no limit. Default of `DOCUMENT_CPU_MS_PER_SECOND`:
   * 200.
   */
  constructor(msPerSecond: number) {
    this.#msPerSecond = msPerSecond;
  }

  /**
   * Runs `prepare` and charges its CPU time.
   *
   * @throws GraphQLError (RATE_LIMITED) without running `prepare` if earlier documents have used up the budget.
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

/**
 * The CPU time of this thread if Node.js reports it (23.9 and newer), otherwise that of the process. Waiting for a busy
 * machine is not charged.
 */
function readCpuMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return (user + system) / 1000;
}
