/** What takes turns: its tenant first, then itself. */
export interface TurnTaker {
  readonly tenantId: string;
}

/**
 * A queue in which tenants take turns, and within a tenant its members: ten thousand lanes of one tenant are one place
 * in the round. A member is in it once, however often it is added. Each operation takes constant time.
 */
export class FairRing<T extends TurnTaker> {
  readonly #tenants = new Map<string, Set<T>>();

  add(member: T): void {
    const members = this.#tenants.get(member.tenantId);
    if (members) members.add(member);
    else this.#tenants.set(member.tenantId, new Set([member]));
  }

  delete(member: T): void {
    const members = this.#tenants.get(member.tenantId);
    if (members?.delete(member) && members.size === 0) this.#tenants.delete(member.tenantId);
  }

  /** Takes out the member whose turn it is. */
  take(): T | undefined {
    for (const [tenantId, members] of this.#tenants) {
      this.#tenants.delete(tenantId);
      for (const member of members) {
        members.delete(member);
        // The tenant goes to the end of the round.
        if (members.size > 0) this.#tenants.set(tenantId, members);
        return member;
      }
    }
    return undefined;
  }

  get isEmpty(): boolean {
    return this.#tenants.size === 0;
  }
}
