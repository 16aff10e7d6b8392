import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from 'ioredis';
import { askRedis } from '../redis/errors.ts';

const retryMs = 500;

export interface ShardedClientOptions {
  readonly cluster: Cluster;
  /** Called after all channels were subscribed again. Messages that were published before are missing. */
  readonly onResubscribed: () => void;
  /** Called when a subscription fails although the cluster is available. The subscription is then tried again. */
  readonly onSubscribeError: (error: unknown) => void;
}

/**
 * The client of a Redis Cluster for `RedisPubSub`, which does not know sharded publish and subscribe: its commands are
 * SSUBSCRIBE, SUNSUBSCRIBE and SPUBLISH. A subscription never fails, but is tried again until Redis has confirmed it.
 * The cluster opens separate connections for subscriptions. When any of them changes, all channels are subscribed again.
 */
export class ShardedClient extends EventEmitter implements Disposable {
  readonly #options: ShardedClientOptions;
  readonly #channels = new Set<string>();
  #resubscriptions = 0;

  constructor(options: ShardedClientOptions) {
    super();
    this.#options = options;
    options.cluster.on('smessageBuffer', this.#onMessage);
    options.cluster.on('subscribersReady', this.#resubscribe);
  }

  async subscribe(name: string, onConfirmed: (error: null) => void): Promise<void> {
    this.#channels.add(name);
    if (await this.#confirm(name)) onConfirmed(null);
  }

  async unsubscribe(name: string): Promise<void> {
    this.#channels.delete(name);
    // An error can be ignored: if the connection was lost, the subscription has ended with it.
    await this.#options.cluster.sunsubscribe(name).catch(() => undefined);
  }

  /** `RedisPubSub` also calls this when it unsubscribes from a channel. It subscribes to no patterns. */
  punsubscribe(): void {}

  async publish(name: string, message: string): Promise<void> {
    await this.#options.cluster.spublish(name, message);
  }

  [Symbol.dispose](): void {
    this.#channels.clear();
    this.#options.cluster.off('smessageBuffer', this.#onMessage);
    this.#options.cluster.off('subscribersReady', this.#resubscribe);
  }

  #onMessage = (name: Buffer, text: Buffer): void => void this.emit('messageBuffer', name, text);

  #resubscribe = async (): Promise<void> => {
    this.#resubscriptions += 1;
    const own = this.#resubscriptions;
    const isCurrent = () => own === this.#resubscriptions;
    for (const name of this.#channels) if (isCurrent()) await this.#confirm(name, isCurrent);
    if (isCurrent()) this.#options.onResubscribed();
  };

  /** Subscribes a channel until Redis confirms it. Returns false once it is no longer needed or `isCurrent` is false. */
  async #confirm(name: string, isCurrent: () => boolean = () => true): Promise<boolean> {
    const { cluster, onSubscribeError } = this.#options;
    while (this.#channels.has(name) && isCurrent()) {
      try {
        await askRedis(cluster.ssubscribe(name));
        return true;
      } catch (error) {
        // Without a connection, as during the start, nothing was rejected, so there is nothing to report.
        if (cluster.status === 'ready' && this.#channels.has(name)) onSubscribeError(error);
      }
      await delay(retryMs, undefined, { ref: false });
    }
    return false;
  }
}
