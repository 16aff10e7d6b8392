import { EventEmitter } from 'node:events';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Cluster, Redis } from 'ioredis';
import type { RedisClients } from './redis-clients.ts';
import { parseMessage } from './wire.ts';

/** A hanging subscriber connection is noticed within this time plus the silence that `openRedisClients` allows. */
const heartbeatMs = 2_000;
const retryMs = 500;
const channelsPerCommand = 500;

export interface RedisChannelsOptions {
  readonly clients: RedisClients;
  /** Puts a message on its channel; called for `publish`. */
  readonly send: (channel: string, message: string) => Promise<unknown>;
  /** Every channel is subscribed again after a cut: whatever was published in between is missing. */
  readonly onResubscribed: () => void;
  /** Redis refused a subscription, or the connection broke meanwhile. It is tried again. */
  readonly onSubscribeError: (error: unknown) => void;
}

/**
 * The subscriber client as RedisPubSub sees it.
 *
 * RedisPubSub forgets nothing that fails, so here a subscription never fails: its callback is called once Redis has
 * confirmed it, if need be after a reconnection. ioredis' own resubscription would reject unheard when the connection
 * breaks again, and does not tell when it is done; so we do it ourselves. In a cluster channels are sharded.
 */
class SubscriberFacade extends EventEmitter {
  readonly #client: Redis | Cluster;
  readonly #isCluster: boolean;
  readonly #onResubscribed: () => void;
  readonly #onSubscribeError: (error: unknown) => void;
  readonly #wanted = new Map<string, (() => void) | null>();
  readonly #heartbeat: NodeJS.Timeout;
  #retryTimer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor({ clients, onResubscribed, onSubscribeError }: RedisChannelsOptions) {
    super();
    this.#client = clients.subscriber;
    this.#isCluster = clients.isCluster;
    this.#onResubscribed = onResubscribed;
    this.#onSubscribeError = onSubscribeError;
    const event = this.#isCluster ? 'smessageBuffer' : 'messageBuffer';
    this.#client.on(event, (channel: Buffer, message: Buffer) => this.emit('message', channel.toString(), message));
    // A cluster's shards come and go one by one, each with its own connection.
    for (const moment of this.#isCluster ? ['subscribersReady'] : ['ready']) {
      this.#client.on(moment, () => void this.#resubscribe());
    }
    this.#heartbeat = setInterval(() => void this.#beat(), heartbeatMs);
    this.#heartbeat.unref();
  }

  subscribe(channel: string, callback: (error: null) => void): void {
    this.#wanted.set(channel, () => callback(null));
    void this.#confirm([channel]);
  }

  async unsubscribe(channel: string): Promise<void> {
    if (!this.#wanted.delete(channel)) return;
    const command = this.#isCluster ? this.#client.sunsubscribe(channel) : this.#client.unsubscribe(channel);
    await command.catch(() => undefined);
  }

  /** RedisPubSub calls this beside `unsubscribe`, whatever the subscription was; patterns are not used. */
  async punsubscribe(): Promise<void> {}

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#wanted.clear();
    this.removeAllListeners();
  }

  async #resubscribe(): Promise<void> {
    const channels = [...this.#wanted.keys()];
    let confirmed = true;
    const size = this.#isCluster ? 1 : channelsPerCommand;
    for (let start = 0; start < channels.length && confirmed; start += size) {
      confirmed = await this.#confirm(channels.slice(start, start + size));
    }
    if (confirmed && !this.#closed) this.#onResubscribed();
  }

  async #confirm(channels: readonly string[]): Promise<boolean> {
    const still = channels.filter(channel => this.#wanted.has(channel));
    if (still.length === 0) return true;
    try {
      await (this.#isCluster ? this.#client.ssubscribe(...still) : this.#client.subscribe(...still));
    } catch (error) {
      // Without a connection, as at the start, it is tried again once there is one: nothing was refused.
      if (!this.#closed && this.#client.status === 'ready') this.#onSubscribeError(error);
      this.#retryLater();
      return false;
    }
    for (const channel of still) {
      const callback = this.#wanted.get(channel);
      if (callback) this.#wanted.set(channel, null);
      callback?.();
    }
    return true;
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = null;
      // While the connection is away there is nothing to retry: its return resubscribes.
      if (this.#client.status === 'ready') void this.#resubscribe();
    }, retryMs);
  }

  async #beat(): Promise<void> {
    if (this.#isCluster) this.#onResubscribed();
    else if (this.#client.status === 'ready') await this.#client.ping().catch(() => undefined);
  }
}

/**
 * Publish and subscribe over Redis, through `graphql-redis-subscriptions`. A listener gets each message of its channel
 * parsed, or undefined where it was no JSON; one listener a channel is what this is made for.
 */
export class RedisChannels implements Disposable {
  readonly #subscriber: SubscriberFacade;
  readonly #pubSub: RedisPubSub;

  constructor(options: RedisChannelsOptions) {
    this.#subscriber = new SubscriberFacade(options);
    const publisher = { publish: options.send };
    this.#pubSub = new RedisPubSub({
      subscriber: this.#subscriber as unknown as Redis,
      publisher: publisher as unknown as Redis,
      serializer: (text: string) => text,
      deserializer: parseMessage,
    });
  }

  /** Resolves once Redis has confirmed the subscription, which may be never: give it a time limit. */
  async subscribe(channel: string, listener: (message: unknown) => void): Promise<Disposable> {
    const id = await this.#pubSub.subscribe(channel, listener);
    let open = true;
    return {
      [Symbol.dispose]: () => {
        if (open) this.#pubSub.unsubscribe(id);
        open = false;
      },
    };
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.#pubSub.publish(channel, message);
  }

  [Symbol.dispose](): void {
    this.#subscriber.close();
  }
}
