import { useMemo, useSyncExternalStore } from 'react';
import type { Client } from './client.ts';
import { createLiveList, type LiveList, type LiveListOptions } from './live-list.ts';

export type { LiveList, LiveListOptions } from './live-list.ts';

/**
 * The newest deliveries that match, live as long as the component is mounted. Another client, filter or length starts a
 * new list. A filter that has the same JSON is the same filter, so it need not be memoized.
 */
export function useDeliveries(client: Client, options: LiveListOptions = {}): LiveList {
  const key = JSON.stringify(options);
  const store = useMemo(() => createLiveList(client, JSON.parse(key) as LiveListOptions), [client, key]);
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}
