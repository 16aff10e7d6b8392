import { useMemo, useSyncExternalStore } from 'react';
import type { Client } from './client.ts';
import { createLiveList, type LiveList, type LiveListOptions } from './live-list.ts';

export type { LiveList, LiveListOptions } from './live-list.ts';

/**
 * Returns the newest deliveries that match, and keeps them live while the component is mounted. A different client,
 * filter or length starts a new list. Filters are compared by their JSON, so callers need not memoize them.
 */
export function useDeliveries(client: Client, options: LiveListOptions = {}): LiveList {
  const key = JSON.stringify(options);
  const store = useMemo(() => createLiveList(client, JSON.parse(key) as LiveListOptions), [client, key]);
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}
