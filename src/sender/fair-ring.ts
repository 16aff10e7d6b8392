/** A member of a ring: a lane, which belongs to a tenant. */
export interface RingMember {
  readonly tenantId: string;
}

/**
 * Round robin on two levels: between tenants, and within a tenant between its members. Ten thousand lanes of one tenant
 * thus get no more turns than one lane of another. A member is in the ring once, however often it is added. Each
 * operation takes constant time.
 */
export class FairRing<T extends RingMember> {
  readonly #tenants = new Map<string, Set<T>>();

  get isEmpty(): boolean {
    return this.#tenants.size === 0;
  }

  add(member: T): void {
    const members = this.#tenants.get(member.tenantId);
    if (members) members.add(member);
    else this.#tenants.set(member.tenantId, new Set([member]));
  }

  delete(member: T): void {
    const members = this.#tenants.get(member.tenantId);
    if (members?.delete(member) && members.size === 0) this.#tenants.delete(member.tenantId);
  }

  /** Removes and returns the next member. Undefined if the ring is empty. */
  take(): T | undefined {
    for (const [tenantId, members] of this.#tenants) {
      this.#tenants.delete(tenantId);
      for (const member of members) {
        members.delete(member);
        // Moves the tenant to the end of the round.
        if (members.size > 0) this.#tenants.set(tenantId, members);
        return member;
      }
    }
    return undefined;
  }
}

/**
 * Two rings, so that backlogged lanes (whose deliveries are overdue) and lanes that are on time get their turns
 * separately.
 */
export class LaneRings<T extends RingMember & { readonly isBacklogged: boolean }> {
  readonly onTime = new FairRing<T>();
  readonly backlogged = new FairRing<T>();

  add(member: T): void {
    (member.isBacklogged ? this.backlogged : this.onTime).add(member);
  }

  delete(member: T): void {
    this.onTime.delete(member);
    this.backlogged.delete(member);
  }
}
