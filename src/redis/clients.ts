import { Cluster, Redis, type RedisOptions, ReplyError } from 'ioredis';
import type { RedisAddress } from './url.ts';

/**
 * The connections for publish and subscribe. With a cluster, ioredis opens separate connections for sharded
 * subscriptions.
 */
export type ChannelClients =
  | { readonly kind: 'cluster'; readonly cluster: Cluster }
  | { readonly kind: 'single'; readonly publisher: Redis; readonly subscriber: Redis };

export interface RedisClients extends Disposable {
  readonly commands: Redis | Cluster;
  readonly channels: ChannelClients;
}

/**
 * A connection for subscriptions. It handles the errors of commands that nobody awaits, because ioredis resubscribes
 * and RedisPubSub unsubscribes without handling them. Emits `rejected` and `error` if the server rejects a
 * subscription.
 */
class SubscriberConnection extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): ReturnType<Redis['sendCommand']> {
    const sent = super.sendCommand(...args);
    void Promise.resolve(sent).catch((error: Error) => {
      // Only a rejected `subscribe` is reported. A lost connection emits `error` by itself, and other rejected commands
      // are ones that ioredis sends on its own.
      if (!(error instanceof ReplyError) || args[0].name !== 'subscribe') return;
      this.emit('rejected');
      this.emit('error', error);
    });
    return sent;
  }
}

/** The options of ioredis without `replyMapping`, whose presence changes the type of every response. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** The time limit of a command, in ms. After it the command fails. */
export const commandTimeoutMs = 1_500;
/** If a response is due and the server sends nothing for this time, the connection is closed and its commands fail. */
const silentSocketMs = 3_000;
/** The time limit for connecting, in ms. The next try follows within a second. */
const connectTimeoutMs = 3_000;
/** TCP probes a connection after it has been idle for this time, in ms. */
const keepAliveMs = 10_000;
const maxRetryDelayMs = 1_000;

const retryDelay = (attempt: number): number => Math.min(25 * 2 ** Math.min(attempt, 10), maxRetryDelayMs);

/**
 * Opens the clients, which connect in the background and retry forever. A command is never queued for a server that is
 * unavailable, and never sent twice: it fails immediately if it cannot be sent, when its connection is lost, or after
 * 1.5 s. Only subscriptions wait for the connection.
 *
 * @param scripts Lua scripts that become methods of `commands`.
 */
export function openRedisClients(
  address: RedisAddress,
  onError: (error: Error) => void,
  scripts: NonNullable<RedisOptions['scripts']> = {},
): RedisClients {
  const options: ClientOptions = {
    ...(address.username !== null && { username: address.username }),
    ...(address.password !== null && { password: address.password }),
    ...(address.tls && { tls: {} }),
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    keepAlive: keepAliveMs,
    socketTimeout: silentSocketMs,
  };
  return address.kind === 'cluster'
    ? openCluster(address, options, scripts, onError)
    : openServer(address, { ...options, scripts }, onError);
}

function openCluster(
  { nodes }: RedisAddress,
  redisOptions: ClientOptions,
  scripts: NonNullable<RedisOptions['scripts']>,
  onError: (error: Error) => void,
): RedisClients {
  const options = {
    redisOptions,
    scripts,
    shardedSubscribers: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryDelay,
    maxRedirections: 4,
  };
  const cluster = new Cluster([...nodes], options as ConstructorParameters<typeof Cluster>[1]);
  cluster.on('error', onError);
  cluster.on('node error', onError);
  return {
    commands: cluster,
    channels: { kind: 'cluster', cluster },
    [Symbol.dispose]: () => cluster.disconnect(),
  };
}

/** Opens clients for one server, or for the master of a Sentinel group. */
function openServer(address: RedisAddress, common: ClientOptions, onError: (error: Error) => void): RedisClients {
  const options: ClientOptions = {
    ...common,
    db: address.database,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: retryDelay,
    ...(address.kind === 'single' ? address.nodes[0] : describeSentinels(address)),
  };
  const commands = new Redis(options);
  const { commandTimeout: _unlimited, ...subscriberOptions } = options;
  const subscriber = new SubscriberConnection({
    ...subscriberOptions,
    // Subscriptions wait for the connection, and are made again after a lost connection.
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    autoResubscribe: true,
  });
  const clients = [commands, subscriber];
  for (const client of clients) client.on('error', onError);
  return {
    commands,
    channels: { kind: 'single', publisher: commands, subscriber },
    [Symbol.dispose]: () => {
      for (const client of clients) client.disconnect();
    },
  };
}

function describeSentinels(address: RedisAddress): ClientOptions {
  return {
    sentinels: [...address.nodes],
    name: address.masterName as string,
    sentinelRetryStrategy: retryDelay,
    enableTLSForSentinelMode: address.tls,
    ...(address.tls && { sentinelTLS: {} }),
    ...(address.sentinelPassword !== null && { sentinelPassword: address.sentinelPassword }),
  };
}
