import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type AttackedServer, expectMemoryReturned, startAttackedServer } from '../fixtures/attack.ts';
import { post } from '../fixtures/client.ts';

const eventsPerPublish = 10;

/**
 * The pause between two requests of an attacker, because the attackers share this process with the measured receiver.
 */
const pauseMs = 20;

/** Runs `width` calls of `act` at a time, again and again until `endMs`. Responses are ignored. */
async function keepOn(endMs: number, width: number, act: () => Promise<unknown>): Promise<void> {
  const one = async () => {
    // Errors are ignored, because attackers expect that the server rejects requests and ends connections.
    while (performance.now() < endMs) {
      await act().catch(() => undefined);
      await delay(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: width }, one));
}

/** Opens a websocket that sends `text` again and again without authentication, until the server ends it. */
function floodBeforeInit(url: string, text: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  return new Promise(resolve => {
    socket.on('open', () => socket.send(text));
    socket.on('error', () => undefined).on('close', () => resolve());
  });
}

/** Requests an upgrade at an unknown path, and keeps the connection open until the server ends it. */
function holdUpgrade(port: number): Promise<void> {
  return new Promise(resolve => {
    const socket: Socket = connectTcp(port, '127.0.0.1', () => {
      socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    socket
      .resume()
      .on('error', () => undefined)
      .on('close', () => resolve());
  });
}

const createEndpoint = `mutation ($input: CreateEndpointInput!) {
  createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } ... on Error { message } }
}`;
const publish = `mutation ($inputs: [PublishEventInput!]!) {
  publishEvents(inputs: $inputs) { ... on PublishEventsSuccess { events { id } } ... on Error { message } }
}`;
const rename = `mutation ($id: ID!, $name: String!) {
  updateEndpoint(id: $id, input: { name: $name }) { ... on Endpoint { id } ... on Error { message } }
}`;
const readPayloads = `{ ${Array.from({ length: 12 }, (_, i) => `a${i}: events(first: 100) { nodes { payload } }`).join(' ')} }`;
const prefixes = Array.from({ length: 1000 }, (_, i) => `type${i}.*`);

/**
 * Creates an endpoint with an expensive template, and events of 200 KiB that attackers read.
 * @returns the endpoint id.
 */
async function prepare({ url, attacker: { key } }: AttackedServer): Promise<string> {
  const template = `{% assign many = (1..5000) %}{{ many | where_exp: "each", "each > 1" | json }}`;
  const input = { name: 'Costly', url: 'http://127.0.0.1:1/', bodyTemplate: template };
  const created = await post(url, key, createEndpoint, { input });
  const plain = await post(url, key, createEndpoint, { input: { ...input, bodyTemplate: null } });
  const payload = { text: 'x'.repeat(200 * 1024) };
  for (let i = 0; i < 5; i += 1) {
    const inputs = Array.from({ length: 20 }, () => ({ type: `type${i}.big`, payload }));
    expect((await post(url, key, publish, { inputs })).errors).toBeUndefined();
  }
  return (created.data.createEndpoint.endpoint ?? plain.data.createEndpoint.endpoint).id;
}

/** Attacks the API for a time in every way that costs the server work. */
async function attackApi({ url, attacker }: AttackedServer, endpointId: string, attackMs: number): Promise<void> {
  const endMs = performance.now() + attackMs;
  const send = (query: string, variables = {}) => post(url, attacker.key, query, variables);
  const manyVariables = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`unused${i}`, i]));
  let turn = 0;
  const next = () => {
    turn += 1;
    return turn;
  };
  await Promise.all([
    keepOn(endMs, 3, () => send(readPayloads)),
    keepOn(endMs, 2, () => send(rename, { id: endpointId, name: `Name ${next()}` })),
    keepOn(endMs, 2, () =>
      send(
        'query ($t: [String!]) { deliveries(first: 5, filter: { eventTypes: $t }) { totalCount { value } nodes { id } } deliveryStats(filter: { eventTypes: $t }) { total } }',
        { t: prefixes },
      ),
    ),
    keepOn(endMs, 1, () => send('{ viewer { tenant { id } } }', manyVariables)),
    keepOn(endMs, 1, () =>
      send(`{ ${Array.from({ length: 300 }, (_, i) => `a${next()}${i}: __typename`).join(' ')} }`),
    ),
    keepOn(endMs, 2, () => send(publish, { inputs: [{ type: 'type1.small', payload: { deep: '['.repeat(100) } }] })),
    keepOn(endMs, 5, () => floodBeforeInit(url, 'x'.repeat(1_000_000))),
    keepOn(endMs, 20, () => holdUpgrade(Number(new URL(url).port))),
    keepOn(endMs, 2, () => post(url, `lhk_${next()}`, '{ __typename }')),
  ]);
}

/*
 * The goal is a 99th percentile of the delivery time below 1 s. Each limit is several times the measured value, because a
 * busy machine delays single deliveries even though the observed times are divided by its slowdown.
 */
test.each([
  // Measured: 460 to 710 ms on an idle machine, and 480 ms at a load of 11 on two CPUs.
  ['in the attacked process', false, 8_000, 2_500],
  // Measured: 46 ms at a load of 11 on two CPUs.
  ['in a separate process', true, 4_000, 1_000],
])(
  'a sender %s delivers 200 events a second on time while unauthenticated clients and one tenant attack the API',
  async (_who, isSenderApart, attackMs, maxP99Ms) => {
    await using server = await startAttackedServer({}, { isSenderApart });
    const id = await prepare(server);
    const observed = await server.during(() => attackApi(server, id, attackMs), eventsPerPublish);
    expect(observed.isAlive).toBe(true);
    expectMemoryReturned(observed);
    expect(observed.bystander.failedPublishes).toBe(0);
    expect(observed.bystander.publishes).toBeGreaterThan(attackMs / 200);
    expect(observed.bystander.deliveryP99Ms).toBeLessThan(maxP99Ms);
  },
  180_000,
);
