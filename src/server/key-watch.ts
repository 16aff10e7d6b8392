import type { Pool } from 'pg';
import type { Actor, Services } from '../domain/context.ts';
import { filterActiveApiKeys } from '../domain/keys/find-api-key.ts';
import type { Logger } from '../log.ts';

/** How soon a revoked key loses what it holds open. */
const intervalMs = 2_000;

/**
 * Ends what a key holds open once it is revoked or expired: all keys that hold something are looked up together, every
 * two seconds, however many sockets they have. Portal tokens end by the clock, and with the key that issued them. While
 * the database is away what a key holds stays open.
 */
export class KeyWatch implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #clock: Services['clock'];
  readonly #log: Logger;
  readonly #endings = new Map<string, Set<() => void>>();
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor({ systemPool, clock, log }: Pick<Services, 'systemPool' | 'clock' | 'log'>) {
    this.#pool = systemPool;
    this.#clock = clock;
    this.#log = log;
  }

  /** Calls `end` once the actor's key or token is no longer good; never for the root key. Dispose it to be left alone. */
  watch({ apiKeyId, portalToken }: Actor, end: () => void): Disposable {
    if (!portalToken) return this.#watchKey(apiKeyId, end);
    const watch = this.#watchKey(apiKeyId, end);
    // A token lives for a day at most: that much a timer can wait.
    const timer = setTimeout(end, Math.max(0, portalToken.expiresAt - this.#clock.now()));
    timer.unref();
    return {
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        watch[Symbol.dispose]();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#checking;
    this.#endings.clear();
  }

  #watchKey(apiKeyId: string | null, end: () => void): Disposable {
    if (apiKeyId === null || this.#closed) return { [Symbol.dispose]: () => undefined };
    // Wrapped, so that the same function may be given twice and each be disposed once.
    const own = () => end();
    const endings = this.#endings.get(apiKeyId) ?? new Set();
    this.#endings.set(apiKeyId, endings.add(own));
    this.#arm();
    return {
      [Symbol.dispose]: () => {
        endings.delete(own);
        if (endings.size === 0 && this.#endings.get(apiKeyId) === endings) this.#endings.delete(apiKeyId);
      },
    };
  }

  #arm(): void {
    if (this.#timer || this.#closed || this.#endings.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#checking = this.#check().finally(() => {
        this.#timer = null;
        this.#arm();
      });
    }, intervalMs);
  }

  async #check(): Promise<void> {
    const ids = [...this.#endings.keys()];
    if (ids.length === 0) return;
    try {
      const active = await filterActiveApiKeys(this.#pool, ids);
      for (const id of ids) if (!active.has(id)) this.#end(id);
    } catch (error) {
      this.#log.warn({ err: error }, 'the keys of open subscriptions could not be checked');
    }
  }

  #end(id: string): void {
    const endings = [...(this.#endings.get(id) ?? [])];
    this.#endings.delete(id);
    for (const end of endings) end();
  }
}
