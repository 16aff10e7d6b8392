import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteEndpoint } from '../../../src/domain/endpoints/delete-endpoint.ts';
import { sendTestEvent } from '../../../src/domain/endpoints/send-test-event.ts';
import { formatId } from '../../../src/ids.ts';
import { respond } from '../../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
let receiver: Receiver;
beforeAll(async () => {
  scene = await openScene();
  receiver = await startReceiver(respond(200));
  scene.startSender();
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

it.each(['ENABLED', 'PAUSED', 'DISABLED'] as const)(
  'a test event is sent to an endpoint that is %s, even if it is not subscribed to the event type',
  async status => {
    const endpoint = await scene.createEndpoint({ url: receiver.url, status, eventTypes: ['other'] });
    const delivery = await sendTestEvent(scene.ctx, endpoint.id, null, null);
    expect(delivery).toMatchObject({ status: 'PENDING', isTest: true, eventType: 'webhook.test', maxAttempts: 1 });
    await scene.waitForStatus(delivery.id, 'SUCCEEDED');
  },
);

it('a test event gets one attempt, whatever the retry schedule of its endpoint', async () => {
  receiver.play(respond(500));
  const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [0, 0, 0] });
  const { id } = await sendTestEvent(scene.ctx, endpoint.id, null, null);
  expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ failureReason: 'EXHAUSTED', attemptCount: 1 });
  receiver.play(respond(200));
});

it('a test event has the type and the payload that the caller gave', async () => {
  const endpoint = await scene.createEndpoint({ url: `${receiver.url}/given` });
  const { id } = await sendTestEvent(scene.ctx, endpoint.id, 'license.renewed', { a: [1] });
  await scene.waitForStatus(id, 'SUCCEEDED');
  const request = receiver.requests.find(each => each.url === '/given');
  expect(request?.headers['x-webhook-event']).toBe('license.renewed');
  expect(request?.body.toString()).toBe('{"a":[1]}');
});

it('a test event has the payload null if null is given, and an explaining object if nothing is given', async () => {
  const endpoint = await scene.createEndpoint({ url: `${receiver.url}/null` });
  const bodies = () => receiver.requests.filter(each => each.url === '/null').map(each => each.body.toString());
  const first = await sendTestEvent(scene.ctx, endpoint.id, null, null);
  await scene.waitForStatus(first.id, 'SUCCEEDED');
  expect(bodies()).toEqual(['null']);
  const second = await sendTestEvent(scene.ctx, endpoint.id, null, undefined);
  await scene.waitForStatus(second.id, 'SUCCEEDED');
  expect(JSON.parse(bodies()[1] ?? '')).toMatchObject({ type: 'webhook.test' });
});

it('a test event goes to no other endpoint', async () => {
  const other = await scene.createEndpoint();
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const { eventId } = await sendTestEvent(scene.ctx, endpoint.id, null, null);
  const { rows } = await scene.services.pool.query('SELECT endpoint_id FROM delivery WHERE event_id = $1', [eventId]);
  expect(rows).toEqual([{ endpoint_id: endpoint.uuid }]);
  expect(other.uuid).not.toBe(endpoint.uuid);
});

it('sendTestEvent rejects an invalid type or payload with an error that names the argument', async () => {
  const { id } = await scene.createEndpoint();
  const tooLarge = 'x'.repeat(scene.services.limits.maxPayloadBytes);
  await expect(sendTestEvent(scene.ctx, id, null, tooLarge)).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
    argument: 'payload',
  });
  await expect(sendTestEvent(scene.ctx, id, 'livehook.x', null)).rejects.toMatchObject({ argument: 'type' });
  await expect(sendTestEvent(scene.ctx, 'x', null, null)).rejects.toMatchObject({ argument: 'endpointId' });
});

it("sendTestEvent finds only the tenant's endpoints that are not deleted, and needs a key with ENDPOINTS_MANAGE", async () => {
  const othersEndpoint = await scene.createEndpoint({}, await scene.createOtherTenant());
  const endpoint = await scene.createEndpoint();
  const ctx = scene.withPermissions('EVENTS_PUBLISH', 'DELIVERIES_MANAGE');
  await expect(sendTestEvent(ctx, endpoint.id, null, null)).rejects.toMatchObject({ permission: 'ENDPOINTS_MANAGE' });
  await deleteEndpoint(scene.ctx, endpoint.id);
  await expect(sendTestEvent(scene.ctx, endpoint.id, null, null)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  for (const id of [othersEndpoint.id, formatId('ep', '01900000-0000-7000-8000-00000000ffff')]) {
    await expect(sendTestEvent(scene.ctx, id, null, null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
});

it('the payloadText of a test event is sent byte for byte, even if payload is given as null', async () => {
  const { id } = await scene.createEndpoint();
  for (const payload of [null, undefined]) {
    const text = '{ "amount": 12345678901234567890 }';
    const { eventId } = await sendTestEvent(scene.ctx, id, null, payload, text);
    const { rows } = await scene.services.pool.query('SELECT payload FROM event WHERE id = $1', [eventId]);
    expect(rows).toEqual([{ payload: text }]);
  }
  await expect(sendTestEvent(scene.ctx, id, null, {}, '{}')).rejects.toMatchObject({ argument: 'payloadText' });
});

it('sendTestEvent rejects a payloadText that is too large before it parses it', async () => {
  const { id } = await scene.createEndpoint();
  const text = '['.repeat(scene.services.limits.maxPayloadBytes + 1);
  const refusal = { code: 'PAYLOAD_TOO_LARGE', argument: 'payloadText' };
  await expect(sendTestEvent(scene.ctx, id, null, undefined, text)).rejects.toMatchObject(refusal);
});
