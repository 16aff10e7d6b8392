import type { ClaimedDelivery } from '../domain/delivery-state/index.ts';

/** The position in a lane after which a claim reads. */
export interface ClaimPosition {
  /** The due time in Unix milliseconds. Deliveries with the same due time are ordered by `id`. */
  readonly dueMs: number;
  readonly id: string;
}

const lowestId = '00000000-0000-0000-0000-000000000000';
/**
 * The longest expected duration of a transaction that publishes events. Deliveries of a longer one are found by polls.
 */
const uncommittedMs = 1000;
const minSize = 8;

/**
 * Decides from which position a lane's next claim reads, and how many deliveries it asks for:
 *
 * | The last claim returned | The next one reads | and asks for |
 * | --- | --- | --- |
 * | all that it asked for | after the last delivery | twice as many |
 * | fewer | from one second before the last claim | twice as many as it returned, at least 8 |
 * | none | from the beginning | 8 |
 *
 * After `rewind`, which each poll calls, or with a limit that senders share, a claim reads from the beginning. An empty
 * lane that is notified of new deliveries asks for exactly that number, and is empty again afterwards.
 */
export class ClaimWindow {
  #position: ClaimPosition | null = null;
  #size = minSize;
  #hasMore = false;
  /**
   * The number of new deliveries that the lane was notified of since it was empty. Null if it may have other due
   * deliveries.
   */
  #expected: number | null = null;
  #isRewound = false;
  #requested = { slots: 0, isAll: false, atUnixMs: 0 };
  #isClaiming = false;

  /** Whether the database may have due deliveries of this lane. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Whether a claim is under way. */
  get isClaiming(): boolean {
    return this.#isClaiming;
  }

  /** The most deliveries that may be due, besides those that the claim under way asks for. */
  get unclaimed(): number {
    if (this.#hasMore) return this.#expected ?? Number.POSITIVE_INFINITY;
    return this.#isClaiming && !this.#requested.isAll ? Number.POSITIVE_INFINITY : 0;
  }

  /** How many deliveries to ask for, at most. */
  get size(): number {
    return this.#expected ?? this.#size;
  }

  /** Records that `count` new deliveries were created. */
  expect(count: number): void {
    if (!this.#hasMore) this.#expected = count;
    else if (this.#expected !== null) this.#expected += count;
    this.#hasMore = true;
  }

  /** Records that deliveries after the last claimed one may be due. */
  continue(): void {
    this.#hasMore = true;
    this.#expected = null;
  }

  /** Records that deliveries anywhere in the lane may be due. */
  rewind(): void {
    this.continue();
    this.#position = null;
    this.#isRewound = true;
  }

  /**
   * Begins a claim, and returns the position after which it reads. Null: from the beginning. Calls of `expect`,
   * `continue` and `rewind` before `end` may concern deliveries that this claim does not see, so they affect the next
   * claim.
   */
  begin(slots: number, nowUnixMs: number): ClaimPosition | null {
    this.#requested = { slots, isAll: this.#expected !== null && slots >= this.#expected, atUnixMs: nowUnixMs };
    this.#hasMore = false;
    this.#expected = null;
    this.#isRewound = false;
    this.#isClaiming = true;
    return this.#position;
  }

  /**
   * Ends a claim that failed. The lane does not claim again before the next poll finds it, unless it was notified since
   * `begin`.
   */
  fail(): void {
    if (!this.#isClaiming) {
      this.#hasMore = false;
      this.#expected = null;
    }
    this.#isClaiming = false;
  }

  /**
   * Ends a claim.
   *
   * @param isShared whether senders share a limit of the endpoint. Such a limit can make a claim return few deliveries,
   *   so the next claim reads from the beginning.
   */
  end(claimed: readonly ClaimedDelivery[], isShared: boolean): void {
    this.#isClaiming = false;
    const { slots, isAll, atUnixMs } = this.#requested;
    const isFilled = claimed.length >= slots;
    if (!isFilled || slots >= this.#size) this.#size = Math.max(minSize, claimed.length * 2);
    // If one of the claimed deliveries is a retry, one of the new deliveries that the lane was notified of is still
    // unclaimed, so the lane is not empty.
    const isEmpty = !isFilled || (isAll && claimed.every(({ previousStatus }) => previousStatus === 'PENDING'));
    if (!isEmpty) this.continue();
    if (this.#isRewound || isShared || claimed.length === 0) this.#position = null;
    else if (isEmpty) this.#position = { dueMs: atUnixMs - uncommittedMs, id: lowestId };
    else this.#position = lastOrdinary(claimed) ?? this.#position;
  }
}

/**
 * Returns the position of the last claimed delivery that is neither a test nor a manual retry, or null if there is
 * none. Tests and manual retries are claimed first, so their positions do not show how far the claim has read.
 */
function lastOrdinary(claimed: readonly ClaimedDelivery[]): ClaimPosition | null {
  const last = claimed.findLast(({ trigger, delivery }) => trigger !== 'MANUAL' && !delivery.isTest);
  return last ? { dueMs: last.dueAtMs, id: last.delivery.id } : null;
}
