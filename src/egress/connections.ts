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
   * An http or https proxy for all connections. It resolves names, and has to block addresses. Null if there is none.
   */
  readonly proxyUrl: string | null;
  /** The number of origins whose connections are kept alive. Default: 5000. */
  readonly maxOrigins?: number;
  /**
   * The number of open connections above which idle ones are closed, the least recently used origin first. Default:
   * 4096.
   */
  readonly maxSockets?: number;
}

/** The connections to receivers, kept alive between attempts. Closing ends the ones in use with an error. */
export interface Connections extends AsyncDisposable {
  /**
   * Makes one HTTP/1.1 exchange. Never throws: the handler receives the outcome. If a connection has to be opened,
   * `trace` is filled in before the request starts (never through a proxy). With `isFresh`, a new connection is opened
   * only for this exchange. Default: an idle connection is reused if there is one.
   */
  dispatch(
    url: URL,
    request: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    trace: ConnectTrace,
    isFresh?: boolean,
  ): void;
}

/** An exchange whose response has a larger status line and headers than this many bytes fails. */
const maxHeaderBytes = 65_536;
const keepAliveMs = 30_000;
const keepAliveMaxMs = 60_000;

/** The timeout of a connection that undici reopens by itself, without an attempt. */
const orphanConnectTimeoutMs = 10_000;

const poolOptions = {
  allowH2: false,
  pipelining: 1,
  // The deadline of the attempt covers both.
  headersTimeout: 0,
  bodyTimeout: 0,
  maxHeaderSize: maxHeaderBytes,
  keepAliveTimeout: keepAliveMs,
  keepAliveMaxTimeout: keepAliveMaxMs,
} satisfies Pool.Options;

/**
 * Opens a pool of kept-alive connections for each origin. A pool has no limit of its own: the lanes limit the requests
 * in flight, and an origin that tenants share must not become a queue.
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
  // undici calls the connector during dispatch if it needs a connection, so this variable identifies the attempt.
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

  /** Lets requests in flight finish, then closes. */
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
      // Fulfilled when the exchange has ended. Rejected if it was destroyed, which the handler knows already.
      const forget = () => freshAgents.delete(fresh);
      fresh.close().then(forget, forget);
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
