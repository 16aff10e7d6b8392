import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PublishEventInput, publishEvents } from '../../../src/domain/events/publish-events.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

let keys = 0;
const nextKey = () => `order-${++keys}`;

async function publish(input: Partial<PublishEventInput>, ctx = scene.ctx) {
  const [event] = await publishEvents(ctx, [{ type: 'payment.completed', payloadText: '{}', ...input }], 'input');
  if (!event) throw new Error('nothing was published');
  return event;
}

it('50 parallel publishEvent calls with one idempotency key create one event, and one delivery for each endpoint', async () => {
  const otherTenant = await scene.createOtherTenant();
  await scene.createEndpoint({}, otherTenant);
  const idempotencyKey = nextKey();
  const events = await Promise.all(Array.from({ length: 50 }, () => publish({ idempotencyKey }, otherTenant)));
  expect(new Set(events.map(event => event.id)).size).toBe(1);
  const { rows } = await scene.services.pool.query(
    `SELECT (SELECT count(*)::int FROM event WHERE tenant_id = $1) AS events,
       (SELECT count(*)::int FROM delivery WHERE tenant_id = $1) AS deliveries`,
    [otherTenant.actor.tenantId],
  );
  expect(rows).toEqual([{ events: 1, deliveries: 1 }]);
});

it('one of 50 parallel publishEvent calls with one key and different payloads succeeds, and 49 get a conflict', async () => {
  const idempotencyKey = nextKey();
  const calls = Array.from({ length: 50 }, (_, index) => publish({ idempotencyKey, payloadText: String(index) }));
  const results = await Promise.allSettled(calls);
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  }
});

it('parallel publishEvents calls with the same idempotency keys in different orders do not deadlock', async () => {
  const idempotencyKeys = Array.from({ length: 20 }, nextKey);
  const lists = Array.from({ length: 10 }, (_, index) => (index % 2 ? idempotencyKeys : idempotencyKeys.toReversed()));
  const published = await Promise.all(
    lists.map(async list => {
      const inputs = list.map(idempotencyKey => ({ type: 'a', payloadText: '{}', idempotencyKey }));
      const events = await publishEvents(scene.ctx, inputs, 'inputs');
      return list.map((key, index) => `${key} ${events[index]?.id}`).sort();
    }),
  );
  for (const pairs of published) expect(pairs).toEqual(published[0]);
});

it('a repeated publish with the same type and bytes, and the same endpoints in any order, returns the first event', async () => {
  const [one, two] = [await scene.createEndpoint(), await scene.createEndpoint()];
  const idempotencyKey = nextKey();
  const first = await publish({ idempotencyKey, endpointIds: [one.id, two.id] });
  expect((await publish({ idempotencyKey, endpointIds: [two.id, one.id] })).id).toBe(first.id);
});

it.each<[string, Partial<PublishEventInput>]>([
  ['another type', { type: 'payment.failed' }],
  ['another payload', { payloadText: '{"a":1}' }],
  ['the same payload in other bytes', { payloadText: '{ }' }],
  ['endpointIds, which the first call did not have', { endpointIds: [] }],
])('a repeated idempotency key with %s is a conflict, and publishes nothing', async (_, change) => {
  const idempotencyKey = nextKey();
  const first = await publish({ idempotencyKey });
  await expect(publish({ idempotencyKey, ...change })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  expect((await publish({ idempotencyKey })).id).toBe(first.id);
});

it('a list of events in which one idempotency key conflicts publishes nothing, and leaves its other keys unused', async () => {
  const [taken, free] = [nextKey(), nextKey()];
  await publish({ idempotencyKey: taken });
  const list = [
    { type: 'a', payloadText: '1', idempotencyKey: free },
    { type: 'a', payloadText: '2', idempotencyKey: taken },
  ];
  await expect(publishEvents(scene.ctx, list, 'inputs')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  await expect(publish({ idempotencyKey: free, payloadText: '3' })).resolves.toMatchObject({ payload: '3' });
});

it('an idempotency key that a list contains twice creates one event, or a conflict if the contents differ', async () => {
  const idempotencyKey = nextKey();
  const input = { type: 'a', payloadText: '{}', idempotencyKey };
  const [first, second] = await publishEvents(scene.ctx, [input, input], 'inputs');
  expect(second?.id).toBe(first?.id);
  const other = { ...input, idempotencyKey: nextKey() };
  await expect(publishEvents(scene.ctx, [other, { ...other, payloadText: '1' }], 'inputs')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
    message: expect.stringContaining('inputs.1'),
  });
});

it('the same idempotency key of two tenants creates two events', async () => {
  const otherTenant = await scene.createOtherTenant();
  const idempotencyKey = nextKey();
  const [ours, theirs] = [
    await publish({ idempotencyKey }),
    await publish({ idempotencyKey, payloadText: '1' }, otherTenant),
  ];
  expect(theirs.id).not.toBe(ours.id);
  expect(theirs.tenantId).toBe(otherTenant.actor.tenantId);
});

it('the janitor deletes an idempotency key after 7 days', async () => {
  const idempotencyKey = nextKey();
  const first = await publish({ idempotencyKey });
  const age = (interval: string) =>
    scene.services.pool.query('UPDATE idempotency_key SET created_at = now() - $2::interval WHERE key = $1', [
      idempotencyKey,
      interval,
    ]);
  await age('6 days 23 hours');
  expect((await publish({ idempotencyKey })).id).toBe(first.id);
  await age('7 days 1 hour');
  const second = await publish({ idempotencyKey, payloadText: '1' });
  expect(second.id).not.toBe(first.id);
  expect((await publish({ idempotencyKey, payloadText: '1' })).id).toBe(second.id);
});

it('a publish with the idempotency key of a purged event reports that the event has been purged', async () => {
  const idempotencyKey = nextKey();
  const event = await publish({ idempotencyKey });
  await scene.services.pool.query('DELETE FROM event WHERE id = $1', [event.id]);
  await expect(publish({ idempotencyKey })).rejects.toMatchObject({
    code: 'INVALID_STATE',
    message: expect.stringContaining('purged'),
  });
});

it.each([
  ['is empty', ''],
  ['is blank', '  '],
  ['is too long', 'x'.repeat(256)],
  ['has a line break', 'a\nb'],
  ['has U+0000', 'a\u0000'],
  ['has a lone surrogate', '\ud800'],
])('publishEvents rejects an idempotency key that %s', async (_, idempotencyKey) => {
  await expect(publish({ idempotencyKey })).rejects.toMatchObject({ argument: 'input.idempotencyKey' });
});
