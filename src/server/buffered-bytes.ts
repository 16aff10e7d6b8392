/** Limits on the bytes that the server has written and clients have not read. */
export interface BufferedBytesLimits {
  readonly perCredential: number;
  /** The limit for all credentials together. */
  readonly total: number;
}

interface Account {
  total: number;
  readonly byOwner: Map<unknown, number>;
}

/** A connection with no more unread bytes than this is never paused. */
const alwaysAllowedBytes = 65_536;

/**
 * Counts the bytes that wait for clients, for each credential (an API key, a portal token, the root key) over all of
 * its connections, and chooses the connections to end when there are too many.
 */
export class BufferedBytes<Owner> {
  readonly #limits: BufferedBytesLimits;
  readonly #accounts = new Map<string, Account>();
  #total = 0;

  constructor(limits: BufferedBytesLimits) {
    this.#limits = limits;
  }

  /**
   * Sets the bytes that wait for one connection.
   *
   * @returns the connections to end, which are no longer counted: those of this credential with the most unread bytes,
   * or those of the credential with the most if the limit for all is exceeded.
   */
  set(credential: string, owner: Owner, bytes: number): Owner[] {
    this.#setOne(credential, owner, bytes);
    const ended: Owner[] = [];
    while (this.#totalOf(credential) > this.#limits.perCredential) ended.push(this.#removeLargest(credential));
    while (this.#total > this.#limits.total) ended.push(this.#removeLargest(this.#largestCredential()));
    return ended;
  }

  /** Whether a connection with `ownBytes` unread bytes should get no more until it has read them. */
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
