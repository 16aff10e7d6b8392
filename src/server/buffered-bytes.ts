/** Limits of what was written for clients and not taken by them. */
export interface BufferedBytesLimits {
  readonly perCredential: number;
  /** Of all credentials together. */
  readonly total: number;
}

interface Account {
  total: number;
  readonly byOwner: Map<unknown, number>;
}

/** A connection that has no more than this untaken is never told to wait. */
const alwaysAllowedBytes = 65_536;

/**
 * Counts the bytes that wait for clients, for each credential (an API key, a portal token, the root key) over all of its
 * connections, and says which connections have to go once they are too many.
 */
export class BufferedBytes<Owner> {
  readonly #limits: BufferedBytesLimits;
  readonly #accounts = new Map<string, Account>();
  #total = 0;

  constructor(limits: BufferedBytesLimits) {
    this.#limits = limits;
  }

  /**
   * Sets what waits for one connection. @returns the connections to end, so that the limits hold again: those with most
   * untaken, of this credential, or of the one with most untaken if the limit of all is exceeded. They count no more.
   */
  set(credential: string, owner: Owner, bytes: number): Owner[] {
    this.#setOne(credential, owner, bytes);
    const ended: Owner[] = [];
    while (this.#totalOf(credential) > this.#limits.perCredential) ended.push(this.#removeLargest(credential));
    while (this.#total > this.#limits.total) ended.push(this.#removeLargest(this.#largestCredential()));
    return ended;
  }

  /** Whether a connection with `ownBytes` untaken should get no more before it has taken them. */
  isFull(credential: string, ownBytes: number): boolean {
    if (ownBytes <= alwaysAllowedBytes) return false;
    const { perCredential, total } = this.#limits;
    return this.#totalOf(credential) > perCredential / 2 || this.#total > total / 2;
  }

  #totalOf(credential: string): number {
    return this.#accounts.get(credential)?.total ?? 0;
  }

  #setOne(credential: string, owner: Owner, bytes: number): void {
    const account = this.#accounts.get(credential) ?? { total: 0, byOwner: new Map() };
    const change = bytes - (account.byOwner.get(owner) ?? 0);
    account.total += change;
    this.#total += change;
    if (bytes === 0) account.byOwner.delete(owner);
    else account.byOwner.set(owner, bytes);
    if (account.byOwner.size === 0) this.#accounts.delete(credential);
    else this.#accounts.set(credential, account);
  }

  #removeLargest(credential: string): Owner {
    const owners = [...(this.#accounts.get(credential)?.byOwner ?? [])] as [Owner, number][];
    const [largest] = owners.reduce((most, next) => (next[1] > most[1] ? next : most));
    this.#setOne(credential, largest, 0);
    return largest;
  }

  #largestCredential(): string {
    return [...this.#accounts].reduce((most, next) => (next[1].total > most[1].total ? next : most))[0];
  }
}
