import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsValidMs } from '../../src/domain/endpoints/await-senders.ts';
import { deleteEndpoint } from '../../src/domain/endpoints/delete-endpoint.ts';
import { endDeliveriesOfDeletedEndpoints } from '../../src/domain/endpoints/end-deliveries-of-deleted-endpoints.ts';
import { rotateEndpointSecret } from '../../src/domain/endpoints/endpoint-secrets.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import type { Feed } from '../../src/feed/feed.ts';
import { openScene, type Scene, type SceneEndpoint, until } from '../domain/scene.ts';
import { openSend } from '../egress/send-fixture.ts';
import { type Behaviour, respond } from '../fixtures/behaviours.ts';
import { type ReceivedRequest, startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** A feed without notifications, like that of a process whose Redis is unavailable. */
const withoutNotifications = (feed: Feed): Feed => ({
  ...feed,
  onNotification: () => ({ [Symbol.dispose]: () => undefined }),
});

async function publishMany({ id }: SceneEndpoint, count: number): Promise<void> {
  const inputs = Array.from({ length: count }, (_, number) => ({
    type: 'a',
    payloadText: JSON.stringify({ number }),
    endpointIds: [id],
  }));
  await publishEvents(scene.ctx, inputs, 'inputs');
}

const countByStatus = async ({ uuid }: SceneEndpoint): Promise<Record<string, number>> => {
  const text = 'SELECT status, count(*)::int FROM delivery WHERE endpoint_id = $1 GROUP BY status';
  const { rows } = await scene.services.pool.query(text, [uuid]);
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
};

/** Creates five deliveries, of which one is in flight and the others are claimed and wait for its slot. */
async function holdOne() {
  const stack = new AsyncDisposableStack();
  const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
  const held: Behaviour = (_request, response) => void answering.then(() => response.writeHead(200).end());
  const receiver = stack.use(await startReceiver([held, respond(200)]));
  const endpoint = await scene.createEndpoint({ url: receiver.url, headers: [{ name: 'x-mode', value: 'old' }] });
  await publishMany(endpoint, 5);
  stack.use(
    scene.startSender({ concurrency: 1, endpointConcurrency: 8, feed: withoutNotifications(scene.services.feed) }),
  );
  await receiver.waitFor(1);
  await until(async () => expect((await countByStatus(endpoint)).PROCESSING).toBeGreaterThan(1));
  return { endpoint, receiver, answer, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describe('a change to an endpoint whose deliveries are claimed and wait for a slot', () => {
  it.each([
    ['a deletion', (id: string) => deleteEndpoint(scene.ctx, id), { SUCCEEDED: 1, FAILED: 4 }],
    ['the status PAUSED', (id: string) => updateEndpoint(scene.ctx, id, { status: 'PAUSED' }), { SUCCEEDED: 1 }],
    ['the status DISABLED', (id: string) => updateEndpoint(scene.ctx, id, { status: 'DISABLED' }), { SUCCEEDED: 1 }],
  ])('keeps these deliveries from being sent if the change is %s', async (_what, change, expected) => {
    await using held = await holdOne();
    await change(held.endpoint.id);
    held.answer();
    await until(async () => {
      const counts = await countByStatus(held.endpoint);
      expect(counts.PROCESSING).toBeUndefined();
      expect(counts.SUCCEEDED).toBe(expected.SUCCEEDED);
    });
    await until(async () => {
      // The janitor ends deliveries that were claimed when the endpoint was deleted.
      await endDeliveriesOfDeletedEndpoints(scene.services);
      expect(await countByStatus(held.endpoint)).toMatchObject(expected);
    });
    expect(held.receiver.requests).toHaveLength(1);
  });

  it.each([
    ['headers', { headers: [{ name: 'x-mode', value: 'new' }] }, (r: ReceivedRequest) => r.headers['x-mode'] === 'new'],
    ['the method', { method: 'PUT' as const }, (r: ReceivedRequest) => r.method === 'PUT'],
    ['the body template', { bodyTemplate: '"new"' }, (r: ReceivedRequest) => r.body.toString() === '"new"'],
  ])('applies to all these deliveries if it concerns %s', async (_what, input, isNew) => {
    await using held = await holdOne();
    await updateEndpoint(scene.ctx, held.endpoint.id, input);
    held.answer();
    const requests = await held.receiver.waitFor(5);
    expect(requests.slice(1).map(isNew)).toEqual([true, true, true, true]);
    await until(async () => expect(await countByStatus(held.endpoint)).toEqual({ SUCCEEDED: 5 }));
  });

  it('applies to all these deliveries if it concerns the URL', async () => {
    await using held = await holdOne();
    await using other = await startReceiver(respond(200));
    await updateEndpoint(scene.ctx, held.endpoint.id, { url: other.url });
    held.answer();
    await other.waitFor(4);
    await until(async () => expect(await countByStatus(held.endpoint)).toEqual({ SUCCEEDED: 5 }));
    expect(held.receiver.requests).toHaveLength(1);
  });

  it('keeps all these deliveries from being signed with the old secret if it is a rotation without overlap', async () => {
    await using held = await holdOne();
    await rotateEndpointSecret(scene.ctx, held.endpoint.id, 0);
    const { secret } = held.endpoint;
    held.answer();
    const requests = await held.receiver.waitFor(5);
    const verifiesOld = requests.map(request => {
      try {
        new Webhook(secret).verify(request.body.toString(), request.headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    });
    expect(verifiesOld).toEqual([true, false, false, false, false]);
  });

  it('extends their leases to the length of their requests if it concerns timeoutMs', async () => {
    await using held = await holdOne();
    await updateEndpoint(scene.ctx, held.endpoint.id, { timeoutMs: 60_000 });
    const { promise: answering, resolve: answer } = Promise.withResolvers<void>();
    held.receiver.play((_request, response) => void answering.then(() => response.end()));
    held.answer();
    await held.receiver.waitFor(2);
    const { rows } = await scene.services.pool.query(
      `SELECT extract(epoch FROM max(lease_until) - now())::float8 AS seconds FROM delivery_live WHERE endpoint_id = $1`,
      [held.endpoint.uuid],
    );
    expect(rows[0].seconds).toBeGreaterThan(60);
    answer();
  });
});

it('the sender does not write a request whose connection is still being opened when the endpoint is deleted', async () => {
  await using receiver = await startReceiver(respond(200));
  await using egress = openSend();
  const { promise: connecting, resolve: connect } = Promise.withResolvers<void>();
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  const id = await scene.publishOne({ endpointIds: [endpoint.id] });
  await using _ = scene.startSender({
    feed: withoutNotifications(scene.services.feed),
    send: async (request, signal) => {
      start();
      await connecting;
      return egress.send(request, signal);
    },
  });
  await started;
  await deleteEndpoint(scene.ctx, endpoint.id);
  connect();
  await until(async () => expect((await scene.read(id)).status).toBe('RETRYING'));
  expect(await scene.read(id)).toMatchObject({ attemptCount: 0 });
  expect(receiver.requests).toEqual([]);
});

it('the sender delivers even if opening a connection takes longer than its cached settings are valid', async () => {
  await using receiver = await startReceiver(respond(200));
  await using egress = openSend();
  const endpoint = await scene.createEndpoint({ url: receiver.url });
  await publishMany(endpoint, 3);
  await using _ = scene.startSender({
    send: async (request, signal) => {
      await delay(400);
      return egress.send(request, signal);
    },
  });
  await receiver.waitFor(3);
  await until(async () => expect(await countByStatus(endpoint)).toEqual({ SUCCEEDED: 3 }));
});

/** Measures the longest time in which this process or the database did not respond. */
function watchPauses() {
  const ending = new AbortController();
  let lastMs = performance.now();
  let longestMs = 0;
  const measure = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
  };
  const watching = (async () => {
    while (!ending.signal.aborted) {
      await scene.services.pool.query('SELECT 1');
      measure();
      await delay(5);
    }
  })();
  return {
    /** The longest pause since the previous call, in milliseconds. */
    takeLongestMs(): number {
      measure();
      const takenMs = longestMs;
      longestMs = 0;
      return takenMs;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await watching;
    },
  };
}

it('no request under load reaches the old URL of an endpoint after the change of the URL is acknowledged', async () => {
  await using first = await startReceiver(respond(200, { delayMs: 2 }));
  await using second = await startReceiver(respond(200, { delayMs: 2 }));
  const endpoint = await scene.createEndpoint({ url: first.url });
  const feed = withoutNotifications(scene.services.feed);
  await using _one = scene.startSender({ feed });
  await using _two = scene.startSender({ feed });
  let isPublishing = true;
  let published = 0;
  const publishing = (async () => {
    while (isPublishing) {
      if (published - first.requests.length - second.requests.length < 200) {
        await publishMany(endpoint, 20);
        published += 20;
      }
      await delay(5);
    }
  })();
  await first.waitFor(50);
  await using pauses = watchPauses();
  let changes = 0;
  for (let turn = 0; turn < 50 && changes < 3; turn += 1) {
    const [from, to] = turn % 2 === 0 ? [first, second] : [second, first];
    pauses.takeLongestMs();
    await updateEndpoint(scene.ctx, endpoint.id, { url: to.url });
    // Lets this process read requests that were sent before the change but have not been read yet.
    for (let count = 0; count < 10; count += 1) await setImmediate();
    const acknowledged = from.requests.length;
    await to.waitFor(to.requests.length + 50);
    // Ignores a round with a long pause: if the response to a settings check is late, its result is used a little
    // longer (`settingsValidMs`).
    if (pauses.takeLongestMs() > settingsValidMs / 2) continue;
    expect(from.requests.length).toBe(acknowledged);
    changes += 1;
  }
  expect(changes).toBe(3);
  isPublishing = false;
  await publishing;
  await until(async () => expect(Object.keys(await countByStatus(endpoint))).toEqual(['SUCCEEDED']));
});
