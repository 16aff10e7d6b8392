import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeliverySnapshot, deliveryStatuses } from '../../../src/delivery.ts';
import type { DomainContext } from '../../../src/domain/context.ts';
import { type CheckedFilter, checkFilter } from '../../../src/domain/deliveries/delivery-filter.ts';
import { matchesFilter } from '../../../src/domain/deliveries/filter-match.ts';
import { countFacets, type FacetCount } from '../../../src/domain/statistics/count-facets.ts';
import { countSeries, planSeries } from '../../../src/domain/statistics/count-series.ts';
import { groupFailures } from '../../../src/domain/statistics/group-failures.ts';
import { type Latency, measureLatency } from '../../../src/domain/statistics/measure-latency.ts';
import { measureLatencySeries } from '../../../src/domain/statistics/measure-latency-series.ts';
import { sumTallies } from '../../../src/domain/statistics/sum-tallies.ts';
import { uuidTime } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../fixtures/postgres.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints, seedTenant } from '../../fixtures/seed-deliveries.ts';
import fc, { testSeed } from '../../fixtures/seeded-fast-check.ts';
import { deliveriesAround, endpoints, filtersFor, propertyRuns } from '../deliveries/arbitraries.ts';
import { aReader } from '../deliveries/reader.ts';

const nowMs = Date.now();
/** Gives nearly every finished delivery a different latency. */
const deliveries = (fc.sample(deliveriesAround(nowMs), { numRuns: 1, seed: testSeed })[0] as DeliverySnapshot[]).map(
  (delivery, index) => (delivery.finishedAt === null ? delivery : { ...delivery, latencyMs: (index * 37) % 211 }),
);

let database: TestDatabase;
let reader: DomainContext;
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  const context = aReader(pool);
  reader = { ...context, services: { ...context.services, clock: { ...context.services.clock, now: () => nowMs } } };
  await seedEndpoints(pool, endpoints);
  // Half of the deliveries are in the summed counts, and the other half in the table of changes. Some counts have parts
  // in both.
  await seedDeliveries(pool, deliveries.slice(0, 125));
  await sumTallies(pool);
  await seedDeliveries(pool, deliveries.slice(125));
  // Adds deliveries of another tenant, which no statistic may include.
  const tenantId = '01900000-0000-7000-8000-00000000000f';
  await seedTenant(pool, tenantId);
  const otherTenant = anEndpoint({ tenantId, name: 'payment' });
  await seedEndpoints(pool, [otherTenant]);
  await seedDeliveries(pool, [aDelivery({ tenantId, endpointId: otherTenant.id, status: 'FAILED' })]);
});
afterAll(() => database[Symbol.asyncDispose]());

describe('SQL and JavaScript compute the same statistics', () => {
  test(
    `of deliveries by facet (seed ${testSeed}, ${new Date(nowMs).toISOString()})`,
    () =>
      forEachFilter(async (filter, found) => {
        const facets = await countFacets(reader, filter);
        expect(facets).toMatchObject({
          exact: true,
          total: found.length,
          failedAttempts: failedAttemptsOf(found),
          attempted: found.filter(each => each.status === 'SUCCEEDED' || each.errorCode !== null).length,
          firstSuccesses: found.filter(each => each.status === 'SUCCEEDED' && each.attemptCount === 1).length,
        });
        expect(facets.statuses).toEqual(
          deliveryStatuses.map(value => ({ value, count: found.filter(each => each.status === value).length })),
        );
        expectCounts(
          facets.endpoints,
          found.map(each => each.endpointId),
        );
        expectCounts(
          facets.eventTypes,
          found.map(each => each.eventType),
        );
        expectCounts(
          facets.responseStatuses,
          found.map(each => each.responseStatus),
        );
      }),
    600_000,
  );

  test(
    `of deliveries for each step of a period (seed ${testSeed}, ${new Date(nowMs).toISOString()})`,
    () =>
      forEachFilter(async (filter, found, buckets) => {
        const steps = planSeries(filter, buckets, nowMs);
        const series = await countSeries(reader, filter, steps);
        expect(series.length).toBeLessThanOrEqual(buckets);
        const { fromMs, stepMs, count } = steps;
        const expected = Array.from({ length: count }, (_, index) => {
          const startsAt = fromMs + index * stepMs;
          const within = found.filter(({ id }) => uuidTime(id) >= startsAt && uuidTime(id) < startsAt + stepMs);
          const of = (status: string) => within.filter(each => each.status === status).length;
          return {
            startsAt,
            succeeded: of('SUCCEEDED'),
            failed: of('FAILED'),
            retrying: of('RETRYING'),
            pending: of('PENDING') + of('PROCESSING'),
            failedAttempts: failedAttemptsOf(within),
          };
        });
        expect(series).toEqual(expected);
      }),
    600_000,
  );

  test(
    `of latency (seed ${testSeed}, ${new Date(nowMs).toISOString()})`,
    () =>
      forEachFilter(async (filter, found) => {
        expect(await measureLatency(reader, filter)).toEqual(latencyOf(found));
      }),
    600_000,
  );

  test(
    `of latency for each step of a period (seed ${testSeed}, ${new Date(nowMs).toISOString()})`,
    () =>
      forEachFilter(async (filter, found, buckets) => {
        const steps = planSeries(filter, buckets, nowMs);
        const { fromMs, stepMs, count } = steps;
        const expected = Array.from({ length: count }, (_, index) => {
          const startsAt = fromMs + index * stepMs;
          return latencyOf(found.filter(({ id }) => uuidTime(id) >= startsAt && uuidTime(id) < startsAt + stepMs));
        });
        expect(await measureLatencySeries(reader, filter, steps)).toEqual(expected);
      }),
    600_000,
  );

  test(
    `of each group of failures (seed ${testSeed}, ${new Date(nowMs).toISOString()})`,
    () =>
      forEachFilter(async (filter, found) => {
        const groups = await groupFailures(reader, filter, 100);
        const failures = found
          .filter(each => ['RETRYING', 'FAILED'].includes(each.status) && each.errorCode !== null)
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        const keyOf = (each: Pick<DeliverySnapshot, 'endpointId' | 'errorCode' | 'responseStatus'>) =>
          [each.endpointId, each.errorCode, each.responseStatus].join();
        const expected = Map.groupBy(failures, keyOf);
        expect(new Set(groups.map(keyOf))).toEqual(
          new Set([...expected.keys()].slice(0, Math.max(100, groups.length))),
        );
        expect(groups.map(each => each.count)).toEqual(groups.map(each => each.count).sort((a, b) => b - a));
        for (const group of groups) {
          const members = expected.get(keyOf(group)) ?? [];
          expect(group).toMatchObject({
            count: members.length,
            exact: true,
            sampleId: members.at(-1)?.id,
            firstSeenAt: members[0]?.lastFailedAt ?? members[0]?.updatedAt,
            lastSeenAt: members.at(-1)?.lastFailedAt ?? members.at(-1)?.updatedAt,
          });
        }
      }),
    600_000,
  );
});

function forEachFilter(check: (filter: CheckedFilter, found: DeliverySnapshot[], buckets: number) => Promise<void>) {
  const buckets = fc.constantFrom(1, 2, 7, 24, 200);
  return fc.assert(
    fc.asyncProperty(filtersFor(deliveries, nowMs), buckets, async (input, count) => {
      const filter = checkFilter(input, 'filter', { endpointIds: null });
      await check(
        filter,
        deliveries.filter(delivery => isIn(filter, delivery)),
        count,
      );
    }),
    { numRuns: propertyRuns },
  );
}

function isIn(filter: CheckedFilter, delivery: DeliverySnapshot): boolean {
  const endpoint = endpoints.find(each => each.id === delivery.endpointId);
  if (!endpoint) throw new Error('every delivery has an endpoint');
  const place = { occurredAt: nowMs, endpointName: endpoint.name, endpointUrl: endpoint.url };
  return matchesFilter(filter, { delivery, previous: delivery, ...place }).after;
}

/** The number of failed attempts: all attempts except successful ones and those in flight. */
function failedAttemptsOf(found: readonly DeliverySnapshot[]): number {
  const others = (each: DeliverySnapshot) => (each.status === 'SUCCEEDED' || each.status === 'PROCESSING' ? 1 : 0);
  return found.reduce((sum, each) => sum + Math.max(0, each.attemptCount - others(each)), 0);
}

function latencyOf(found: readonly DeliverySnapshot[]): Latency | null {
  const sorted = found
    .filter(each => each.finishedAt !== null)
    .map(each => each.latencyMs ?? 0)
    .sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return sorted.length === 0 ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Checks the counts against the number of occurrences of each value, the most frequent first. */
function expectCounts<Value>(counts: readonly FacetCount<Value>[], values: readonly Value[]): void {
  const expected = [...Map.groupBy(values, value => value)].map(([value, all]) => ({ value, count: all.length }));
  expect(new Set(counts)).toEqual(new Set(expected));
  const numbers = counts.map(each => each.count);
  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
}
