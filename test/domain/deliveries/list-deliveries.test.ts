import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveryStatuses } from '../../../src/delivery.ts';
import { countDeliveries } from '../../../src/domain/deliveries/count-deliveries.ts';
import { checkFilter, type DeliveryFilterInput } from '../../../src/domain/deliveries/delivery-filter.ts';
import type { DeliveryOrder } from '../../../src/domain/deliveries/delivery-order.ts';
import { listDeliveries, listEventDeliveries } from '../../../src/domain/deliveries/list-deliveries.ts';
import type { PageInput } from '../../../src/domain/pages.ts';
import { formatId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import {
  aDelivery,
  anEndpoint,
  seedDeliveries,
  seedEndpoints,
  seedTenant,
  uuidAt,
} from '../../fixtures/seed-deliveries.ts';
import { aReader } from './reader.ts';

const nowMs = Date.now();
const dayMs = 86_400_000;
const otherTenantId = '01900000-0000-7000-8000-00000000000f';
const endpoint = anEndpoint({ name: 'Müller GmbH' });
const othersEndpoint = anEndpoint({ name: 'Müller KG', tenantId: otherTenantId });
const eventId = uuidAt(nowMs - 15 * dayMs);
/**
 * Two deliveries of each status over three weeks, oldest first. The first two have the same event, and the last one is
 * a replay of the first.
 */
const deliveries = Array.from({ length: 10 }, (_, index) => uuidAt(nowMs - (15 - Math.floor(index / 2)) * dayMs))
  .sort()
  .map((id, index) =>
    aDelivery({
      id,
      endpointId: endpoint.id,
      status: deliveryStatuses[index % 5] ?? 'PENDING',
      ...(index < 2 && { eventId }),
    }),
  );
const replay = aDelivery({ endpointId: endpoint.id, eventId, replayOf: deliveries[0]?.id ?? '' });
const all = [...deliveries, replay];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedTenant(database.pool, otherTenantId);
  await seedEndpoints(database.pool, [endpoint, othersEndpoint]);
  await seedDeliveries(database.pool, all);
  await seedDeliveries(database.pool, [
    aDelivery({ endpointId: othersEndpoint.id, tenantId: otherTenantId, eventId, status: 'FAILED' }),
  ]);
});
afterAll(() => database[Symbol.asyncDispose]());

interface Options {
  readonly filter?: DeliveryFilterInput;
  readonly orderBy?: DeliveryOrder;
  readonly page?: PageInput;
  readonly tenantId?: string;
}

function list({ filter, orderBy, page = {}, ...who }: Options = {}) {
  return listDeliveries(aReader(database.pool, who), {
    filter: checkFilter(filter, 'filter', { endpointIds: null }),
    orderBy,
    page,
  });
}

const newestFirst = all.toReversed();

describe('listDeliveries', () => {
  test('returns the deliveries of the live table and of the history, newest first, with all stored values', async () => {
    const { rows, hasNextPage, hasPreviousPage } = await list();
    expect(rows).toEqual(newestFirst);
    expect({ hasNextPage, hasPreviousPage }).toEqual({ hasNextPage: false, hasPreviousPage: false });
  });

  test('pages forward, backward, and between two cursors', async () => {
    const whole = await list();
    const [, after, , , before] = whole.rows.map(whole.cursorOf);
    const ids = async (page: PageInput) =>
      (await list({ page })).rows.map(row => newestFirst.findIndex(d => d.id === row.id));
    expect(await ids({ first: 3 })).toEqual([0, 1, 2]);
    expect(await ids({ first: 3, after })).toEqual([2, 3, 4]);
    expect(await ids({ last: 3, before })).toEqual([1, 2, 3]);
    expect(await ids({ before })).toEqual([0, 1, 2, 3]);
    expect(await ids({ after, before })).toEqual([2, 3]);
    expect(await ids({ last: 1, after, before })).toEqual([3]);
    expect(await ids({ after: before, before: after })).toEqual([]);
  });

  test('returns an empty page for first: 0, and still reports whether there are rows', async () => {
    expect(await list({ page: { first: 0 } })).toMatchObject({ rows: [], hasNextPage: true, hasPreviousPage: false });
    expect(await list({ page: { last: 0 } })).toMatchObject({ rows: [], hasNextPage: false, hasPreviousPage: true });
  });

  test('continues after a cursor whose delivery has moved to the history or was deleted', async () => {
    const gone = aDelivery({ endpointId: endpoint.id, id: uuidAt(nowMs - 20 * dayMs) });
    await seedDeliveries(database.pool, [gone]);
    const { rows, cursorOf } = await list({ orderBy: { field: 'CREATED_AT', direction: 'ASC' }, page: { first: 1 } });
    await database.pool.query('DELETE FROM delivery WHERE id = $1', [gone.id]);
    const [after] = rows.map(cursorOf);
    const next = await list({ orderBy: { field: 'CREATED_AT', direction: 'ASC' }, page: { after } });
    expect(next.rows).toEqual(all);
  });

  test('rejects a cursor of another order, tenant or list', async () => {
    const { rows, cursorOf } = await list();
    const [after] = rows.map(cursorOf);
    const page = { after };
    const refused = { code: 'BAD_USER_INPUT', argument: 'after' };
    await expect(list({ page, orderBy: { field: 'CREATED_AT', direction: 'ASC' } })).rejects.toMatchObject(refused);
    await expect(list({ page, orderBy: { field: 'STATUS', direction: 'DESC' } })).rejects.toMatchObject(refused);
    await expect(list({ page, tenantId: otherTenantId })).rejects.toMatchObject(refused);
    await expect(listEventDeliveries(aReader(database.pool), eventId, page)).rejects.toMatchObject(refused);
  });

  test('finds a search text in upper and lower case alike, in any script', async () => {
    expect((await list({ filter: { search: 'MÜLLER' } })).rows).toEqual(newestFirst);
    expect((await list({ filter: { search: 'gmbh' } })).rows).toEqual(newestFirst);
    expect((await list({ filter: { search: '%' } })).rows).toEqual([]);
  });

  test('does not return rows of another tenant', async () => {
    expect((await list({ tenantId: otherTenantId })).rows.map(row => row.endpointId)).toEqual([othersEndpoint.id]);
    const filter = { ids: [formatId('dlv', all[0]?.id ?? '')], search: 'Müller' };
    expect((await list({ tenantId: otherTenantId, filter })).rows).toEqual([]);
  });

  test('rejects a key without DELIVERIES_READ', async () => {
    const reader = aReader(database.pool, { may: ['DELIVERIES_MANAGE'] });
    const forbidden = { code: 'FORBIDDEN', permission: 'DELIVERIES_READ' };
    const filter = checkFilter(null, 'filter', { endpointIds: null });
    await expect(listDeliveries(reader, { filter, page: {} })).rejects.toMatchObject(forbidden);
    await expect(listEventDeliveries(reader, eventId, {})).rejects.toMatchObject(forbidden);
    await expect(countDeliveries(reader, filter)).rejects.toMatchObject(forbidden);
  });
});

describe('listEventDeliveries', () => {
  test('returns the replays and the original deliveries of an event, newest first', async () => {
    const reader = aReader(database.pool);
    expect((await listEventDeliveries(reader, eventId, {})).rows).toEqual([replay, deliveries[1], deliveries[0]]);
    expect((await listEventDeliveries(reader, uuidAt(nowMs), {})).rows).toEqual([]);
    const { rows } = await listEventDeliveries(aReader(database.pool, { tenantId: otherTenantId }), eventId, {});
    expect(rows).toEqual([]);
  });
});

describe('countDeliveries', () => {
  const count = (filter: DeliveryFilterInput | null, max?: number | null) =>
    countDeliveries(aReader(database.pool), checkFilter(filter, 'filter', { endpointIds: null }), max);

  test('is exact up to its argument max, and stops counting there', async () => {
    expect(await count(null)).toEqual({ value: 11, exact: true });
    expect(await count(null, null)).toEqual({ value: 11, exact: true });
    expect(await count(null, 11)).toEqual({ value: 11, exact: true });
    expect(await count(null, 10)).toEqual({ value: 10, exact: false });
    expect(await count(null, 0)).toEqual({ value: 0, exact: false });
    expect(await count({ statuses: [] }, 0)).toEqual({ value: 0, exact: true });
    expect(await count({ isTest: true }, 0)).toEqual({ value: 0, exact: true });
  });

  test.each([-1, 1_000_001, 0.5])('rejects a max of %d', async max => {
    await expect(count(null, max)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'max' });
  });
});
