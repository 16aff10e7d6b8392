import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type AttackedServer,
  expectMemoryReturned,
  startAttackedServer,
  type TenantAccess,
} from '../fixtures/attack.ts';
import { post } from '../fixtures/client.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

let server: AttackedServer;
let receiver: Receiver;
let neighbour: TenantAccess;
beforeAll(async () => {
  server = await startAttackedServer();
  receiver = await startReceiver();
  neighbour = await server.createTenant('Neighbour');
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const createMutation = `mutation ($input: CreateEndpointInput!) {
  createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } ... on Error { code message } }
}`;
const publishMutation = `mutation ($input: PublishEventInput!) {
  publishEvent(input: $input) { ... on Event { id } ... on Error { code message } }
}`;
const attemptsQuery = `{ deliveries(first: 100, filter: { errorCodes: [TEMPLATE] }) { nodes { status failureReason attempts { error { code message } } } } }`;

const send = async (key: string, query: string, variables: Readonly<Record<string, unknown>> = {}) => {
  const { data, errors } = await post(server.url, key, query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0] as Record<string, unknown>;
};
const create = (key: string, input: Readonly<Record<string, unknown>>) =>
  send(key, createMutation, { input: { name: 'Shop', url: receiver.url, retryScheduleSeconds: [0], ...input } });
const publish = (key: string, type: string, payload: unknown) =>
  send(key, publishMutation, { input: { type, payload } });

const text = 'a'.repeat(20_000);
const attacks = [
  '{% for i in payload.items %}{% assign x = payload.items | where_exp: "a", "a == 2" %}{% endfor %}',
  '{% for i in payload.items %}{% assign x = payload.items | find_exp: "a", "a == 2" %}{% endfor %}',
  `{{ payload.text${' | replace: "a", "aa" | replace: "aa", "a"'.repeat(800)} }}`,
  '{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..9) %}{% endfor %}{% endfor %}{% endfor %}',
  `{% capture a %}{% for i in (1..9000) %}${'x'.repeat(60_000)}{% endfor %}{% endcapture %}{% if a contains "y" %}{% endif %}`,
  '{% for i in payload.items %}{% assign x = payload.items | sort | reverse | uniq %}{% endfor %}',
  '{% assign a = payload.items %}{% for i in (1..900) %}{% assign a = a | concat: a %}{% endfor %}',
  `${'{% if payload %}'.repeat(500)}{% for i in (1..3000000) %}{% endfor %}${'{% endif %}'.repeat(500)}`,
];

test('templates that never end delay only their own tenant, and their attempts fail with a TEMPLATE error', async () => {
  const { key } = server.attacker;
  for (const [index, bodyTemplate] of attacks.entries()) {
    const headers = [{ name: 'content-type', value: 'text/plain' }];
    const input = { bodyTemplate, headers, eventTypes: [`attack.t${index}`, 'all'] };
    expect(await create(key, input)).toEqual({ endpoint: { id: expect.any(String) } });
  }
  await create(neighbour.key, { bodyTemplate: '{"name":{{ payload.name | json }}}' });
  const items = Array.from({ length: 5000 }, (_, index) => index);
  let arrived = 0;
  const observed = await server.during(async () => {
    await Promise.all(Array.from({ length: 40 }, () => publish(key, 'all', { items, text })));
    for (let count = 1; count <= 20; count += 1) {
      const startedAt = Date.now();
      await publish(neighbour.key, 'a', { name: `n${count}` });
      await receiver.waitFor(count);
      arrived = Math.max(arrived, Date.now() - startedAt);
    }
  });
  expect(receiver.requests.map(({ body }) => body.toString())).toEqual(
    Array.from({ length: 20 }, (_, index) => `{"name":"n${index + 1}"}`),
  );
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  expect(observed.longestStallMs).toBeLessThan(1500);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestDeliveryMs).toBeLessThan(5000);
  expect(arrived / observed.bystander.slowdown).toBeLessThan(5000);

  const readMessages = async () => {
    const { nodes } = (await send(key, attemptsQuery)) as {
      nodes: { attempts: { error: { code: string; message: string } }[] }[];
    };
    return nodes.flatMap(({ attempts }) => attempts.map(({ error }) => error.message));
  };
  const ended = 'The rendering was ended: it took longer than 50 ms.';
  await expect.poll(readMessages).toContain(ended);
});

test('templates that take long to compile or to check do not stall the API', async () => {
  const { key } = await server.createTenant('Editor');
  const long = [
    '{{ a }}'.repeat(9000),
    `{{ a${' | upcase'.repeat(7000)} }}`,
    '{% if a %}'.repeat(6000),
    '{{'.repeat(32_000),
    '{% for i in (1..3000000) %}{% for j in (1..3000000) %}{{ i }}{% endfor %}{% endfor %}',
    `{% for i in payload %}${'{{ payload | json }}'.repeat(3000)}{% endfor %}`,
  ];
  const observed = await server.during(async () => {
    const results = await Promise.allSettled(long.map(bodyTemplate => create(key, { bodyTemplate })));
    for (const result of results) {
      // A request may fail because other templates keep the template checker busy. Only these error codes are allowed.
      if (result.status === 'rejected') expect(String(result.reason)).toMatch(/UNAVAILABLE|TIMEOUT/);
    }
  });
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  expect(observed.longestStallMs).toBeLessThan(1500);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestDeliveryMs).toBeLessThan(5000);
});
