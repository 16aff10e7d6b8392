import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { commandTimeoutMs, openRedisClients, type RedisClients } from '../redis/clients.ts';
import { parseRedisUrl } from '../redis/url.ts';
import { warnSparingly } from '../warn-sparingly.ts';
import { encodeCursor } from './cursor.ts';
import type { Feed } from './feed.ts';
import { defaultLogBytes } from './feed-log.ts';
import { Hubs, type SubscriberOptions } from './hubs.ts';
import { type Channels, openRedisChannels } from './redis-channels.ts';
import { type FeedCommands, RedisLog } from './redis-log.ts';
import { feedScripts } from './redis-scripts.ts';
import { ShardedChannels } from './redis-sharded-channels.ts';
import { RedisSignal } from './redis-signal.ts';
import { dueContent, idContent } from './signal.ts';
import type { TenantHub } from './tenant-hub.ts';
import { decodeLiveMessage } from './wire.ts';

export interface RedisFeedOptions extends SubscriberOptions {
  readonly url: string;
  /** The prefix of every key and channel in Redis. Default: `livehook:`. */
  readonly prefix?: string | undefined;
  readonly log: Logger;
  /** Transitions stay in the log at least this long, unless `maxBytes` is exceeded. Default: 5 minutes. */
  readonly keepMs?: number | undefined;
  /**
   * The number of newest transitions of each tenant that stay in the log, unless `maxBytes` is exceeded. Default:
   * 100,000.
   */
  readonly keepTransitions?: number | undefined;
  /**
   * The size limit of each tenant's log in Redis, which overrides the two limits above. Default: 64 MiB, about 150,000
   * transitions.
   */
  readonly maxBytes?: number | undefined;
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
  await using stack = new AsyncDisposableStack();
  const clients = stack.use(
    openRedisClients(
      parseRedisUrl(options.url),
      error => warn('Redis: a connection failed', { reason: error.message }),
      feedScripts,
    ),
  );
  const log = openLog(clients, options, prefix, warn);
  const channels = stack.use(openChannels(clients, () => hubs.resetAll(), warn));
  const isReady = () => {
    const isSubscriberReady = clients.channels.kind === 'cluster' || clients.channels.subscriber.status === 'ready';
    return !resources.disposed && clients.commands.status === 'ready' && isSubscriberReady;
  };
  const connect = (tenantId: string, hub: TenantHub) => {
    if (!isReady()) throw new UnavailableError('The live feed is unavailable.');
    return connectHub(channels, log.channel(tenantId), tenantId, hub, warn);
  };
  const hubs = stack.use(new Hubs({ ...options, log, connect: async (...args) => connect(...args) }));
  const remembering = setInterval(() => hubs.resetAll(), rememberMs).unref();
  stack.defer(() => clearInterval(remembering));
  const onListenerError = (error: unknown) => options.log.error({ err: error }, 'a listener of notifications failed');
  const signalOptions = { channels, isReady, warn, onListenerError };
  const dueSignal = stack.use(new RedisSignal({ ...signalOptions, channel: `${prefix}due`, content: dueContent }));
  const operationSignal = stack.use(
    new RedisSignal({ ...signalOptions, channel: `${prefix}operations`, content: idContent }),
  );
  const resources = stack.move();
  return {
    async publish(transitions, appendOptions) {
      const appending = Array.from(
        Map.groupBy(transitions, transition => transition.delivery.tenantId),
        ([tenantId, ofTenant]) => log.append(tenantId, ofTenant, appendOptions),
      );
      return (await Promise.all(appending)).flat();
    },
    subscribe: (tenantId, subscribeOptions) => hubs.subscribe(tenantId, subscribeOptions),
    async cursor(tenantId) {
      return encodeCursor(tenantId, await log.head(tenantId));
    },
    notifySenders: notifications => dueSignal.emit(notifications),
    onNotification: listener => dueSignal.addListener(listener),
    notifyBulkOperations: operationIds => operationSignal.emit(operationIds),
    onBulkOperations: listener => operationSignal.addListener(listener),
    health: () => ({ home: 'redis', connected: isReady() }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

type Warn = ReturnType<typeof warnSparingly>;

function openLog(clients: RedisClients, options: RedisFeedOptions, prefix: string, warn: Warn): RedisLog {
  const { keepMs = 300_000, keepTransitions = 100_000, maxBytes = defaultLogBytes } = options;
  const reportError = warnSparingly(options.log, 'error');
  return new RedisLog({
    commands: clients.commands as unknown as FeedCommands,
    isCluster: clients.channels.kind === 'cluster',
    ...{ prefix, keepMs, keepTransitions, maxBytes, idleMs },
    onReplyError: ({ message, isWrongType }, tenantId) =>
      reportError(
        isWrongType
          ? 'Redis: a key of the feed has another type; the keys of the tenant are deleted and its feed starts again'
          : 'Redis: a command of the feed was rejected',
        { reason: message, tenantId },
      ),
    onInvalidEntry: key => warn('Redis: a stream entry was not written by Livehook', { key }),
  });
}

function openChannels({ channels }: RedisClients, onResubscribed: () => void, warn: Warn): Channels {
  if (channels.kind === 'single') return openRedisChannels({ ...channels, onResubscribed });
  const onSubscribeError = (error: unknown) => warn(subscriptionFailed, { reason: String(error) });
  return new ShardedChannels({ cluster: channels.cluster, onResubscribed, onSubscribeError });
}

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
  using timer = new DisposableStack();
  const timedOut = timer.adopt(new AbortController(), controller => controller.abort());
  const late = delay(commandTimeoutMs, null, { signal: timedOut.signal }).catch(() => null);
  const subscription = await Promise.race([subscribed, late]);
  if (subscription) return subscription;
  subscribed.then(
    tooLate => tooLate[Symbol.dispose](),
    error => warn(subscriptionFailed, { reason: String(error) }),
  );
  throw new UnavailableError('The live feed does not respond.');
}
