import type { Dispatcher } from 'undici';
import type { AttemptOutcome } from './attempt-outcome.ts';
import type { Connections } from './connections.ts';
import { parseDestination } from './destination.ts';
import { Exchange } from './exchange.ts';

/** One HTTP request of an attempt, with rendered templates and signatures. */
export interface AttemptRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  /** The headers in the order in which they are sent. The HTTP client adds host, content-length and connection. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Buffer;
  /** The time limit in ms for everything: DNS, connection, TLS, request, and response with its body. */
  readonly timeoutMs: number;
  /**
   * Called right before the first byte is written. If it returns false, the attempt is aborted. Default: always sent.
   */
  readonly mayStart?: (() => boolean) | undefined;
  /** Awaited before the request is sent again on a new connection. Default: sent again immediately. */
  readonly verify?: (() => Promise<void>) | undefined;
}

/**
 * Sends one HTTP request. Everything that the receiver, the network or the URL causes is an outcome. It rejects only
 * for bugs, such as an invalid header that was not rejected earlier. Redirects are never followed. The request is
 * written once, or twice if the receiver had closed the reused connection. Aborting `signal` ends the request
 * immediately.
 */
export type Send = (request: AttemptRequest, signal: AbortSignal) => Promise<AttemptOutcome>;

export interface SendOptions {
  readonly connections: Connections;
  /** The largest number of bytes of a response body. The rest is not read, and the connection is destroyed. */
  readonly maxResponseBytes: number;
}

/** Creates a function that sends requests over `connections`. */
export function createSend({ connections, maxResponseBytes }: SendOptions): Send {
  const inFlight = new WeakMap<AbortSignal, Set<Exchange>>();

  /**
   * Returns the running exchanges of a signal, which share one abort listener. `addEventListener` compares a new
   * listener with all others of the signal, which would be slow with thousands.
   */
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
        if (!destination) return exchange.reject('The URL is not one of http or https');
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
