import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import type { Behaviour } from '../fixtures/behaviours.ts';
import { startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

it('an endpoint whose limits are switched on and off under load is sent to within its limit, and its in-flight counter stays exact', async () => {
  let open = 0;
  let most = 0;
  const behaviour: Behaviour = (_request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response.writeHead(200).end();
    }, 3);
  };
  await using receiver = await startReceiver(behaviour);
  const { id, uuid } = await scene.createEndpoint({ url: receiver.url });
  let published = 0;
  /** Publishes until more deliveries wait than can be sent while the endpoint is changed. */
  const publishBacklog = async () => {
    while (published - receiver.requests.length < 1000) {
      const inputs = Array.from({ length: 1000 }, () => ({ type: 'a', payloadText: '0', endpointIds: [id] }));
      await publishEvents(scene.ctx, inputs, 'inputs');
      published += inputs.length;
    }
  };
  await publishBacklog();
  await using _first = scene.startSender();
  await using _second = scene.startSender();
  await receiver.waitFor(20);
  const limits = [
    [{ ordering: 'FIFO' }, 1],
    [{ ordering: 'NONE', maxConcurrency: 3 }, 3],
    [{ maxConcurrency: null }, 16],
    [{ maxConcurrency: 2 }, 2],
    [{ ordering: 'FIFO', maxConcurrency: null }, 1],
    [{ ordering: 'NONE' }, 16],
    [{ maxConcurrency: 1 }, 1],
    [{ maxConcurrency: null, ordering: 'NONE' }, 16],
  ] as const;
  for (const [input, limit] of limits) {
    await publishBacklog();
    await updateEndpoint(scene.ctx, id, input);
    // Requests that had started before the change continue. The receiver reads those that were sent and not yet read.
    for (let count = 0; count < 10; count += 1) await setImmediate();
    await until(() => expect(open).toBeLessThanOrEqual(limit));
    most = 0;
    await receiver.waitFor(receiver.requests.length + 20);
    expect(most).toBeLessThanOrEqual(limit);
  }
  await updateEndpoint(scene.ctx, id, { ordering: 'FIFO' });
  await updateEndpoint(scene.ctx, id, { ordering: 'NONE' });
  await until(async () => {
    const { rows } = await scene.services.pool.query(
      'SELECT in_flight AS "inFlight", (SELECT count(*)::int FROM delivery_live) AS live FROM endpoint_in_flight WHERE endpoint_id = $1',
      [uuid],
    );
    expect(rows).toEqual([{ inFlight: 0, live: 0 }]);
  }, 180_000);
  expect(new Set(receiver.requests.map(request => request.headers['webhook-id'])).size).toBe(published);
}, 300_000);
