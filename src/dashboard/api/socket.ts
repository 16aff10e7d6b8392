import { type Client, createClient } from 'graphql-ws/client';
import { apiPath } from '../base-path.ts';
import { isRefusal } from './connection.ts';

const pingMs = 10_000;
const pongMs = 5_000;
const longestWaitMs = 15_000;

/**
 * Opens the websocket of a session at once and keeps it open for all subscriptions. After a lost connection it
 * reconnects as soon as the browser is online again, or after a growing pause with jitter. Only a rejected key (4403)
 * ends it. After reconnecting, each subscription is sent again with its current variables: define `after` as a getter.
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
    // The callers of the client handle errors themselves.
    onNonLazyError: () => undefined,
    on: {
      opened: socket => {
        current = socket as WebSocket;
      },
      ping: received => {
        // A dead connection causes no close event. Only a missing pong reveals it.
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
