import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { openScene, type Scene, until } from '../domain/scene.ts';
import { type Behaviour, hang, respond } from '../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

async function publishMany(ctx: Scene['ctx'], count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1000) {
    const inputs = Array.from({ length: Math.min(left, 1000) }, () => ({ type: 'a', payloadText: '0' }));
    await publishEvents(ctx, inputs, 'inputs');
  }
}

const pathsOf = (receiver: Receiver) => receiver.requests.map(request => request.url);

it('a hanging endpoint with 10,000 waiting deliveries does not delay 20 healthy endpoints', async () => {
  await using receiver = await startReceiver({ '/hang': hang(), '*': respond(200) });
  const victim = await scene.createOtherTenant();
  await scene.createEndpoint({ url: `${receiver.url}/hang`, timeoutMs: 60_000 }, victim);
  await publishMany(victim, 10_000);
  const sender = scene.startSender({ concurrency: 32, endpointConcurrency: 8 });
  await receiver.waitFor(8);

  for (let index = 0; index < 20; index += 1) {
    await scene.createEndpoint({ url: `${receiver.url}/${index}` });
  }
  await publishMany(scene.ctx, 5);
  await until(() => expect(pathsOf(receiver).filter(path => path !== '/hang')).toHaveLength(100));
  // The same 8 requests still hang: none of them has ended and made a slot free for the healthy endpoints.
  expect(pathsOf(receiver).filter(path => path === '/hang')).toHaveLength(8);
  await sender.drain(AbortSignal.abort());
});

it('hanging endpoints with enough deliveries to fill the sender leave slots for fast endpoints', async () => {
  await using receiver = await startReceiver({ '/quick': respond(200), '*': hang() });
  const victim = await scene.createOtherTenant();
  for (let index = 0; index < 8; index += 1) {
    await scene.createEndpoint({ url: `${receiver.url}/${index}`, timeoutMs: 60_000 }, victim);
  }
  await publishMany(victim, 20);
  const sender = scene.startSender({ concurrency: 16, endpointConcurrency: 8 });
  await receiver.waitFor(14);
  await scene.createEndpoint({ url: `${receiver.url}/quick` });
  await publishMany(scene.ctx, 10);
  await until(() => expect(pathsOf(receiver).filter(path => path === '/quick')).toHaveLength(10));
  await sender.drain(AbortSignal.abort());
});

it('the sender alternates between a tenant with 200 endpoints and a tenant with one endpoint', async () => {
  await using receiver = await startReceiver(respond(200, { delayMs: 5 }));
  const crowd = await scene.createOtherTenant();
  for (let index = 0; index < 200; index += 1) {
    await scene.createEndpoint({ url: `${receiver.url}/crowd`, eventTypes: ['a'] }, crowd);
  }
  await publishMany(crowd, 10);
  await scene.createEndpoint({ url: `${receiver.url}/one` });
  await publishMany(scene.ctx, 20);
  await using _ = scene.startSender({ concurrency: 4, endpointConcurrency: 4 });
  await until(() => expect(pathsOf(receiver).filter(path => path === '/one')).toHaveLength(20));
  // A sender that alternates between the tenants sends 20 deliveries of the other tenant meanwhile. A sender that sends
  // the oldest deliveries first would send 2,000.
  expect(pathsOf(receiver).filter(path => path === '/crowd').length).toBeLessThan(300);
});

it('the requests in flight never exceed the limits of the sender and of the endpoint', async () => {
  let inFlight = 0;
  const most = { all: 0, one: 0 };
  const perPath = new Map<string, number>();
  const count: Behaviour = ({ url }, response) => {
    const of = (perPath.get(url) ?? 0) + 1;
    perPath.set(url, of);
    inFlight += 1;
    most.all = Math.max(most.all, inFlight);
    most.one = Math.max(most.one, of);
    setTimeout(() => {
      inFlight -= 1;
      perPath.set(url, (perPath.get(url) ?? 0) - 1);
      response.end();
    }, 10);
  };
  await using receiver = await startReceiver(count);
  for (let index = 0; index < 5; index += 1) await scene.createEndpoint({ url: `${receiver.url}/${index}` });
  await publishMany(scene.ctx, 60);
  await using _ = scene.startSender({ concurrency: 10, endpointConcurrency: 3 });
  await receiver.waitFor(300);
  expect(most.all).toBeLessThanOrEqual(10);
  expect(most.all).toBeGreaterThan(6);
  expect(most.one).toBeLessThanOrEqual(3);
});

it('maxConcurrency of an endpoint limits the requests of all senders together', async () => {
  let inFlight = 0;
  let most = 0;
  const count: Behaviour = (_request, response) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    setTimeout(() => {
      inFlight -= 1;
      response.end();
    }, 10);
  };
  await using receiver = await startReceiver(count);
  await scene.createEndpoint({ url: receiver.url, maxConcurrency: 3 });
  await publishMany(scene.ctx, 60);
  await using _first = scene.startSender();
  await using _second = scene.startSender();
  await receiver.waitFor(60);
  expect(most).toBeLessThanOrEqual(3);
});
