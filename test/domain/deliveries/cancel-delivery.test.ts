import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancelDelivery } from '../../../src/domain/deliveries/cancel-delivery.ts';
import { retryDelivery } from '../../../src/domain/deliveries/retry-delivery.ts';
import { formatId, newUuid } from '../../../src/ids.ts';
import { hang, respond } from '../../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { openScene, type Scene } from '../scene.ts';

let scene: Scene;
let receiver: Receiver;
beforeAll(async () => {
  scene = await openScene();
  receiver = await startReceiver(respond(500));
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const cancel = (id: string, ctx = scene.ctx) => cancelDelivery(ctx, formatId('dlv', id));

async function publish(ctx = scene.ctx) {
  const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [3600] }, ctx);
  return scene.publishOne({ endpointIds: [endpoint.id] }, ctx);
}

const canceled = { status: 'FAILED', failureReason: 'CANCELED', nextAttemptAt: null };

it('cancelDelivery ends a PENDING delivery, which is never sent', async () => {
  const id = await publish();
  const ended = await cancel(id);
  expect(ended).toMatchObject({ ...canceled, attemptCount: 0, version: 2, lastFailedAt: null });
  expect(ended.finishedAt).not.toBeNull();
  expect(await scene.read(id)).toEqual(ended);
  const witness = await publish();
  await using _ = scene.startSender();
  await scene.waitForStatus(witness, 'RETRYING');
  expect(receiver.requests.map(request => request.headers['x-webhook-delivery'])).not.toContain(formatId('dlv', id));
});

it('cancelDelivery ends a RETRYING delivery, which keeps its last attempt and can be retried', async () => {
  const id = await publish();
  await using _ = scene.startSender();
  await scene.waitForStatus(id, 'RETRYING');
  expect(await cancel(id)).toMatchObject({
    ...canceled,
    attemptCount: 1,
    responseStatus: 500,
    errorCode: 'HTTP_STATUS',
  });
  expect(await scene.readAttempts(id)).toHaveLength(1);
  receiver.play(respond(200));
  await retryDelivery(scene.ctx, formatId('dlv', id));
  expect(await scene.waitForStatus(id, 'SUCCEEDED')).toMatchObject({ attemptCount: 2, failureReason: null });
});

it('cancelDelivery succeeds once in 20 parallel calls for one delivery', async () => {
  const id = await publish();
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => cancel(id)));
  expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
  expect(await scene.read(id)).toMatchObject({ ...canceled, version: 2 });
});

it('cancelDelivery rejects a delivery in any other status with INVALID_STATE, and changes nothing', async () => {
  receiver.play(hang());
  const id = await publish();
  const refuse = async (status: string) => {
    const before = await scene.read(id);
    await expect(cancel(id)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: `Only a delivery that is PENDING or RETRYING can be canceled; this one is ${status}.`,
    });
    expect(await scene.read(id)).toEqual(before);
  };
  const first = scene.startSender();
  await scene.waitForStatus(id, 'PROCESSING');
  await refuse('PROCESSING');
  receiver.play(respond(200));
  await first[Symbol.asyncDispose]();
  await using _ = scene.startSender();
  await scene.waitForStatus(id, 'SUCCEEDED');
  await refuse('SUCCEEDED');
});

it('cancelDelivery announces the transition with the previous status', async () => {
  const stopping = new AbortController();
  const items = await scene.services.feed.subscribe(scene.ctx.actor.tenantId, { signal: stopping.signal });
  const id = await publish();
  await cancel(id);
  expect((await items.next()).value.transition).toMatchObject({ delivery: { id, status: 'PENDING' } });
  expect((await items.next()).value.transition).toMatchObject({
    delivery: { id, ...canceled, version: 2 },
    previous: { status: 'PENDING', failureReason: null },
  });
  stopping.abort();
});

it('cancelDelivery does not find a delivery of another tenant', async () => {
  const id = await publish(await scene.createOtherTenant());
  for (const unknown of [id, newUuid(Date.now())]) {
    await expect(cancel(unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(await scene.read(id)).toMatchObject({ status: 'PENDING' });
  await expect(cancelDelivery(scene.ctx, 'dlv_nonsense')).rejects.toMatchObject({ argument: 'id' });
});

it('cancelDelivery needs a key with DELIVERIES_MANAGE', async () => {
  const ctx = scene.withPermissions('DELIVERIES_READ');
  await expect(cancel(await publish(), ctx)).rejects.toMatchObject({ permission: 'DELIVERIES_MANAGE' });
});
