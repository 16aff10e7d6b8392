import type { Pool } from 'pg';
import { listPartitions } from '../src/database/partitions.ts';
import { openPool } from '../src/database/pool.ts';
import type { LaneRequest, Settlement } from '../src/domain/delivery-state/index.ts';
import { createLogger } from '../src/log.ts';
import { readBackendCpu } from './fixtures/backend-cpu.ts';
import { deleteEndpoints, insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { readCounters } from './fixtures/counters.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { median } from './fixtures/figures.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { printTable } from './fixtures/table.ts';
import { type Claim, type Layout, sessionSettings } from './layouts/layout.ts';
import { liveAndHistory, product } from './layouts/live-and-history.ts';
import { oneTable } from './layouts/one-table.ts';
import { queueTable } from './layouts/queue-table.ts';

const layouts: readonly Layout[] = [product, liveAndHistory, oneTable, queueTable];
const laneCounts = [10, 2000];
const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });
const url = 'https://receiver.example/webhooks';
const batch = 200;
/** The number of events that one call publishes. */
const publishBatch = 100;

interface Figures {
  /** Deliveries per second that are claimed and settled on one connection, one statement after the other. */
  readonly perSecond: number;
  /** The CPU time of the database backend for a claim and settlement, for each delivery. NaN if it cannot be read. */
  readonly micros: number;
  readonly walBytes: number;
  /** CPU time and WAL including the insert at publish, for each delivery. */
  readonly wholeMicros: number;
  readonly wholeWalBytes: number;
  /** The share of HOT updates in the tables of deliveries. NaN if there was no update. */
  readonly hotShare: number;
  /** The number of dead row versions that each delivery leaves. */
  readonly deadRows: number;
  /** The duration of the vacuum after the run, divided by the deliveries, in microseconds. */
  readonly vacuumMicros: number;
  /** The size of the partitions with indexes after the vacuum, divided by the deliveries. */
  readonly keptBytes: number;
}

/**
 * Measures the work of PostgreSQL for a delivery that succeeds at once, for each layout of its row. Deliveries are
 * published, claimed 200 at a time, and settled with their attempts and outbox rows, until a backlog is done. No
 * requests are made.
 */
export async function benchLayouts({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  // Autovacuum is off, so that dead rows can be counted and a vacuum can be timed.
  const database = await openBenchDatabase(cleanup, { autovacuum: 'off' });
  const weeks = (await listPartitions(database.pool)).filter(({ table }) => table === 'delivery_history');
  for (const layout of layouts) await database.pool.query(layout.create(weeks));
  const deliveries = quick ? 4_000 : 20_000;
  for (const lanes of laneCounts) {
    const endpointIds = await insertEndpoints(database, { url, count: lanes });
    await stage(database, endpointIds, deliveries);
    const taken = new Map(layouts.map(layout => [layout, [] as Figures[]]));
    for (let pair = 0; pair < pairs; pair += 1) {
      // The order alternates, so that no layout always runs after the same other layout.
      const order = pair % 2 === 0 ? layouts : layouts.toReversed();
      for (const layout of order) taken.get(layout)?.push(await measure(database, layout, endpointIds, deliveries));
    }
    printTable(
      `layouts: ${deliveries} deliveries over ${lanes} lanes, ${batch} a claim; a delivery's share (medians of ${pairs})`,
      [
        'layout',
        'deliveries/s',
        'backend us',
        'WAL bytes',
        'with publish: us',
        'WAL bytes',
        'HOT updates',
        'dead rows',
        'vacuum us',
        'bytes kept',
      ],
      layouts.map(layout => toRow(layout, taken.get(layout) ?? [])),
    );
    await deleteEndpoints(database);
  }
}

/** Fills the table `staged` with numbered deliveries, which each layout then copies, and inserts their events. */
async function stage(database: BenchDatabase, endpointIds: readonly string[], deliveries: number): Promise<void> {
  await database.reset();
  await insertBacklog(database, endpointIds, deliveries, payload);
  await database.pool.query(`
    DROP TABLE IF EXISTS staged;
    CREATE UNLOGGED TABLE staged AS SELECT row_number() OVER (ORDER BY id)::int AS place, * FROM delivery_live;
    CREATE UNIQUE INDEX ON staged (place);
    TRUNCATE delivery_live`);
  await database.pool.query('VACUUM ANALYZE staged, event, endpoint');
}

async function measure(
  { pool, connectionString }: BenchDatabase,
  layout: Layout,
  endpointIds: readonly string[],
  deliveries: number,
): Promise<Figures> {
  const names = await listTables(pool, layout);
  // Makes PostgreSQL report its statistics of earlier work now, because it would otherwise report them during the
  // measurement.
  await pool.query(`TRUNCATE ${names.join()}, attempt, outbox, delivery_tally; SELECT pg_stat_force_next_flush()`);
  // Makes a checkpoint before the rows are written. A checkpoint during the measurement would make PostgreSQL write
  // complete pages to the WAL.
  await pool.query('CHECKPOINT');
  const worker = openPool({
    connectionString,
    max: 1,
    statementTimeoutMs: 0,
    applicationName: 'bench',
    settings: sessionSettings,
    log: createLogger('warn'),
  });
  try {
    const read = async () => ({
      cpuMicros: await readBackendCpu(worker),
      walBytes: (await readCounters(pool)).walBytes,
    });
    const started = await read();
    for (let place = 1; place <= deliveries; place += publishBatch) {
      const values = [place, Math.min(place + publishBatch - 1, deliveries)];
      await worker.query({ name: 'publish', text: layout.publish, values });
    }
    const published = await read();
    await pool.query(`ANALYZE ${names.join()}`);
    const work = createWork(worker, layout, endpointIds);
    // The first call plans the statements, so it is not measured.
    const planned = await work();
    const before = await read();
    await pool.query('SELECT pg_stat_reset()');
    let [done, ms] = [planned, 0];
    while (done < deliveries) {
      const startedMs = performance.now();
      const settled = await work();
      ms += performance.now() - startedMs;
      if (settled === 0) throw new Error(`${layout.name}: ${done} of ${deliveries} done, and nothing is claimed`);
      done += settled;
    }
    const after = await read();
    const units = done - planned;
    const micros = (after.cpuMicros - before.cpuMicros) / units;
    const walBytes = (after.walBytes - before.walBytes) / units;
    await worker.query('SELECT pg_stat_force_next_flush()');
    const rows = await countRows(pool, layout);
    const vacuumStartedMs = performance.now();
    await pool.query(`VACUUM ${names.join()}`);
    const vacuumMs = performance.now() - vacuumStartedMs;
    return {
      perSecond: (units / ms) * 1000,
      micros,
      walBytes,
      wholeMicros: micros + (published.cpuMicros - started.cpuMicros) / deliveries,
      wholeWalBytes: walBytes + (published.walBytes - started.walBytes) / deliveries,
      hotShare: rows.hot / rows.updated,
      deadRows: rows.dead / units,
      vacuumMicros: (vacuumMs * 1000) / deliveries,
      keptBytes: (await readKeptBytes(pool, layout)) / deliveries,
    };
  } finally {
    await worker.end();
  }
}

/**
 * Claims and settles one lane after the other. Each claim of a lane continues after the last row that it has claimed.
 *
 * @returns the number of deliveries.
 */
function createWork(pool: Pool, layout: Layout, endpointIds: readonly string[]): () => Promise<number> {
  const lanes = endpointIds.map(
    (endpointId): LaneRequest => ({
      endpointId,
      slots: Math.max(1, batch / endpointIds.length),
      after: null,
    }),
  );
  const places = new Map(endpointIds.map((id, place) => [id, place]));
  let next = 0;
  return async () => {
    const asked = lanes.slice(next, next + batch);
    next = (next + batch) % Math.max(batch, lanes.length);
    const claims = await layout.claim(pool, asked);
    for (const { delivery, dueAtMs } of claims) {
      const place = places.get(delivery.endpointId) as number;
      lanes[place] = { ...(lanes[place] as LaneRequest), after: { dueMs: dueAtMs, id: delivery.id } };
    }
    const settled = await layout.settle(pool, claims.map(succeed));
    if (settled !== claims.length) throw new Error(`${layout.name}: ${settled} of ${claims.length} settled`);
    return settled;
  };
}

const requestHeaders = JSON.stringify([
  ['content-type', 'application/json'],
  ['webhook-id', 'dlv_01jd8qz1y5e3n8v0c2x7m4k9bt'],
  ['webhook-timestamp', '1795000000'],
  ['webhook-signature', 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='],
]);
const responseHeaders = JSON.stringify([
  ['content-type', 'application/json'],
  ['content-length', '11'],
]);
const responseBody = Buffer.from('{"ok":true}');

function succeed({ delivery, payload: body }: Claim): Settlement {
  if (body !== payload) throw new Error(`delivery ${delivery.id} was claimed without its payload`);
  return {
    claimed: delivery,
    endpointName: 'bench',
    endpointUrl: url,
    attempt: {
      trigger: 'SCHEDULE',
      startedAt: Date.now(),
      durationMs: 12,
      queueMs: 3,
      timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 11 },
      request: { method: 'POST', url, headersJson: requestHeaders, body: null, isSent: true },
      response: { status: 200, headersJson: responseHeaders, body: responseBody, excerpt: null, bodyTruncated: false },
      error: null,
    },
    next: { status: 'SUCCEEDED' },
  };
}

async function listTables(pool: Pool, layout: Layout): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname ~ $1`,
    [layout.tables],
  );
  return rows.map(({ name }) => name);
}

async function countRows(pool: Pool, layout: Layout): Promise<{ updated: number; hot: number; dead: number }> {
  const { rows } = await pool.query(
    `SELECT sum(n_tup_upd)::float8 AS updated, sum(n_tup_hot_upd)::float8 AS hot, sum(n_dead_tup)::float8 AS dead
     FROM pg_stat_user_tables WHERE relname ~ $1`,
    [layout.tables],
  );
  return rows[0];
}

async function readKeptBytes(pool: Pool, layout: Layout): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(
    `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class
     WHERE relkind = 'r' AND relname ~ $1 AND relname ~ '_p[0-9]{8}$'`,
    [layout.tables],
  );
  return rows[0]?.bytes ?? Number.NaN;
}

function toRow(layout: Layout, taken: readonly Figures[]): string[] {
  const cell = (pick: (figures: Figures) => number, digits = 0) => {
    const text = median(taken.map(pick), digits);
    return text === 'NaN' ? '' : text;
  };
  return [
    layout.name,
    cell(f => f.perSecond),
    cell(f => f.micros, 1),
    cell(f => f.walBytes),
    cell(f => f.wholeMicros, 1),
    cell(f => f.wholeWalBytes),
    cell(f => f.hotShare, 2),
    cell(f => f.deadRows, 2),
    cell(f => f.vacuumMicros, 1),
    cell(f => f.keptBytes),
  ];
}
