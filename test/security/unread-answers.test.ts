import { connect as connectTcp, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAnyId } from '../../src/ids.ts';
import {
  type AttackedServer,
  expectMemoryReturned,
  type Observation,
  startAttackedServer,
} from '../fixtures/attack.ts';
import { connect, post } from '../fixtures/client.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

/* Attacks by clients with a valid key that request large responses and do not read them. */

const payload = JSON.stringify({ text: 'x'.repeat(200 * 1024) });
const query = '{ deliveries(first: 60) { nodes { event { payload } } } }';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer();
  const tenantId = parseAnyId(server.attacker.tenantId)?.uuid ?? '';
  const endpoint = anEndpoint({ tenantId });
  await seedEndpoints(server.pool, [endpoint]);
  await seedDeliveries(
    server.pool,
    Array.from({ length: 60 }, () => aDelivery({ tenantId, endpointId: endpoint.id, status: 'FAILED' })),
  );
  await server.pool.query(
    `INSERT INTO event (id, tenant_id, is_test, type, payload)
     SELECT DISTINCT event_id, tenant_id, false, event_type, $2 FROM delivery WHERE tenant_id = $1`,
    [tenantId, payload],
  );
});
afterAll(() => server[Symbol.asyncDispose]());

function expectInnocent(observed: Observation): void {
  expect(observed.isAlive).toBe(true);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestPublishMs).toBeLessThan(5_000);
  expect(observed.bystander.slowestDeliveryMs).toBeLessThan(10_000);
  expect(observed.peakRssBytes - observed.rssBeforeBytes).toBeLessThan(500e6);
  expectMemoryReturned(observed);
}

/**
 * Sends the query and reads nothing. Resolves once the first bytes of the response have arrived, or the server has
 * ended the connection.
 */
async function askWithoutReading(): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const body = JSON.stringify({ query });
  const socket = connectTcp(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${server.attacker.key}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await new Promise<void>(resolve => {
    socket.once('readable', resolve);
    socket.once('close', resolve);
  });
  return socket;
}

test('sixty clients that do not read responses of 12 MB use no more memory than the limit of one key', async () => {
  const { data } = await post(server.url, server.attacker.key, query);
  expect(JSON.stringify(data).length).toBeGreaterThan(12e6);
  const attack = async () => {
    const sockets = await Promise.all(Array.from({ length: 60 }, askWithoutReading));
    for (const socket of sockets) socket.destroy();
  };
  // The first attack fills caches, so only the second one shows how much memory an attack leaves behind.
  expect((await server.during(attack)).isAlive).toBe(true);
  expectInnocent(await server.during(attack));
}, 240_000);

test('sixty sockets that do not read their updates of 200 KB use no more memory than the limit of one key', async () => {
  using clients = new DisposableStack();
  const document = 'subscription { deliveryUpdated { delivery { event { payload } } } }';
  for (let index = 0; index < 60; index += 1) {
    const client = connect(server.url, { authorization: `Bearer ${server.attacker.key}` });
    // The socket is destroyed without a closing handshake, because it is paused and would never read the close frame.
    clients.defer(() => client.socket.terminate());
    await client.ready;
    client.subscribe(document);
    client.socket.pause();
  }
  await post(
    server.url,
    server.attacker.key,
    'mutation { createEndpoint(input: { name: "Shop", url: "http://127.0.0.1:1/" }) { __typename } }',
  );
  const publish = `mutation ($payload: JSON!) {
    publishEvent(input: { type: "shop.sold", payload: $payload }) { ... on Event { id } }
  }`;
  const observed = await server.during(async () => {
    for (let round = 0; round < 40; round += 1) {
      const { data } = await post(server.url, server.attacker.key, publish, { payload: JSON.parse(payload) });
      expect(data.publishEvent.id).toMatch(/^evt_/);
    }
  });
  expectInnocent(observed);
});
