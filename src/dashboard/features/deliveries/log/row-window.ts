import type { DeliveryOrder } from '../../../generated/graphql.ts';
import { compareRows, type DeliveryRow, rowOfUpdate } from './delivery-row.ts';
import type { DeliveryUpdate } from './follow-updates.ts';

/** The maximum numbers of rows: loaded while scrolling, kept while new rows arrive, and waiting to be inserted. */
const maxRows = 2_000;
const liveRows = 500;
const maxWaiting = 1_000;

/**
 * The rows that the delivery log keeps: a contiguous part of the full list, in order. Each change sets `rows` to a new
 * array. Changed rows are updated at once. Inserting and removing rows waits while the window is on hold.
 */
export class RowWindow {
  rows: readonly DeliveryRow[] = [];
  hasNext = false;
  hasPrevious = false;
  isHeld = false;
  readonly #compare: (a: DeliveryRow, b: DeliveryRow) => number;
  readonly #waiting = new Map<string, DeliveryRow>();
  #overflow = 0;

  constructor(order: DeliveryOrder) {
    this.#compare = compareRows(order);
  }

  /** The number of rows that wait to be inserted. */
  get waiting(): number {
    return this.#waiting.size + this.#overflow;
  }

  /**
   * Whether the list must be loaded again to show the waiting rows, because some of them or rows above the window were
   * dropped.
   */
  get mustReload(): boolean {
    return this.#overflow > 0 || this.hasPrevious;
  }

  clear(): void {
    this.rows = [];
    this.hasNext = false;
    this.hasPrevious = false;
    this.#waiting.clear();
    this.#overflow = 0;
  }

  /** Sets the rows of the first page. Rows that are already in the window are updated. */
  putFirstPage(page: readonly DeliveryRow[], hasNext: boolean): void {
    if (this.rows.length > 0) {
      for (const row of this.#replace(new Map(page.map(row => [row.id, row])))) this.#keepWaiting(row);
      if (!this.isHeld) this.settle();
      return;
    }
    this.rows = page;
    this.hasNext = hasNext;
  }

  append(page: readonly DeliveryRow[], hasNext: boolean): void {
    const rows = [...this.rows, ...this.#unknown(page)];
    this.hasNext = hasNext;
    if (rows.length > maxRows) this.hasPrevious = true;
    this.rows = rows.slice(-maxRows);
  }

  prepend(page: readonly DeliveryRow[], hasPrevious: boolean): void {
    const rows = [...this.#unknown(page), ...this.rows];
    this.hasPrevious = hasPrevious;
    if (rows.length > maxRows) this.hasNext = true;
    this.rows = rows.slice(0, maxRows);
  }

  /** Applies updates to the rows. @returns whether anything changed. */
  apply(updates: readonly DeliveryUpdate[]): boolean {
    const before = this.rows;
    const waiting = this.waiting;
    const leaving = new Map<string, DeliveryRow>();
    for (const { delivery, matches } of updates) {
      if (matches) leaving.set(delivery.id, rowOfUpdate(delivery));
      else if (!this.#waiting.delete(delivery.id))
        leaving.set(delivery.id, { ...rowOfUpdate(delivery), hasLeft: true });
    }
    const entering = this.#replace(leaving);
    for (const row of entering) if (!row.hasLeft) this.#keepWaiting(row);
    if (!this.isHeld) this.settle();
    return before !== this.rows || waiting !== this.waiting;
  }

  /** Inserts the waiting rows and removes rows that no longer match the filter. @returns whether anything changed. */
  settle(): boolean {
    const staying = this.rows.filter(row => !row.hasLeft);
    const entering = this.hasPrevious ? [] : this.#unknown([...this.#waiting.values()]);
    if (staying.length === this.rows.length && entering.length === 0) return false;
    if (!this.hasPrevious) this.#waiting.clear();
    const rows = entering.length > 0 ? [...staying, ...entering].sort(this.#compare) : staying;
    if (rows.length > liveRows && entering.length > 0) this.hasNext = true;
    this.rows = entering.length > 0 ? rows.slice(0, liveRows) : rows;
    return true;
  }

  /** Returns the ids among `ids` whose rows are in the window and have missing or outdated details. */
  lacking(ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    return this.rows.filter(row => wanted.has(row.id) && row.detailsVersion < row.version).map(row => row.id);
  }

  /**
   * Sets the loaded details of rows. A requested row (`asked`) that is missing in the response (`read`) no longer
   * matches the filter.
   */
  complete(asked: readonly string[], read: readonly DeliveryRow[]): boolean {
    const found = new Map(read.map(row => [row.id, row]));
    const wanted = new Set(asked);
    const before = this.rows;
    this.rows = this.rows.map(row => {
      if (!wanted.has(row.id)) return row;
      const fresh = found.get(row.id);
      if (!fresh) return { ...row, hasLeft: true, detailsVersion: row.version };
      return fresh.version >= row.version ? fresh : { ...row, details: fresh.details, detailsVersion: fresh.version };
    });
    if (!this.isHeld) this.settle();
    return before !== this.rows;
  }

  /**
   * Lets the rows leave whose deliveries were created before this time (Unix milliseconds). @returns whether anything
   * changed.
   */
  leaveBefore(fromMs: number): boolean {
    const isLeaving = (row: DeliveryRow) => !row.hasLeft && Date.parse(row.createdAt) < fromMs;
    if (!this.rows.some(isLeaving)) return false;
    this.rows = this.rows.map(row => (isLeaving(row) ? { ...row, hasLeft: true } : row));
    if (!this.isHeld) this.settle();
    return true;
  }

  /** Marks the details of those rows among `ids` as outdated whose deliveries have not ended. */
  distrustUnfinished(ids: readonly string[]): void {
    const wanted = new Set(ids);
    this.rows = this.rows.map(row =>
      wanted.has(row.id) && row.status !== 'SUCCEEDED' && row.status !== 'FAILED'
        ? { ...row, detailsVersion: -1 }
        : row,
    );
  }

  /** Marks the details of all rows as outdated. Called after updates were missed. */
  distrustAll(): void {
    this.rows = this.rows.map(row => ({ ...row, detailsVersion: -1 }));
  }

  /** Puts newer versions of rows into the window. @returns the rows of `fresh` that are not in the window. */
  #replace(fresh: Map<string, DeliveryRow>): DeliveryRow[] {
    let changed = false;
    const rows = this.rows.map(row => {
      const next = fresh.get(row.id);
      if (!next) return row;
      fresh.delete(row.id);
      if (next.version <= row.version) return row;
      changed = true;
      return next.details ? next : { ...next, details: row.details, detailsVersion: row.detailsVersion };
    });
    if (changed) this.rows = rows;
    return [...fresh.values()];
  }

  /**
   * Lets a new row wait if its place in the order is in the window or above it. A row below the window is loaded with
   * its page.
   */
  #keepWaiting(row: DeliveryRow): void {
    const last = this.rows.at(-1);
    if (this.hasNext && last && this.#compare(row, last) > 0) return;
    if (this.isHeld && this.#waiting.size >= maxWaiting && !this.#waiting.has(row.id)) this.#overflow += 1;
    else this.#waiting.set(row.id, row);
  }

  #unknown(rows: readonly DeliveryRow[]): DeliveryRow[] {
    const known = new Set(this.rows.map(row => row.id));
    return rows.filter(row => !known.has(row.id));
  }
}
