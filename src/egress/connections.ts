import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { type Dispatcher, errors, Pool, ProxyAgent } from 'undici';
import type { AddressPolicy } from './address-guard.ts';
import { type ConnectTrace, createConnector } from './connector.ts';
import { blockedLiteral, EgressError } from './egress-error.ts';
import type { NameResolver } from './resolver.ts';
import { literalAddress } from './url.ts';

export interface ConnectionsOptions {
  readonly policy: AddressPolicy;
  readonly resolver: NameResolver;
  /**
   * The URL of an http or https proxy for all connections. The proxy resolves names and has to block private addresses
   * itself. Null: no proxy.
   */
  readonly proxyUrl: string | null;
  /** The number of origins (scheme, host and port) whose idle connections are kept open. Default: 5000. */
  readonly maxOrigins?: number;
  /**
   * With more open connections than this, idle ones are closed, first those of the least recently used origin. Default:
   * 4096.
   */
  readonly maxSockets?: number;
}

/** The connections to receivers, kept open between attempts. Disposing them ends requests in flight with an error. */
export interface Connections extends AsyncDisposable {
  /**
   * Sends one HTTP/1.1 request. Never throws: `handler` receives the response or the error. If a new connection is
   * opened, its phases are written to `trace`, except through a proxy. With `isFresh`, a new connection is opened for
   * this request alone. Default: an idle connection is reused if there is one.
   */
  dispatch(
    url: URL,
    request: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    trace: ConnectTrace,
    isFresh?: boolean,
  ): void;
}

/**
 * The largest size of a response's headers, and of its trailers. A response with more fails. The limit is the default
 * of Node.js and undici. Parsing 64 KiB of short headers takes 10 ms, which many responses at once would add up to a
 * second.
 */
const maxHeaderBytes = 16_384;
const keepAliveMs = 30_000;
const keepAliveMaxMs = 60_000;

/** The connect timeout of a connection that undici reopens by itself, when no attempt limits the time. */
const orphanConnectTimeoutMs = 10_000;

const poolOptions = {
  allowH2: false,
  pipelining: 1,
  // undici's own timeouts are off, because the deadline of the attempt limits headers and body.
  headersTimeout: 0,
  bodyTimeout: 0,
  maxHeaderSize: maxHeaderBytes,
  keepAliveTimeout: keepAliveMs,
  keepAliveMaxTimeout: keepAliveMaxMs,
} satisfies Pool.Options;

/**
 * Opens a pool of reusable connections for each origin. Pools do not limit the requests in flight, because the sender's
 * lanes do. A limit here would make tenants with the same origin wait for each other.
 */
export function openConnections(options: ConnectionsOptions): Connections {
  return options.proxyUrl === null ? openDirect(options) : openProxied(options, options.proxyUrl);
}

function openDirect({ policy, resolver, maxOrigins = 5000, maxSockets = 4096 }: ConnectionsOptions): Connections {
  const connect = createConnector({ policy, resolver });
  const sockets = new Set<Socket>();
  const closing = new Set<Promise<void>>();
  const pools = new LRUCache<string, Pool>({ max: maxOrigins, dispose: retire });
  const retired = new Set<Pool>();
  // The trace of the attempt that is being dispatched. undici calls the connector synchronously during `dispatch`, so
  // the connector reads its trace here.
  let current: ConnectTrace | null = null;
  let isDisposed = false;

  function openPool(origin: string): Pool {
    return new Pool(origin, {
      ...poolOptions,
      connect(target, callback) {
        const trace = current ?? orphanTrace();
        if (sockets.size >= maxSockets) retireIdlePool();
        connect(target, trace).then(
          socket => {
            sockets.add(socket);
            socket.once('close', () => sockets.delete(socket));
            callback(null, socket);
          },
          (error: Error) => callback(error, null),
        );
      },
    });
  }

  /** Closes the pool after its requests in flight have finished. */
  function retire(pool: Pool): void {
    retired.add(pool);
    const closed = pool
      .close()
      .catch(() => {})
      .finally(() => {
        retired.delete(pool);
        closing.delete(closed);
      });
    closing.add(closed);
  }

  function retireIdlePool(): void {
    for (const origin of pools.rkeys()) {
      const stats = pools.peek(origin)?.stats;
      if (!stats || stats.connected === 0 || stats.running > 0 || stats.pending > 0) continue;
      pools.delete(origin);
      return;
    }
  }

  return {
    dispatch(url, request, handler, trace, isFresh = false) {
      if (isDisposed) {
        handler.onResponseError?.(null as never, new errors.ClientDestroyedError());
        return;
      }
      let pool = isFresh ? openPool(url.origin) : pools.get(url.origin);
      if (!pool) {
        pool = openPool(url.origin);
        pools.set(url.origin, pool);
      }
      current = trace;
      try {
        pool.dispatch(request, handler);
      } finally {
        current = null;
      }
      if (isFresh) retire(pool);
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      const all = [...pools.values(), ...retired];
      await Promise.all(all.map(pool => pool.destroy()));
      pools.clear();
      await Promise.all(closing);
    },
  };
}

function openProxied({ policy }: ConnectionsOptions, proxyUrl: string): Connections {
  const openAgent = () => new ProxyAgent({ ...poolOptions, uri: proxyUrl, proxyTunnel: true });
  const agent = openAgent();
  const freshAgents = new Set<ProxyAgent>();
  let closed: Promise<unknown> | null = null;
  return {
    dispatch(url, request, handler, _trace, isFresh = false) {
      const address = literalAddress(url.hostname);
      if (address !== null && !policy.allows(address)) {
        handler.onResponseError?.(null as never, blockedLiteral(address));
        return;
      }
      if (!isFresh) {
        agent.dispatch({ ...request, origin: url.origin }, handler);
        return;
      }
      const fresh = openAgent();
      freshAgents.add(fresh);
      fresh.dispatch({ ...request, origin: url.origin }, handler);
      // `close` resolves when the request has ended. It rejects if the agent was destroyed, which undici reports to the
      // handler as well.
      const removeAgent = () => freshAgents.delete(fresh);
      fresh.close().then(removeAgent, removeAgent);
    },
    async [Symbol.asyncDispose]() {
      closed ??= Promise.all([agent, ...freshAgents].map(each => each.destroy()));
      await closed;
    },
  };
}

function orphanTrace(): ConnectTrace {
  const trace: ConnectTrace = { phase: null, dnsMs: null, connectMs: null, tlsMs: null, cancel: null };
  const giveUp = () => trace.cancel?.(new EgressError('CONNECT_TIMEOUT', 'Connection timed out'));
  setTimeout(giveUp, orphanConnectTimeoutMs).unref();
  return trace;
}
