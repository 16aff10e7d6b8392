import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { type ReceivedRequest, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { createGate, type Gate } from './answers.ts';
import { readDeliveries, waitForStatus } from './deliveries.ts';
import { checkInvariants } from './invariants.ts';
import { ask, createEndpoint, publish, type System, startSystem } from './system.ts';

const deleteMutation = 'mutation ($id: ID!) { deleteEndpoint(id: $id) { __typename } }';
const rotateMutation = `mutation ($id: ID!) {
  rotateEndpointSecret(id: $id) { ... on RotateEndpointSecretSuccess { secret } }
}`;
const revealMutation = `mutation ($id: ID!) {
  revealEndpointSecret(id: $id) { ... on RevealEndpointSecretSuccess { secret } }
}`;
const updateMutation = `mutation ($id: ID!, $input: UpdateEndpointInput!) {
  updateEndpoint(id: $id, input: $input) { ... on Endpoint { status url } ... on Error { message } }
}`;

/** The number of requests in flight when the endpoint changes. Further deliveries wait. */
const inFlight = 4;
const waiting = 20;

describe('an endpoint with requests in flight', () => {
  const cleanup = new AsyncDisposableStack();
  const receivers: Receiver[] = [];
  const accepted: string[] = [];
  let system: System;
  let url: string;

  beforeAll(async () => {
    system = cleanup.use(await startSystem({ environment: { ENDPOINT_CONCURRENCY: `${inFlight}` } }));
    url = (await system.start('api,janitor')).url;
    await system.start('sender');
  });
  afterAll(() => cleanup.disposeAsync());

  it.each([200, 500])(
    'gets the result %i of these requests recorded when it is deleted, and its other deliveries end as ENDPOINT_DELETED',
    async status => {
      const { endpointId, gate, receiver } = await holdInFlight();
      await ask(url, deleteMutation, { id: endpointId });
      gate.open(status);
      const ended = async () =>
        (await readDeliveries(system, endpointId)).map(each => each.failureReason ?? each.status);
      const landed = status === 200 ? inFlight : 0;
      await expect
        .poll(async () => (await ended()).sort())
        .toEqual([...Array(inFlight + waiting - landed).fill('ENDPOINT_DELETED'), ...Array(landed).fill('SUCCEEDED')]);
      expect(receiver.requests).toHaveLength(inFlight);
    },
  );

  it('gets the results of these requests recorded when it is disabled, and its other deliveries wait until it is enabled', async () => {
    const { endpointId, gate, receiver } = await holdInFlight();
    await ask(url, updateMutation, { id: endpointId, input: { status: 'DISABLED' } });
    gate.open(200);
    await expect
      .poll(async () => (await readDeliveries(system, endpointId)).filter(each => each.status === 'SUCCEEDED').length)
      .toBe(inFlight);
    await publishTo(await createEndpoint(url, { url: receiver.url }), 1);
    await receiver.waitFor(inFlight + 1);
    const held = (await readDeliveries(system, endpointId)).filter(each => each.status !== 'SUCCEEDED');
    expect(held).toHaveLength(waiting);
    await ask(url, updateMutation, { id: endpointId, input: { status: 'ENABLED' } });
    await waitForStatus(system, endpointId, 'SUCCEEDED');
    expect(receiver.requests).toHaveLength(inFlight + waiting + 1);
  });

  it('finishes these requests at the old URL when its URL is changed, but gets retries and all other deliveries at the new URL', async () => {
    const { endpointId, gate, receiver } = await holdInFlight();
    const next = await openReceiver(respond(200));
    await ask(url, updateMutation, { id: endpointId, input: { url: next.url } });
    gate.open(500);
    await waitForStatus(system, endpointId, 'SUCCEEDED');
    expect(receiver.requests).toHaveLength(inFlight);
    expect(next.requests).toHaveLength(inFlight + waiting);
  });

  it('gets retries that are signed with the old and the new secret when its secret is rotated', async () => {
    const { endpointId, gate, receiver } = await holdInFlight();
    const old = (await ask(url, revealMutation, { id: endpointId })).revealEndpointSecret.secret;
    const fresh = (await ask(url, rotateMutation, { id: endpointId })).rotateEndpointSecret.secret;
    receiver.play(respond(200));
    gate.open(500);
    await waitForStatus(system, endpointId, 'SUCCEEDED');
    const [first, retries] = [receiver.requests.slice(0, inFlight), receiver.requests.filter(isRetry)];
    for (const request of first) {
      expect(verifies(request, old)).toBe(true);
      expect(verifies(request, fresh)).toBe(false);
    }
    expect(retries).toHaveLength(inFlight);
    for (const request of retries) expect([verifies(request, old), verifies(request, fresh)]).toEqual([true, true]);
  });

  it('has no lost, duplicate or stuck delivery after it is deleted, disabled or edited, or its secret is rotated', async () => {
    const failed = { ENDPOINT_DELETED: waiting + inFlight + waiting };
    await checkInvariants(system, { receivers, accepted, failed });
  });

  async function holdInFlight(): Promise<{ endpointId: string; gate: Gate; receiver: Receiver }> {
    const gate = createGate();
    const receiver = await openReceiver(gate.behaviour);
    const endpointId = await createEndpoint(url, { url: receiver.url });
    await publishTo(endpointId, inFlight + waiting);
    await receiver.waitFor(inFlight);
    return { endpointId, gate, receiver };
  }

  async function openReceiver(behaviour: Parameters<typeof startReceiver>[0]): Promise<Receiver> {
    const receiver = cleanup.use(await startReceiver(behaviour));
    receivers.push(receiver);
    return receiver;
  }

  async function publishTo(endpointId: string, count: number): Promise<void> {
    accepted.push(...(await publish(url, count, { endpointIds: [endpointId] })));
  }
});

function isRetry(request: ReceivedRequest): boolean {
  return request.headers['x-webhook-attempt'] !== '1';
}

function verifies(request: ReceivedRequest, secret: string): boolean {
  try {
    new Webhook(secret).verify(request.body.toString(), request.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
