import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAttemptBodies } from '../../../src/domain/deliveries/read-attempt-bodies.ts';
import { loadAttempts, loadLastAttempts } from '../../../src/domain/deliveries/read-attempts.ts';
import { loadDeliveries, loadReplays } from '../../../src/domain/deliveries/read-deliveries.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import {
  aDelivery,
  anEndpoint,
  defaultTenantId,
  seedAttempts,
  seedDeliveries,
  seedEndpoints,
  seedTenant,
  uuidAt,
} from '../../fixtures/seed-deliveries.ts';
import { aReader } from './reader.ts';

const nowMs = Date.now();
const dayMs = 86_400_000;
const otherTenantId = '01900000-0000-7000-8000-00000000000f';
const endpoint = anEndpoint();
const eventId = uuidAt(nowMs - 20 * dayMs);
const old = aDelivery({ id: uuidAt(nowMs - 20 * dayMs), eventId, endpointId: endpoint.id, status: 'FAILED' });
const live = aDelivery({ endpointId: endpoint.id, status: 'RETRYING', eventId: uuidAt(nowMs) });
const untried = aDelivery({ endpointId: endpoint.id });
const foreign = aDelivery({ endpointId: endpoint.id, tenantId: otherTenantId, eventId, replayOf: old.id });
const replayed = { endpointId: endpoint.id, eventId, replayOf: old.id };
const replays = [
  aDelivery({ ...replayed, id: uuidAt(nowMs - 9 * dayMs), status: 'SUCCEEDED' }),
  aDelivery({ ...replayed, id: uuidAt(nowMs - 8 * dayMs) }),
];
const replayOfReplay = aDelivery({ ...replayed, id: uuidAt(nowMs), replayOf: replays[0]?.id ?? '' });
const unknownId = uuidAt(nowMs - 400 * dayMs);
const asked = [live.id, old.id, untried.id, foreign.id, unknownId];

/** The first 500 bytes cut a character. */
const longBody = Buffer.from(`${'a'.repeat(499)}ü${'b'.repeat(1000)}`);

let database: TestDatabase;
const reader = (tenantId = defaultTenantId) => aReader(database.pool, { tenantId });

beforeAll(async () => {
  database = await createTestDatabase();
  await seedTenant(database.pool, otherTenantId);
  await seedEndpoints(database.pool, [endpoint]);
  await seedDeliveries(database.pool, [old, live, untried, foreign, ...replays, replayOfReplay]);
  await database.pool.query(
    "INSERT INTO event (id, tenant_id, is_test, type, payload) VALUES ($1, $2, false, 'a', '{\"ü\": 1.0}')",
    [eventId, defaultTenantId],
  );
  await database.pool.query(`UPDATE delivery SET payload = '{"copy":1}' WHERE id = $1`, [live.id]);
  const attempt = {
    startedAt: nowMs - 5,
    requestMade: true,
    requestBody: null,
    responseStatus: 500,
    responseBody: null,
  };
  await seedAttempts(database.pool, [
    { ...attempt, deliveryId: old.id, number: 2, responseBody: longBody },
    { ...attempt, deliveryId: old.id, number: 10, requestMade: false, responseStatus: null },
    { ...attempt, deliveryId: old.id, number: 1, requestBody: Buffer.from([0, 255]) },
    { ...attempt, deliveryId: live.id, number: 1 },
    { ...attempt, deliveryId: foreign.id, number: 1 },
  ]);
});
afterAll(() => database[Symbol.asyncDispose]());

describe('loadDeliveries', () => {
  test('finds the tenant’s deliveries in both homes', async () => {
    expect(await loadDeliveries(reader(), asked)).toEqual(
      new Map([old, live, untried].map(delivery => [delivery.id, delivery])),
    );
    expect([...(await loadDeliveries(reader(otherTenantId), asked)).keys()]).toEqual([foreign.id]);
    expect((await loadDeliveries(reader(), [])).size).toBe(0);
  });
});

describe('loadReplays', () => {
  test('gives the direct replays of each, oldest first, and no other tenant’s', async () => {
    const [first] = replays;
    const found = await loadReplays(reader(), [...asked, ...replays.map(replay => replay.id)]);
    expect(found).toEqual(
      new Map([
        [old.id, replays],
        [first?.id, [replayOfReplay]],
      ]),
    );
    expect((await loadReplays(reader(otherTenantId), [old.id, live.id])).size).toBe(0);
    expect((await loadReplays(reader(), [])).size).toBe(0);
  });
});

describe('loadAttempts', () => {
  test('gives the attempts of each delivery by number, whole but for the bodies', async () => {
    const found = await loadAttempts(reader(), asked);
    expect([...found.keys()].sort()).toEqual([old.id, live.id].sort());
    expect(found.get(old.id)?.map(attempt => attempt.number)).toEqual([1, 2, 10]);
    expect(found.get(old.id)?.[1]).toEqual({
      deliveryId: old.id,
      number: 2,
      isResent: false,
      trigger: 'SCHEDULE',
      startedAt: nowMs - 5,
      durationMs: 12,
      queueMs: null,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      firstByteMs: null,
      requestMethod: 'POST',
      requestUrl: 'https://shop.test/hook',
      requestHeaders: '[["a","b"],["c",null]]',
      responseStatus: 500,
      responseHeaders: '[["x","y"]]',
      responseExcerpt: longBody.subarray(0, 500),
      responseTruncated: false,
      errorCode: null,
      errorMessage: null,
    });
  });

  test('of another tenant finds nothing', async () => {
    expect((await loadAttempts(reader(otherTenantId), [old.id, live.id])).size).toBe(0);
    expect((await loadLastAttempts(reader(otherTenantId), [old.id, live.id])).size).toBe(0);
    expect(await loadAttemptBodies(reader(otherTenantId), [{ deliveryId: old.id, number: 1 }])).toEqual([]);
  });
});

describe('loadLastAttempts', () => {
  test('gives the one with the highest number', async () => {
    const found = await loadLastAttempts(reader(), asked);
    expect(new Map([...found].map(([id, attempt]) => [id, attempt.number]))).toEqual(
      new Map([
        [old.id, 10],
        [live.id, 1],
      ]),
    );
    expect((await loadLastAttempts(reader(), [])).size).toBe(0);
  });
});

describe('loadAttemptBodies', () => {
  test('gives what was stored, else the payload that was sent as it is, and nothing where no request was made', async () => {
    const keys = [1, 2, 10, 11].map(number => ({ deliveryId: old.id, number }));
    const found = await loadAttemptBodies(reader(), [...keys, { deliveryId: live.id, number: 1 }]);
    const byKey = new Map(found.map(({ deliveryId, number, ...bodies }) => [`${deliveryId} ${number}`, bodies]));
    expect(byKey).toEqual(
      new Map([
        [`${old.id} 1`, { requestBody: Buffer.from([0, 255]), responseBody: null }],
        [`${old.id} 2`, { requestBody: Buffer.from('{"ü": 1.0}'), responseBody: longBody }],
        [`${old.id} 10`, { requestBody: null, responseBody: null }],
        [`${live.id} 1`, { requestBody: Buffer.from('{"copy":1}'), responseBody: null }],
      ]),
    );
  });
});

test('every reader rejects a key without DELIVERIES_READ', async () => {
  const unable = aReader(database.pool, { may: ['DELIVERIES_MANAGE'] });
  const forbidden = { code: 'FORBIDDEN', permission: 'DELIVERIES_READ' };
  for (const load of [loadDeliveries, loadReplays, loadAttempts, loadLastAttempts]) {
    await expect(load(unable, asked)).rejects.toMatchObject(forbidden);
  }
  await expect(loadAttemptBodies(unable, [{ deliveryId: old.id, number: 1 }])).rejects.toMatchObject(forbidden);
});
