import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene } from '../domain/scene.ts';
import { type Behaviour, hang, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** Creates a receiver behavior that responds once `cue` is called. */
function onCue(status: number): { readonly behaviour: Behaviour; readonly cue: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { behaviour: (_request, response) => void promise.then(() => response.writeHead(status).end()), cue: resolve };
}

async function publishTo(endpointId: string, count: number): Promise<string[]> {
  const inputs = Array.from({ length: count }, () => ({ type: 'a', payloadText: '0', endpointIds: [endpointId] }));
  const events = await publishEvents(scene.ctx, inputs, 'inputs');
  const { rows } = await scene.services.pool.query('SELECT id FROM delivery WHERE event_id = ANY ($1) ORDER BY id', [
    events.map(event => event.id),
  ]);
  return rows.map(row => row.id);
}

const longGrace = () => AbortSignal.timeout(20_000);

it('draining a sender waits for requests in flight and until their results are written', async () => {
  const { behaviour, cue } = onCue(200);
  await using receiver = await startReceiver(behaviour);
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const [id = ''] = await publishTo(endpoint.id, 1);
  const sender = scene.startSender();
  await receiver.waitFor(1);
  let isDrained = false;
  const drained = sender.drain(longGrace()).then(() => {
    isDrained = true;
  });
  await publishTo(endpoint.id, 5);
  expect([isDrained, (await scene.read(id)).status]).toEqual([false, 'PROCESSING']);
  cue();
  await drained;
  expect(await scene.read(id)).toMatchObject({ status: 'SUCCEEDED', attemptCount: 1 });
  expect(receiver.requests).toHaveLength(1);
});

it('draining a sender releases claimed deliveries that were not sent, together with their attempt numbers', async () => {
  const { behaviour, cue } = onCue(200);
  await using receiver = await startReceiver(behaviour);
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const ids = await publishTo(endpoint.id, 40);
  const sender = scene.startSender({ concurrency: 3, endpointConcurrency: 40 });
  await receiver.waitFor(2);
  await expect.poll(() => countProcessing(ids)).toBeGreaterThan(3);
  const drained = sender.drain(longGrace());
  await expect.poll(async () => (await countProcessing(ids)) - receiver.requests.length).toBe(0);
  const sent = receiver.requests.length;
  cue();
  await drained;
  expect(await countProcessing(ids)).toBe(0);
  const deliveries = await Promise.all(ids.map(scene.read));
  expect(deliveries.filter(delivery => delivery.status === 'SUCCEEDED')).toHaveLength(sent);
  for (const { status, attemptCount } of deliveries) expect(attemptCount).toBe(status === 'SUCCEEDED' ? 1 : 0);

  await using _ = scene.startSender();
  for (const id of ids) expect(await scene.waitForStatus(id, 'SUCCEEDED')).toMatchObject({ attemptCount: 1 });
  expect(receiver.requests).toHaveLength(40);
});

it('aborting the drain of a sender records attempts in flight as INTERRUPTED, with retries that are due at once and use no step of the schedule', async () => {
  await using receiver = await startReceiver(hang());
  const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [3600] });
  const ids = await publishTo(endpoint.id, 3);
  const sender = scene.startSender();
  await receiver.waitFor(3);
  const aborting = new AbortController();
  const drained = sender.drain(aborting.signal);
  aborting.abort();
  await drained;
  for (const id of ids) {
    const delivery = await scene.read(id);
    expect(delivery).toMatchObject({ status: 'RETRYING', attemptCount: 1, maxAttempts: 3, errorCode: 'INTERRUPTED' });
    expect(delivery.nextAttemptAt).toBeLessThanOrEqual(scene.services.clock.now() + 1000);
  }
  receiver.play(respond(200));
  await using _ = scene.startSender();
  for (const id of ids) expect(await scene.waitForStatus(id, 'SUCCEEDED')).toMatchObject({ attemptCount: 2 });
});

it('draining a sender ends at once if its signal is already aborted', async () => {
  await using receiver = await startReceiver(hang());
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const [id = ''] = await publishTo(endpoint.id, 1);
  const sender = scene.startSender();
  await receiver.waitFor(1);
  await sender.drain(AbortSignal.abort());
  expect(await scene.read(id)).toMatchObject({ status: 'RETRYING', errorCode: 'INTERRUPTED' });
});

it('repeated calls of drain on a sender share one drain, and an idle sender drains at once', async () => {
  const sender = scene.startSender();
  expect(sender.drain(longGrace())).toBe(sender.drain(AbortSignal.abort()));
  await sender.drain(longGrace());
});

async function countProcessing(ids: readonly string[]): Promise<number> {
  const { rows } = await scene.services.pool.query(
    "SELECT count(*)::int FROM delivery_live WHERE id = ANY ($1) AND status = 'PROCESSING'",
    [ids],
  );
  return rows[0].count;
}
