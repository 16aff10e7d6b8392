import { setTimeout as delay } from 'node:timers/promises';
import { UnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { encodeCursor } from './cursor.ts';
import type { Feed } from './feed.ts';
import { defaultLogBytes } from './feed-log.ts';
import { Hubs, type SubscriberOptions } from './hubs.ts';
import { openRedisChannels } from './redis-channels.ts';
import { commandTimeoutMs, openRedisClients } from './redis-clients.ts';
import { RedisLog } from './redis-log.ts';
import { openShardedChannels } from './redis-sharded-channels.ts';
import { RedisSignal } from './redis-signal.ts';
import { parseRedisUrl } from './redis-url.ts';
import { dueContent, idContent, type SignalContent } from './signal.ts';
import type { TenantHub } from './tenant-hub.ts';
import { warnSparingly } from './warn-sparingly.ts';
import { decodeLiveMessage } from './wire.ts';

export interface RedisFeedOptions extends SubscriberOptions {
  readonly url: string;
  /** Begins every key and channel. Default: `livehook:`. */
  readonly prefix?: string | undefined;
  readonly log: Logger;
  /** Kept at least this long. Default: 5 minutes. */
  readonly keepMs?: number | undefined;
  /** Kept at least so many of each tenant. Default: 100,000. */
  readonly keepTransitions?: number | undefined;
  /** What each tenant's log may take in Redis: it goes before the two above. Default: 64 MiB, about 150,000 transitions. */
  readonly maxBytes?: number | undefined;
}

/** A tenant that nobody announces for or reads is forgotten after this; its subscribers ask several times in it. */
const idleMs = 24 * 3_600_000;
const rememberMs = idleMs / 4;

/**
 * The feed shared by any number of processes through one Redis (6.2 or newer), Sentinel group or Cluster (7 or newer).
 *
 * Returns at once and connects in the background, for ever. While Redis is away `publish`, `subscribe` and `cursor`
 * reject with UnavailableError, within 1.5 s or at once; subscribers that are there wait. Once it is back they get what
 * was announced, or CursorExpiredError where it has lost what it held.
 *
 * @throws Error where `url` is none.
 */
export async function openRedisFeed(options: RedisFeedOptions): Promise<Feed> {
  const { prefix = 'livehook:', keepMs = 300_000, keepTransitions = 100_000 } = options;
  const { maxBytes = defaultLogBytes } = options;
  const address = parseRedisUrl(options.url);
  const warn = warnSparingly(options.log);
  const reportError = warnSparingly(options.log, 'error');
  const signalChannels = { due: `${prefix}due`, operations: `${prefix}operations` };

  await using stack = new AsyncDisposableStack();
  const clients = stack.use(
    openRedisClients(address, error => warn('Redis: connection trouble', { reason: error.message })),
  );
  const { commands } = clients;
  const log = new RedisLog({
    commands,
    isCluster: clients.channels.kind === 'cluster',
    prefix,
    keepMs,
    keepTransitions,
    maxBytes,
    idleMs,
    onReplyError: ({ message, isWrongType }, tenantId) =>
      reportError(
        isWrongType
          ? 'Redis: a key of the feed holds another type; the keys of the tenant are deleted and its feed begins anew'
          : 'Redis: a command of the feed was refused',
        { reason: message, tenantId },
      ),
    onGarbage: key => warn('Redis: a stream entry is not ours', { key }),
  });
  const onResubscribed = () => hubs.resetAll();
  const channels = stack.use(
    clients.channels.kind === 'cluster'
      ? openShardedChannels({
          cluster: clients.channels.cluster,
          onResubscribed,
          onSubscribeError: error =>
            warn('Redis: a subscription failed; it will be tried again', { reason: String(error) }),
        })
      : openRedisChannels({ ...clients.channels, onResubscribed }),
  );

  async function connect(tenantId: string, hub: TenantHub): Promise<Disposable> {
    if (!isReady()) throw new UnavailableError('The live feed cannot be reached just now.');
    const channel = log.channel(tenantId);
    return subscribeInTime(channel, message => {
      const announced = decodeLiveMessage(tenantId, message);
      if (announced) hub.announce(announced.epoch, announced);
      else warn('Redis: a message is not ours', { channel });
    });
  }

  async function subscribeInTime(channel: string, listener: (message: unknown) => void): Promise<Disposable> {
    using timer = new DisposableStack();
    const timedOut = timer.adopt(new AbortController(), controller => controller.abort());
    const subscribed = channels.subscribe(channel, listener);
    const late = delay(commandTimeoutMs, null, { signal: timedOut.signal }).catch(() => null);
    const subscription = await Promise.race([subscribed, late]);
    if (subscription) return subscription;
    subscribed.then(
      tooLate => tooLate[Symbol.dispose](),
      error => warn('Redis: a subscription failed', { reason: String(error) }),
    );
    throw new UnavailableError('The live feed does not answer just now.');
  }

  const hubs = stack.use(new Hubs({ ...options, log, connect }));
  const remembering = setInterval(() => hubs.resetAll(), rememberMs).unref();
  stack.defer(() => clearInterval(remembering));
  const openSignal = <Item>(channel: string, content: SignalContent<Item>) =>
    stack.use(
      new RedisSignal({
        content,
        channels,
        channel,
        isReady,
        warn,
        onListenerError: error => options.log.error({ err: error }, 'a listener of notifications failed'),
      }),
    );
  const dueSignal = openSignal(signalChannels.due, dueContent);
  const operationSignal = openSignal(signalChannels.operations, idContent);

  function isReady(): boolean {
    const { channels: of } = clients;
    const isSubscriberReady = of.kind === 'cluster' || of.subscriber.status === 'ready';
    return !resources.disposed && commands.status === 'ready' && isSubscriberReady;
  }

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
    touchOperations: operationIds => operationSignal.emit(operationIds),
    onOperations: listener => operationSignal.addListener(listener),
    health: () => ({ home: 'redis', connected: isReady() }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
