import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AttackedServer, expectMemoryReturned, startAttackedServer } from '../fixtures/attack.ts';
import { post } from '../fixtures/client.ts';
import { startRawServer } from '../fixtures/raw-server.ts';

/* Receivers whose responses cost memory or processor time, while the deliveries of another tenant are on time. */

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const send = (query: string, variables = {}) => post(server.url, server.attacker.key, query, variables);
const createEndpoint = `mutation ($input: CreateEndpointInput!) {
  createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } ... on Error { message } }
}`;
const publish = `mutation ($inputs: [PublishEventInput!]!) {
  publishEvents(inputs: $inputs) { ... on PublishEventsSuccess { events { id } } ... on Error { message } }
}`;
const countDeliveries = `query ($ids: [ID!]!) {
  deliveryStats(filter: { endpointIds: $ids }) { total byStatus { status count } }
}`;

const endpoints = 3;
/** The number of events. One endpoint receives as many requests at once. */
const events = 32;
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

/** Writes `piece` without end, as fast as the sender reads it. */
async function flood(socket: Socket, head: string, piece: string): Promise<void> {
  const pieces = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)));
  socket.write(head);
  while (!socket.destroyed) {
    if (!socket.write(pieces)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
}

test.each([
  ['chunks of one byte', chunked, '1\r\nx\r\n', 'SUCCEEDED'],
  ['interim responses', '', 'HTTP/1.1 103 \r\n\r\n', 'FAILED'],
])(
  '96 responses with endless %s use bounded memory and delay no deliveries of another tenant',
  async (_what, head, piece, status) => {
    await using receiver = await startRawServer(socket => {
      socket.once('data', () => {
        socket.resume();
        void flood(socket, head, piece).catch(() => socket.destroy());
      });
    });
    const url = `http://127.0.0.1:${receiver.port}/`;
    const ids: string[] = [];
    for (let index = 0; index < endpoints; index += 1) {
      const input = { name: `Hostile ${index}`, url: `${url}${index}`, retryScheduleSeconds: [], timeoutMs: 60_000 };
      ids.push((await send(createEndpoint, { input })).data.createEndpoint.endpoint.id);
    }
    const observed = await server.during(async () => {
      const inputs = Array.from({ length: events }, () => ({ type: 'shop.sold', payload: {}, endpointIds: ids }));
      expect((await send(publish, { inputs })).data.publishEvents.events).toHaveLength(events);
      const countEnded = async () => {
        const { byStatus } = (await send(countDeliveries, { ids })).data.deliveryStats;
        return byStatus.find((each: { status: string }) => each.status === status)?.count ?? 0;
      };
      // The deliveries must end long before the timeout of their attempts, which is 60 s.
      await expect.poll(countEnded, { timeout: 50_000, interval: 500 }).toBe(endpoints * events);
    });
    expect(observed.isAlive).toBe(true);
    expectMemoryReturned(observed);
    expect((observed.peakRssBytes - observed.rssBeforeBytes) / 2 ** 20).toBeLessThan(250);
    expect(observed.longestStallMs).toBeLessThan(2_000);
    expect(observed.bystander.failedPublishes).toBe(0);
    expect(observed.bystander.slowestDeliveryMs).toBeLessThan(10_000);
  },
);
