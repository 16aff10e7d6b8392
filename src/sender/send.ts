import { LRUCache } from 'lru-cache';
import type { Dispatcher } from 'undici';
import type { Connections } from '../egress/connections.ts';
import type { AttemptOutcome } from './attempt-outcome.ts';
import { Exchange } from './exchange.ts';

/** One HTTP request, ready to go: templates rendered, signed. */
export interface AttemptRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  /** In the order in which they go out; host, content-length and connection are added. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Buffer;
  /** For the whole exchange: name, connection, TLS, request, response and its body. */
  readonly timeoutMs: number;
}

/**
 * Performs one HTTP exchange. Whatever receiver, network or URL do is an outcome; it rejects for bugs alone (such as a
 * header that no check let through). Redirects are never followed, nothing is retried. Aborting `signal` ends it at once.
 */
export type Send = (request: AttemptRequest, signal: AbortSignal) => Promise<AttemptOutcome>;

export interface SendOptions {
  readonly connections: Connections;
  /** Of a response body; the rest is not read, and the connection destroyed. */
  readonly maxResponseBytes: number;
}

interface Destination {
  readonly url: URL;
  readonly path: string;
}

/** Parsing a URL takes 1.5 us, and most attempts go where others went before. */
const rememberedUrls = 5000;

/** The way one attempt is sent. */
export function createSend({ connections, maxResponseBytes }: SendOptions): Send {
  const destinations = new LRUCache<string, Destination>({ max: rememberedUrls });
  const underWay = new WeakMap<AbortSignal, Set<Exchange>>();

  function resolveUrl(text: string): Destination | null {
    const known = destinations.get(text);
    if (known) return known;
    const url = URL.parse(text);
    if (!url || !/^https?:$/.test(url.protocol)) return null;
    const destination = { url, path: url.pathname + url.search };
    destinations.set(text, destination);
    return destination;
  }

  /** One listener for all that a signal may end: each of their own would be compared with all the others. */
  function exchangesOf(signal: AbortSignal): Set<Exchange> {
    let exchanges = underWay.get(signal);
    if (!exchanges) {
      const all = new Set<Exchange>();
      const abortAll = () => {
        for (const exchange of all) exchange.abort();
      };
      signal.addEventListener('abort', abortAll, { once: true });
      underWay.set(signal, all);
      exchanges = all;
    }
    return exchanges;
  }

  return (request, signal) =>
    new Promise((resolve, reject) => {
      const exchanges = exchangesOf(signal);
      const exchange = new Exchange({
        timeoutMs: request.timeoutMs,
        maxResponseBytes,
        resolve,
        reject,
        onEnd: () => exchanges.delete(exchange),
      });
      if (signal.aborted) return exchange.abort();
      exchanges.add(exchange);
      const destination = resolveUrl(request.url);
      if (!destination) return exchange.refuse('The URL is not one of http or https');
      const options: Dispatcher.DispatchOptions = {
        method: request.method,
        path: destination.path,
        headers: request.headers.flat(),
        body: request.body,
      };
      connections.dispatch(destination.url, options, exchange, exchange.trace);
    });
}
