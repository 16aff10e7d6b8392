import { Cluster, Redis, type RedisOptions, ReplyError } from 'ioredis';
import type { RedisAddress } from './url.ts';

/** The clients for publish and subscribe. A cluster opens separate connections for sharded subscriptions. */
export type ChannelClients =
  | { readonly kind: 'cluster'; readonly cluster: Cluster }
  | { readonly kind: 'single'; readonly publisher: Redis; readonly subscriber: Redis };

export interface RedisClients extends Disposable {
  readonly commands: Redis | Cluster;
  readonly channels: ChannelClients;
}

/**
 * A connection whose commands need not be awaited: ioredis resubscribes and RedisPubSub unsubscribes without handling errors.
 * Emits `rejected` and `error` if the server rejects a subscription.
 */
class SubscriberConnection extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): ReturnType<Redis['sendCommand']> {
    const sent = super.sendCommand(...args);
    void Promise.resolve(sent).catch((error: Error) => {
      // A lost connection emits `error` too. Servers may reject other commands that ioredis sends by itself.
      if (!(error instanceof ReplyError) || args[0].name !== 'subscribe') return;
      this.emit('rejected');
      this.emit('error', error);
    });
    return sent;
  }
}

/** Without the option whose presence changes the type of every response. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** A command that takes longer fails. */
export const commandTimeoutMs = 1_500;
/** A connection that is silent for so long while a response is due is closed, and its commands fail. */
const silentSocketMs = 3_000;
/** An attempt to connect that takes longer fails. The next one follows within a second. */
const connectTimeoutMs = 3_000;
/** A connection that has been idle for so long is probed by TCP. */
const keepAliveMs = 10_000;
const maxRetryDelayMs = 1_000;

const retryDelay = (attempt: number): number => Math.min(25 * 2 ** Math.min(attempt, 10), maxRetryDelayMs);

/**
 * Opens the clients, which connect in the background and retry for ever. No command is queued for a server that is unavailable
 * or sent twice: it fails at once if it cannot be sent, when its connection is lost, or after 1.5 s. Subscriptions wait instead.
 *
 * @param scripts become methods of `commands`.
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

/** One server, or the master of a Sentinel group. */
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
    // Subscriptions wait for the connection and are repeated after it was lost.
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
