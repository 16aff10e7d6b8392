import { expect, it } from 'vitest';
import { parseId, uuidTime } from '../../src/ids.ts';
import { respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { createGate, failFirstAttempts } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { ask, createEndpoint, publish, startSystem } from './system.ts';

const queued = 10_000;
const healthyEndpoints = 100;
const rounds = 10;
/** The timeout of the hanging endpoint. Healthy endpoints would need this long if they had to wait for it. */
const hangingMs = 60_000;
const maxLatencyMs = 30_000;

it('the sender delivers to 100 healthy endpoints without delay while one endpoint hangs with 10,000 queued deliveries', async () => {
  const gate = createGate();
  await using hanging = await startReceiver(gate.behaviour);
  await using healthy = await startReceiver(respond(200));
  const environment = { OPERATION_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' };
  await using system = await startSystem({ environment });
  const { url } = await system.start('api,janitor');
  const hangingId = await createEndpoint(url, { url: hanging.url, timeoutMs: hangingMs, retryScheduleSeconds: [600] });
  const ids = await createEndpoints(url, healthyEndpoints, index => ({ url: `${healthy.url}/${index}` }));
  const accepted: string[] = [];
  while (accepted.length < queued) accepted.push(...(await publish(url, 1000, { endpointIds: [hangingId] })));
  await system.start('sender');
  await hanging.waitFor(32);

  for (let round = 0; round < rounds; round += 1) {
    accepted.push(...(await publish(url, healthyEndpoints, index => ({ endpointIds: [ids[index]] }))));
    await healthy.waitFor((round + 1) * healthyEndpoints);
  }
  expect(hanging.openConnections, 'it hangs meanwhile').toBeGreaterThan(0);
  const latencies = healthy.requests
    .map(request => request.receivedAt - uuidTime(parseId('dlv', String(request.headers['x-webhook-delivery'])) ?? ''))
    .sort((a, b) => a - b);
  expect(latencies).toHaveLength(healthyEndpoints * rounds);
  expect(latencies.at(-1)).toBeLessThan(maxLatencyMs);

  // Deletes the hanging endpoint, which ends its queued deliveries.
  await ask(url, 'mutation ($id: ID!) { deleteEndpoint(id: $id) { __typename } }', { id: hangingId });
  gate.open(500);
  const failed = { ENDPOINT_DELETED: queued };
  const outcome = await checkInvariants(system, { receivers: [hanging, healthy], accepted, failed, withinMs: 45_000 });
  expect(Object.keys(outcome.errors)).toEqual(['HTTP_STATUS']);
}, 180_000);

/** Creates the endpoints, ten at a time. @returns their ids, in order. */
async function createEndpoints(
  url: string,
  count: number,
  makeInput: (index: number) => Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const size = Math.min(10, count - ids.length);
    const first = ids.length;
    const made = Array.from({ length: size }, (_, index) => createEndpoint(url, makeInput(first + index)));
    ids.push(...(await Promise.all(made)));
  }
  return ids;
}

const failingEndpoints = 200;
const waitSeconds = 5;
const bucketMs = 100;

it('the retries of 200 endpoints that fail at the same time are not all sent at the same time', async () => {
  await using receiver = await startReceiver(failFirstAttempts);
  await using system = await startSystem();
  const { url } = await system.start('api,sender,janitor');
  await createEndpoints(url, failingEndpoints, index => ({
    url: `${receiver.url}/${index}`,
    retryScheduleSeconds: [waitSeconds],
  }));
  const accepted = await publish(url, 2);
  const deliveries = 2 * failingEndpoints;
  const requests = await receiver.waitFor(2 * deliveries);
  await checkInvariants(system, { receivers: [receiver], accepted, deliveriesPerEvent: failingEndpoints });
  expect(requests).toHaveLength(2 * deliveries);

  const { rows } = await system.pool.query<{ waitMs: number }>(
    `SELECT extract(epoch FROM b.started_at - a.started_at)::float8 * 1000 - b.queue_ms - a.duration_ms AS "waitMs"
     FROM attempt a JOIN attempt b ON b.delivery_id = a.delivery_id AND b.number = 2 WHERE a.number = 1`,
  );
  const waits = rows.map(row => row.waitMs);
  expect(waits).toHaveLength(deliveries);
  expect(Math.min(...waits)).toBeGreaterThan(waitSeconds * 900 - 50);
  // The waits are distributed over ±10% of the schedule, in ten buckets. Waits above that are delays of a busy machine,
  // and are ignored.
  const buckets = Map.groupBy(waits, wait => Math.floor(wait / bucketMs));
  expect(buckets.size).toBeGreaterThanOrEqual(7);
  for (const [bucket, own] of buckets) expect(own.length, `${bucket}`).toBeLessThan(deliveries * 0.35);
});
