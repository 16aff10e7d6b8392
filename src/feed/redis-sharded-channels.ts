import type { Cluster } from 'ioredis';
import { askRedis } from '../redis/errors.ts';
import { type Channels, heartbeatMs } from './redis-channels.ts';
import { parseMessage } from './wire.ts';

const retryMs = 500;

export interface ShardedChannelsOptions {
  readonly cluster: Cluster;
  /** Called after all channels were subscribed again. Messages that were published before are missing. */
  readonly onResubscribed: () => void;
  /** Called when a subscription fails although the cluster is available. The subscription is then tried again. */
  readonly onSubscribeError: (error: unknown) => void;
}

interface Channel {
  readonly listeners: Set<(message: unknown) => void>;
  readonly confirmed: PromiseWithResolvers<void>;
}

/**
 * The channels of a Redis Cluster: sharded publish and subscribe (SSUBSCRIBE, SPUBLISH), which `RedisPubSub` does not
 * support. A subscription never fails, but is tried again until Redis has confirmed it. The cluster opens separate
 * connections for subscriptions. When any of them changes, all channels are subscribed again.
 */
export class ShardedChannels implements Channels {
  readonly #options: ShardedChannelsOptions;
  readonly #channels = new Map<string, Channel>();
  /**
   * Makes subscribers read the log regularly, because ioredis reports no error while the connection to one shard hangs.
   */
  readonly #heartbeat: NodeJS.Timeout;
  #retryTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: ShardedChannelsOptions) {
    this.#options = options;
    options.cluster.on('smessageBuffer', this.#onMessage);
    options.cluster.on('subscribersReady', this.#resubscribe);
    this.#heartbeat = setInterval(options.onResubscribed, heartbeatMs).unref();
  }

  async subscribe(name: string, listener: (message: unknown) => void): Promise<Disposable> {
    const known = this.#channels.get(name);
    const channel = known ?? { listeners: new Set(), confirmed: Promise.withResolvers<void>() };
    channel.listeners.add(listener);
    if (!known) {
      this.#channels.set(name, channel);
      void this.#confirm(name);
    }
    await channel.confirmed.promise;
    return { [Symbol.dispose]: () => this.#remove(name, listener) };
  }

  async publish(name: string, message: string): Promise<void> {
    await this.#options.cluster.spublish(name, message);
  }

  #onMessage = (name: Buffer, text: Buffer): void => {
    const channel = this.#channels.get(name.toString());
    if (!channel) return;
    const message = parseMessage(text);
    for (const listener of channel.listeners) listener(message);
  };

  /** Subscribes a channel in Redis. Returns true if Redis has confirmed it, or if the channel is no longer needed. */
  async #confirm(name: string): Promise<boolean> {
    const { cluster, onSubscribeError } = this.#options;
    const channel = this.#channels.get(name);
    if (!channel) return true;
    try {
      await askRedis(cluster.ssubscribe(name));
    } catch (error) {
      // Without a connection, as during the start, nothing was rejected, so there is nothing to report.
      if (!this.#isClosed && cluster.status === 'ready') onSubscribeError(error);
      this.#retryLater();
      return false;
    }
    channel.confirmed.resolve();
    return true;
  }

  #resubscribe = async (): Promise<void> => {
    for (const name of [...this.#channels.keys()]) if (!(await this.#confirm(name))) return;
    if (!this.#isClosed) this.#options.onResubscribed();
  };

  #retryLater(): void {
    if (this.#isClosed) return;
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = null;
      // An unavailable cluster emits `subscribersReady` when it is back, which subscribes all channels again.
      if (this.#options.cluster.status === 'ready') void this.#resubscribe();
    }, retryMs);
  }

  #remove(name: string, listener: (message: unknown) => void): void {
    const channel = this.#channels.get(name);
    if (!channel?.listeners.delete(listener) || channel.listeners.size > 0) return;
    this.#channels.delete(name);
    // An error can be ignored: if the connection was lost, the subscription has ended with it.
    this.#options.cluster.sunsubscribe(name).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#channels.clear();
    this.#options.cluster.off('smessageBuffer', this.#onMessage);
    this.#options.cluster.off('subscribersReady', this.#resubscribe);
  }
}
