import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { askRedis } from '../redis/errors.ts';
import { parseMessage } from './wire.ts';

/** A subscriber connection that hangs is detected within this time plus the timeout of sockets in `openRedisClients`. */
export const heartbeatMs = 2_000;

/** Publish and subscribe over Redis. */
export interface Channels extends Disposable {
  /**
   * Calls `listener` with each parsed message of the channel, or undefined if it was invalid JSON. Resolves once Redis has
   * confirmed the subscription, if necessary after a reconnection, so that callers need a timeout. A subscription is renewed
   * after its connection was lost.
   *
   * @throws RedisReplyError or UnavailableError if Redis rejects it.
   */
  subscribe(channel: string, listener: (message: unknown) => void): Promise<Disposable>;
  publish(channel: string, message: string): Promise<void>;
}

export interface RedisChannelsOptions {
  readonly publisher: Redis;
  readonly subscriber: Redis;
  /** Called when messages may be missing: after every channel was subscribed again, and while one cannot be. */
  readonly onResubscribed: () => void;
}

/** A private part of `RedisPubSub`. */
interface PendingSubscriptions {
  readonly subsPendingRefsMap: ReadonlyMap<string, { readonly pending: Pick<Promise<unknown>, 'catch'> }>;
}

/**
 * The channels of one server or a Sentinel group: `RedisPubSub` over two ioredis connections. The subscriber connection queues
 * subscriptions until it is ready, and renews them after it was lost.
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

  // Redis responds in order: before the PONG, everything that ioredis subscribes again was confirmed or rejected.
  const onReady = () => {
    isRejected = false;
    void subscriber.ping().then(onResubscribed, () => undefined);
  };
  const onRejected = () => {
    isRejected = true;
  };
  const heartbeat = setInterval(() => {
    // Without the subscription, subscribers read the log.
    if (isRejected) onResubscribed();
    if (subscriber.status === 'ready') void subscriber.ping().catch(() => undefined);
  }, heartbeatMs).unref();
  subscriber.on('ready', onReady);
  subscriber.on('rejected', onRejected);

  return {
    async subscribe(channel, listener) {
      // RedisPubSub never removes a listener whose subscription was rejected.
      let target: typeof listener | null = listener;
      const subscribed = pubSub.subscribe(channel, message => target?.(message));
      // Nobody awaits its promise for callers that join a pending subscription. A rejection would end the process.
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
