/**
 * The last version of each delivery that was appended. Remembers at least the `capacity` deliveries that were touched
 * last, and at most twice as many: two generations instead of an LRU list, of which the older is dropped whole.
 */
export class VersionIndex {
  readonly #capacity: number;
  #recent = new Map<string, number>();
  #older = new Map<string, number>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(deliveryId: string): number | undefined {
    return this.#recent.get(deliveryId) ?? this.#older.get(deliveryId);
  }

  set(deliveryId: string, version: number): void {
    this.#recent.set(deliveryId, version);
    if (this.#recent.size < this.#capacity) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
