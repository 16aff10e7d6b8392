import { type Client, createClient } from 'graphql-ws';

/** A client that connects again for as long as it takes. Browsers need no `webSocketImpl`. */
export function createFeedClient(url: string, key: string, webSocketImpl?: unknown): Client {
  return createClient({
    url,
    webSocketImpl,
    connectionParams: { authorization: `Bearer ${key}` },
    // A server that goes away, an unplugged cable, a proxy that is restarted: all of it passes.
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    // Half-open connections show within 10 seconds.
    keepAlive: 10_000,
  });
}
