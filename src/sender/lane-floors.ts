import type { FoundLane, KnownLane, LanesBound } from './find-lanes.ts';

/**
 * This often, each lane is looked at from its beginning again, should a delivery have come in below its floor all the
 * same. Every three minutes, that took up to a quarter of the database's time behind two million dead entries: each is a
 * page of its own, out of its cache.
 */
const recheckMs = 3_600_000;
/** A lane in which nothing was claimed or due for so long is forgotten. */
const keptMs = 900_000;
/** Before the first delivery that ever was. */
const beginning = 0;
/** Clocks that are read over a network differ by this at most. */
const clockToleranceMs = 1000;

interface Floor {
  ms: number;
  /** When the lane is to be looked at from its beginning (performance.now()). */
  recheckAtMs: number;
  usedAtMs: number;
}

/**
 * Where each lane begins: nothing in it is due before its floor, nor will be. So the poll and the claims need not read
 * the index entries of all that was sent before, which stay for as long as any transaction is open that might see them:
 * with a million and a half of those the rate had fallen to 0.78, and a poll took 2.3 s.
 */
export class LaneFloors {
  readonly #floors = new Map<string, Floor>();
  #database: { readonly server: string; readonly nowMs: number; readonly readAtMs: number } | null = null;

  /** The floor of a lane that is claimed from now (performance.now()). Unix milliseconds. */
  use(endpointId: string, nowMs: number): number {
    const floor = this.#floors.get(endpointId);
    if (!floor) return beginning;
    floor.usedAtMs = nowMs;
    return floor.ms;
  }

  /** Before a look at `nowMs`: a database that is another one, or whose clock was set back, knows other floors. */
  noteDatabase({ server, nowMs: unixMs }: LanesBound, nowMs: number): void {
    const before = this.#database;
    this.#database = { server, nowMs: unixMs, readAtMs: nowMs };
    if (!before) return;
    const isSetBack = unixMs - before.nowMs < nowMs - before.readAtMs - clockToleranceMs;
    if (server !== before.server || isSetBack) this.forgetAll();
  }

  /** From where to look at the lanes that have a floor, sorted by id. */
  listKnown(nowMs: number): KnownLane[] {
    const known: KnownLane[] = [];
    for (const [endpointId, floor] of this.#floors) {
      if (nowMs - floor.usedAtMs > keptMs) this.#floors.delete(endpointId);
      else known.push({ endpointId, floorMs: nowMs >= floor.recheckAtMs ? beginning : floor.ms });
    }
    return known.sort((a, b) => (a.endpointId < b.endpointId ? -1 : 1));
  }

  /**
   * Takes note of what was found at `nowMs`, of the lanes that were `known` and of others.
   *
   * @param boundMs nothing that was not seen is due before, as read before looking.
   */
  note(known: readonly KnownLane[], found: readonly FoundLane[], boundMs: number, nowMs: number): void {
    const lookedFrom = new Map(known.map(({ endpointId, floorMs }) => [endpointId, floorMs]));
    for (const { endpointId, isDue, firstDueMs } of found) {
      const ms = Math.max(beginning, Math.min(firstDueMs ?? Number.POSITIVE_INFINITY, boundMs));
      const floor = this.#floors.get(endpointId);
      const fromMs = lookedFrom.get(endpointId);
      lookedFrom.delete(endpointId);
      if (!floor) {
        // Forgotten meanwhile: what is below was not looked at.
        if (fromMs !== undefined && fromMs !== beginning) continue;
        this.#floors.set(endpointId, { ms, recheckAtMs: planRecheck(nowMs), usedAtMs: nowMs });
        continue;
      }
      floor.ms = ms;
      if (isDue) floor.usedAtMs = nowMs;
      if (fromMs === beginning) floor.recheckAtMs = planRecheck(nowMs);
    }
    // Its endpoint was deleted.
    for (const endpointId of lookedFrom.keys()) this.#floors.delete(endpointId);
  }

  /** The database may have lost what it had committed, as in a failover. */
  forgetAll(): void {
    this.#floors.clear();
  }
}

/** Lanes that were found together are not checked together. */
function planRecheck(nowMs: number): number {
  return nowMs + recheckMs * (0.5 + Math.random() / 2);
}
