import type { PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnavailable } from '../../../src/database/failures.ts';
import { runInOperation } from '../../../src/database/operation-scope.ts';
import { openPool } from '../../../src/database/pool.ts';
import { createEventWriter, type EventWriter } from '../../../src/domain/events/event-writer.ts';
import type { NewEvent } from '../../../src/domain/events/insert-events.ts';
import { TimeoutError, UnavailableError } from '../../../src/errors.ts';
import { newUuid } from '../../../src/ids.ts';
import { silentLog } from '../../fixtures/postgres.ts';
import { openScene, type Scene, until } from '../scene.ts';

let scene: Scene;
let writer: EventWriter;
let blocker: PoolClient;
let stack: AsyncDisposableStack;
let written: number;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  written = 0;
  scene = stack.use(await openScene());
  const { connectionString = '' } = scene.services.pool.options;
  const pool = openPool({
    connectionString,
    max: 4,
    fairLimits: { connectionsPerTenant: 4, maxWaitingPerTenant: 2_000, maxWaiting: 10_000 },
    statementTimeoutMs: 20_000,
    applicationName: 'livehook-writer',
    log: silentLog,
  });
  stack.defer(() => pool.end());
  writer = createEventWriter({ ...scene.services, pool });
  // Publishing once registers the event types, so that later publishes wait only for the writer.
  await scene.publish();
  blocker = await scene.services.pool.connect();
});
afterEach(async () => {
  await blocker.query('ROLLBACK');
  blocker.release();
  await stack.disposeAsync();
});

const type = 'payment.completed';

function makeEvents(count: number, payload = '{}'): NewEvent[] {
  const { tenantId } = scene.ctx.actor;
  return Array.from({ length: count }, () => ({
    id: newUuid(Date.now()),
    tenantId,
    type,
    payload,
    isTest: false,
    deliveries: [],
  }));
}

async function write(events: readonly NewEvent[], signal?: AbortSignal): Promise<boolean> {
  const { tenantId } = scene.ctx.actor;
  const { revision } = await scene.services.routing.read(tenantId, true);
  const run = () => {
    const writing = writer.write(tenantId, revision, events);
    written += events.length;
    return writing;
  };
  return signal ? runInOperation({ tenantId, kind: 'WRITE', signal }, run) : run();
}

/** Resolves once this many events were passed to the writer. */
async function waitForWrites(count: number): Promise<void> {
  await until(() => expect(written).toBe(count));
}

/** Blocks every insert of events until the transaction of `blocker` is rolled back. */
async function blockInserts(): Promise<void> {
  await blocker.query('BEGIN');
  await blocker.query('LOCK TABLE event IN SHARE MODE');
}

async function waitForBlockedInsert(): Promise<void> {
  await until(async () => {
    const { rows } = await scene.services.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'livehook-writer'
       AND wait_event_type = 'Lock'`,
    );
    expect(rows).toHaveLength(1);
  });
}

async function countEvents(events: readonly NewEvent[]): Promise<number> {
  const { rows } = await scene.services.pool.query('SELECT count(*)::int FROM event WHERE id = ANY ($1::uuid[])', [
    events.map(({ id }) => id),
  ]);
  return rows[0].count;
}

describe('a publish whose client got TIMEOUT', () => {
  it('is not written later if it was still queued, and the other queued publishes are written', async () => {
    const [first, late, last] = [makeEvents(1), makeEvents(1), makeEvents(1)];
    const ending = new AbortController();
    await blockInserts();
    const firstWrite = write(first);
    await waitForBlockedInsert();
    const lateWrite = write(late, ending.signal).catch(error => error);
    const lastWrite = write(last);
    await waitForWrites(3);
    ending.abort(new TimeoutError('too late'));
    expect(await lateWrite).toBeInstanceOf(TimeoutError);
    await blocker.query('ROLLBACK');
    expect(await Promise.all([firstWrite, lastWrite])).toEqual([true, true]);
    expect(await countEvents([...first, ...late, ...last])).toBe(2);
    expect(await countEvents(late)).toBe(0);
  });

  it('is rolled back if its commit was in progress', async () => {
    const late = makeEvents(2);
    const ending = new AbortController();
    await blockInserts();
    const lateWrite = write(late, ending.signal).catch(error => error);
    await waitForBlockedInsert();
    ending.abort(new TimeoutError('too late'));
    expect(await lateWrite).toMatchObject({ code: '57014' });
    await blocker.query('ROLLBACK');
    expect(await write(makeEvents(1))).toBe(true);
    expect(await countEvents(late)).toBe(0);
  });
});

describe('a queue of publishes', () => {
  it('rejects a publish that would exceed the maximum number of queued events', async () => {
    await blockInserts();
    const writes = Promise.all(Array.from({ length: 10 }, () => write(makeEvents(1_000))));
    await waitForBlockedInsert();
    await waitForWrites(10_000);
    await expect(write(makeEvents(1))).rejects.toThrow(UnavailableError);
    await blocker.query('ROLLBACK');
    expect(await writes).toEqual(Array(10).fill(true));
    expect(await write(makeEvents(1))).toBe(true);
  });

  it('rejects a publish that would exceed the maximum number of queued payload bytes', async () => {
    const payload = JSON.stringify('x'.repeat(2 ** 20));
    await blockInserts();
    const writes = Promise.all(Array.from({ length: 31 }, () => write(makeEvents(1, payload))));
    await waitForBlockedInsert();
    await waitForWrites(31);
    await expect(write(makeEvents(1, payload))).rejects.toThrow('Too many events wait to be written');
    await blocker.query('ROLLBACK');
    expect(await writes).toEqual(Array(31).fill(true));
  });

  it('rejects all queued publishes when the database becomes unreachable', async () => {
    await blockInserts();
    const first = write(makeEvents(1)).catch(error => error);
    await waitForBlockedInsert();
    const waiting = Array.from({ length: 5 }, () => write(makeEvents(1)).catch(error => error));
    await waitForWrites(6);
    await scene.services.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'livehook-writer'",
    );
    const errors = await Promise.all([first, ...waiting]);
    expect(errors.map(isUnavailable)).toEqual(Array(6).fill(true));
  });
});
