import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The milliseconds for which a sign-in link is valid. */
export const signInLinkMs = 600_000;

/**
 * One-time tokens for a link that signs in to the dashboard with the root key. A token is 256 random bits. This process
 * keeps only the hash of one token, in memory.
 */
export class SignInLinks {
  readonly #now: () => number;
  #valid: { readonly hash: Buffer; readonly expiresAtMs: number } | null = null;

  /** @param now returns the time in milliseconds, from a clock that is never set back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A new token, which replaces the one before. It can be used once, within `signInLinkMs`. */
  createToken(): string {
    const token = randomBytes(32).toString('base64url');
    this.#valid = { hash: hashOf(token), expiresAtMs: this.#now() + signInLinkMs };
    return token;
  }

  /** Uses up the token. Returns whether it was valid. */
  take(token: string): boolean {
    const valid = this.#valid;
    if (!valid || !timingSafeEqual(valid.hash, hashOf(token))) return false;
    this.#valid = null;
    return this.#now() < valid.expiresAtMs;
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
