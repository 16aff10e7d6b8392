import { openPool, withClient } from '../src/database/pool.ts';
import { defaultTenantId } from '../src/domain/context.ts';
import { checkFilter, type DeliveryFilterInput } from '../src/domain/deliveries/delivery-filter.ts';
import {
  type DeliveryKey,
  type DeliveryOrder,
  defaultOrder,
  deliveryCursors,
} from '../src/domain/deliveries/delivery-order.ts';
import { pageStatement } from '../src/domain/deliveries/page-statement.ts';
import { resolveSearch } from '../src/domain/deliveries/resolve-search.ts';
import { encodeCursor } from '../src/domain/pages.ts';
import { uuidLowerBound } from '../src/ids.ts';
import { createLogger } from '../src/log.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { median, percentile, spread } from './fixtures/figures.ts';
import { type FinishedDeliveries, insertFinishedDeliveries } from './fixtures/finished-deliveries.ts';
import { listFilters, listOrders } from './fixtures/list-cases.ts';
import { startLivehook } from './fixtures/livehook.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { openPublisher, type Publisher } from './fixtures/publisher.ts';
import { printTable } from './fixtures/table.ts';

const size = 50;
/** The number of concurrent requests, and of connections of the baseline. */
const width = 8;
/** How long lists are read before anything is measured. */
const warmupMs = 5000;
const list = `query ($filter: DeliveryFilter, $orderBy: DeliveryOrder, $after: String) {
  deliveries(first: ${size}, filter: $filter, orderBy: $orderBy, after: $after) {
    nodes {
      id status failureReason eventType attemptCount maxAttempts responseStatus error { code message }
      nextAttemptAt createdAt updatedAt deliveredAt failedAt isTest
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
const stats = `query ($filter: DeliveryFilter) {
  deliveryStats(filter: $filter) {
    total byStatus { status count } successRate latencyMs { p50 p95 p99 } series { startsAt succeeded failed }
  }
}`;
const facets = `query ($filter: DeliveryFilter) {
  deliveryStats(filter: $filter) {
    byStatus { count } byEndpoint { count } byEventType { count } byResponseStatus { count }
  }
}`;
const groups = `query ($filter: DeliveryFilter) { failureGroups(filter: $filter) { count { value } sample { id } } }`;

/**
 * Measures `deliveries(first: 50)` over HTTP, for the first page and after a tenth of all rows. Compares it with the
 * prepared statement of the page through `pg`. Also measures each filter and pair of filters, with statistics and
 * facets.
 */
export async function benchList({ quick, pairs, rows }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const startedMs = performance.now();
  const seeded = await insertFinishedDeliveries(database, rows);
  console.log(`\n${rows} deliveries were written in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  const livehook = cleanup.use(await startLivehook(database));
  const client = cleanup.use(openPublisher(livehook, width));
  await printThroughput(database, client, seeded, { pairs, ms: quick ? 300 : 3000 });
  await printLatencies(client, seeded, quick ? 15 : 100);
}

async function printThroughput(
  { connectionString }: BenchDatabase,
  client: Publisher,
  seeded: FinishedDeliveries,
  { pairs, ms }: { readonly pairs: number; readonly ms: number },
): Promise<void> {
  const filters = listFilters(seeded);
  const cases: [string, DeliveryFilterInput, DeliveryOrder][] = [
    ...listOrders.map(
      order => [`all, ${order.field} ${order.direction}`, {}, order] as [string, object, DeliveryOrder],
    ),
    ...['endpoint', 'type', 'failed', 'a day'].map(
      name => [name, filters[name] ?? {}, defaultOrder] as [string, DeliveryFilterInput, DeliveryOrder],
    ),
  ];
  const log = createLogger('warn');
  await using opened = new AsyncDisposableStack();
  const pool = openPool({
    connectionString,
    max: width,
    statementTimeoutMs: 0,
    applicationName: 'baseline',
    settings: { enable_seqscan: 'off' },
    log,
  });
  opened.defer(() => pool.end());
  // Warm up first, because a new server runs at half of its later rate until its code is compiled.
  for (const [, filter] of cases) await rate(warmupMs / cases.length, () => client.execute(list, { filter }));
  const table: string[][] = [];
  for (const [index, [name, filter, order]] of cases.entries()) {
    const perSecond: Record<'first' | 'deep', { product: number[]; baseline: number[] }> = {
      first: { product: [], baseline: [] },
      deep: { product: [], baseline: [] },
    };
    for (let pair = 0; pair < pairs; pair += 1) {
      for (const place of ['first', 'deep'] as const) {
        const after = place === 'deep' ? deepKey(seeded, order) : null;
        const page = { size, backward: false, after, before: null };
        const resolved = await resolveSearch(
          pool,
          defaultTenantId,
          checkFilter(filter, 'filter', { endpointIds: null }),
        );
        const statement = pageStatement(defaultTenantId, resolved, order, page);
        if (!statement) throw new Error(`${name} can match nothing`);
        const variables = {
          filter,
          orderBy: order,
          after: after && encodeCursor(deliveryCursors('deliveries', defaultTenantId, order), after),
        };
        perSecond[place].baseline.push(
          await rate(ms, () =>
            withClient(pool, baseline => baseline.query({ name: `page ${index} ${place}`, ...statement })),
          ),
        );
        perSecond[place].product.push(await rate(ms, () => client.execute(list, variables)));
      }
    }
    const ratio = ({ product, baseline }: { product: number[]; baseline: number[] }) =>
      spread(product.map((each, at) => each / (baseline[at] ?? Number.NaN)));
    const { first, deep } = perSecond;
    table.push([
      name,
      ...[first, deep].flatMap(each => [median(each.product), median(each.baseline), ratio(each)]),
      spread(first.product.map((each, at) => each / (deep.product[at] ?? Number.NaN))),
    ]);
  }
  printTable(
    `list: deliveries(first: ${size})/s over HTTP, ${width} at once, beside the same statement prepared in pg (medians of ${pairs})`,
    ['', 'first/s', 'baseline/s', 'ratio', 'deep/s', 'baseline/s', 'ratio', 'first/deep'],
    table,
  );
}

/** The key of the row after a tenth of all rows in a list without a filter, newest or oldest first. */
function deepKey({ fromMs, untilMs }: FinishedDeliveries, { field, direction }: DeliveryOrder): DeliveryKey {
  const tenth = (untilMs - fromMs) / 10;
  const id = uuidLowerBound(Math.round(direction === 'DESC' ? untilMs - tenth : fromMs + tenth));
  if (field === 'CREATED_AT') return [null, id];
  return field === 'STATUS' ? ['SUCCEEDED', id] : [200, id];
}

async function printLatencies(client: Publisher, seeded: FinishedDeliveries, times: number): Promise<void> {
  const table: string[][] = [];
  for (const [name, filter] of Object.entries(listFilters(seeded))) {
    const cells: string[] = [];
    for (const query of [list, stats, facets, groups]) {
      const ms = await timesMs(times, () => client.execute(query, { filter }));
      cells.push(...(ms ? [percentile(ms, 0.5).toFixed(1), percentile(ms, 0.99).toFixed(1)] : ['TIMEOUT', 'TIMEOUT']));
    }
    table.push([name, ...cells]);
  }
  printTable(
    `list: milliseconds of one request at a time (${times} each)`,
    ['filter', 'list p50', 'p99', 'stats p50', 'p99', 'facets p50', 'p99', 'failures p50', 'p99'],
    table,
  );
}

/** Measures how many calls of `run` complete per second, with `width` calls at once. */
async function rate(ms: number, run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  const work = async () => {
    while (performance.now() - startedMs < ms) {
      await run();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return (done / (performance.now() - startedMs)) * 1000;
}

/** Measures `times` calls of `run`, in milliseconds. Null if the server rejected a call as too slow. */
async function timesMs(times: number, run: () => Promise<unknown>): Promise<number[] | null> {
  const ms: number[] = [];
  try {
    while (ms.length < times) ms.push(await timeMs(run));
  } catch (error) {
    if (error instanceof Error && error.message.includes('The database took too long')) return null;
    throw error;
  }
  return ms;
}

async function timeMs(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}
