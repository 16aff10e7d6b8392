import type { Logger } from '../log.ts';
import { createFeed } from './create-feed.ts';
import { newEpoch } from './cursor.ts';
import type { Feed } from './feed.ts';
import { defaultLimits, type LogLimits } from './feed-log.ts';
import { Hubs, type SubscriberOptions } from './hubs.ts';
import { MemoryLog } from './memory-log.ts';

export interface ProcessFeedOptions extends SubscriberOptions, Partial<LogLimits> {
  readonly log: Logger;
}

/**
 * Opens the feed of a single process, in its memory. Its log is lost when the process ends, and each process has another
 * epoch, so that cursors of an earlier process are rejected.
 */
export function openProcessFeed(options: ProcessFeedOptions): Feed {
  const epoch = newEpoch();
  const resources = new DisposableStack();
  const log = new MemoryLog(epoch, { ...defaultLimits, ...options }, (tenantId, batch) => {
    hubs.get(tenantId)?.announce(epoch, batch);
  });
  const connect = async () => ({ [Symbol.dispose]: () => undefined });
  const hubs = resources.use(new Hubs({ ...options, log, connect }));
  const backend = { home: 'process', log, hubs, isConnected: () => true, openSignalChannel: () => null } as const;
  return createFeed(backend, resources, options.log);
}
