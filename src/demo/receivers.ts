import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A receiver of the demo: its name, its behavior, and the event types that it receives. */
export interface DemoReceiver {
  readonly name: string;
  readonly path: string;
  readonly eventTypes: readonly string[];
  readonly retryScheduleSeconds: readonly number[];
  /** Responds to a request. If absent, the receiver's port is closed and connections are refused. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
}

const quick = [2, 5, 10];

export const demoReceivers: readonly DemoReceiver[] = [
  {
    name: 'Billing (healthy)',
    path: '/billing',
    eventTypes: [],
    retryScheduleSeconds: quick,
    answer: (_, response) => reply(response, 200, { received: true }),
  },
  {
    name: 'Warehouse (slow)',
    path: '/warehouse',
    eventTypes: ['order.*'],
    retryScheduleSeconds: quick,
    async answer(_, response) {
      await delay(800 + Math.random() * 1500);
      reply(response, 202, { queued: true });
    },
  },
  {
    name: 'CRM (flaky)',
    path: '/crm',
    eventTypes: ['customer.*', 'payment.*'],
    retryScheduleSeconds: quick,
    answer(_, response) {
      const luck = Math.random();
      if (luck < 0.5) reply(response, 200, { ok: true });
      else if (luck < 0.8) reply(response, 503, { error: 'Too many connections to the database' });
      else response.socket?.resetAndDestroy();
    },
  },
  {
    name: 'Analytics (always 500)',
    path: '/analytics',
    eventTypes: ['payment.completed'],
    retryScheduleSeconds: [1, 3],
    answer: (_, response) =>
      reply(response, 500, { error: "TypeError: Cannot read properties of undefined (reading 'amount')" }),
  },
  {
    name: 'Old shop (410 Gone)',
    path: '/old-shop',
    eventTypes: ['order.created'],
    retryScheduleSeconds: quick,
    answer: (_, response) => reply(response, 410, { error: 'This shop has closed' }),
  },
  { name: 'Staging (unreachable)', path: '/staging', eventTypes: ['license.*'], retryScheduleSeconds: [2, 4] },
];

/** Starts the receivers on a free port of 127.0.0.1. The receiver without a behavior gets a closed port. */
export async function startReceivers(): Promise<AsyncDisposable & { urlOf(receiver: DemoReceiver): string }> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      const receiver = demoReceivers.find(({ path }) => path === request.url);
      if (receiver?.answer) void receiver.answer(request, response);
      else reply(response, 404, { error: 'There is no such receiver' });
    });
  });
  const port = await listen(server);
  const closed = createServer();
  const closedPort = await listen(closed);
  closed.close();
  return {
    urlOf: ({ path, answer }) => `http://127.0.0.1:${answer ? port : closedPort}${path}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
