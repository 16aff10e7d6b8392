import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryDelivery } from '../../../src/domain/deliveries/retry-delivery.ts';
import { deleteEndpoint } from '../../../src/domain/endpoints/delete-endpoint.ts';
import { updateEndpoint } from '../../../src/domain/endpoints/update-endpoint.ts';
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

/**
 * Creates a delivery that has this status after one attempt. The sender is stopped afterwards.
 * @returns the delivery and its endpoint.
 */
async function deliver(retryScheduleSeconds: number[], status: 'FAILED' | 'RETRYING', ctx = scene.ctx) {
  receiver.play(respond(500));
  const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds }, ctx);
  const id = await scene.publishOne({ endpointIds: [endpoint.id] }, ctx);
  await using _ = scene.startSender();
  await scene.waitForStatus(id, status);
  return { id, endpoint };
}

const retry = (id: string, ctx = scene.ctx) => retryDelivery(ctx, formatId('dlv', id));

describe('a FAILED delivery that retryDelivery retries', () => {
  it('becomes PENDING and due now, continues its attempt numbers and restarts its retry schedule', async () => {
    const { id } = await deliver([0, 0], 'FAILED');
    expect(await scene.read(id)).toMatchObject({ attemptCount: 3, maxAttempts: 3, failureReason: 'EXHAUSTED' });

    const retried = await retry(id);
    expect(retried).toMatchObject({
      status: 'PENDING',
      failureReason: null,
      attemptCount: 3,
      maxAttempts: 6,
      finishedAt: null,
      responseStatus: 500,
    });
    expect(retried.nextAttemptAt).toBeLessThanOrEqual(scene.services.clock.now() + 1000);
    expect(await scene.read(id)).toEqual(retried);

    await using _ = scene.startSender();
    await scene.waitForStatus(id, 'FAILED');
    const attempts = await scene.readAttempts(id);
    expect(attempts.map(attempt => attempt.number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(attempts.map(attempt => attempt.trigger)).toEqual([
      'SCHEDULE',
      'SCHEDULE',
      'SCHEDULE',
      'MANUAL',
      'SCHEDULE',
      'SCHEDULE',
    ]);
  });

  it('gets one attempt from 20 retries in parallel', async () => {
    const { id } = await deliver([], 'FAILED');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => retry(id)));
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'INVALID_STATE' });
    }
    receiver.play(respond(200));
    await using _ = scene.startSender();
    expect(await scene.waitForStatus(id, 'SUCCEEDED')).toMatchObject({ attemptCount: 2 });
    expect(await scene.readAttempts(id)).toHaveLength(2);
  });

  it('gets exactly one more attempt if it is a test event', async () => {
    const { id } = await deliver([], 'FAILED');
    await scene.services.pool.query('UPDATE delivery SET is_test = true WHERE id = $1', [id]);
    expect(await retry(id)).toMatchObject({ maxAttempts: 2 });
    await using _ = scene.startSender();
    expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ attemptCount: 2 });
  });

  it('keeps its payload when the event is purged after the retry', async () => {
    const { id } = await deliver([], 'FAILED');
    await retry(id);
    const { eventId } = await scene.read(id);
    await scene.services.pool.query('DELETE FROM event WHERE id = $1', [eventId]);
    receiver.play(respond(200));
    await using _ = scene.startSender();
    await scene.waitForStatus(id, 'SUCCEEDED');
    expect(receiver.requests.at(-1)?.body.toString()).toBe('{}');
  });

  it('cannot be retried after its event is purged, and does not change', async () => {
    const { id } = await deliver([], 'FAILED');
    const before = await scene.read(id);
    await scene.services.pool.query('DELETE FROM event WHERE id = $1', [before.eventId]);
    await expect(retry(id)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: 'The payload of this delivery has been purged by retention, so it cannot be sent again.',
    });
    expect(await scene.read(id)).toEqual(before);
  });

  it('waits while its endpoint is paused, and cannot be retried while it is disabled or deleted', async () => {
    const { id, endpoint } = await deliver([], 'FAILED');
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'DISABLED' });
    await expect(retry(id)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: 'The endpoint is disabled: enable it first.',
    });
    await updateEndpoint(scene.ctx, endpoint.id, { status: 'PAUSED' });
    expect(await retry(id)).toMatchObject({ status: 'PENDING' });
    await deleteEndpoint(scene.ctx, endpoint.id);
    expect(await scene.read(id)).toMatchObject({
      status: 'FAILED',
      failureReason: 'ENDPOINT_DELETED',
      attemptCount: 1,
    });
    await expect(retry(id)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: 'The endpoint is deleted: nothing is sent to it any more.',
    });
  });
});

describe('a RETRYING delivery that retryDelivery retries', () => {
  it('is due now and keeps its position in the retry schedule', async () => {
    const { id } = await deliver([3600, 7200], 'RETRYING');
    const before = await scene.read(id);
    expect(before.nextAttemptAt).toBeGreaterThan(scene.services.clock.now() + 3_000_000);
    const expedited = await retry(id);
    expect(expedited).toMatchObject({ status: 'RETRYING', version: before.version, maxAttempts: 3 });
    expect(expedited.nextAttemptAt).toBeLessThanOrEqual(scene.services.clock.now() + 1000);

    await using _ = scene.startSender();
    await expect.poll(() => scene.readAttempts(id)).toHaveLength(2);
    const after = await scene.waitForStatus(id, 'RETRYING');
    expect(after).toMatchObject({ attemptCount: 2, maxAttempts: 3 });
    // The wait is that of the second step, because the first attempt used the first one.
    expect(after.nextAttemptAt).toBeGreaterThan(scene.services.clock.now() + 6_000_000);
  });

  it('gets one attempt from 20 retries in parallel', async () => {
    const { id } = await deliver([3600], 'RETRYING');
    await Promise.all(Array.from({ length: 20 }, () => retry(id)));
    receiver.play(respond(200));
    await using _ = scene.startSender();
    expect(await scene.waitForStatus(id, 'SUCCEEDED')).toMatchObject({ attemptCount: 2 });
  });

  it('gets one attempt if the manual retry coincides with the automatic one', async () => {
    receiver.play(respond(500));
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [0, 3600] });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    const retries = Array.from({ length: 10 }, () =>
      retry(id).catch(error => expect(error.code).toBe('INVALID_STATE')),
    );
    await Promise.all(retries);
    await expect.poll(async () => (await scene.read(id)).nextAttemptAt).toBeGreaterThan(Date.now() + 3_000_000);
    const { attemptCount } = await scene.read(id);
    const attempts = await scene.readAttempts(id);
    expect(attempts.map(attempt => attempt.number)).toEqual(Array.from({ length: attemptCount }, (_, i) => i + 1));
    const sent = receiver.requests.filter(request => request.headers['x-webhook-delivery'] === formatId('dlv', id));
    expect(sent.map(request => request.headers['x-webhook-attempt'])).toEqual(
      attempts.map(each => String(each.number)),
    );
  });
});

it('retryDelivery rejects a delivery in any other status with INVALID_STATE, and changes nothing', async () => {
  receiver.play(hang());
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const id = await scene.publishOne({ endpointIds: [endpoint.id] });
  const refuse = async (status: string) => {
    const before = await scene.read(id);
    await expect(retry(id)).rejects.toMatchObject({
      code: 'INVALID_STATE',
      message: `Only a delivery that is FAILED or RETRYING can be retried; this one is ${status}.`,
    });
    expect(await scene.read(id)).toEqual(before);
  };
  await refuse('PENDING');
  await using sender = scene.startSender();
  await scene.waitForStatus(id, 'PROCESSING');
  await refuse('PROCESSING');
  receiver.play(respond(200));
  await sender[Symbol.asyncDispose]();
  await using _ = scene.startSender();
  await scene.waitForStatus(id, 'SUCCEEDED');
  await refuse('SUCCEEDED');
});

it('retryDelivery finds only deliveries of the tenant', async () => {
  const { id } = await deliver([], 'FAILED', await scene.createOtherTenant());
  for (const unknown of [id, newUuid(Date.now())]) {
    await expect(retry(unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(await scene.read(id)).toMatchObject({ status: 'FAILED' });
  for (const malformed of ['', 'dlv_', formatId('evt', id), id]) {
    await expect(retryDelivery(scene.ctx, malformed)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
  }
});

it('retryDelivery needs a key with DELIVERIES_MANAGE', async () => {
  const { id } = await deliver([], 'FAILED');
  await expect(retry(id, scene.withPermissions('DELIVERIES_READ'))).rejects.toMatchObject({
    code: 'FORBIDDEN',
    permission: 'DELIVERIES_MANAGE',
  });
});
