import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listPartitions, partitionRange } from '../../src/database/partitions.ts';
import { retryDelivery } from '../../src/domain/deliveries/retry-delivery.ts';
import { deleteEndpoint } from '../../src/domain/endpoints/delete-endpoint.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { formatId, newUuid, uuidTime } from '../../src/ids.ts';
import { type Janitor, openJanitor } from '../../src/janitor/janitor.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../domain/scene.ts';
import { hang, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { aDelivery, seedDeliveries, uuidAt } from '../fixtures/seed-deliveries.ts';

let scene: Scene;
let endpoint: SceneEndpoint;
beforeEach(async () => {
  scene = await openScene();
  endpoint = await scene.createEndpoint();
});
afterEach(() => scene[Symbol.asyncDispose]());

const dayMs = 86_400_000;
const daysAgo = (days: number) => Date.now() - days * dayMs;

/** Opens a janitor. It runs every task once at its start. */
const open = (retentionDays = 30): Janitor => openJanitor({ services: scene.services, retentionDays });

const seed = async (fields: Partial<Parameters<typeof aDelivery>[0]>, createdAt: number) => {
  const delivery = aDelivery({ endpointId: endpoint.uuid, id: uuidAt(createdAt), ...fields });
  await seedDeliveries(scene.services.pool, [delivery]);
  return delivery.id;
};

const partitionNames = async () => (await listPartitions(scene.services.pool)).map(partition => partition.name);

it('the janitor reports that it is running once all its tasks have succeeded', async () => {
  await using janitor = open();
  await until(() => expect(janitor.isRunning()).toBe(true));
});

describe('leases that the janitor checks', () => {
  it.each([
    ['is paused', (id: string) => updateEndpoint(scene.ctx, id, { status: 'PAUSED' })],
    ['is disabled', (id: string) => updateEndpoint(scene.ctx, id, { status: 'DISABLED' })],
    [
      'has sent Retry-After',
      () => scene.services.pool.query("UPDATE endpoint SET hold_until = now() + interval '1 h' WHERE url <> ''"),
    ],
  ])(
    'are recorded as INTERRUPTED attempts once they have expired, and the delivery waits if the endpoint %s',
    async (_, hold) => {
      await using receiver = await startReceiver(hang());
      const busy = await scene.createEndpoint({ url: receiver.url });
      const id = await scene.publishOne({ endpointIds: [busy.id] });
      const sender = scene.startSender();
      await receiver.waitFor(1);
      await hold(busy.id);
      await scene.services.pool.query("UPDATE delivery_live SET lease_until = now() - interval '1 s' WHERE id = $1", [
        id,
      ]);
      await using _janitor = open();
      expect(await scene.waitForStatus(id, 'RETRYING')).toMatchObject({
        attemptCount: 1,
        maxAttempts: 5,
        errorCode: 'INTERRUPTED',
      });
      expect(await scene.readAttempts(id)).toMatchObject([{ number: 1, errorCode: 'INTERRUPTED', durationMs: 0 }]);
      await sender.drain(AbortSignal.abort());
      expect(await scene.readAttempts(id)).toHaveLength(1);
    },
  );

  it('are not changed if they have not expired', async () => {
    const held = await seed({ status: 'PROCESSING' }, Date.now());
    await scene.services.pool.query("UPDATE delivery_live SET lease_until = now() + interval '1 h'");
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'PAUSED' });
    const witness = await scene.createEndpoint();
    const orphan = await seed({ endpointId: witness.uuid }, Date.now());
    await scene.services.pool.query('UPDATE endpoint SET deleted_at = now() WHERE id = $1', [witness.uuid]);
    await using _ = open();
    await scene.waitForStatus(orphan, 'FAILED');
    expect(await scene.read(held)).toMatchObject({ status: 'PROCESSING' });
  });

  it('make the delivery FAILED with the reason ENDPOINT_DELETED once they have expired, if the endpoint is deleted', async () => {
    const id = await seed({ status: 'PROCESSING' }, Date.now());
    await scene.services.pool.query("UPDATE delivery_live SET lease_until = now() - interval '1 s'");
    await deleteEndpoint(scene.ctx, endpoint.id);
    await using first = open();
    await until(async () => expect((await scene.read(id)).status).not.toBe('PROCESSING'));
    await first[Symbol.asyncDispose]();
    await using _ = open();
    expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ failureReason: 'ENDPOINT_DELETED' });
  });
});

describe('the retention task, which deletes old deliveries', () => {
  it('makes old unfinished deliveries FAILED with the reason EXPIRED, and drops the partitions of old weeks', async () => {
    const id = await seed({ status: 'RETRYING' }, daysAgo(45));
    const stopping = new AbortController();
    const items = await scene.services.feed.subscribe(scene.ctx.actor.tenantId, { signal: stopping.signal });
    const before = await partitionNames();
    await using _ = open();
    expect((await items.next()).value.transition).toMatchObject({
      delivery: { id, status: 'FAILED', failureReason: 'EXPIRED' },
      previous: { status: 'RETRYING' },
    });
    stopping.abort();
    await until(async () => {
      const partitions = await listPartitions(scene.services.pool);
      expect(partitions.every(partition => partition.untilMs > daysAgo(30))).toBe(true);
      expect(partitions.length).toBeLessThan(before.length);
    });
    await expect(scene.read(id)).rejects.toThrow();
  });

  it('keeps younger rows and their partitions', async () => {
    const id = await seed({ status: 'RETRYING' }, daysAgo(29));
    const witness = await seed({ status: 'RETRYING' }, daysAgo(31));
    await using _ = open();
    await until(async () =>
      expect(await scene.read(witness).catch(() => null)).not.toMatchObject({ status: 'RETRYING' }),
    );
    expect(await scene.read(id)).toMatchObject({ status: 'RETRYING' });
  });

  it('deletes nothing if RETENTION_DAYS is 0', async () => {
    const id = await seed({ status: 'RETRYING' }, daysAgo(500));
    const before = await partitionNames();
    const janitor = open(0);
    await until(() => expect(janitor.isRunning()).toBe(true));
    await janitor[Symbol.asyncDispose]();
    expect(await scene.read(id)).toMatchObject({ status: 'RETRYING' });
    expect(await partitionNames()).toEqual(expect.arrayContaining(before));
  });

  it('keeps an old delivery that was retried manually until it ends, even if its event is deleted', async () => {
    await using receiver = await startReceiver(respond(200));
    await updateEndpoint(scene.ctx, endpoint.id, { url: receiver.url });
    const eventId = uuidAt(daysAgo(45));
    const id = await seed({ status: 'FAILED', eventId }, daysAgo(45));
    await scene.services.pool.query(
      `INSERT INTO event (id, tenant_id, is_test, type, payload) VALUES ($1, $2, false, 'a', '"old"')`,
      [eventId, scene.ctx.actor.tenantId],
    );
    await retryDelivery(scene.ctx, formatId('dlv', id));
    const witness = await seed({ status: 'RETRYING' }, daysAgo(44));
    await using _janitor = open();
    await scene.waitForStatus(witness, 'FAILED');
    expect(await scene.read(id)).toMatchObject({ status: 'PENDING' });
    await scene.services.pool.query('DELETE FROM event WHERE id = $1', [eventId]);
    await using _ = scene.startSender();
    await scene.waitForStatus(id, 'SUCCEEDED');
    expect(receiver.requests[0]?.body.toString()).toBe('"old"');
  });

  it('keeps the partitions of a delivery that was retried while they were dropped', async () => {
    const id = await seed({ status: 'PENDING' }, daysAgo(45));
    await scene.services.pool.query("UPDATE delivery_live SET payload = '{}' WHERE id = $1", [id]);
    const old = (await listPartitions(scene.services.pool)).filter(partition => partition.untilMs <= daysAgo(30));
    for (const { name } of old) await scene.services.pool.query(`DROP TABLE ${name}`);
    await using receiver = await startReceiver(respond(200));
    await updateEndpoint(scene.ctx, endpoint.id, { url: receiver.url });
    await using _janitor = open();
    await until(async () => {
      const partitions = await listPartitions(scene.services.pool);
      expect(partitions.filter(({ fromMs, untilMs }) => fromMs <= uuidTime(id) && uuidTime(id) < untilMs)).toHaveLength(
        3,
      );
    });
    await using _ = scene.startSender();
    await scene.waitForStatus(id, 'SUCCEEDED');
  });
});

it('the janitor creates partitions of all three tables for the weeks around now', async () => {
  for (const { name } of await listPartitions(scene.services.pool))
    await scene.services.pool.query(`DROP TABLE ${name}`);
  await using _ = open();
  const { fromMs, untilMs } = partitionRange(Date.now());
  await until(async () => {
    const partitions = await listPartitions(scene.services.pool);
    for (const table of ['event', 'delivery_history', 'attempt']) {
      const own = partitions.filter(partition => partition.table === table);
      expect(own[0]?.fromMs).toBeLessThanOrEqual(fromMs);
      expect(own.at(-1)?.untilMs).toBeGreaterThanOrEqual(untilMs);
      expect(own.every((partition, index) => index === 0 || own[index - 1]?.untilMs === partition.fromMs)).toBe(true);
    }
  });
});

it('the janitor deletes idempotency keys after 7 days, however many there are', async () => {
  await scene.services.pool.query(
    `INSERT INTO idempotency_key (tenant_id, key, event_id, fingerprint, created_at)
     SELECT $1::uuid, n::text, $2::uuid, '\\x00'::bytea, now() - interval '8 days' FROM generate_series(1, 25000) AS n
     UNION ALL SELECT $1::uuid, 'young', $2::uuid, '\\x00', now() - interval '6 days'`,
    [scene.ctx.actor.tenantId, newUuid(Date.now())],
  );
  await using _ = open();
  await until(async () => {
    const { rows } = await scene.services.pool.query('SELECT key FROM idempotency_key');
    expect(rows).toEqual([{ key: 'young' }]);
  });
});

it('the janitor ends deliveries that a publisher inserted while the endpoint was deleted', async () => {
  await scene.services.pool.query('UPDATE endpoint SET deleted_at = now() WHERE id = $1', [endpoint.uuid]);
  const id = await seed({ status: 'PENDING' }, Date.now());
  await using _ = open();
  expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ failureReason: 'ENDPOINT_DELETED' });
});

it('several janitors can run at once, and do each task once', async () => {
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, index) => seed({ status: 'RETRYING' }, daysAgo(40 + index / 10))),
  );
  const orphan = await scene.createEndpoint();
  const orphans = await Promise.all(Array.from({ length: 20 }, () => seed({ endpointId: orphan.uuid }, Date.now())));
  await scene.services.pool.query('UPDATE endpoint SET deleted_at = now() WHERE id = $1', [orphan.uuid]);
  await using _first = open();
  await using _second = open();
  await using _third = open();
  for (const id of orphans) expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ version: 2 });
  await until(async () => {
    const { rowCount } = await scene.services.pool.query('SELECT FROM delivery_live WHERE id = ANY ($1)', [ids]);
    expect(rowCount).toBe(0);
  });
});
