import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { announceScript, headScript } from './redis-scripts.ts';
import type { RedisAddress } from './redis-url.ts';

/** What the feed asks of Redis by commands; both kinds of client have it. */
export interface RedisCommands {
  readonly status: string;
  publish(channel: string, message: string): Promise<number>;
  spublish(channel: string, message: string): Promise<number>;
  xrange(key: string, start: string, end: string, count: 'COUNT', limit: number): Promise<[string, string[]][]>;
  unlink(...keys: string[]): Promise<number>;
  /** Defined from `headScript` and `announceScript`. */
  feedHead(...keysAndArguments: (string | number)[]): Promise<[string, string, string]>;
  feedAnnounce(...keysAndArguments: (string | number)[]): Promise<number[]>;
}

export interface RedisClients extends Disposable {
  readonly commands: RedisCommands & (Redis | Cluster);
  /** In a cluster this is the same client: it opens connections of its own for sharded subscriptions. */
  readonly subscriber: Redis | Cluster;
  readonly isCluster: boolean;
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
 * Opens the clients, which connect in the background and for ever. Nothing is queued for a server that is away, and
 * nothing is sent twice: a command fails at once when it cannot be sent, when its connection is lost, or after 1.5 s.
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
      subscriber: cluster,
      isCluster: true,
      [Symbol.dispose]: () => cluster.disconnect(),
    };
  }
  const options: ClientOptions = {
    ...common,
    db: address.database,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
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
  const subscriber = new Redis(options);
  commands.on('error', onError);
  subscriber.on('error', onError);
  return {
    commands: commands as unknown as RedisClients['commands'],
    subscriber,
    isCluster: false,
    [Symbol.dispose]: () => {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}
