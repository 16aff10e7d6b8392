import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryStatus } from '../../../src/delivery.ts';
import { cancelBulkOperation } from '../../../src/domain/bulk-operations/cancel-bulk-operation.ts';
import { listBulkErrors } from '../../../src/domain/bulk-operations/list-bulk-errors.ts';
import { listBulkOperations } from '../../../src/domain/bulk-operations/list-bulk-operations.ts';
import { loadOutcomes } from '../../../src/domain/bulk-operations/load-outcomes.ts';
import { runNextStep } from '../../../src/domain/bulk-operations/run-next-step.ts';
import { startBulkOperation } from '../../../src/domain/bulk-operations/start-bulk-operation.ts';
import type { DomainContext } from '../../../src/domain/context.ts';
import { cancelDelivery } from '../../../src/domain/deliveries/cancel-delivery.ts';
import { checkFilter } from '../../../src/domain/deliveries/delivery-filter.ts';
import { listDeliveries } from '../../../src/domain/deliveries/list-deliveries.ts';
import { deleteEndpoint } from '../../../src/domain/endpoints/delete-endpoint.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { BadUserInputError, ForbiddenError, InvalidStateError, NotFoundError } from '../../../src/errors.ts';
import { formatId, newUuid } from '../../../src/ids.ts';
import { startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../scene.ts';
import { readOperation, runToEnd } from './run-to-end.ts';

let scene: Scene;
let endpoint: SceneEndpoint;
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  // The endpoint is paused, so that no sender sends its deliveries, which would change the results of the operation.
  endpoint = await scene.createEndpoint({ status: 'PAUSED' });
});
afterAll(() => scene[Symbol.asyncDispose]());

const toEndpoint = () => ({ endpointIds: [endpoint.id] });

async function publishMany(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await scene.publishOne(toEndpoint()));
  return ids;
}

async function makeFailed(count: number): Promise<string[]> {
  const ids = await publishMany(count);
  for (const id of ids) await cancelDelivery(scene.ctx, formatId('dlv', id));
  return ids;
}

/** Sets the state of deliveries after a failed attempt: RETRYING, with the next attempt due in an hour. */
async function makeRetrying(ids: readonly string[]): Promise<void> {
  await scene.services.pool.query(
    `UPDATE delivery_live SET status = 'RETRYING', attempt_count = 1, schedule_step = 1, version = 3,
       due_at = now() + interval '1 hour' WHERE id = ANY ($1)`,
    [ids],
  );
}

async function readReplays(ids: readonly string[]) {
  const { rows } = await scene.services.pool.query(
    'SELECT replay_of, status, trigger, event_id, id FROM delivery WHERE replay_of = ANY ($1) ORDER BY id',
    [ids],
  );
  return rows;
}

describe('a bulk retry', () => {
  test('restarts FAILED deliveries, makes RETRYING ones due now, and skips the others', async () => {
    const failed = await makeFailed(3);
    const [waiting, ...retrying] = await publishMany(3);
    await makeRetrying(retrying);
    const started = await startBulkOperation(scene.ctx, 'RETRY', toEndpoint());
    expect(started).toMatchObject({ status: 'RUNNING', total: 6, done: 0 });

    const operation = await runToEnd(scene.ctx, started);
    expect(operation).toMatchObject({ status: 'SUCCEEDED', total: 6, done: 5, failed: 0, skipped: 1 });
    expect(operation.finishedAt).toBeInstanceOf(Date);
    for (const id of failed) {
      const delivery = await scene.read(id);
      expect(delivery).toMatchObject({ status: 'PENDING', version: 3, failureReason: null, maxAttempts: 4 });
      expect(delivery.nextAttemptAt).toBeLessThanOrEqual(Date.now() + 1000);
    }
    for (const id of retrying) {
      const delivery = await scene.read(id);
      expect(delivery).toMatchObject({ status: 'RETRYING', version: 3, attemptCount: 1 });
      expect(delivery.nextAttemptAt).toBeLessThanOrEqual(Date.now() + 1000);
    }
    expect(await scene.read(waiting as string)).toMatchObject({ status: 'PENDING', version: 1 });
    const { rows } = await scene.services.pool.query('SELECT DISTINCT trigger FROM delivery_live WHERE id = ANY ($1)', [
      [...failed, ...retrying],
    ]);
    expect(rows).toEqual([{ trigger: 'BULK' }]);
  });

  test('announces the same transitions as retryDelivery for a single delivery', async () => {
    const ids = await makeFailed(5);
    const leaving = new AbortController();
    const items = await scene.services.feed.subscribe(scene.ctx.actor.tenantId, { signal: leaving.signal });
    const started = await startBulkOperation(scene.ctx, 'RETRY', { ids: ids.map(id => formatId('dlv', id)) });
    await runToEnd(scene.ctx, started);
    for (const id of ids) {
      const { value } = await items.next();
      expect(value?.transition).toMatchObject({
        delivery: { id, status: 'PENDING', version: 3, bulkOperationId: started.id },
        previous: { status: 'FAILED', failureReason: 'CANCELED', bulkOperationId: null },
        endpointName: 'Shop',
      });
    }
    leaving.abort();
    await until(async () => {
      expect((await scene.services.pool.query('SELECT FROM outbox')).rowCount).toBe(0);
    });
  });

  test('queues its deliveries behind those that are already due', async () => {
    const ids = await makeFailed(1);
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'ENABLED', retryScheduleSeconds: [] });
    const started = await startBulkOperation(scene.ctx, 'RETRY', toEndpoint());
    await runToEnd(scene.ctx, started);
    await using _sender = scene.startSender();
    await scene.waitForStatus(ids[0] as string, 'FAILED');
    expect((await scene.readAttempts(ids[0] as string)).map(each => each.trigger)).toEqual(['BULK']);
  });
});

describe('the outcomes of a bulk operation', () => {
  const outcomesOf = async (id: string, max = 100) => (await loadOutcomes(scene.ctx, [id], max)).get(id);
  const listOf = async (id: string, statuses: readonly DeliveryStatus[]) => {
    const input = { bulkOperationIds: [formatId('blk', id)], statuses };
    const filter = checkFilter(input, 'filter', scene.ctx.actor);
    return (await listDeliveries(scene.ctx, { filter, page: { first: 100 } })).rows.map(row => row.id).sort();
  };

  test('count the deliveries that it retried, and the filter bulkOperationIds lists exactly those', async () => {
    const failed = await makeFailed(4);
    const retrying = await publishMany(2);
    await makeRetrying(retrying);
    // The retry leaves out these deliveries: a PENDING one, and a FAILED one of another endpoint.
    await publishMany(1);
    const { id } = await startBulkOperation(scene.ctx, 'RETRY', toEndpoint());
    expect(await outcomesOf(id)).toEqual({ queued: 0, waiting: 0, succeeded: 0, failed: 0, exact: true });
    await runToEnd(scene.ctx, { id });
    expect(await outcomesOf(id)).toEqual({ queued: 4, waiting: 2, succeeded: 0, failed: 0, exact: true });
    expect(await listOf(id, ['PENDING', 'PROCESSING'])).toEqual(failed.toSorted());
    expect(await listOf(id, ['RETRYING'])).toEqual(retrying.toSorted());
    await cancelDelivery(scene.ctx, formatId('dlv', failed[0] as string));
    expect(await outcomesOf(id)).toEqual({ queued: 3, waiting: 2, succeeded: 0, failed: 1, exact: true });
    expect(await listOf(id, ['FAILED'])).toEqual([failed[0]]);
    expect(await outcomesOf(id, 5)).toMatchObject({ exact: false });
  });

  test('change when senders finish the deliveries of the operation', async () => {
    await using receiver = await startReceiver(
      ({ body }, response) => void response.writeHead(body.includes('good') ? 200 : 500).end(),
    );
    const good = await scene.publishOne({ ...toEndpoint(), payloadText: '{"good":1}' });
    const bad = await scene.publishOne({ ...toEndpoint(), payloadText: '{"bad":1}' });
    for (const each of [good, bad]) await cancelDelivery(scene.ctx, formatId('dlv', each));
    const { id } = await startBulkOperation(scene.ctx, 'RETRY', toEndpoint());
    await runToEnd(scene.ctx, { id });
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'ENABLED', url: receiver.url, retryScheduleSeconds: [] });
    await using _sender = scene.startSender();
    await until(async () => {
      expect(await outcomesOf(id)).toEqual({ queued: 0, waiting: 0, succeeded: 1, failed: 1, exact: true });
    });
    expect(await listOf(id, ['SUCCEEDED'])).toEqual([good]);
    expect(await listOf(id, ['FAILED'])).toEqual([bad]);
  });

  test('count the new deliveries of a replay, not the original ones', async () => {
    const ids = await makeFailed(3);
    const { id } = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    await runToEnd(scene.ctx, { id });
    expect(await outcomesOf(id)).toEqual({ queued: 3, waiting: 0, succeeded: 0, failed: 0, exact: true });
    expect(await listOf(id, ['PENDING'])).toEqual((await readReplays(ids)).map(each => each.id).sort());
  });

  test('no longer count a delivery that a later operation retries', async () => {
    const [one] = await makeFailed(1);
    const first = await startBulkOperation(scene.ctx, 'RETRY', toEndpoint());
    await runToEnd(scene.ctx, first);
    await cancelDelivery(scene.ctx, formatId('dlv', one as string));
    const later = { bulkOperationIds: [formatId('blk', first.id)], statuses: ['FAILED'] as const };
    const second = await startBulkOperation(scene.ctx, 'RETRY', later);
    expect(await runToEnd(scene.ctx, second)).toMatchObject({ done: 1 });
    expect(await listOf(first.id, ['PENDING'])).toEqual([]);
    expect(await listOf(second.id, ['PENDING'])).toEqual([one]);
  });

  test('do not count deliveries of another tenant', async () => {
    await makeFailed(1);
    const { id } = await startBulkOperation(scene.ctx, 'RETRY', toEndpoint());
    await runToEnd(scene.ctx, { id });
    const otherContext = await scene.createOtherTenant();
    expect((await loadOutcomes(otherContext, [id], 10)).get(id)).toMatchObject({ queued: 0 });
  });
});

describe('a bulk replay', () => {
  test('creates one new delivery for each match, in the same order, and none for deliveries created after its start', async () => {
    const ids = [...(await makeFailed(20)), ...(await publishMany(20))];
    const started = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    const later = await publishMany(2);
    const operation = await runToEnd(scene.ctx, started);
    expect(operation).toMatchObject({ status: 'SUCCEEDED', total: 40, done: 40, failed: 0, skipped: 0 });
    const replays = await readReplays([...ids, ...later]);
    expect(replays.map(each => each.replay_of)).toEqual(ids);
    expect(replays).toContainEqual(expect.objectContaining({ status: 'PENDING', trigger: 'BULK' }));
  });

  test('does not replay the deliveries that it created itself, even if the clock of the runner is wrong', async () => {
    await publishMany(3);
    const started = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    const late = { ...scene.services, clock: { ...scene.services.clock, now: () => 0 } };
    await until(async () => {
      while (await runNextStep(late));
      expect((await readOperation(scene.ctx, started.id)).status).toBe('SUCCEEDED');
    });
    expect(await readOperation(scene.ctx, started.id)).toMatchObject({ total: 3, done: 3 });
  });
});

describe('a bulk operation continues after a delivery that it cannot process', () => {
  test.each(['RETRY', 'REPLAY'] as const)(
    'if the endpoint is disabled or deleted, and lists the error (%s)',
    async kind => {
      const gone = await scene.createEndpoint();
      await makeFailed(2);
      const [orphan] = await scene.publish({ endpointIds: [gone.id] });
      await updateEndpoint(scene.ctx, endpoint.id, { status: 'DISABLED' });
      await deleteEndpoint(scene.ctx, gone.id);
      const started = await startBulkOperation(scene.ctx, kind, { endpointIds: [endpoint.id, gone.id] });
      const operation = await runToEnd(scene.ctx, started);
      expect(operation).toMatchObject({ status: 'SUCCEEDED', total: 3, done: 0, failed: 3, skipped: 0 });
      const errors = await listBulkErrors(scene.ctx, operation, { first: 2 });
      expect(errors.rows).toEqual([
        { id: orphan, code: 'INVALID_STATE', message: expect.stringContaining('deleted') },
        { id: expect.any(String), code: 'INVALID_STATE', message: expect.stringContaining('disabled') },
      ]);
      expect(errors.hasNextPage).toBe(true);
    },
  );

  test.each(['RETRY', 'REPLAY'] as const)('if the payload is purged, and lists the error (%s)', async kind => {
    const [purged, kept] = await makeFailed(2);
    await scene.services.pool.query('DELETE FROM event WHERE id = (SELECT event_id FROM delivery WHERE id = $1)', [
      purged,
    ]);
    const operation = await runToEnd(scene.ctx, await startBulkOperation(scene.ctx, kind, toEndpoint()));
    expect(operation).toMatchObject({ total: 2, done: 1, failed: 1 });
    const { rows } = await listBulkErrors(scene.ctx, operation, {});
    expect(rows).toEqual([{ id: purged, code: 'INVALID_STATE', message: expect.stringContaining('purged') }]);
    expect(await scene.read(purged as string)).toMatchObject({ status: 'FAILED' });
    if (kind === 'RETRY') expect(await scene.read(kept as string)).toMatchObject({ status: 'PENDING' });
  });
});

/** Locks the outbox, so that transactions which write to it wait. */
async function holdOutbox() {
  const { pool } = scene.services;
  const client = await pool.connect();
  await client.query('BEGIN; LOCK TABLE outbox IN SHARE MODE');
  let isHeld = true;
  const release = async () => {
    if (!isHeld) return;
    isHeld = false;
    await client.query('COMMIT');
    client.release();
  };
  return {
    release,
    waitForHeld: (count: number) =>
      until(async () => {
        const waiting = await pool.query(`SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO outbox%'`);
        expect(waiting.rowCount).toBe(count);
      }),
    [Symbol.asyncDispose]: release,
  };
}

describe('a bulk operation processes each delivery exactly once', () => {
  test('when many runners process it at once', async () => {
    const ids = await publishMany(150);
    const started = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    await Promise.all(Array.from({ length: 6 }, () => runToEnd(scene.ctx, started)));
    expect(await readOperation(scene.ctx, started.id)).toMatchObject({ status: 'SUCCEEDED', total: 150, done: 150 });
    expect((await readReplays(ids)).map(each => each.replay_of)).toEqual(ids);
  });

  test('when a runner loses its lease, and it and the new owner both continue', async () => {
    const ids = await publishMany(30);
    const started = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    const { pool } = scene.services;
    const giveTurn = () => pool.query('UPDATE bulk_operation SET turn_at = now() WHERE id = $1', [started.id]);
    // Both runners insert the same replays, and then wait for the lock on the outbox.
    await using holder = await holdOutbox();
    const first = runNextStep(scene.services);
    await holder.waitForHeld(1);
    await giveTurn();
    const second = runNextStep(scene.services);
    await holder.waitForHeld(2);
    await holder.release();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    await runToEnd(scene.ctx, started);
    expect((await readReplays(ids)).map(each => each.replay_of)).toEqual(ids);
    expect(await readOperation(scene.ctx, started.id)).toMatchObject({ total: 30, done: 30 });
  });

  test('when the transaction of each chunk fails once and is repeated', async () => {
    const ids = await publishMany(100);
    const started = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    const { pool } = scene.services;
    await pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.done > OLD.done AND OLD.release_size > 1 THEN RAISE EXCEPTION 'a collision' USING ERRCODE = '40001'; END IF;
      RETURN NEW; END $$`);
    await pool.query('CREATE TRIGGER refuse BEFORE UPDATE ON bulk_operation FOR EACH ROW EXECUTE FUNCTION refuse()');
    await runNextStep(scene.services);
    await runNextStep(scene.services);
    expect(await readReplays(ids)).toEqual([]);
    expect(await readOperation(scene.ctx, started.id)).toMatchObject({ status: 'RUNNING', total: 100, done: 0 });
    await pool.query('DROP TRIGGER refuse ON bulk_operation');
    await pool.query('UPDATE bulk_operation SET turn_at = now()');
    await runToEnd(scene.ctx, started);
    expect((await readReplays(ids)).map(each => each.replay_of)).toEqual(ids);
  });
});

describe('a bulk operation', () => {
  test('can be canceled between two chunks, and keeps the deliveries that are already processed', async () => {
    const ids = await publishMany(100);
    const started = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    // The first steps count the deliveries. The step after the first chunk is due 100 ms later, so none may follow it.
    while ((await readOperation(scene.ctx, started.id)).done === 0) await runNextStep(scene.services);
    const canceled = await cancelBulkOperation(scene.ctx, formatId('blk', started.id));
    expect(canceled).toMatchObject({ status: 'CANCELED', total: 100, done: 64, finishedAt: expect.any(Date) });
    expect(await runNextStep(scene.services)).toBe(false);
    expect(await readReplays(ids)).toHaveLength(64);
    await expect(cancelBulkOperation(scene.ctx, formatId('blk', started.id))).rejects.toThrow(InvalidStateError);
  });

  test('becomes SUCCEEDED if its filter matches no delivery', async () => {
    for (const filter of [{ ids: [] }, toEndpoint(), { createdAt: { from: new Date(Date.now() + 3_600_000) } }]) {
      const operation = await runToEnd(scene.ctx, await startBulkOperation(scene.ctx, 'RETRY', filter));
      expect(operation).toMatchObject({ status: 'SUCCEEDED', total: 0, done: 0 });
    }
  });

  test('becomes FAILED if the server throws an unexpected error', async () => {
    const started = await startBulkOperation(scene.ctx, 'RETRY', toEndpoint());
    await scene.services.pool.query(`UPDATE bulk_operation SET filter = '{"ids":["x"]}' WHERE id = $1`, [started.id]);
    expect(await runToEnd(scene.ctx, started)).toMatchObject({ status: 'FAILED', finishedAt: expect.any(Date) });
  });

  test('takes turns with the other running bulk operations', async () => {
    await publishMany(70);
    const large = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    const small = await startBulkOperation(scene.ctx, 'REPLAY', { ids: [formatId('dlv', large.id)] });
    while ((await readOperation(scene.ctx, small.id)).status === 'RUNNING') await runNextStep(scene.services);
    expect(await readOperation(scene.ctx, small.id)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await readOperation(scene.ctx, large.id)).toMatchObject({ status: 'RUNNING' });
    await runToEnd(scene.ctx, large);
  });

  test('continues with smaller time spans after a statement timeout, and still covers the whole time range', async () => {
    const ids = await publishMany(60);
    const started = await startBulkOperation(scene.ctx, 'REPLAY', toEndpoint());
    // Sets the operation to the state in which its deliveries are not yet counted completely.
    await scene.services.pool.query(
      'UPDATE bulk_operation SET window_ms = 3, total = 0, counted_to = position WHERE id = $1',
      [started.id],
    );
    expect(await runToEnd(scene.ctx, started)).toMatchObject({ total: 60, done: 60 });
    expect((await readReplays(ids)).map(each => each.replay_of)).toEqual(ids);
  });
});

describe('access to a bulk operation', () => {
  test.each([{}, { isTest: false }, { ids: null, createdAt: {} }, { search: 'x', eventTypes: ['a'] }])(
    'is denied at the start of the operation if the filter %j is too broad',
    async filter => {
      const rejected = startBulkOperation(scene.ctx, 'RETRY', filter);
      await expect(rejected).rejects.toThrow(BadUserInputError);
      await expect(rejected).rejects.toMatchObject({ argument: 'filter' });
    },
  );

  test('is denied to another tenant, and the operation changes none of the deliveries of that tenant', async () => {
    const otherTenant = await scene.createOtherTenant();
    const ids = await makeFailed(2);
    const filter = { ids: ids.map(id => formatId('dlv', id)) };
    const theirs = await startBulkOperation(otherTenant, 'RETRY', filter);
    expect(await runToEnd(otherTenant, theirs)).toMatchObject({ status: 'SUCCEEDED', total: 0 });
    expect(await scene.read(ids[0] as string)).toMatchObject({ status: 'FAILED' });
    await expect(cancelBulkOperation(scene.ctx, formatId('blk', theirs.id))).rejects.toThrow(NotFoundError);
    await expect(readOperation(scene.ctx, theirs.id)).rejects.toThrow();
    expect((await listBulkOperations(otherTenant, {})).map(row => row.id)).toEqual([theirs.id]);
  });

  test("with a portal token is limited to the token's own operations on its own endpoints", async () => {
    const elsewhere = await scene.createEndpoint({ status: 'PAUSED' });
    const [ours] = await publishMany(1);
    const theirs = await scene.publishOne({ endpointIds: [elsewhere.id] });
    const portal = (id: string): DomainContext => ({
      ...scene.ctx,
      actor: {
        ...scene.ctx.actor,
        endpointIds: new Set([endpoint.uuid]),
        portalToken: { eventTypes: [], maxEndpoints: null, id, expiresAt: Date.now() + 60_000 },
      },
    });
    const token = portal(newUuid(Date.now()));
    const started = await startBulkOperation(token, 'REPLAY', { createdAt: { from: new Date(0) } });
    expect(await runToEnd(token, started)).toMatchObject({ status: 'SUCCEEDED', total: 1, done: 1 });
    expect(await readReplays([ours as string, theirs])).toMatchObject([{ replay_of: ours }]);
    await expect(readOperation(portal(newUuid(Date.now())), started.id)).rejects.toThrow();
    const byKey = await startBulkOperation(scene.ctx, 'RETRY', { ids: [] });
    await expect(cancelBulkOperation(token, formatId('blk', byKey.id))).rejects.toThrow(NotFoundError);
    expect((await listBulkOperations(token, {})).map(row => row.id)).toEqual([started.id]);
    await runToEnd(scene.ctx, byKey);
  });

  test('needs DELIVERIES_MANAGE to start the operation, and DELIVERIES_READ to read it', async () => {
    const reader = scene.withPermissions('DELIVERIES_READ');
    await expect(startBulkOperation(reader, 'RETRY', toEndpoint())).rejects.toThrow(ForbiddenError);
    await expect(cancelBulkOperation(reader, 'blk_01h455vb4pex5vsknk084sn02q')).rejects.toThrow(ForbiddenError);
    await expect(listBulkOperations(scene.withPermissions('EVENTS_PUBLISH'), {})).rejects.toThrow(ForbiddenError);
  });
});
