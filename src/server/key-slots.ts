import type { Actor } from '../domain/context.ts';

/** How much each key may hold open in this process: sockets, and streams of server-sent events. A portal token counts by itself. */
export class KeySlots {
  readonly #most: number;
  readonly #taken = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** One more for this key; null where it has them all. Dispose it once, to give it back. */
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

/** Names what the actor signed in with: a portal token, an API key, or the root key. */
export function credentialOf({ portalToken, apiKeyId }: Pick<Actor, 'portalToken' | 'apiKeyId'>): string {
  return portalToken?.id ?? apiKeyId ?? 'root';
}
