import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retryDelivery } from '../../src/domain/deliveries/retry-delivery.ts';
import { sendTestEvent } from '../../src/domain/endpoints/send-test-event.ts';
import { formatId } from '../../src/ids.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { type Behaviour, respond } from '../fixtures/behaviours.ts';
import { type ReceivedRequest, startReceiver } from '../fixtures/receiver.ts';

const numberOf = (request: ReceivedRequest): number => JSON.parse(request.body.toString()).number;

/**
 * Creates a receiver behavior that responds with 200 after a while, and measures how many requests were open at once.
 */
function watchOverlap(): { readonly behaviour: Behaviour; most(): number } {
  let open = 0;
  let most = 0;
  return {
    behaviour: (_, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(200).end();
      }, 5);
    },
    most: () => most,
  };
}

describe('an endpoint with ordering FIFO', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('gets its deliveries one at a time, in publish order, from any number of senders', async () => {
    const overlap = watchOverlap();
    await using receiver = await startReceiver(overlap.behaviour);
    const { id } = await scene.createEndpoint({ url: receiver.url, ordering: 'FIFO' });
    await using _first = scene.startSender();
    await using _second = scene.startSender();
    for (let number = 0; number < 40; number += 1) await scene.publish({ payload: { number }, endpointIds: [id] });
    const requests = await receiver.waitFor(40);
    expect(requests.map(numberOf)).toEqual(Array.from({ length: 40 }, (_, number) => number));
    expect(overlap.most()).toBe(1);
  });

  it('gets no later delivery while an earlier one waits for its retry, until the earlier one ends', async () => {
    await using receiver = await startReceiver([respond(500), respond(500), respond(200)]);
    const { id } = await scene.createEndpoint({ url: receiver.url, ordering: 'FIFO', retryScheduleSeconds: [0, 1] });
    await using _sender = scene.startSender();
    for (const number of [1, 2, 3]) await scene.publish({ payload: { number }, endpointIds: [id] });
    expect((await receiver.waitFor(5)).map(numberOf)).toEqual([1, 1, 1, 2, 3]);
  });

  it('gets the next delivery after one that has failed for good, and gets test events without waiting', async () => {
    await using receiver = await startReceiver([respond(500), respond(200)]);
    const { id } = await scene.createEndpoint({ url: receiver.url, ordering: 'FIFO', retryScheduleSeconds: [3600] });
    await using _sender = scene.startSender();
    const [failing] = await scene.publish({ payload: { number: 1 }, endpointIds: [id] });
    await receiver.waitFor(1);
    await scene.publish({ payload: { number: 2 }, endpointIds: [id] });
    await sendTestEvent(scene.ctx, id, null, { number: 99 });
    expect((await receiver.waitFor(2)).map(numberOf)).toEqual([1, 99]);

    await retryDelivery(scene.ctx, formatId('dlv', failing ?? ''));
    expect((await receiver.waitFor(4)).map(numberOf)).toEqual([1, 99, 1, 2]);
    await until(() => scene.waitForStatus(failing ?? '', 'SUCCEEDED'));
  });
});
