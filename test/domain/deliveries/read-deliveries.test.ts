import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  loadAttemptTexts,
  loadRequestBodies,
  loadResponseBodies,
} from '../../../src/domain/deliveries/read-attempt-bodies.ts';
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

/** A body whose 500th byte is in the middle of a character. */
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
  test('finds the deliveries of the tenant in the live table and in the history', async () => {
    expect(await loadDeliveries(reader(), asked)).toEqual(
      new Map([old, live, untried].map(delivery => [delivery.id, delivery])),
    );
    expect([...(await loadDeliveries(reader(otherTenantId), asked)).keys()]).toEqual([foreign.id]);
    expect((await loadDeliveries(reader(), [])).size).toBe(0);
  });
});

describe('loadReplays', () => {
  test('returns the direct replays of each delivery, oldest first, and none of another tenant', async () => {
    const [first] = replays;
    const found = await loadReplays(reader(), [...asked, ...replays.map(replay => replay.id)], 20);
    expect(found).toEqual(
      new Map([
        [old.id, replays],
        [first?.id, [replayOfReplay]],
      ]),
    );
    expect((await loadReplays(reader(otherTenantId), [old.id, live.id], 20)).size).toBe(0);
    expect((await loadReplays(reader(), [], 20)).size).toBe(0);
  });
});

describe('loadAttempts', () => {
  test('returns the attempts of each delivery in the order of their numbers, without bodies and headers', async () => {
    const found = await loadAttempts(reader(), asked, 50);
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
      preparedMethod: null,
      responseStatus: 500,
      responseTruncated: false,
      errorCode: null,
      errorMessage: null,
    });
  });

  test('returns no attempts of another tenant', async () => {
    expect((await loadAttempts(reader(otherTenantId), [old.id, live.id], 50)).size).toBe(0);
    expect((await loadLastAttempts(reader(otherTenantId), [old.id, live.id])).size).toBe(0);
    for (const load of [loadAttemptTexts, loadRequestBodies, loadResponseBodies]) {
      expect(await load(reader(otherTenantId), [{ deliveryId: old.id, number: 1 }])).toEqual([]);
    }
  });
});

describe('loadLastAttempts', () => {
  test('returns the attempt with the highest number for each delivery', async () => {
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

describe('the request and response texts of attempts', () => {
  const keys = [...[1, 2, 10, 11].map(number => ({ deliveryId: old.id, number })), { deliveryId: live.id, number: 1 }];
  const byKey = <Row extends { deliveryId: string; number: number; bytes?: number; isLoaded?: boolean }>(rows: Row[]) =>
    new Map(
      rows.map(({ deliveryId, number, bytes: _bytes, isLoaded: _isLoaded, ...texts }) => [
        `${deliveryId} ${number}`,
        texts,
      ]),
    );

  test('are returned by loadRequestBodies: the stored body, the copy of the payload, or the event that has the payload', async () => {
    expect(byKey(await loadRequestBodies(reader(), keys))).toEqual(
      new Map([
        [`${old.id} 1`, { body: Buffer.from([0, 255]), payloadEventId: null }],
        [`${old.id} 2`, { body: null, payloadEventId: eventId }],
        [`${old.id} 10`, { body: null, payloadEventId: null }],
        [`${live.id} 1`, { body: Buffer.from('{"copy":1}'), payloadEventId: null }],
      ]),
    );
  });

  test('are returned by loadResponseBodies as they were stored', async () => {
    const bodies = byKey(await loadResponseBodies(reader(), keys));
    expect(bodies.get(`${old.id} 2`)).toEqual({ body: longBody, responseHeaders: '[["x","y"]]' });
    expect(bodies.get(`${old.id} 1`)).toEqual({ body: null, responseHeaders: '[["x","y"]]' });
  });

  test('are returned by loadAttemptTexts: the URL, headers and first 500 bytes of the response', async () => {
    expect(byKey(await loadAttemptTexts(reader(), keys)).get(`${old.id} 2`)).toEqual({
      requestUrl: 'https://shop.test/hook',
      requestHeaders: '[["a","b"],["c",null]]',
      responseHeaders: '[["x","y"]]',
      responseExcerpt: longBody.subarray(0, 500),
    });
  });

  test('count towards the response size limit before they are loaded', async () => {
    const reserved: number[] = [];
    const refusing = {
      reserve: async (bytes: number) => {
        reserved.push(bytes);
        throw new Error('too much');
      },
    };
    await expect(loadResponseBodies({ ...reader(), budget: refusing }, keys)).rejects.toThrow('too much');
    // The sum of four responses, of which one has a body.
    expect(reserved).toEqual([longBody.length + 3 * '[["x","y"]]'.length]);
  });
});

test('every function that reads deliveries rejects a key without DELIVERIES_READ', async () => {
  const unable = aReader(database.pool, { may: ['DELIVERIES_MANAGE'] });
  const forbidden = { code: 'FORBIDDEN', permission: 'DELIVERIES_READ' };
  for (const load of [loadDeliveries, loadReplays, loadAttempts, loadLastAttempts]) {
    await expect(load(unable, asked, 20)).rejects.toMatchObject(forbidden);
  }
  for (const load of [loadAttemptTexts, loadRequestBodies, loadResponseBodies]) {
    await expect(load(unable, [{ deliveryId: old.id, number: 1 }])).rejects.toMatchObject(forbidden);
  }
});
