import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import { askRedis } from './redis-errors.ts';
import { parseMessage } from './wire.ts';

/** A subscriber connection that hangs is noticed within this time plus the silence that `openRedisClients` allows. */
export const heartbeatMs = 2_000;

/** Publish and subscribe over Redis. */
export interface Channels extends Disposable {
  /**
   * Calls `listener` with each message of the channel, parsed, or undefined where it was no JSON. Resolves once Redis has
   * confirmed the subscription, if need be after a reconnection: give it a time limit. A subscription outlives its
   * connection.
   *
   * @throws RedisReplyError or UnavailableError if Redis refuses it.
   */
  subscribe(channel: string, listener: (message: unknown) => void): Promise<Disposable>;
  publish(channel: string, message: string): Promise<void>;
}

export interface RedisChannelsOptions {
  readonly publisher: Redis;
  readonly subscriber: Redis;
  /** Every channel is subscribed again after a cut, or cannot be: whatever was published in between is missing. */
  readonly onResubscribed: () => void;
}

/** A private part of `RedisPubSub`. */
interface PendingSubscriptions {
  readonly subsPendingRefsMap: ReadonlyMap<string, { readonly pending: Pick<Promise<unknown>, 'catch'> }>;
}

/**
 * The channels of one server or a Sentinel group: `RedisPubSub` over two ioredis connections. The subscriber connection
 * queues subscriptions until it is ready, and subscribes again by itself after a cut.
 */
export function openRedisChannels({ publisher, subscriber, onResubscribed }: RedisChannelsOptions): Channels {
  const pubSub = new RedisPubSub({
    publisher,
    subscriber,
    messageEventName: 'messageBuffer',
    serializer: (text: string) => text,
    deserializer: parseMessage,
  });
  let isRefused = false;

  // Redis answers in order: behind the PONG, everything that ioredis subscribes again is confirmed or refused.
  const onReady = () => {
    isRefused = false;
    void subscriber.ping().then(onResubscribed, () => undefined);
  };
  const onRefused = () => {
    isRefused = true;
  };
  const heartbeat = setInterval(() => {
    // Without its subscriptions, readers look at the log.
    if (isRefused) onResubscribed();
    if (subscriber.status === 'ready') void subscriber.ping().catch(() => undefined);
  }, heartbeatMs).unref();
  subscriber.on('ready', onReady);
  subscriber.on('refused', onRefused);

  return {
    async subscribe(channel, listener) {
      // RedisPubSub keeps a listener whose subscription was refused for good.
      let target: typeof listener | null = listener;
      const subscribed = pubSub.subscribe(channel, message => target?.(message));
      // Its promise for those that join a pending subscription is left to nobody: a refusal would end the process.
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
      subscriber.off('refused', onRefused);
    },
  };
}
