import type { Actor } from '../domain/context.ts';

/**
 * Limits how many sockets and event streams each credential may hold open in this process. A credential is the root
 * key, an API key or a portal token. A portal token has its own limit, separate from that of the API key that created
 * it.
 */
export class ConnectionQuota {
  readonly #most: number;
  readonly #taken = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Reserves a connection for the credential of this actor. Null if its limit is reached. Dispose of the result once to
   * release the connection.
   */
  take(actor: Actor): Disposable | null {
    const key = credentialOf(actor);
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.#most) return null;
    this.#taken.set(key, taken + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#taken.get(key) ?? 1) - 1;
        if (left > 0) this.#taken.set(key, left);
        else this.#taken.delete(key);
      },
    };
  }
}

/** Identifies the credential that the actor signed in with: a portal token, an API key, or the root key. */
export function credentialOf({ portalToken, apiKeyId }: Pick<Actor, 'portalToken' | 'apiKeyId'>): string {
  return portalToken?.id ?? apiKeyId ?? 'root';
}
