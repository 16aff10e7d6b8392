import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteEndpoint } from '../../../src/domain/endpoints/delete-endpoint.ts';
import { endDeliveriesOfDeletedEndpoints } from '../../../src/domain/endpoints/end-deliveries-of-deleted-endpoints.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { createRouting } from '../../../src/domain/events/routing.ts';
import { openScene, type Scene, type SceneEndpoint } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

describe('a publisher whose routing table is out of date', () => {
  it('creates a delivery for an endpoint that was created meanwhile, and none for one that was changed or deleted', async () => {
    const ctx = await scene.createOtherTenant();
    const stale = { ...ctx, services: { ...scene.services, routing: createRouting(scene.services.pool) } };
    const deleted = await scene.createEndpoint({}, ctx);
    const disabled = await scene.createEndpoint({}, ctx);
    const narrowed = await scene.createEndpoint({}, ctx);
    expect(await scene.publish({}, stale)).toHaveLength(3);

    await deleteEndpoint(ctx, deleted.id);
    await updateEndpoint(ctx, disabled.id, { status: 'DISABLED' });
    await updateEndpoint(ctx, narrowed.id, { eventTypes: ['license.*'] });
    const created = await scene.createEndpoint({}, ctx);
    const delivery = await scene.read(await scene.publishOne({}, stale));
    expect(delivery.endpointId).toBe(created.uuid);
  });

  it('finds an endpoint of endpointIds that was created or enabled meanwhile', async () => {
    const ctx = await scene.createOtherTenant();
    const stale = { ...ctx, services: { ...scene.services, routing: createRouting(scene.services.pool) } };
    const disabled = await scene.createEndpoint({ status: 'DISABLED' }, ctx);
    await scene.publish({}, stale);
    const created = await scene.createEndpoint({}, ctx);
    await updateEndpoint(ctx, disabled.id, { status: 'ENABLED' });
    expect(await scene.publish({ endpointIds: [created.id, disabled.id] }, stale)).toHaveLength(2);
  });
});

it('publishing while endpoints are created, changed and deleted leaves no unfinished delivery to a deleted endpoint', async () => {
  const ctx = await scene.createOtherTenant();
  const lasting = await scene.createEndpoint({}, ctx);
  let isChurning = true;
  const churn = async () => {
    while (isChurning) {
      const passing: SceneEndpoint = await scene.createEndpoint({}, ctx);
      await updateEndpoint(ctx, passing.id, { status: 'PAUSED' });
      await deleteEndpoint(ctx, passing.id);
    }
  };
  const publishAll = async () => {
    for (let round = 0; round < 50; round += 1) {
      const inputs = Array.from({ length: 5 }, () => ({ type: 'payment.completed', payloadText: '{}' }));
      await publishEvents(ctx, inputs, 'inputs');
    }
  };
  const churning = [churn(), churn()];
  await Promise.all([publishAll(), publishAll()]).finally(() => {
    isChurning = false;
  });
  await Promise.all(churning);

  await endDeliveriesOfDeletedEndpoints(scene.services);
  const { rows } = await scene.services.pool.query(
    `SELECT e.deleted_at IS NOT NULL AS deleted, d.status, d.failure_reason, count(*)::int
     FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id WHERE d.tenant_id = $1 GROUP BY 1, 2, 3 ORDER BY 1`,
    [ctx.actor.tenantId],
  );
  const [toLasting, ...toDeleted] = rows;
  expect(toLasting).toEqual({ deleted: false, status: 'PENDING', failure_reason: null, count: 500 });
  for (const row of toDeleted) expect(row).toMatchObject({ status: 'FAILED', failure_reason: 'ENDPOINT_DELETED' });
  expect(lasting.uuid).toBeTruthy();
});

it('a publish writes one outbox row for each call, and deletes it once its transitions are announced', async () => {
  const ctx = await scene.createOtherTenant();
  await scene.createEndpoint({}, ctx);
  const stopping = new AbortController();
  const items = await scene.services.feed.subscribe(ctx.actor.tenantId, { signal: stopping.signal });
  const id = await scene.publishOne({}, ctx);
  const { value } = await items.next();
  expect(value.transition).toMatchObject({ delivery: { id, status: 'PENDING', version: 1 }, previous: null });
  stopping.abort();
  await expect
    .poll(async () => (await scene.services.pool.query('SELECT count(*)::int FROM outbox')).rows[0].count)
    .toBe(0);
});

async function readRevisions(ctx: { actor: { tenantId: string } }) {
  const { rows } = await scene.services.pool.query(
    'SELECT routing_revision AS routing, endpoint_details_revision AS details FROM tenant WHERE id = $1',
    [ctx.actor.tenantId],
  );
  return rows[0] as { routing: number; details: number };
}

describe('a change of an endpoint', () => {
  it.each([
    ['a new name', { name: 'Renamed' }, 'details'],
    ['a new URL', { url: 'http://127.0.0.1:9/moved' }, 'details'],
    ['the status PAUSED', { status: 'PAUSED' }, null],
    ['new headers', { headers: [{ name: 'x-a', value: 'b' }] }, null],
    ['a rate limit', { rateLimitPerSecond: 3 }, null],
    ['unchanged event types', { eventTypes: ['a.b'] }, null],
    ['other event types', { eventTypes: ['a.c'] }, 'routing'],
    ['a retry schedule', { retryScheduleSeconds: [1, 2] }, 'routing'],
    ['the status DISABLED', { status: 'DISABLED' }, 'routing'],
  ] as const)(
    'increases only the revision that the caches of the changed field depend on: %s',
    async (_what, input, bumped) => {
      const ctx = await scene.createOtherTenant();
      const endpoint = await scene.createEndpoint({ eventTypes: ['a.b'] }, ctx);
      const before = await readRevisions(ctx);
      await updateEndpoint(ctx, endpoint.id, input);
      const after = await readRevisions(ctx);
      expect({ routing: after.routing - before.routing, details: after.details - before.details }).toEqual({
        routing: bumped === 'routing' ? 1 : 0,
        details: bumped === 'details' ? 1 : 0,
      });
    },
  );

  it('applies to later announcements of its deliveries, which contain the new name and URL', async () => {
    const ctx = await scene.createOtherTenant();
    const endpoint = await scene.createEndpoint({ name: 'Before' }, ctx);
    await scene.publish({}, ctx);
    const stopping = new AbortController();
    const items = await scene.services.feed.subscribe(ctx.actor.tenantId, { signal: stopping.signal });
    await updateEndpoint(ctx, endpoint.id, { name: 'After', url: 'http://127.0.0.1:9/after' });
    await scene.publish({}, ctx);
    const { value } = await items.next();
    expect(value.transition).toMatchObject({ endpointName: 'After', endpointUrl: 'http://127.0.0.1:9/after' });
    stopping.abort();
  });

  it.each([true, false])(
    'does not make a publish fail, even if it happens during each try of the publish (with idempotency key: %s)',
    async keyed => {
      const ctx = await scene.createOtherTenant();
      await scene.createEndpoint({}, ctx);
      const { routing, pool } = scene.services;
      let reads = 0;
      // Each routing table is already outdated when the publisher uses it, until the publisher locks the routing.
      const contended: typeof routing = {
        async read(tenantId, fresh) {
          const table = await routing.read(tenantId, fresh);
          reads += 1;
          const bump = pool.query('UPDATE tenant SET routing_revision = routing_revision + 1 WHERE id = $1', [
            tenantId,
          ]);
          if (reads <= 3) await bump;
          else bumps.push(bump);
          return table;
        },
      };
      const bumps: Promise<unknown>[] = [];
      const services = { ...scene.services, routing: contended };
      const idempotencyKey = keyed ? 'once' : null;
      const ids = await scene.publish({ idempotencyKey }, { ...ctx, services });
      expect(ids).toHaveLength(1);
      await Promise.all(bumps);
      expect(reads).toBe(4);
    },
  );
});
