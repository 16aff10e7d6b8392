import { Cluster, Redis, type RedisOptions, ReplyError } from 'ioredis';
import { announceScript, headScript } from './redis-scripts.ts';
import type { RedisAddress } from './redis-url.ts';

/** What the feed asks of Redis by commands; both kinds of client have it. */
export interface RedisCommands {
  readonly status: string;
  xrange(key: string, start: string, end: string, count: 'COUNT', limit: number): Promise<[string, string[]][]>;
  unlink(...keys: string[]): Promise<number>;
  /** Defined from `headScript` and `announceScript`. */
  feedHead(...keysAndArguments: (string | number)[]): Promise<[string, string, string]>;
  feedAnnounce(...keysAndArguments: (string | number)[]): Promise<number[]>;
}

/** For publish and subscribe. A cluster opens connections of its own for sharded subscriptions. */
export type ChannelClients =
  | { readonly kind: 'cluster'; readonly cluster: Cluster }
  | { readonly kind: 'single'; readonly publisher: Redis; readonly subscriber: Redis };

export interface RedisClients extends Disposable {
  readonly commands: RedisCommands & (Redis | Cluster);
  readonly channels: ChannelClients;
}

/**
 * A connection whose commands nobody need wait for: ioredis resubscribes, and RedisPubSub unsubscribes, without looking
 * at the result. Emits `refused` and `error` where the server refuses a subscription.
 */
class SubscriberConnection extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): ReturnType<Redis['sendCommand']> {
    const sent = super.sendCommand(...args);
    void Promise.resolve(sent).catch((error: Error) => {
      // A lost connection is told by `error`, and servers may refuse what ioredis tells them of itself.
      if (!(error instanceof ReplyError) || args[0].name !== 'subscribe') return;
      this.emit('refused');
      this.emit('error', error);
    });
    return sent;
  }
}

/** Without the option whose mere presence changes the type of every answer. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** A command that takes longer has failed. */
export const commandTimeoutMs = 1_500;
/** A connection that owes an answer and is silent for so long is cut, and with it what it has queued. */
const silentSocketMs = 3_000;
/** An attempt to connect that takes longer has failed, and the next one follows within a second. */
const connectTimeoutMs = 3_000;
/** A connection that has been idle for so long is probed by TCP. */
const keepAliveMs = 10_000;
const maxRetryDelayMs = 1_000;

const retryDelay = (attempt: number): number => Math.min(25 * 2 ** Math.min(attempt, 10), maxRetryDelayMs);

/**
 * Opens the clients, which connect in the background and for ever. No command is queued for a server that is away or sent
 * twice: it fails at once when it cannot be sent, when its connection is lost, or after 1.5 s. Subscriptions wait instead.
 */
export function openRedisClients(address: RedisAddress, onError: (error: Error) => void): RedisClients {
  const common: ClientOptions = {
    ...(address.username !== null && { username: address.username }),
    ...(address.password !== null && { password: address.password }),
    ...(address.tls && { tls: {} }),
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    keepAlive: keepAliveMs,
    socketTimeout: silentSocketMs,
    scripts: {
      feedHead: { lua: headScript, numberOfKeys: 5 },
      feedAnnounce: { lua: announceScript, numberOfKeys: 5 },
    },
  };
  if (address.kind === 'cluster') {
    const { scripts, ...redisOptions } = common;
    const clusterOptions = {
      redisOptions,
      ...(scripts && { scripts }),
      shardedSubscribers: true,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryDelay,
      maxRedirections: 4,
    };
    const cluster = new Cluster([...address.nodes], clusterOptions as ConstructorParameters<typeof Cluster>[1]);
    cluster.on('error', onError);
    cluster.on('node error', onError);
    return {
      commands: cluster as unknown as RedisClients['commands'],
      channels: { kind: 'cluster', cluster },
      [Symbol.dispose]: () => cluster.disconnect(),
    };
  }
  const options: ClientOptions = {
    ...common,
    db: address.database,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: retryDelay,
    ...(address.kind === 'single'
      ? { ...address.nodes[0] }
      : {
          sentinels: [...address.nodes],
          name: address.masterName as string,
          sentinelRetryStrategy: retryDelay,
          enableTLSForSentinelMode: address.tls,
          ...(address.tls && { sentinelTLS: {} }),
          ...(address.sentinelPassword !== null && { sentinelPassword: address.sentinelPassword }),
        }),
  };
  const commands = new Redis(options);
  const { commandTimeout: _unlimited, ...subscriberOptions } = options;
  const subscriber = new SubscriberConnection({
    ...subscriberOptions,
    // Subscriptions wait for the connection, and outlive it.
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    autoResubscribe: true,
  });
  commands.on('error', onError);
  subscriber.on('error', onError);
  return {
    commands: commands as unknown as RedisClients['commands'],
    channels: { kind: 'single', publisher: commands, subscriber },
    [Symbol.dispose]: () => {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}
