import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadReplays } from '../../../src/domain/deliveries/read-deliveries.ts';
import { replayDelivery } from '../../../src/domain/deliveries/replay-delivery.ts';
import { deleteEndpoint } from '../../../src/domain/endpoints/delete-endpoint.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
import { formatId, newUuid } from '../../../src/ids.ts';
import { respond } from '../../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
let receiver: Receiver;
beforeAll(async () => {
  scene = await openScene();
  receiver = await startReceiver(respond(200));
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const payloadText = '{ "amount": 1.10 }';

async function deliver(ctx = scene.ctx) {
  const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [0] }, ctx);
  const id = await scene.publishOne({ payloadText, endpointIds: [endpoint.id] }, ctx);
  await using _ = scene.startSender();
  await scene.waitForStatus(id, 'SUCCEEDED');
  return { id, endpoint };
}

const replay = (id: string, endpointId: string | null = null, ctx = scene.ctx) =>
  replayDelivery(ctx, formatId('dlv', id), endpointId);

const requestsOf = (id: string) =>
  receiver.requests.filter(request => request.headers['x-webhook-delivery'] === formatId('dlv', id));

it('replayDelivery creates a delivery of the same event to the endpoint with its current settings', async () => {
  const { id, endpoint } = await deliver();
  await updateEndpoint(scene.ctx, endpoint.id, {
    url: `${receiver.url}/moved`,
    headers: [{ name: 'x-new', value: 'yes' }],
    retryScheduleSeconds: [1, 2, 3, 4],
  });
  receiver.play(respond(200));
  const original = await scene.read(id);
  const made = await replay(id);
  expect(made).toMatchObject({
    status: 'PENDING',
    replayOf: id,
    eventId: original.eventId,
    endpointId: original.endpointId,
    attemptCount: 0,
    maxAttempts: 5,
    version: 1,
    isTest: false,
  });
  expect(made.id).not.toBe(id);
  expect(await scene.read(made.id)).toEqual(made);

  await using _ = scene.startSender();
  await scene.waitForStatus(made.id, 'SUCCEEDED');
  const [first, second] = [requestsOf(id)[0], requestsOf(made.id)[0]];
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.headers['x-webhook-attempt']).toBe('1');
  expect(second).toMatchObject({ url: '/moved', headers: { 'x-new': 'yes' } });
  expect(second?.body.toString()).toBe(payloadText);
  expect(await scene.read(id)).toEqual(original);
  expect((await loadReplays(scene.ctx, [id], 20)).get(id)?.map(each => each.id)).toEqual([made.id]);
  expect((await scene.readAttempts(made.id)).map(attempt => attempt.trigger)).toEqual(['MANUAL']);
});

it('replayDelivery can send to another endpoint of the tenant that is not subscribed to the event type, even if the original endpoint is deleted', async () => {
  const { id, endpoint } = await deliver();
  const other = await scene.createEndpoint({ url: `${receiver.url}/other`, eventTypes: ['other'] });
  await deleteEndpoint(scene.ctx, endpoint.id);
  const made = await replay(id, other.id);
  expect(made.endpointId).toBe(other.uuid);
  await expect(replay(id)).rejects.toMatchObject({
    code: 'INVALID_STATE',
    message: 'The endpoint is deleted: nothing is sent to it any more.',
  });
});

it('a replay waits while the endpoint is paused, and is rejected while it is disabled', async () => {
  const { id, endpoint } = await deliver();
  await updateEndpoint(scene.ctx, endpoint.id, { status: 'DISABLED' });
  await expect(replay(id)).rejects.toMatchObject({ message: 'The endpoint is disabled: enable it first.' });
  await updateEndpoint(scene.ctx, endpoint.id, { status: 'PAUSED' });
  expect(await replay(id)).toMatchObject({ status: 'PENDING' });
});

it('replayDelivery creates one replay for each of 20 parallel calls', async () => {
  const { id } = await deliver();
  const made = await Promise.all(Array.from({ length: 20 }, () => replay(id)));
  expect(new Set(made.map(delivery => delivery.id)).size).toBe(20);
});

it('a replay keeps its payload when its event is purged, and replayDelivery rejects deliveries of a purged event', async () => {
  const { id } = await deliver();
  const made = await replay(id);
  await scene.services.pool.query('DELETE FROM event WHERE id = $1', [made.eventId]);
  await using _ = scene.startSender();
  await scene.waitForStatus(made.id, 'SUCCEEDED');
  expect(requestsOf(made.id)[0]?.body.toString()).toBe(payloadText);
  await expect(replay(id)).rejects.toMatchObject({
    code: 'INVALID_STATE',
    message: 'The payload of this delivery has been purged by retention, so it cannot be sent again.',
  });
});

it('replayDelivery finds only deliveries and endpoints of the tenant', async () => {
  const otherTenant = await scene.createOtherTenant();
  const [own, theirs] = [await deliver(), await deliver(otherTenant)];
  await expect(replay(theirs.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(replay(theirs.id, own.endpoint.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(replay(own.id, theirs.endpoint.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(replay(own.id, formatId('ep', newUuid(Date.now())))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(replay(own.id, 'nonsense')).rejects.toMatchObject({ argument: 'endpointId' });
  await expect(replayDelivery(scene.ctx, own.endpoint.id, null)).rejects.toMatchObject({ argument: 'id' });
});

it('replayDelivery needs a key with DELIVERIES_MANAGE', async () => {
  const { id } = await deliver();
  const ctx = scene.withPermissions('DELIVERIES_READ', 'ENDPOINTS_MANAGE', 'EVENTS_PUBLISH');
  await expect(replay(id, null, ctx)).rejects.toMatchObject({ permission: 'DELIVERIES_MANAGE' });
});
