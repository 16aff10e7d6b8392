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

/** The way one attempt is sent. */
export function createSend({ connections, maxResponseBytes }: SendOptions): Send {
  return (request, signal) =>
    new Promise((resolve, reject) => {
      const exchange = new Exchange({ timeoutMs: request.timeoutMs, maxResponseBytes, signal, resolve, reject });
      if (exchange.isSettled) return;
      const url = URL.parse(request.url);
      if (!url || !/^https?:$/.test(url.protocol)) return exchange.refuse('The URL is not one of http or https');
      const options: Dispatcher.DispatchOptions = {
        method: request.method,
        path: url.pathname + url.search,
        headers: request.headers.flat(),
        body: request.body,
      };
      connections.dispatch(url, options, exchange, exchange.trace);
    });
}
