import type { Feed } from './feed.ts';
import { openProcessFeed } from './process-feed.ts';
import { openRedisFeed, type RedisFeedOptions } from './redis-feed.ts';

export interface FeedConfig extends Omit<RedisFeedOptions, 'url' | 'lingerMs'> {
  /** `REDIS_URL`. Null: the feed exists only in the memory of this process. */
  readonly url: string | null;
}

/**
 * Opens the feed with the configured backend.
 *
 * @throws Error if `url` is invalid.
 */
export async function openFeed({ url, ...options }: FeedConfig): Promise<Feed> {
  return url === null ? openProcessFeed(options) : openRedisFeed({ ...options, url });
}
