import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { commandTimeoutMs, openRedisClients } from '../redis/clients.ts';
import { parseRedisUrl } from '../redis/url.ts';
import { warnSparingly } from '../warn-sparingly.ts';
import { createFeed } from './create-feed.ts';
import type { Feed } from './feed.ts';
import { defaultLimits, type LogLimits } from './feed-log.ts';
import { Hubs, type SubscriberOptions } from './hubs.ts';
import { type Channels, openRedisChannels } from './redis-channels.ts';
import { type FeedCommands, RedisLog } from './redis-log.ts';
import { feedScripts } from './redis-scripts.ts';
import type { TenantHub } from './tenant-hub.ts';
import { decodeLiveMessage } from './wire.ts';

export interface RedisFeedOptions extends SubscriberOptions, Partial<LogLimits> {
  readonly url: string;
  /** The prefix of every key and channel in Redis. Default: `livehook:`. */
  readonly prefix?: string | undefined;
  readonly log: Logger;
}

/** The keys of a tenant expire after this time without announcements and readers. */
const idleMs = 24 * 3_600_000;
/** The interval at which subscribers read the log, so that the keys of their tenant do not expire. */
const rememberMs = idleMs / 4;

/**
 * Opens the feed that any number of processes share through one Redis (6.2 or newer), Sentinel group or Cluster (7 or
 * newer).
 *
 * It returns immediately, connects in the background and retries forever. While Redis is unavailable, `publish`,
 * `subscribe` and `cursor` reject with UnavailableError within 1.5 s, and existing subscribers wait. When Redis is
 * available again, they get everything that was announced, or CursorExpiredError if Redis has lost it.
 *
 * @throws Error if `url` is invalid.
 */
export async function openRedisFeed(options: RedisFeedOptions): Promise<Feed> {
  const { prefix = 'livehook:' } = options;
  const warn = warnSparingly(options.log);
  using stack = new DisposableStack();
  const clients = stack.use(
    openRedisClients(
      parseRedisUrl(options.url),
      error => warn('Redis: a connection failed', { reason: error.message }),
      feedScripts,
    ),
  );
  const log = new RedisLog({
    ...defaultLimits,
    ...options,
    commands: clients.commands as unknown as FeedCommands,
    isCluster: clients.channels.kind === 'cluster',
    prefix,
    idleMs,
  });
  const channels = stack.use(
    openRedisChannels({
      clients: clients.channels,
      onResubscribed: () => hubs.resetAll(),
      onSubscribeError: error => warn(subscriptionFailed, { reason: String(error) }),
    }),
  );
  const isConnected = () => {
    const isSubscriberReady = clients.channels.kind === 'cluster' || clients.channels.subscriber.status === 'ready';
    return clients.commands.status === 'ready' && isSubscriberReady;
  };
  const connect = async (tenantId: string, hub: TenantHub) => {
    if (!isConnected()) throw new UnavailableError('The live feed is unavailable.');
    return connectHub(channels, log.channel(tenantId), tenantId, hub, warn);
  };
  const hubs = stack.use(new Hubs({ ...options, log, connect }));
  const remembering = setInterval(() => hubs.resetAll(), rememberMs).unref();
  stack.defer(() => clearInterval(remembering));
  return createFeed(
    {
      home: 'redis',
      log,
      hubs,
      isConnected,
      openSignalChannel: name => ({ channels, name: `${prefix}${name}`, warn }),
    },
    stack.move(),
    options.log,
  );
}

type Warn = ReturnType<typeof warnSparingly>;

const subscriptionFailed = 'Redis: a subscription failed; trying again';

/**
 * Passes the announcements of a tenant to its hub.
 *
 * @throws UnavailableError if the subscription takes too long.
 */
async function connectHub(
  channels: Channels,
  channel: string,
  tenantId: string,
  hub: TenantHub,
  warn: Warn,
): Promise<Disposable> {
  const subscribed = channels.subscribe(channel, message => {
    const announced = decodeLiveMessage(tenantId, message);
    if (announced) hub.announce(announced.epoch, announced);
    else warn('Redis: a message was not sent by Livehook', { channel });
  });
  const subscription = await Promise.race([subscribed, delay(commandTimeoutMs, null, { ref: false })]);
  if (subscription) return subscription;
  subscribed.then(
    tooLate => tooLate[Symbol.dispose](),
    error => warn(subscriptionFailed, { reason: String(error) }),
  );
  throw new UnavailableError('The live feed does not respond.');
}
