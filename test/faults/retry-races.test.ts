import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Behaviour, respond } from '../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { createGate, failFirstAttempts } from './answers.ts';
import { readDeliveries, waitForStatus } from './deliveries.ts';
import { checkInvariants } from './invariants.ts';
import { ask, createEndpoint, publish, type System, startSystem } from './system.ts';

const callers = 20;

const retryMutation = `mutation ($id: ID!) {
  retryDelivery(id: $id) { __typename ... on Delivery { status } ... on Error { code } }
}`;

describe('retryDelivery', () => {
  const cleanup = new AsyncDisposableStack();
  const receivers: Receiver[] = [];
  const accepted: string[] = [];
  let system: System;
  /** The URLs of both apis, which the calls alternate between. */
  let urls: string[];

  beforeAll(async () => {
    system = cleanup.use(await startSystem());
    const apis = await Promise.all([system.start('api,sender,janitor'), system.start('api,sender')]);
    urls = apis.map(api => api.url);
  });
  afterAll(() => cleanup.disposeAsync());

  it('makes one attempt from 20 calls in parallel for a FAILED delivery', async () => {
    const { receiver, endpointId } = await publishTo(respond(500), 1, []);
    const deliveries = await waitForStatus(system, endpointId, 'FAILED');
    const gate = createGate();
    receiver.play(gate.behaviour);
    const results = await retryAll(deliveries, callers);
    expect(results.filter(result => result === 'PENDING')).toHaveLength(1);
    expect(results.filter(result => result === 'INVALID_STATE')).toHaveLength(callers - 1);
    gate.open(200);
    await waitForStatus(system, endpointId, 'SUCCEEDED');
    expect(receiver.requests).toHaveLength(2);
  });

  it('makes one attempt from 20 calls in parallel for a RETRYING delivery', async () => {
    const { receiver, endpointId } = await publishTo(respond(500), 1, [600]);
    const deliveries = await waitForStatus(system, endpointId, 'RETRYING');
    const gate = createGate();
    receiver.play(gate.behaviour);
    const results = await retryAll(deliveries, callers);
    expect(results).toContain('RETRYING');
    expect(results.filter(result => result !== 'RETRYING' && result !== 'INVALID_STATE')).toEqual([]);
    await receiver.waitFor(2);
    gate.open(200);
    await waitForStatus(system, endpointId, 'SUCCEEDED');
    expect(receiver.requests).toHaveLength(2);
  });

  it('returns INVALID_STATE for a delivery in flight, and changes nothing', async () => {
    const gate = createGate();
    const { receiver, endpointId } = await publishTo(gate.behaviour, 1, [600]);
    await receiver.waitFor(1);
    const deliveries = await readDeliveries(system, endpointId);
    expect(new Set(await retryAll(deliveries, callers))).toEqual(new Set(['INVALID_STATE']));
    gate.open(200);
    await waitForStatus(system, endpointId, 'SUCCEEDED');
    expect(receiver.requests).toHaveLength(1);
  });

  it('makes one attempt if the automatic retry is due at the same time', async () => {
    const { receiver, endpointId } = await publishTo(failFirstAttempts, 50, [1, 600]);
    // Calls retryDelivery repeatedly: before the retry is due, when it becomes due, while it is claimed, and after it
    // has ended.
    const untimely = startRetrying(await readDeliveries(system, endpointId));
    await waitForStatus(system, endpointId, 'SUCCEEDED');
    await untimely.stop();
    expect(receiver.requests).toHaveLength(100);
  });

  it('leaves no delivery unfinished after the calls of the other tests', async () => {
    await checkInvariants(system, { receivers, accepted });
  });

  /** Publishes events to a new endpoint whose receiver has this behavior. */
  async function publishTo(behaviour: Behaviour, count: number, retryScheduleSeconds: readonly number[]) {
    const receiver = cleanup.use(await startReceiver(behaviour));
    receivers.push(receiver);
    const [url = ''] = urls;
    const endpointId = await createEndpoint(url, { url: receiver.url, retryScheduleSeconds });
    accepted.push(...(await publish(url, count, { endpointIds: [endpointId] })));
    return { receiver, endpointId };
  }

  async function retryAll(deliveries: readonly { readonly id: string }[], times: number): Promise<string[]> {
    const calls = deliveries.flatMap(({ id }) =>
      Array.from({ length: times }, (_, index) => ask(urls[index % urls.length] ?? '', retryMutation, { id })),
    );
    return (await Promise.all(calls)).map(({ retryDelivery: result }) => result.status ?? result.code);
  }

  function startRetrying(deliveries: readonly { readonly id: string }[]) {
    const stopping = new AbortController();
    const run = async () => {
      while (!stopping.signal.aborted) await retryAll(deliveries, 1);
    };
    const running = run();
    return {
      async stop() {
        stopping.abort();
        await running;
      },
    };
  }
});
