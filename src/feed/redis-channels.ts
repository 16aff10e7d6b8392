import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { askRedis } from '../redis/errors.ts';
import { parseMessage } from './wire.ts';

/**
 * The interval of pings. A subscriber connection that hangs is detected within this time plus the `socketTimeout` of
 * `openRedisClients`.
 */
export const heartbeatMs = 2_000;

/** Named channels over which processes send each other messages through Redis. */
export interface Channels extends Disposable {
  /**
   * Calls `listener` with each parsed message of the channel, or with undefined for invalid JSON. Resolves once Redis
   * has confirmed the subscription, which may take until Redis is reachable again, so callers need a timeout. A
   * subscription is renewed after its connection was lost.
   *
   * @throws RedisReplyError or UnavailableError if Redis rejects the subscription.
   */
  subscribe(channel: string, listener: (message: unknown) => void): Promise<Disposable>;
  publish(channel: string, message: string): Promise<void>;
}

export interface RedisChannelsOptions {
  readonly publisher: Redis;
  readonly subscriber: Redis;
  /**
   * Called when messages may have been missed: after all channels were subscribed again, and repeatedly while a channel
   * cannot be subscribed.
   */
  readonly onResubscribed: () => void;
}

/** A private property of `RedisPubSub` that is used here. */
interface PendingSubscriptions {
  readonly subsPendingRefsMap: ReadonlyMap<string, { readonly pending: Pick<Promise<unknown>, 'catch'> }>;
}

/**
 * Opens channels of one server or a Sentinel group: `RedisPubSub` over two ioredis connections. The subscriber
 * connection queues subscriptions until it is ready, and renews them after it was lost.
 */
export function openRedisChannels({ publisher, subscriber, onResubscribed }: RedisChannelsOptions): Channels {
  const pubSub = new RedisPubSub({
    publisher,
    subscriber,
    messageEventName: 'messageBuffer',
    serializer: (text: string) => text,
    deserializer: parseMessage,
  });
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
  const heartbeat = setInterval(() => {
    // While a subscription is rejected, no messages arrive, so subscribers read the log at each heartbeat.
    if (isRejected) onResubscribed();
    if (subscriber.status === 'ready') void subscriber.ping().catch(() => undefined);
  }, heartbeatMs).unref();
  subscriber.on('ready', onReady);
  subscriber.on('rejected', onRejected);

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
    async publish(channel, message) {
      await pubSub.publish(channel, message);
    },
    [Symbol.dispose]() {
      clearInterval(heartbeat);
      subscriber.off('ready', onReady);
      subscriber.off('rejected', onRejected);
    },
  };
}
