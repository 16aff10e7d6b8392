import type { Client } from './client.ts';
import { type Delivery, listDeliveries } from './deliveries.ts';
import { LivehookError } from './errors.ts';
import type { DeliveryFilter } from './generated/graphql.ts';
import { type DeliveryUpdate, watchDeliveries } from './watch.ts';

export interface LiveListOptions {
  /** Only deliveries that match this filter are listed. Default: all deliveries. */
  readonly filter?: DeliveryFilter | undefined;
  /** The number of deliveries in the list, 1 to 100. Default: 20. */
  readonly first?: number | undefined;
}

/** The state of a live list. Each change creates a new object. */
export interface LiveList {
  /** The newest deliveries that match, the newest first. */
  readonly deliveries: readonly Delivery[];
  /**
   * `loading` until the first page, `live` while connected, `reconnecting` after a lost connection, `failed` after an
   * error that reconnecting cannot solve.
   */
  readonly status: 'loading' | 'live' | 'reconnecting' | 'failed';
  /** The reason why the status is `reconnecting` or `failed`. Null otherwise. */
  readonly error: Error | null;
}

/** The interface of React's `useSyncExternalStore`. Other frameworks can use it too. */
export interface LiveListStore {
  /** Calls the listener after each change. The list is connected to the server while it has a listener. */
  subscribe(listener: () => void): () => void;
  /** The current state: the same object until the next change. */
  getSnapshot(): LiveList;
}

const retryMs = 1000;
const loading: LiveList = { deliveries: [], status: 'loading', error: null };

/** Creates a list of the newest deliveries that stays live. Nothing is sent before the first listener. */
export function createLiveList(client: Client, { filter, first = 20 }: LiveListOptions = {}): LiveListStore {
  const listeners = new Set<() => void>();
  let snapshot = loading;
  let stopping = new AbortController();
  const set = (change: Partial<LiveList>) => {
    snapshot = { ...snapshot, ...change };
    for (const listener of listeners) listener();
  };
  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      try {
        const { deliveries, feedCursor } = await listDeliveries(client, { filter, first, signal });
        if (signal.aborted) return;
        set({ deliveries, status: 'live', error: null });
        const onReconnect = (error: unknown) => set({ status: 'reconnecting', error: error as Error });
        const after = feedCursor ?? undefined;
        for await (const update of watchDeliveries(client, { filter, after, signal, onReconnect })) {
          set({ deliveries: applyUpdate(snapshot.deliveries, update, first), status: 'live', error: null });
          // The server dropped updates because this connection was too slow. Reading the list again includes them.
          if (update.skipped > 0) break;
        }
      } catch (error) {
        if (signal.aborted) return;
        const canPass = error instanceof LivehookError && (error.isRetryable || error.code === 'CURSOR_EXPIRED');
        set({ status: canPass ? 'reconnecting' : 'failed', error: error as Error });
        if (!canPass) return;
        await new Promise(resolve => setTimeout(resolve, retryMs));
      }
    }
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        stopping = new AbortController();
        void run(stopping.signal);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stopping.abort();
      };
    },
    getSnapshot: () => snapshot,
  };
}

/**
 * Applies an update to the list. Older versions of a delivery are ignored, and a delivery that no longer matches is
 * removed.
 */
function applyUpdate(
  deliveries: readonly Delivery[],
  { delivery, matches }: DeliveryUpdate,
  first: number,
): readonly Delivery[] {
  const known = deliveries.find(({ id }) => id === delivery.id);
  if (known && known.version >= delivery.version && matches) return deliveries;
  const others = deliveries.filter(({ id }) => id !== delivery.id);
  if (!matches) return others;
  return [...others, delivery].sort(compareNewestFirst).slice(0, first);
}

function compareNewestFirst(one: Delivery, other: Delivery): number {
  return Date.parse(other.createdAt) - Date.parse(one.createdAt) || (one.id < other.id ? 1 : -1);
}
