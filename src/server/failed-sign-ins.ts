import { LRUCache } from 'lru-cache';
import { RateLimitedError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { warnSparingly } from '../warn-sparingly.ts';

/**
 * Why a sign-in failed: `missing` (no credential), `malformed` (it cannot be a key or token of this server), `unknown`
 * (also revoked or expired), `limited` (its address has failed too often).
 */
export type SignInFailure = 'missing' | 'malformed' | 'unknown' | 'limited';

/** Thrown if the client's address has failed too often and the key was not used lately. */
export class SignInLimitedError extends RateLimitedError {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`Too many sign-ins from this address have failed. Try again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface FailedSignInsOptions {
  readonly log: Logger;
  /**
   * The number of failures of one client address in a minute after which credentials that need the database are
   * rejected.
   */
  readonly maxPerMinute: number;
  /** Called for each failure, for metrics. */
  readonly onFailure: (reason: SignInFailure) => void;
}

const windowMs = 60_000;
const maxAddresses = 10_000;

/** Counts failed sign-ins for each client address, and logs them: at most one line for each reason every 10 s. */
export class FailedSignIns {
  readonly #options: FailedSignInsOptions;
  readonly #warn: ReturnType<typeof warnSparingly>;
  readonly #counts = new LRUCache<string, { count: number }>({ max: maxAddresses, ttl: windowMs });

  constructor(options: FailedSignInsOptions) {
    this.#options = options;
    this.#warn = warnSparingly(options.log);
  }

  /** Counts, logs and measures a failure. The log contains the address, never the credential. */
  record(address: string, reason: SignInFailure): void {
    this.#options.onFailure(reason);
    this.#warn(`sign-ins failed: ${reason}`, { address });
    if (reason === 'missing' || reason === 'limited') return;
    const failures = this.#counts.get(address);
    // The first failure creates a counter that expires after a minute. Later failures do not extend that time.
    if (failures) failures.count += 1;
    else this.#counts.set(address, { count: 1 });
  }

  /** Checks an address before a key is looked up. @throws SignInLimitedError if it has failed too often in a minute. */
  check(address: string): void {
    const failures = this.#counts.get(address);
    if (!failures || failures.count < this.#options.maxPerMinute) return;
    this.record(address, 'limited');
    throw new SignInLimitedError(Math.max(1, Math.ceil(this.#counts.getRemainingTTL(address) / 1000)));
  }
}
