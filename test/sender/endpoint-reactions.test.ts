import { graphql } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryDelivery } from '../../src/domain/deliveries/retry-delivery.ts';
import { sendTestEvent } from '../../src/domain/endpoints/send-test-event.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { schema } from '../../src/graphql/schema.ts';
import { formatId } from '../../src/ids.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../domain/scene.ts';
import { type Behaviour, raw, respond } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

async function readEndpoint({ uuid }: SceneEndpoint) {
  const { rows } = await scene.services.pool.query(
    `SELECT status, status_reason AS reason, extract(epoch FROM hold_until - now())::float8 AS "holdSeconds"
     FROM endpoint WHERE id = $1`,
    [uuid],
  );
  return rows[0] as { status: string; reason: string | null; holdSeconds: number | null };
}

/** Reads the pause of an endpoint through the API. */
async function readPause({ id }: SceneEndpoint): Promise<{ pausedUntil: string | null; pausedReason: string | null }> {
  const result = await graphql({
    schema,
    source: 'query ($id: ID!) { endpoint(id: $id) { pausedUntil pausedReason } }',
    variableValues: { id },
    contextValue: { ...scene.ctx, liveSignal: () => new AbortController().signal },
  });
  return { ...(result.data?.endpoint as Awaited<ReturnType<typeof readPause>>) };
}

/**
 * Creates a receiver behavior that responds to the first request at once, and to the others when `answerRest` is
 * called.
 */
function answerFirst(answer: Behaviour): { readonly behaviour: Behaviour; answerRest(): void } {
  const { promise: answering, resolve: answerRest } = Promise.withResolvers<void>();
  let isFirst = true;
  const behaviour: Behaviour = (...request) => {
    if (isFirst) answer(...request);
    else void answering.then(() => answer(...request));
    isFirst = false;
  };
  return { behaviour, answerRest };
}

/** Whether the last update of the endpoint changed its status. */
async function isChangedAtUpdate({ uuid }: SceneEndpoint): Promise<boolean> {
  const text = 'SELECT status_changed_at = updated_at AS "isChanged" FROM endpoint WHERE id = $1';
  return (await scene.services.pool.query(text, [uuid])).rows[0].isChanged;
}

async function publishMany(endpoint: SceneEndpoint, count: number): Promise<void> {
  const inputs = Array.from({ length: count }, () => ({ type: 'a', payloadText: '0', endpointIds: [endpoint.id] }));
  await publishEvents(scene.ctx, inputs, 'inputs');
}

describe('a response with 410 Gone', () => {
  it('ends the delivery and disables the endpoint with the reason, and other deliveries wait', async () => {
    await using receiver = await startReceiver(respond(410));
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    expect(await scene.waitForStatus(id, 'FAILED')).toMatchObject({ failureReason: 'GONE', responseStatus: 410 });
    await expect
      .poll(() => readEndpoint(endpoint))
      .toMatchObject({ status: 'DISABLED', reason: `The endpoint returned 410 Gone to ${formatId('dlv', id)}.` });
    expect(await isChangedAtUpdate(endpoint)).toBe(true);
    await expect(scene.publish({ endpointIds: [endpoint.id] })).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });

  it.each([
    ['its disableOnGone is false', { disableOnGone: false }],
    ['the URL is templated', { path: '/{{ event.id }}' }],
  ])(
    'leaves the endpoint enabled if %s',
    async (_what, { path = '', ...input }: { path?: string; disableOnGone?: boolean }) => {
      await using receiver = await startReceiver(respond(410));
      const endpoint = await scene.createEndpoint({ url: receiver.url + path, ...input });
      const id = await scene.publishOne({ endpointIds: [endpoint.id] });
      const sender = scene.startSender();
      await scene.waitForStatus(id, 'FAILED');
      await sender[Symbol.asyncDispose]();
      expect(await readEndpoint(endpoint)).toMatchObject({ status: 'ENABLED', reason: null });
    },
  );

  it('disables an endpoint with a templated URL if disableOnGone is true', async () => {
    await using receiver = await startReceiver(respond(410));
    const endpoint = await scene.createEndpoint({ url: `${receiver.url}/{{ event.id }}`, disableOnGone: true });
    await scene.publish({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    await expect.poll(() => readEndpoint(endpoint)).toMatchObject({ status: 'DISABLED' });
  });

  it('does not disable an endpoint whose URL was changed while the request was in flight', async () => {
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    const held: Behaviour = (_request, response) => void answering.then(() => response.writeHead(410).end());
    await using receiver = await startReceiver(held);
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const sender = scene.startSender();
    await receiver.waitFor(1);
    await updateEndpoint(scene.ctx, endpoint.id, { url: `${receiver.url}/new` });
    answer();
    await scene.waitForStatus(id, 'FAILED');
    await sender[Symbol.asyncDispose]();
    expect(await readEndpoint(endpoint)).toMatchObject({ status: 'ENABLED' });
  });

  it('keeps deliveries that were already claimed from being sent', async () => {
    const { behaviour, answerRest } = answerFirst(respond(410));
    await using receiver = await startReceiver(behaviour);
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    await publishMany(endpoint, 500);
    await using _ = scene.startSender({ endpointConcurrency: 64, concurrency: 16 });
    await expect.poll(() => readEndpoint(endpoint)).toMatchObject({ status: 'DISABLED' });
    answerRest();
    await expect.poll(() => countProcessing(endpoint)).toBe(0);
    // The sender had claimed 64 deliveries. 16 requests were in flight, and the first response allowed one more.
    expect(receiver.requests.length).toBeLessThan(50);
  });
});

describe('a Retry-After header', () => {
  it('pauses the whole endpoint, except manual retries and tests, until an attempt succeeds', async () => {
    await using receiver = await startReceiver(respond(503, { headers: { 'retry-after': '600' } }));
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [1, 1] });
    const first = await scene.publishOne({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    const delivery = await scene.waitForStatus(first, 'RETRYING');
    expect(delivery.nextAttemptAt).toBeGreaterThan(scene.services.clock.now() + 590_000);
    await expect.poll(async () => (await readEndpoint(endpoint)).holdSeconds).toBeGreaterThan(590);

    receiver.play(respond(500));
    const second = await scene.publishOne({ endpointIds: [endpoint.id] });
    const test = await sendTestEvent(scene.ctx, endpoint.id, null, null);
    await scene.waitForStatus(test.id, 'FAILED');
    expect(await scene.read(second)).toMatchObject({ status: 'PENDING', attemptCount: 0 });
    receiver.play(respond(200));
    await retryDelivery(scene.ctx, formatId('dlv', first));
    await scene.waitForStatus(first, 'SUCCEEDED');
    await scene.waitForStatus(second, 'SUCCEEDED');
    expect(await readEndpoint(endpoint)).toMatchObject({ holdSeconds: null });
  });

  it.each([429, 502, 503, 504])(
    'in a response with status %i pauses the endpoint, and the API shows the end and the reason of the pause',
    async status => {
      await using receiver = await startReceiver(respond(status, { headers: { 'retry-after': '600' } }));
      const endpoint = await scene.createEndpoint({ url: receiver.url });
      await scene.publish({ endpointIds: [endpoint.id] });
      await using _ = scene.startSender();
      await until(async () => {
        const { pausedUntil, pausedReason } = await readPause(endpoint);
        expect(pausedReason).toBe('RETRY_AFTER');
        expect(Date.parse(pausedUntil ?? '')).toBeGreaterThan(scene.services.clock.now() + 590_000);
      });
    },
  );

  it('stops pausing the endpoint when its URL changes, and does not pause it again when it comes in a late response from the old URL', async () => {
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    const busy = respond(503, { headers: { 'retry-after': '600' } });
    const late: Behaviour = (...request) => void answering.then(() => busy(...request));
    await using receiver = await startReceiver([busy, late]);
    await using other = await startReceiver(respond(200));
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [1] });
    const first = await scene.publishOne({ endpointIds: [endpoint.id] });
    const sender = scene.startSender();
    await until(async () => expect((await readPause(endpoint)).pausedUntil).not.toBeNull());
    await sendTestEvent(scene.ctx, endpoint.id, null, null);
    await receiver.waitFor(2);
    const waiting = await scene.publishOne({ endpointIds: [endpoint.id] });
    await updateEndpoint(scene.ctx, endpoint.id, { url: other.url });
    expect(await readPause(endpoint)).toEqual({ pausedUntil: null, pausedReason: null });
    answer();
    for (const id of [first, waiting]) await scene.waitForStatus(id, 'SUCCEEDED');
    await sender.drain(AbortSignal.timeout(20_000));
    expect(await readPause(endpoint)).toEqual({ pausedUntil: null, pausedReason: null });
  });

  it('no longer delays the deliveries that received it once the endpoint has another URL', async () => {
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    const busy = respond(503, { headers: { 'retry-after': '600' } });
    const late: Behaviour = (...request) => void answering.then(() => busy(...request));
    await using receiver = await startReceiver([late, busy]);
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [300, 300] });
    const unanswered = await scene.publishOne({ endpointIds: [endpoint.id] });
    const sender = scene.startSender();
    await receiver.waitFor(1);
    const answered = await scene.publishOne({ endpointIds: [endpoint.id] });
    const { nextAttemptAt } = await scene.waitForStatus(answered, 'RETRYING');
    expect(nextAttemptAt).toBeGreaterThan(scene.services.clock.now() + 590_000);
    await updateEndpoint(scene.ctx, endpoint.id, { name: 'Renamed' });
    expect((await scene.read(answered)).nextAttemptAt).toBe(nextAttemptAt);

    await updateEndpoint(scene.ctx, endpoint.id, { url: `${receiver.url}/moved` });
    const bySchedule = scene.services.clock.now() + 331_000;
    expect((await scene.read(answered)).nextAttemptAt).toBeLessThan(bySchedule);
    answer();
    await scene.waitForStatus(unanswered, 'RETRYING');
    await sender.drain(AbortSignal.timeout(20_000));
    expect((await scene.read(unanswered)).nextAttemptAt).toBeLessThan(bySchedule);
    for (const id of [answered, unanswered]) {
      expect((await scene.read(id)).nextAttemptAt).toBeGreaterThan(scene.services.clock.now() + 200_000);
    }
  });

  it('still pauses the endpoint after the success of a request that started before the pause', async () => {
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    const late: Behaviour = (_request, response) => void answering.then(() => response.writeHead(200).end());
    await using receiver = await startReceiver([late, respond(503, { headers: { 'retry-after': '600' } })]);
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    const test = await sendTestEvent(scene.ctx, endpoint.id, null, null);
    const sender = scene.startSender();
    await receiver.waitFor(1);
    await scene.publish({ endpointIds: [endpoint.id] });
    await until(async () => expect((await readPause(endpoint)).pausedUntil).not.toBeNull());
    answer();
    await scene.waitForStatus(test.id, 'SUCCEEDED');
    await sender.drain(AbortSignal.timeout(20_000));
    expect((await readPause(endpoint)).pausedUntil).not.toBeNull();
  });

  it('pauses the endpoint even if the delivery has no attempt left', async () => {
    await using receiver = await startReceiver(respond(429, { headers: { 'retry-after': '600' } }));
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [] });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    await scene.waitForStatus(id, 'FAILED');
    await expect.poll(async () => (await readEndpoint(endpoint)).holdSeconds).toBeGreaterThan(590);
  });

  it('is not shortened by a later one with a smaller value', async () => {
    await using receiver = await startReceiver([
      respond(429, { headers: { 'retry-after': '600' } }),
      respond(429, { headers: { 'retry-after': '5' } }),
    ]);
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    await scene.publish({ endpointIds: [endpoint.id] });
    await using _ = scene.startSender();
    await expect.poll(async () => (await readEndpoint(endpoint)).holdSeconds).toBeGreaterThan(590);
    const test = await sendTestEvent(scene.ctx, endpoint.id, null, null);
    await scene.waitForStatus(test.id, 'FAILED');
    expect((await readEndpoint(endpoint)).holdSeconds).toBeGreaterThan(580);
  });

  it.each([
    ['on 500', respond(500, { headers: { 'retry-after': '600' } })],
    ['if it is sent twice', raw('HTTP/1.1 429 \r\nRetry-After: 600\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n')],
    ['with an invalid value', respond(429, { headers: { 'retry-after': 'soon' } })],
  ])('does not pause the endpoint %s', async (_what, behaviour) => {
    await using receiver = await startReceiver(behaviour);
    const endpoint = await scene.createEndpoint({ url: receiver.url, retryScheduleSeconds: [60] });
    const id = await scene.publishOne({ endpointIds: [endpoint.id] });
    const sender = scene.startSender();
    const { nextAttemptAt } = await scene.waitForStatus(id, 'RETRYING');
    await sender[Symbol.asyncDispose]();
    expect(await readEndpoint(endpoint)).toMatchObject({ holdSeconds: null });
    expect(nextAttemptAt).toBeLessThan(scene.services.clock.now() + 70_000);
  });

  it('keeps deliveries that were already claimed from being sent, and releases their attempt numbers', async () => {
    const { behaviour, answerRest } = answerFirst(respond(429, { headers: { 'retry-after': '600' } }));
    await using receiver = await startReceiver(behaviour);
    const endpoint = await scene.createEndpoint({ url: receiver.url });
    await publishMany(endpoint, 500);
    await using _ = scene.startSender({ endpointConcurrency: 64, concurrency: 16 });
    await expect.poll(async () => (await readEndpoint(endpoint)).holdSeconds).toBeGreaterThan(590);
    answerRest();
    await expect.poll(() => countProcessing(endpoint)).toBe(0);
    // The sender had claimed 64 deliveries. 16 requests were in flight, and the first response allowed one more.
    expect(receiver.requests.length).toBeLessThan(50);
    const { rows } = await scene.services.pool.query(
      'SELECT count(*)::int FROM delivery WHERE endpoint_id = $1 AND attempt_count > 0',
      [endpoint.uuid],
    );
    expect(rows[0].count).toBe(receiver.requests.length);
  });
});

async function countProcessing(endpoint: SceneEndpoint): Promise<number> {
  const { rows } = await scene.services.pool.query(
    "SELECT count(*)::int FROM delivery_live WHERE endpoint_id = $1 AND status = 'PROCESSING'",
    [endpoint.uuid],
  );
  return rows[0].count;
}
