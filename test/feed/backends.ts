import { pino } from 'pino';
import type { Feed } from '../../src/feed/feed.ts';
import type { SubscriberOptions } from '../../src/feed/hubs.ts';
import { openProcessFeed } from '../../src/feed/process-feed.ts';
import { openRedisFeed } from '../../src/feed/redis-feed.ts';
import { testRedis } from '../fixtures/redis.ts';
import { waitFor } from './wait-for.ts';

export const silentLog = pino({ level: 'silent' });

export interface BackendOptions extends SubscriberOptions {
  readonly keepMs?: number;
  readonly keepTransitions?: number;
  readonly maxBytes?: number;
}

/** Opens a Redis feed and waits until it is connected. */
export async function openConnectedRedisFeed(
  options: BackendOptions & { url: string; prefix?: string },
): Promise<Feed> {
  const feed = await openRedisFeed({ log: silentLog, ...options });
  await waitFor(() => feed.health().connected);
  return feed;
}

/** Both implementations of the feed. The tests of the interface run with each of them. */
export const backends: { name: string; open: (options?: BackendOptions) => Promise<Feed> }[] = [
  { name: 'in this process', open: async options => openProcessFeed({ log: silentLog, ...options }) },
  { name: 'in Redis', open: options => openConnectedRedisFeed({ ...testRedis(), ...options }) },
];
