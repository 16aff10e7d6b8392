import type { Pool } from 'pg';
import { type Actor, defaultTenantId, type Services } from '../domain/context.ts';
import { filterActiveApiKeys } from '../domain/keys/find-api-key.ts';
import { filterActivePortalTokens } from '../domain/portal-tokens/find-portal-token.ts';
import { filterActiveTenants } from '../domain/tenants/is-tenant.ts';
import type { Logger } from '../log.ts';

/** The interval of the checks. Connections of a revoked key or portal token end at the next check. */
const intervalMs = 2_000;

/** The row that gives an actor access: its API key or portal token, or its tenant for the root key. `id` is a UUID. */
interface Credential {
  readonly kind: 'apiKey' | 'portalToken' | 'tenant';
  readonly id: string;
}

/** For each kind, filters the ids (UUIDs) that are still valid. */
const filterActive: Readonly<Record<Credential['kind'], (pool: Pool, ids: readonly string[]) => Promise<Set<string>>>> =
  { apiKey: filterActiveApiKeys, portalToken: filterActivePortalTokens, tenant: filterActiveTenants };

/** The open connections of a credential. Each function ends one socket or stream. */
interface Watched extends Credential {
  readonly endings: Set<() => void>;
}

/**
 * Ends the sockets and streams of a key or portal token when it is revoked or expires, or its tenant is deleted. One
 * statement checks all credentials with open connections every two seconds. A portal token also ends with the key that
 * issued it, and exactly at its expiry. While the database is unreachable, all connections stay open.
 */
export class RevocationWatcher implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #clock: Services['clock'];
  readonly #log: Logger;
  /** The credentials with open connections, by kind and id. */
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | null = null;
  #checking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor({ systemPool, clock, log }: Pick<Services, 'systemPool' | 'clock' | 'log'>) {
    this.#pool = systemPool;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Calls `end` when the actor's key or token is no longer valid, and for the root key when its tenant is deleted.
   * Dispose of the result to stop watching.
   */
  watch({ tenantId, apiKeyId, portalToken }: Actor, end: () => void): Disposable {
    if (!portalToken && apiKeyId === null) return this.#watchTenant(tenantId, end);
    if (!portalToken) return this.#watch({ kind: 'apiKey', id: apiKeyId as string }, end);
    const watch = this.#watch({ kind: 'portalToken', id: portalToken.id }, end);
    // A portal token is valid for at most a day, so one timer can wait for its expiry.
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
    this.#watched.clear();
  }

  /** Watches a tenant for its deletion, except for the default tenant, which cannot be deleted. */
  #watchTenant(id: string, end: () => void): Disposable {
    return id === defaultTenantId ? ignored : this.#watch({ kind: 'tenant', id }, end);
  }

  #watch({ kind, id }: Credential, end: () => void): Disposable {
    if (this.#closed) return ignored;
    // A wrapper for each call allows registering the same function twice, and disposing of each registration.
    const own = () => end();
    const name = `${kind} ${id}`;
    const watched = this.#watched.get(name) ?? { kind, id, endings: new Set() };
    watched.endings.add(own);
    this.#watched.set(name, watched);
    this.#arm();
    return {
      [Symbol.dispose]: () => {
        watched.endings.delete(own);
        if (watched.endings.size === 0 && this.#watched.get(name) === watched) this.#watched.delete(name);
      },
    };
  }

  #arm(): void {
    if (this.#timer || this.#closed || this.#watched.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#checking = this.#check().finally(() => {
        this.#timer = null;
        this.#arm();
      });
    }, intervalMs);
  }

  async #check(): Promise<void> {
    const byKind = Map.groupBy([...this.#watched.entries()], ([, { kind }]) => kind);
    try {
      for (const [kind, entries] of byKind) {
        const active = await filterActive[kind](
          this.#pool,
          entries.map(([, { id }]) => id),
        );
        for (const [name, { id }] of entries) if (!active.has(id)) this.#end(name);
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'the keys of open subscriptions could not be checked');
    }
  }

  #end(name: string): void {
    const endings = [...(this.#watched.get(name)?.endings ?? [])];
    this.#watched.delete(name);
    for (const end of endings) end();
  }
}

const ignored: Disposable = { [Symbol.dispose]: () => undefined };
