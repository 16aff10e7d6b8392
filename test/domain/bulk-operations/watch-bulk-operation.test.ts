import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BulkOperationRow } from '../../../src/domain/bulk-operations/bulk-operation-row.ts';
import { cancelBulkOperation } from '../../../src/domain/bulk-operations/cancel-bulk-operation.ts';
import { startBulkOperation } from '../../../src/domain/bulk-operations/start-bulk-operation.ts';
import { watchBulkOperation } from '../../../src/domain/bulk-operations/watch-bulk-operation.ts';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { BadUserInputError, ForbiddenError, NotFoundError } from '../../../src/errors.ts';
import { formatId } from '../../../src/ids.ts';
import { openBulkRunner } from '../../../src/janitor/bulk-runner.ts';
import { openScene, type Scene, type SceneEndpoint } from '../scene.ts';

let scene: Scene;
let endpoint: SceneEndpoint;
beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  endpoint = await scene.createEndpoint({ status: 'PAUSED' });
});
afterAll(() => scene[Symbol.asyncDispose]());

const count = 1000;

async function start(): Promise<BulkOperationRow> {
  const inputs = Array.from({ length: count }, () => ({ type: 'a', payloadText: '0', endpointIds: [endpoint.id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
  return startBulkOperation(scene.ctx, 'REPLAY', { endpointIds: [endpoint.id] });
}

const { signal: never } = new AbortController();

test('a watcher of a bulk operation gets its current state, then its changes at most a few times a second', async () => {
  const started = await start();
  const updates = await watchBulkOperation(scene.ctx, formatId('blk', started.id), never);
  const first = await updates.next();
  expect(first.value).toMatchObject({ id: started.id, status: 'RUNNING', done: 0 });
  const beganMs = performance.now();
  await using _runner = openBulkRunner(scene.services);
  const seen: BulkOperationRow[] = [];
  for await (const update of updates) seen.push(update);
  const elapsedMs = performance.now() - beganMs;
  expect(seen.at(-1)).toMatchObject({ status: 'SUCCEEDED', total: count, done: count, finishedAt: expect.any(Date) });
  expect(seen.filter(each => each.status !== 'RUNNING')).toHaveLength(1);
  expect(seen.map(each => each.done)).toEqual(seen.map(each => each.done).toSorted((a, b) => a - b));
  expect(seen.length).toBeLessThanOrEqual(elapsedMs / 250 + 1);
});

test('a watcher of a bulk operation that has already ended gets one update', async () => {
  const started = await start();
  await cancelBulkOperation(scene.ctx, formatId('blk', started.id));
  const updates = await watchBulkOperation(scene.ctx, formatId('blk', started.id), never);
  expect(await Array.fromAsync(updates)).toMatchObject([{ status: 'CANCELED' }]);
});

test('a watcher of a bulk operation polls for progress that no process has announced', async () => {
  const started = await start();
  const updates = await watchBulkOperation(scene.ctx, formatId('blk', started.id), never);
  await updates.next();
  await scene.services.pool.query("UPDATE bulk_operation SET status = 'CANCELED', finished_at = now() WHERE id = $1", [
    started.id,
  ]);
  expect((await updates.next()).value).toMatchObject({ status: 'CANCELED' });
  expect((await updates.next()).done).toBe(true);
});

test('a watcher of a bulk operation releases its resources when it returns or aborts, even while it waits', async () => {
  const started = await start();
  const id = formatId('blk', started.id);
  const listeners = new Set<Disposable>();
  const services = {
    ...scene.services,
    feed: {
      ...scene.services.feed,
      onBulkOperations: (listener: (ids: readonly string[]) => void) => {
        const listening = scene.services.feed.onBulkOperations(listener);
        const counted = {
          [Symbol.dispose]() {
            listening[Symbol.dispose]();
            listeners.delete(counted);
          },
        };
        listeners.add(counted);
        return counted;
      },
    },
  };
  const ctx = { ...scene.ctx, services };
  const leaving = new AbortController();
  const returned = await watchBulkOperation(ctx, id, never);
  const unread = await watchBulkOperation(ctx, id, never);
  const aborted = await watchBulkOperation(ctx, id, leaving.signal);
  for (const updates of [returned, aborted]) await updates.next();
  const waiting = [returned.next(), aborted.next()];
  await returned.return?.();
  await unread.return?.();
  leaving.abort();
  expect(await Promise.all(waiting)).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
  await expect(watchBulkOperation(ctx, 'blk_01h455vb4pex5vsknk084sn02q', never)).rejects.toThrow(NotFoundError);
  expect(listeners.size).toBe(0);
});

test('watching a bulk operation needs a key of its tenant with the permission DELIVERIES_READ', async () => {
  const started = await start();
  const id = formatId('blk', started.id);
  await expect(watchBulkOperation(await scene.createOtherTenant(), id, never)).rejects.toThrow(NotFoundError);
  const publisher = scene.withPermissions('EVENTS_PUBLISH');
  await expect(watchBulkOperation(publisher, id, never)).rejects.toThrow(ForbiddenError);
  await expect(watchBulkOperation(scene.ctx, 'dlv_01h455vb4pex5vsknk084sn02q', never)).rejects.toThrow(
    BadUserInputError,
  );
});
