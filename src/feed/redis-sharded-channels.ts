import type { Cluster } from 'ioredis';
import { type Channels, heartbeatMs } from './redis-channels.ts';
import { askRedis } from './redis-errors.ts';
import { parseMessage } from './wire.ts';

const retryMs = 500;

export interface ShardedChannelsOptions {
  readonly cluster: Cluster;
  /** Every channel is subscribed again after a cut: whatever was published in between is missing. */
  readonly onResubscribed: () => void;
  /** A subscription failed on a cluster that is there. It is tried again. */
  readonly onSubscribeError: (error: unknown) => void;
}

interface Channel {
  readonly listeners: Set<(message: unknown) => void>;
  readonly confirmed: PromiseWithResolvers<void>;
}

/**
 * The channels of a Redis Cluster: sharded publish and subscribe (SSUBSCRIBE, SPUBLISH), which `RedisPubSub` does not
 * know. A subscription never fails: it is tried again until Redis has confirmed it. The cluster opens connections of its
 * own for subscriptions, which come and go one by one; after each change all channels are subscribed again.
 */
export function openShardedChannels(options: ShardedChannelsOptions): Channels {
  const { cluster, onResubscribed, onSubscribeError } = options;
  const channels = new Map<string, Channel>();
  let retryTimer: NodeJS.Timeout | null = null;
  let closed = false;

  function onMessage(name: Buffer, text: Buffer): void {
    const channel = channels.get(name.toString());
    if (!channel) return;
    const message = parseMessage(text);
    for (const listener of channel.listeners) listener(message);
  }

  /** @returns whether Redis has confirmed the subscription, or nobody wants it any more. */
  async function confirm(name: string): Promise<boolean> {
    const channel = channels.get(name);
    if (!channel) return true;
    try {
      await askRedis(cluster.ssubscribe(name));
    } catch (error) {
      // Without a connection, as at the start, nothing was refused.
      if (!closed && cluster.status === 'ready') onSubscribeError(error);
      retryLater();
      return false;
    }
    channel.confirmed.resolve();
    return true;
  }

  async function resubscribe(): Promise<void> {
    for (const name of [...channels.keys()]) if (!(await confirm(name))) return;
    if (!closed) onResubscribed();
  }

  function retryLater(): void {
    if (closed) return;
    retryTimer ??= setTimeout(() => {
      retryTimer = null;
      // While the cluster is away there is nothing to retry: its return resubscribes.
      if (cluster.status === 'ready') void resubscribe();
    }, retryMs);
  }

  function remove(name: string, listener: (message: unknown) => void): void {
    const channel = channels.get(name);
    if (!channel?.listeners.delete(listener) || channel.listeners.size > 0) return;
    channels.delete(name);
    // The connection is gone, and the subscription with it.
    cluster.sunsubscribe(name).catch(() => undefined);
  }

  cluster.on('smessageBuffer', onMessage);
  const onReady = () => void resubscribe();
  cluster.on('subscribersReady', onReady);
  // The client reports no error while the connection to one shard hangs, so readers look at the log at intervals.
  const heartbeat = setInterval(onResubscribed, heartbeatMs).unref();

  return {
    async subscribe(name, listener) {
      const known = channels.get(name);
      const channel = known ?? { listeners: new Set(), confirmed: Promise.withResolvers<void>() };
      channel.listeners.add(listener);
      if (!known) {
        channels.set(name, channel);
        void confirm(name);
      }
      await channel.confirmed.promise;
      return { [Symbol.dispose]: () => remove(name, listener) };
    },
    async publish(name, message) {
      await cluster.spublish(name, message);
    },
    [Symbol.dispose]() {
      closed = true;
      clearInterval(heartbeat);
      if (retryTimer) clearTimeout(retryTimer);
      channels.clear();
      cluster.off('smessageBuffer', onMessage);
      cluster.off('subscribersReady', onReady);
    },
  };
}
