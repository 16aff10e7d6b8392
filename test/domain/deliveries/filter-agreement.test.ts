import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeliverySnapshot, deliveryStatuses } from '../../../src/delivery.ts';
import { countDeliveries } from '../../../src/domain/deliveries/count-deliveries.ts';
import { type CheckedFilter, checkFilter } from '../../../src/domain/deliveries/delivery-filter.ts';
import { type DeliveryOrder, deliveryCursors, keyOf } from '../../../src/domain/deliveries/delivery-order.ts';
import { matchesFilter } from '../../../src/domain/deliveries/filter-match.ts';
import { listDeliveries } from '../../../src/domain/deliveries/list-deliveries.ts';
import { encodeCursor } from '../../../src/domain/pages.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import {
  aDelivery,
  anEndpoint,
  defaultTenantId,
  seedDeliveries,
  seedEndpoints,
  seedTenant,
} from '../../fixtures/seed-deliveries.ts';
import fc, { testSeed } from '../../fixtures/seeded-fast-check.ts';
import { deliveriesAround, endpoints, filtersFor, orders, propertyRuns } from './arbitraries.ts';
import { aReader } from './reader.ts';

const nowMs = Date.now();
const deliveries = fc.sample(deliveriesAround(nowMs), { numRuns: 1, seed: testSeed })[0] as DeliverySnapshot[];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedEndpoints(database.pool, endpoints);
  await seedDeliveries(database.pool, deliveries);
  // Adds deliveries of another tenant, which no filter may return.
  const tenantId = '01900000-0000-7000-8000-00000000000f';
  await seedTenant(database.pool, tenantId);
  const otherTenant = anEndpoint({ tenantId, name: 'payment' });
  await seedEndpoints(database.pool, [otherTenant]);
  await seedDeliveries(database.pool, [aDelivery({ tenantId, endpointId: otherTenant.id, status: 'FAILED' })]);
});
afterAll(() => database[Symbol.asyncDispose]());

describe('the filter in SQL and the filter in memory agree', () => {
  test(`on which deliveries match, and in which order (seed ${testSeed}, ${new Date(nowMs).toISOString()})`, async () => {
    const reader = aReader(database.pool);
    await fc.assert(
      fc.asyncProperty(
        filtersFor(deliveries, nowMs),
        orders,
        fc.boolean(),
        fc.integer({ min: 3, max: 100 }),
        async (input, orderBy, backward, size) => {
          const filter = checkFilter(input, 'filter', { endpointIds: null });
          const expected = expectedIds(filter, orderBy);
          expect(await walk(filter, orderBy, backward, size)).toEqual(expected);
          expect(await countDeliveries(reader, filter)).toEqual({ value: expected.length, exact: true });
        },
      ),
      { numRuns: propertyRuns },
    );
  }, 600_000);

  test(`on the rows between any two rows, in both directions (seed ${testSeed}, ${new Date(nowMs).toISOString()})`, async () => {
    const filters = filtersFor(deliveries, nowMs).map(({ endpointIds, statuses, isTest }) => ({
      endpointIds,
      statuses,
      isTest,
    }));
    await fc.assert(
      fc.asyncProperty(filters, orders, fc.nat(), fc.nat(), async (input, orderBy, one, other) => {
        const whole = expectedIds(checkFilter(null, 'filter', { endpointIds: null }), orderBy);
        const filter = checkFilter(input, 'filter', { endpointIds: null });
        const [from, to] = [one % whole.length, other % whole.length];
        const cursors = deliveryCursors('deliveries', defaultTenantId, orderBy);
        const cursorOf = (index: number) => encodeCursor(cursors, keyOf(orderBy, byId(whole[index])));
        const page = { first: 100, after: cursorOf(from), before: cursorOf(to) };
        const { rows } = await listDeliveries(aReader(database.pool), { filter, orderBy, page });
        const between = whole.slice(from + 1, Math.max(to, from + 1)).filter(id => isIn(filter, byId(id)));
        expect(rows.map(row => row.id)).toEqual(between.slice(0, 100));
      }),
      { numRuns: propertyRuns },
    );
  }, 600_000);

  async function walk(filter: CheckedFilter, orderBy: DeliveryOrder, backward: boolean, size: number) {
    const ids: string[] = [];
    let cursor: string | undefined;
    for (let more = true; more; ) {
      const page = backward ? { last: size, before: cursor } : { first: size, after: cursor };
      const { rows, cursorOf, hasNextPage, hasPreviousPage } = await listDeliveries(aReader(database.pool), {
        filter,
        orderBy,
        page,
      });
      const found = rows.map(row => row.id);
      if (backward) ids.unshift(...found);
      else ids.push(...found);
      const edge = rows.at(backward ? 0 : -1);
      cursor = edge && cursorOf(edge);
      more = backward ? hasPreviousPage : hasNextPage;
    }
    return ids;
  }
});

function expectedIds(filter: CheckedFilter, order: DeliveryOrder): string[] {
  const sign = order.direction === 'ASC' ? 1 : -1;
  const rank = (delivery: DeliverySnapshot) => {
    if (order.field === 'CREATED_AT') return 0;
    if (order.field === 'STATUS') return sign * deliveryStatuses.indexOf(delivery.status);
    const value = order.field === 'LATENCY' ? delivery.latencyMs : delivery.responseStatus;
    return value === null ? Number.POSITIVE_INFINITY : sign * value;
  };
  const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
  return deliveries
    .filter(delivery => isIn(filter, delivery))
    .sort((a, b) => compare(rank(a), rank(b)) || sign * (a.id < b.id ? -1 : 1))
    .map(delivery => delivery.id);
}

function byId(id: string | undefined): DeliverySnapshot {
  const delivery = deliveries.find(each => each.id === id);
  return delivery ?? expect.unreachable('every id is a delivery’s');
}

function isIn(filter: CheckedFilter, delivery: DeliverySnapshot): boolean {
  const endpoint = endpoints.find(each => each.id === delivery.endpointId);
  if (!endpoint) throw new Error('every delivery has an endpoint');
  const place = { occurredAt: nowMs, endpointName: endpoint.name, endpointUrl: endpoint.url };
  const { before, after } = matchesFilter(filter, { delivery, previous: delivery, ...place });
  expect(before).toBe(after);
  return after;
}
