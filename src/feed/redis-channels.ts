import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { ChannelClients } from '../redis/clients.ts';
import { askRedis } from '../redis/errors.ts';
import { ShardedClient, type ShardedClientOptions } from './sharded-client.ts';
import { parseMessage } from './wire.ts';

/**
 * The interval of pings. A subscriber connection that hangs is detected within this time plus the `socketTimeout` of
 * `openRedisClients`.
 */
const heartbeatMs = 2_000;

/** Named channels over which processes send each other messages through Redis. */
export interface Channels extends Disposable {
  /**
   * Calls `listener` with each parsed message of the channel, or with undefined for invalid JSON. Resolves once Redis
   * has confirmed the subscription, which may take until Redis is reachable again, so callers need a timeout. A
   * subscription is renewed after its connection was lost.
   *
   * @throws RedisReplyError or UnavailableError if Redis rejects the subscription. In a cluster, the subscription is
   *   tried again instead.
   */
  subscribe(channel: string, listener: (message: unknown) => void): Promise<Disposable>;
  publish(channel: string, message: string): Promise<void>;
}

export interface RedisChannelsOptions extends Omit<ShardedClientOptions, 'cluster'> {
  readonly clients: ChannelClients;
}

/** A private property of `RedisPubSub` that is used here. */
interface PendingSubscriptions {
  readonly subsPendingRefsMap: ReadonlyMap<string, { readonly pending: Pick<Promise<unknown>, 'catch'> }>;
}

/**
 * Opens channels of one server, a Sentinel group or a cluster: `RedisPubSub` over connections of ioredis. Calls
 * `onResubscribed` at each heartbeat while a channel cannot be subscribed. In a cluster, it calls it at each heartbeat,
 * because ioredis reports no error while the connection to one shard hangs.
 */
export function openRedisChannels({ clients, ...options }: RedisChannelsOptions): Channels {
  const resources = new DisposableStack();
  let beat = options.onResubscribed;
  let connections: Omit<Extract<ChannelClients, { readonly kind: 'single' }>, 'kind'>;
  if (clients.kind === 'single') {
    connections = clients;
    beat = watchSubscriber(clients.subscriber, resources, options.onResubscribed);
  } else {
    const client = resources.use(new ShardedClient({ ...options, ...clients })) as unknown as Redis;
    connections = { publisher: client, subscriber: client };
  }
  const heartbeat = setInterval(beat, heartbeatMs).unref();
  resources.defer(() => clearInterval(heartbeat));
  const pubSub = new RedisPubSub({
    ...connections,
    messageEventName: 'messageBuffer',
    serializer: (text: string) => text,
    deserializer: parseMessage,
  });
  return {
    async subscribe(channel, listener) {
      // RedisPubSub never removes a listener whose subscription was rejected. Setting `target` to null disables it.
      let target: typeof listener | null = listener;
      const subscribed = pubSub.subscribe(channel, message => target?.(message));
      // RedisPubSub keeps a second promise for callers that join a pending subscription. Without a handler, its
      // rejection would end the process.
      (pubSub as unknown as PendingSubscriptions).subsPendingRefsMap.get(channel)?.pending.catch(() => undefined);
      const id = await askRedis(subscribed).catch(error => {
        target = null;
        throw error;
      });
      return {
        [Symbol.dispose]: () => {
          if (target) pubSub.unsubscribe(id);
          target = null;
        },
      };
    },
    publish: (channel, message) => pubSub.publish(channel, message),
    [Symbol.dispose]: () => resources.dispose(),
  };
}

/**
 * Calls `onResubscribed` after the connection was lost and its subscriptions were renewed.
 *
 * @returns what has to be called at each heartbeat.
 */
function watchSubscriber(subscriber: Redis, resources: DisposableStack, onResubscribed: () => void): () => void {
  let isRejected = false;
  // Redis responds in order. When this ping's response arrives, all subscriptions that ioredis renewed have been
  // confirmed or rejected.
  const onReady = () => {
    isRejected = false;
    void subscriber.ping().then(onResubscribed, () => undefined);
  };
  const onRejected = () => {
    isRejected = true;
  };
  subscriber.on('ready', onReady);
  subscriber.on('rejected', onRejected);
  resources.defer(() => void subscriber.off('ready', onReady).off('rejected', onRejected));
  return () => {
    // While a subscription is rejected, no messages arrive, so subscribers read the log at each heartbeat.
    if (isRejected) onResubscribed();
    if (subscriber.status === 'ready') void subscriber.ping().catch(() => undefined);
  };
}
