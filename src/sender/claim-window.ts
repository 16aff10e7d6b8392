import type { ClaimedDelivery } from '../domain/delivery-state/index.ts';

/** Claims read deliveries after this position. */
export interface ClaimPosition {
  /** Unix milliseconds. */
  readonly dueMs: number;
  readonly id: string;
}

const lowestId = '00000000-0000-0000-0000-000000000000';
/** Transactions that publish take less than this. The poll finds the deliveries of slower ones. */
const uncommittedMs = 1000;
const minSize = 8;

/**
 * Decides where a lane's next claim reads and how many deliveries it asks for. Both follow from the last claim:
 *
 * | The last claim brought | The next one reads | and asks for |
 * | --- | --- | --- |
 * | all that it asked for | after the last delivery | twice as many |
 * | fewer | from one second before the last claim | twice as many as it brought, at least 8 |
 * | none; or the endpoint has a limit that senders share | from the beginning | 8 |
 *
 * There are two exceptions. After `rewind`, the next claim reads from the beginning: each poll does so, which finds whatever was
 * skipped. A lane without anything due that is notified of new deliveries asks for exactly those, and is then taken to be empty.
 */
export class ClaimWindow {
  #position: ClaimPosition | null = null;
  #size = minSize;
  #hasMore = false;
  /** How many deliveries the lane was notified of since it was empty; null if it may have others. */
  #expected: number | null = null;
  #isRewound = false;
  #requested = { slots: 0, isAll: false, atUnixMs: 0 };

  /** Whether the database may have deliveries that are due. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** How many deliveries to ask for, at most. */
  get size(): number {
    return this.#expected ?? this.#size;
  }

  /** New deliveries were created. */
  expect(count: number): void {
    if (!this.#hasMore) this.#expected = count;
    else if (this.#expected !== null) this.#expected += count;
    this.#hasMore = true;
  }

  /** There may be more after the last claim. */
  continue(): void {
    this.#hasMore = true;
    this.#expected = null;
  }

  /** Something may be due anywhere in the lane. */
  rewind(): void {
    this.continue();
    this.#position = null;
    this.#isRewound = true;
  }

  /** Begins a claim. Calls until its end may concern deliveries that the claim does not see. */
  begin(slots: number, nowUnixMs: number): ClaimPosition | null {
    this.#requested = { slots, isAll: this.#expected !== null && slots >= this.#expected, atUnixMs: nowUnixMs };
    this.#hasMore = false;
    this.#expected = null;
    this.#isRewound = false;
    return this.#position;
  }

  /** Ends a claim. @param isShared whether the endpoint has a limit that senders share: then others may hold deliveries. */
  end(claimed: readonly ClaimedDelivery[], isShared: boolean): void {
    const { slots, isAll, atUnixMs } = this.#requested;
    const isFilled = claimed.length >= slots;
    if (!isFilled || slots >= this.#size) this.#size = Math.max(minSize, claimed.length * 2);
    // A retry among the claimed took the place of a delivery that the lane was notified of.
    const isEmpty = !isFilled || (isAll && claimed.every(({ previousStatus }) => previousStatus === 'PENDING'));
    if (!isEmpty) this.continue();
    if (this.#isRewound || isShared || claimed.length === 0) this.#position = null;
    else if (isEmpty) this.#position = { dueMs: atUnixMs - uncommittedMs, id: lowestId };
    else this.#position = lastOrdinary(claimed) ?? this.#position;
  }
}

/** Tests and manual retries are claimed first, from wherever they are in the lane. */
function lastOrdinary(claimed: readonly ClaimedDelivery[]): ClaimPosition | null {
  const last = claimed.findLast(({ trigger, delivery }) => trigger !== 'MANUAL' && !delivery.isTest);
  return last ? { dueMs: last.dueAtMs, id: last.delivery.id } : null;
}
