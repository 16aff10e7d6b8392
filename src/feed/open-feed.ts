import type { Logger } from '../log.ts';
import type { Feed } from './feed.ts';
import { openProcessFeed } from './process-feed.ts';
import { openRedisFeed } from './redis-feed.ts';

export interface FeedConfig {
  /** `REDIS_URL`. Null: the feed exists only in the memory of this process. */
  readonly url: string | null;
  /** The prefix of every key and channel in Redis. Default: `livehook:`. */
  readonly prefix?: string | undefined;
  /** The size limit of the log: in memory for all tenants together, in Redis for each tenant. Default: 64 MiB. */
  readonly maxBytes?: number | undefined;
  readonly log: Logger;
}

/**
 * Opens the feed with the configured backend.
 *
 * @throws Error if `url` is invalid.
 */
export async function openFeed({ url, prefix, maxBytes, log }: FeedConfig): Promise<Feed> {
  return url === null ? openProcessFeed({ maxBytes, log }) : openRedisFeed({ url, prefix, maxBytes, log });
}
