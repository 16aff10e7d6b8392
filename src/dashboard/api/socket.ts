import { type Client, createClient } from 'graphql-ws/client';
import { apiPath } from '../base-path.ts';
import { isRefusal } from './connection.ts';

const pingMs = 10_000;
const pongMs = 5_000;
const longestWaitMs = 15_000;

/**
 * The websocket of a session, opened at once and kept open: one for all subscriptions. After a cut it opens again, at
 * once where the browser says that the network is back, else after a growing pause with jitter; only a refusal ends it.
 * A subscription is then sent again with its variables as they are at that moment: let `after` be a getter.
 */
export function openSocket(readBearer: () => string, tenantId: string | null): Client {
  let current: WebSocket | null = null;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}${apiPath}`,
    lazy: false,
    connectionParams: () => ({
      authorization: `Bearer ${readBearer()}`,
      ...(tenantId && { 'livehook-tenant': tenantId }),
    }),
    keepAlive: pingMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: event => !isRefusal(event),
    retryWait: waitForNetwork,
    // Its callers hear of errors themselves.
    onNonLazyError: () => undefined,
    on: {
      opened: socket => {
        current = socket as WebSocket;
      },
      ping: received => {
        // A dead connection sends no close event: an unanswered ping is how it is noticed.
        if (!received) pongTimer = setTimeout(() => current?.close(4408, 'No answer to a ping.'), pongMs);
      },
      pong: received => {
        if (received) clearTimeout(pongTimer);
      },
      closed: () => clearTimeout(pongTimer),
    },
  });
  return client;
}

function waitForNetwork(attempt: number): Promise<void> {
  const waitMs = Math.min(longestWaitMs, 250 * 2 ** Math.min(attempt, 10)) * (0.75 + Math.random() / 2);
  return new Promise(resolve => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener('online', go);
      resolve();
    };
    const timer = setTimeout(go, waitMs);
    addEventListener('online', go);
  });
}
