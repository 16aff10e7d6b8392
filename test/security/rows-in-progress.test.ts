import { expect, test } from 'vitest';
import { parseAnyId } from '../../src/ids.ts';
import { expectMemoryReturned, startAttackedServer } from '../fixtures/attack.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

/* Operations whose first rows stay in memory while their later statements wait for the connections of their tenant. */

const reads = 400;
/** Three payloads of this size stay below 1 MiB. An operation that holds more than 1 MiB waits for capacity. */
const payloadBytes = 240_000;
const query = `{ deliveries(first: 3) { nodes {
  event { payloadText deliveries(first: 1) { nodes { replays(first: 1) { attempts { error { message } } } attempts { number } } } }
} } }`;

test('400 reads that keep 720 KB each while their later statements wait use bounded memory', async () => {
  await using server = await startAttackedServer({ API_RATE_LIMIT: '0' });
  const tenantId = parseAnyId(server.attacker.tenantId)?.uuid ?? '';
  const endpoint = anEndpoint({ tenantId });
  await seedEndpoints(server.pool, [endpoint]);
  const deliveries = Array.from({ length: 3 }, () =>
    aDelivery({ tenantId, endpointId: endpoint.id, status: 'FAILED' }),
  );
  await seedDeliveries(server.pool, deliveries);
  await server.pool.query(
    `INSERT INTO event (id, tenant_id, is_test, type, payload)
     SELECT DISTINCT event_id, tenant_id, false, event_type, $2 FROM delivery WHERE tenant_id = $1`,
    [tenantId, JSON.stringify('x'.repeat(payloadBytes))],
  );
  const sizes: number[] = [];
  const codes: string[] = [];
  const read = async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.attacker.key}` },
      body: JSON.stringify({ query }),
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (body.length > payloadBytes) sizes.push(body.length);
    else codes.push(/"code":"([A-Z_]+)"/.exec(String(body))?.[1] ?? String(body));
  };
  const observed = await server.during(() => Promise.all(Array.from({ length: reads }, read)));
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  // Measured: 90 to 150 MiB with the limit on rows in progress, and 400 MiB without it.
  expect((observed.peakRssBytes - observed.rssBeforeBytes) / 2 ** 20).toBeLessThan(250);
  expect(sizes.length).toBeGreaterThan(0);
  // On a slow machine, some operations wait until their deadline.
  expect(codes.filter(code => code !== 'TIMEOUT' && code !== 'UNAVAILABLE')).toEqual([]);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestPublishMs).toBeLessThan(5_000);
});
