import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteEndpoint } from '../../../src/domain/endpoints/delete-endpoint.ts';
import { endDeliveriesOfDeletedEndpoints } from '../../../src/domain/endpoints/end-deliveries-of-deleted-endpoints.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { formatId } from '../../../src/ids.ts';
import { type Behaviour, respond } from '../../fixtures/behaviours.ts';
import { startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const ended = { status: 'FAILED', failureReason: 'ENDPOINT_DELETED', nextAttemptAt: null };

it('deleteEndpoint ends PENDING and RETRYING deliveries, and keeps the name and the history of the endpoint', async () => {
  await using receiver = await startReceiver(respond(500));
  const endpoint = await scene.createEndpoint({ name: 'Old shop', url: receiver.url, retryScheduleSeconds: [3600] });
  const retrying = await scene.publishOne({ endpointIds: [endpoint.id] });
  {
    await using _ = scene.startSender();
    await scene.waitForStatus(retrying, 'RETRYING');
  }
  const pending = await scene.publishOne({ endpointIds: [endpoint.id] });
  const row = await deleteEndpoint(scene.ctx, endpoint.id);
  expect(row).toMatchObject({ name: 'Old shop' });
  expect(row.deletedAt).toBeInstanceOf(Date);
  expect(await scene.read(pending)).toMatchObject({ ...ended, attemptCount: 0 });
  expect(await scene.read(retrying)).toMatchObject({ ...ended, attemptCount: 1, responseStatus: 500 });
  expect(await scene.readAttempts(retrying)).toHaveLength(1);
});

it.each([
  [200, { status: 'SUCCEEDED', failureReason: null, responseStatus: 200 }],
  [500, { ...ended, responseStatus: 500 }],
])(
  'the sender records the response %i to a request that was in flight during deleteEndpoint',
  async (status, expected) => {
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    const held: Behaviour = (_request, response) => void answering.then(() => response.writeHead(status).end());
    await using receiver = await startReceiver(held);
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    await receiver.waitFor(1);
    await deleteEndpoint(scene.ctx, endpoint.id);
    expect(await scene.read(id)).toMatchObject({ status: 'PROCESSING' });
    answer();
    await expect.poll(() => scene.readAttempts(id)).toHaveLength(1);
    await endDeliveriesOfDeletedEndpoints(scene.services);
    expect(await scene.read(id)).toMatchObject({ ...expected, attemptCount: 1 });
    expect(receiver.requests).toHaveLength(1);
  },
);

it('deleteEndpoint ends the first deliveries of a long queue, and the janitor ends the others', async () => {
  const endpoint = await scene.createEndpoint({ eventTypes: ['queue.test'], status: 'PAUSED' });
  for (let round = 0; round < 7; round += 1) {
    const inputs = Array.from({ length: 1000 }, () => ({
      type: 'queue.test',
      payloadText: '0',
      endpointIds: [endpoint.id],
    }));
    await publishEvents(scene.ctx, inputs, 'inputs');
  }
  await deleteEndpoint(scene.ctx, endpoint.id);
  expect(await countLive()).toBe(2000);
  expect(await endDeliveriesOfDeletedEndpoints(scene.services)).toBe(2000);
  expect(await countLive()).toBe(0);

  async function countLive(): Promise<number> {
    const { rows } = await scene.services.pool.query('SELECT count(*)::int FROM delivery_live WHERE endpoint_id = $1', [
      endpoint.uuid,
    ]);
    return rows[0].count;
  }
});

it('deleteEndpoint succeeds once, and the endpoint cannot be changed afterwards', async () => {
  const endpoint = await scene.createEndpoint();
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => deleteEndpoint(scene.ctx, endpoint.id)));
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
  const deleted = { code: 'INVALID_STATE', message: 'The endpoint is deleted.' };
  await expect(deleteEndpoint(scene.ctx, endpoint.id)).rejects.toMatchObject(deleted);
  await expect(updateEndpoint(scene.ctx, endpoint.id, { name: 'New' })).rejects.toMatchObject(deleted);
});

it('deleteEndpoint finds only endpoints of the tenant, and needs a key with ENDPOINTS_MANAGE', async () => {
  const othersEndpoint = await scene.createEndpoint({}, await scene.createOtherTenant());
  await expect(deleteEndpoint(scene.ctx, othersEndpoint.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(deleteEndpoint(scene.ctx, formatId('dlv', othersEndpoint.uuid))).rejects.toMatchObject({
    argument: 'id',
  });
  const endpoint = await scene.createEndpoint();
  const ctx = scene.withPermissions('ENDPOINTS_READ', 'DELIVERIES_MANAGE');
  await expect(deleteEndpoint(ctx, endpoint.id)).rejects.toMatchObject({ permission: 'ENDPOINTS_MANAGE' });
});
