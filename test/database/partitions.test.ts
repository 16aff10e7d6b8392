import { describe, expect, test } from 'vitest';
import {
  dropPartitionsBefore,
  ensurePartitions,
  listPartitions,
  partitionedTables,
  partitionRange,
} from '../../src/database/partitions.ts';
import { withClient } from '../../src/database/pool.ts';
import { newUuid } from '../../src/ids.ts';
import { createTestDatabase, silentLog as log, type TestDatabase } from '../fixtures/postgres.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const tenantId = '01900000-0000-7000-8000-000000000000';

function ensure(database: TestDatabase, fromMs: number, untilMs: number): Promise<string[]> {
  return withClient(database.pool, client => ensurePartitions(client, { fromMs, untilMs }));
}

async function insertEvent(database: TestDatabase, id: string): Promise<string> {
  const { rows } = await database.pool.query(
    "INSERT INTO event (id, tenant_id, is_test, type, payload) VALUES ($1, $2, false, 'a', '{}') RETURNING tableoid::regclass::text",
    [id, tenantId],
  );
  return rows[0].tableoid;
}

describe('ensurePartitions', () => {
  test('creates one partition for each table and week, from Monday to Monday in UTC', async () => {
    await using database = await createTestDatabase();
    const made = await ensure(database, Date.UTC(2020, 0, 5, 23), Date.UTC(2020, 0, 6, 1));
    expect(made).toEqual(
      partitionedTables.flatMap(table => ['20191230', '20200106'].map(monday => `${table}_p${monday}`)),
    );
    expect(await insertEvent(database, newUuidAt(Date.UTC(2020, 0, 5, 23, 59, 59, 999)))).toBe('event_p20191230');
    expect(await insertEvent(database, newUuidAt(Date.UTC(2020, 0, 6)))).toBe('event_p20200106');
    const [first] = await listPartitions(database.pool);
    expect(first).toEqual({
      table: 'attempt',
      name: 'attempt_p20191230',
      fromMs: Date.UTC(2019, 11, 30),
      untilMs: Date.UTC(2020, 0, 6),
      state: 'attached',
    });
  });

  test('is idempotent, even if two calls run at once while other connections read and write', async () => {
    await using database = await createTestDatabase();
    const reader = await database.pool.connect();
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM event');
    await reader.query('DELETE FROM attempt');
    const from = Date.UTC(2021, 0, 4);
    const made = await Promise.all([1, 2, 3].map(() => ensure(database, from, from + 3 * weekMs)));
    expect(made.flat().length).toBe(9);
    await reader.query('COMMIT');
    reader.release();
    expect(await ensure(database, from, from + 3 * weekMs)).toEqual([]);
  });

  test('gives each partition the indexes of its table', async () => {
    await using database = await createTestDatabase();
    const { rows } = await database.pool.query(
      `SELECT parent.relname AS table, index.relname AS index, count(DISTINCT part.inhrelid) AS partitions,
              count(DISTINCT attached.inhrelid) AS indexed
       FROM pg_class parent
       JOIN pg_inherits part ON part.inhparent = parent.oid
       JOIN pg_index ON indrelid = parent.oid
       JOIN pg_class index ON index.oid = indexrelid
       LEFT JOIN pg_inherits attached ON attached.inhparent = indexrelid
       WHERE parent.relname = ANY ($1) GROUP BY 1, 2`,
      [partitionedTables],
    );
    expect(new Set(rows.map(row => row.table))).toEqual(new Set(partitionedTables));
    for (const row of rows) expect(row, row.index).toMatchObject({ indexed: row.partitions });
    const own = await database.pool.query(
      `SELECT indexrelid::regclass FROM pg_index LEFT JOIN pg_inherits ON inhrelid = indexrelid
       WHERE indrelid::regclass::text ~ '_p[0-9]{8}$' AND inhparent IS NULL`,
    );
    expect(own.rows).toEqual([]);
  });

  test('creates partitions with bounds that let a statement with given ids read only one of them', async () => {
    await using database = await createTestDatabase();
    const { rows } = await database.pool.query(`EXPLAIN SELECT * FROM event WHERE id = '${newUuidAt(Date.now())}'`);
    const plan = rows.map(row => row['QUERY PLAN']).join('\n');
    expect(plan.match(/event_p\d+_pkey/g)?.length).toBe(1);
  });

  test('creates enough partitions for processes whose clocks are wrong by a week', async () => {
    await using database = await createTestDatabase();
    const { fromMs, untilMs } = partitionRange(Date.now());
    expect(await ensure(database, fromMs, untilMs)).toEqual([]);
    for (const ms of [fromMs, Date.now(), untilMs - 1]) await insertEvent(database, newUuidAt(ms));
  });
});

describe('dropPartitionsBefore', () => {
  const from = Date.UTC(2022, 0, 3);

  test('drops only partitions that ended before the given time, in all three tables', async () => {
    await using database = await createTestDatabase();
    const kept = await listPartitions(database.pool);
    await ensure(database, from, from + 2 * weekMs);
    const dropped = await dropPartitionsBefore(database.pool, { beforeMs: from + 2 * weekMs - 1, log });
    expect(dropped).toEqual(['attempt_p20220103', 'delivery_history_p20220103', 'event_p20220103']);
    expect((await dropPartitionsBefore(database.pool, { beforeMs: from + 2 * weekMs, log })).length).toBe(3);
    expect(await listPartitions(database.pool)).toEqual(kept);
  });

  test('gives up waiting for a long reader without blocking others, and drops the partition in a later call', async () => {
    await using database = await createTestDatabase();
    await ensure(database, from, from + weekMs);
    const reader = await database.pool.connect();
    await reader.query('BEGIN');
    await reader.query(`SELECT * FROM event WHERE id = '${newUuidAt(Date.now())}'`);

    const dropping = dropPartitionsBefore(database.pool, { beforeMs: from + weekMs, log, lockTimeoutMs: 5_000 });
    let isDropping = true;
    const dropped = dropping.finally(() => {
      isDropping = false;
    });
    await expect.poll(async () => (await findPartition(database, 'event_p20220103'))?.state).toBe('detaching');
    expect(await insertEvent(database, newUuidAt(Date.now()))).toMatch(/^event_p/);
    await database.pool.query('SELECT count(*) FROM event');
    expect((await ensure(database, from + weekMs, from + 2 * weekMs)).length).toBe(3);
    expect(isDropping, 'the others did not wait for the reader').toBe(true);
    expect(await dropped).toEqual(['attempt_p20220103', 'delivery_history_p20220103']);

    await reader.query('COMMIT');
    reader.release();
    expect(await dropPartitionsBefore(database.pool, { beforeMs: from + weekMs, log })).toEqual(['event_p20220103']);
    expect(await findPartition(database, 'event_p20220103')).toBeUndefined();
  });

  test('drops a partition that was detached before an earlier call was killed', async () => {
    await using database = await createTestDatabase();
    await ensure(database, from, from + weekMs);
    await database.pool.query('ALTER TABLE event DETACH PARTITION event_p20220103 CONCURRENTLY');
    expect((await findPartition(database, 'event_p20220103'))?.state).toBe('detached');
    expect(await dropPartitionsBefore(database.pool, { beforeMs: from + weekMs, log })).toContain('event_p20220103');
  });

  test('does nothing while another call runs', async () => {
    await using database = await createTestDatabase();
    await ensure(database, from, from + 3 * weekMs);
    const drop = () => dropPartitionsBefore(database.pool, { beforeMs: from + 3 * weekMs, log });
    const dropped = (await Promise.all([drop(), drop(), drop()])).flat();
    expect(dropped.toSorted()).toEqual([...new Set(dropped)].toSorted());
    expect(dropped.length).toBe(9);
  });
});

async function findPartition(database: TestDatabase, name: string) {
  return (await listPartitions(database.pool)).find(partition => partition.name === name);
}

/** Creates an id for any time. `newUuid` cannot be used, because its ids never go back in time. */
function newUuidAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${newUuid(Date.now()).slice(13)}`;
}
