import type { Logger } from '../log.ts';
import type { Feed } from './feed.ts';
import { openProcessFeed } from './process-feed.ts';
import { openRedisFeed } from './redis-feed.ts';

export interface FeedConfig {
  /** `REDIS_URL`; null keeps the feed in this process. */
  readonly url: string | null;
  /** Begins every key and channel in Redis. Default: `livehook:`. */
  readonly prefix?: string | undefined;
  /** What the log may take: of this process in all, in Redis for each tenant. Default: 64 MiB. */
  readonly maxBytes?: number | undefined;
  readonly log: Logger;
}

/** Opens the feed in the home that the configuration names. @throws Error where `url` is not one of the forms allowed. */
export async function openFeed({ url, prefix, maxBytes, log }: FeedConfig): Promise<Feed> {
  return url === null ? openProcessFeed({ maxBytes, log }) : openRedisFeed({ url, prefix, maxBytes, log });
}
