import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFilter, type DeliveryFilterInput } from '../../../src/domain/deliveries/delivery-filter.ts';
import { resolveSearch } from '../../../src/domain/deliveries/resolve-search.ts';
import { retryDelivery } from '../../../src/domain/deliveries/retry-delivery.ts';
import { countFacets, facetsStatement } from '../../../src/domain/statistics/count-facets.ts';
import { deleteOldCounts, sumTallies } from '../../../src/domain/statistics/sum-tallies.ts';
import { formatId, uuidTime } from '../../../src/ids.ts';
import { respond } from '../../fixtures/behaviours.ts';
import { startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

async function countByStatus(input: DeliveryFilterInput): Promise<Record<string, number>> {
  const { statuses } = await countFacets(scene.ctx, checkFilter(input, 'filter', { endpointIds: null }));
  return Object.fromEntries(statuses.filter(each => each.count > 0).map(each => [each.value, each.count]));
}

async function countAttempts(input: DeliveryFilterInput) {
  const { failedAttempts, attempted, firstSuccesses } = await countFacets(
    scene.ctx,
    checkFilter(input, 'filter', { endpointIds: null }),
  );
  return { failedAttempts, attempted, firstSuccesses };
}

describe('the summed counts of deliveries per hour', () => {
  test('include failed attempts while a delivery is retrying, and after it has succeeded', async () => {
    await using receiver = await startReceiver();
    receiver.play(respond(500));
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [0, 3600] });
    const filter = { endpointIds: [endpoint.id] };
    await using _sender = scene.startSender();
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await expect
      .poll(() => countAttempts(filter), { timeout: 60_000 })
      .toEqual({ failedAttempts: 2, attempted: 1, firstSuccesses: 0 });
    expect(await countByStatus(filter)).toEqual({ RETRYING: 1 });

    receiver.play(respond(200));
    await retryDelivery(scene.ctx, formatId('dlv', id));
    await scene.waitForStatus(id, 'SUCCEEDED');
    const second = await scene.publishOne({ endpointIds: [endpoint.id] });
    await scene.waitForStatus(second, 'SUCCEEDED');
    const expected = { failedAttempts: 2, attempted: 2, firstSuccesses: 1 };
    expect(await countAttempts(filter)).toEqual(expected);
    await sumTallies(scene.services.pool);
    expect(await countAttempts(filter)).toEqual(expected);
  });

  test('change with a delivery that fails, is retried and succeeds', async () => {
    await using receiver = await startReceiver();
    receiver.play(respond(500));
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [] });
    const filter = { endpointIds: [endpoint.id] };
    const sender = scene.startSender();
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await scene.waitForStatus(id, 'FAILED');
    expect(await countByStatus(filter)).toEqual({ FAILED: 1 });
    await sumTallies(scene.services.pool);
    expect(await countByStatus(filter)).toEqual({ FAILED: 1 });
    await sender[Symbol.asyncDispose]();

    await retryDelivery(scene.ctx, formatId('dlv', id));
    expect(await countByStatus(filter)).toEqual({ PENDING: 1 });
    await sumTallies(scene.services.pool);
    expect(await countByStatus(filter)).toEqual({ PENDING: 1 });

    receiver.play(respond(200));
    scene.startSender();
    await scene.waitForStatus(id, 'SUCCEEDED');
    expect(await countByStatus(filter)).toEqual({ SUCCEEDED: 1 });
  });

  test('contain each delivery once, even if several processes compute them at once', async () => {
    await using receiver = await startReceiver();
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    scene.startSender();
    const ids: string[] = [];
    for (let i = 0; i < 20; i += 1) ids.push(await scene.publishOne({ endpointIds: [endpoint.id] }));
    const { pool } = scene.services;
    await Promise.all([...ids.map(id => scene.waitForStatus(id, 'SUCCEEDED')), sumTallies(pool), sumTallies(pool)]);
    await Promise.all([sumTallies(pool), sumTallies(pool)]);
    expect(await countByStatus({ endpointIds: [endpoint.id] })).toEqual({ SUCCEEDED: 20 });
  });

  test('can be deleted for the hours before a time, without a change to later hours', async () => {
    await using receiver = await startReceiver();
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    scene.startSender();
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await scene.waitForStatus(id, 'SUCCEEDED');
    await sumTallies(scene.services.pool);
    const hourMs = Math.floor(uuidTime(id) / 86_400_000) * 86_400_000;
    await deleteOldCounts(scene.services.pool, hourMs);
    expect(await countByStatus({ endpointIds: [endpoint.id] })).toEqual({ SUCCEEDED: 1 });
    await deleteOldCounts(scene.services.pool, hourMs + 86_400_000);
    expect(await countByStatus({ endpointIds: [endpoint.id] })).toEqual({});
  });

  test('can be deleted while a process computes them, together with dimension values that have no counts left', async () => {
    const { pool } = scene.services;
    const endpoint = await scene.createEndpoint();
    const seed = (hour: number, types: number) =>
      pool.query(
        `INSERT INTO delivery_tally (tenant_id, endpoint_id, hour, count, status, is_test, event_type)
         SELECT $1, $2, $3, 1, 'SUCCEEDED', false, 'seeded.' || n FROM generate_series(1, $4::int) AS n`,
        [scene.ctx.actor.tenantId, endpoint.uuid, hour, types],
      );
    const [oldHour, newHour] = [480_000, 480_024];
    await seed(oldHour, 21_000);
    await seed(newHour, 60);
    await Promise.all([sumTallies(pool), deleteOldCounts(pool, newHour * 3_600_000), sumTallies(pool)]);
    await sumTallies(pool);
    await deleteOldCounts(pool, newHour * 3_600_000);
    expect(await countByStatus({ endpointIds: [endpoint.id] })).toEqual({ SUCCEEDED: 60 });
    const { rows } = await pool.query(
      'SELECT (SELECT count(*)::int FROM delivery_count WHERE hour < $1) AS counts, count(*)::int AS kinds FROM delivery_series WHERE endpoint_id = $2',
      [newHour, endpoint.uuid],
    );
    expect(rows).toEqual([{ counts: 0, kinds: 60 }]);
  });

  test('are returned for at most the 50 most frequent values', async () => {
    const { pool } = scene.services;
    const endpoint = await scene.createEndpoint();
    await pool.query(
      `INSERT INTO delivery_tally (tenant_id, endpoint_id, hour, count, status, is_test, event_type)
       SELECT $1, $2, 480048, n, 'SUCCEEDED', false, 'many.' || n FROM generate_series(1, 60) AS n`,
      [scene.ctx.actor.tenantId, endpoint.uuid],
    );
    const filter = checkFilter({ endpointIds: [endpoint.id] }, 'filter', { endpointIds: null });
    const { eventTypes, total } = await countFacets(scene.ctx, filter);
    expect(total).toBe((60 * 61) / 2);
    expect(eventTypes.map(each => each.count)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
    const statement = facetsStatement(
      scene.ctx.actor.tenantId,
      await resolveSearch(pool, scene.ctx.actor.tenantId, filter),
    );
    if (!statement) throw new Error('nothing can match');
    // 50 event types, one row each for endpoint, status and response, and one row for the deliveries that are not
    // summed yet.
    expect((await pool.query(statement.text, statement.values)).rowCount).toBe(54);
  });
});
