import type { Dispatcher } from 'undici';
import type { Connections } from '../egress/connections.ts';
import { parseDestination } from '../egress/destination.ts';
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
  /** Asked in the same turn of the event loop in which the first byte is written: false ends the exchange as aborted. Default: it may. */
  readonly mayStart?: (() => boolean) | undefined;
  /** Awaited before the request is sent again on a new connection. */
  readonly verify?: (() => Promise<void>) | undefined;
}

/**
 * Performs one HTTP exchange. Anything that the receiver, the network or the URL causes is an outcome. It rejects only for
 * bugs, such as a header that no check should have let through. Redirects are never followed. The request is written once,
 * or twice if a kept connection turns out to have been closed by the receiver. Aborting `signal` ends it at once.
 */
export type Send = (request: AttemptRequest, signal: AbortSignal) => Promise<AttemptOutcome>;

export interface SendOptions {
  readonly connections: Connections;
  /** Of a response body; the rest is not read, and the connection destroyed. */
  readonly maxResponseBytes: number;
}

/** The way one attempt is sent. */
export function createSend({ connections, maxResponseBytes }: SendOptions): Send {
  const inFlight = new WeakMap<AbortSignal, Set<Exchange>>();

  /** One listener for all that a signal may end: each of their own would be compared with all the others. */
  function exchangesOf(signal: AbortSignal): Set<Exchange> {
    let exchanges = inFlight.get(signal);
    if (!exchanges) {
      const all = new Set<Exchange>();
      const abortAll = () => {
        for (const exchange of all) exchange.abort();
      };
      signal.addEventListener('abort', abortAll, { once: true });
      inFlight.set(signal, all);
      exchanges = all;
    }
    return exchanges;
  }

  return (request, signal) =>
    new Promise((resolve, reject) => {
      const exchanges = exchangesOf(signal);
      const destination = parseDestination(request.url);
      const dispatch = (isFresh: boolean) => {
        if (!destination) return exchange.refuse('The URL is not one of http or https');
        const options: Dispatcher.DispatchOptions = {
          method: request.method,
          path: destination.path,
          headers: request.headers.flat(),
          body: request.body,
        };
        connections.dispatch(destination.url, options, exchange, exchange.trace, isFresh);
      };
      const resend = () => {
        if (!request.verify) return dispatch(true);
        const resent = request.verify().then(() => {
          if (!exchange.isSettled) dispatch(true);
        });
        resent.catch(reject);
      };
      const exchange = new Exchange({
        timeoutMs: request.timeoutMs,
        mayStart: request.mayStart,
        maxResponseBytes,
        resend,
        resolve,
        reject,
        onEnd: () => exchanges.delete(exchange),
      });
      if (signal.aborted) return exchange.abort();
      exchanges.add(exchange);
      dispatch(false);
    });
}
