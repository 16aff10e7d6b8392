import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AttackedServer, expectMemoryReturned, startAttackedServer } from '../fixtures/attack.ts';
import { post } from '../fixtures/client.ts';

let server: AttackedServer;
beforeAll(async () => {
  // The timeouts are long, because only the effect of the requests on other tenants is tested, not their duration.
  server = await startAttackedServer({ OPERATION_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' });
});
afterAll(() => server[Symbol.asyncDispose]());

const updateMutation = `mutation ($input: UpdateRedactionInput!) {
  updateRedaction(input: $input) { ... on Tenant { id } ... on Error { code message } }
}`;
const publishMutation = `mutation ($inputs: [PublishEventInput!]!) {
  publishEvents(inputs: $inputs) { ... on PublishEventsSuccess { events { id } } ... on Error { code message } }
}`;

const send = async (query: string, variables: Readonly<Record<string, unknown>>) => {
  const { data, errors } = await post(server.url, server.attacker.key, query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
};
const updateRedaction = (paths: readonly string[]) => send(updateMutation, { input: { paths, scanCardNumbers: true } });
const publish = (payloadText: string, count = 1) =>
  send(publishMutation, { inputs: Array.from({ length: count }, () => ({ type: 'a', payloadText })) });

const maxBytes = 262_144;
const fill = (unit: string) => unit.repeat((maxBytes - 40) / unit.length);
const nest = (levels: number) => `${'{"a":'.repeat(levels)}{"b1":1}${'}'.repeat(levels)}`;

test('redaction paths with many ** applied to deeply nested payloads do not stall the server', async () => {
  expect(await updateRedaction(Array.from({ length: 200 }, (_, at) => `${'**.a.'.repeat(30)}b${at}`))).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'input.paths.0: must have at most 32 steps; it has 61',
  });
  // Sets the most expensive paths that the limits allow.
  await updateRedaction(Array.from({ length: 76 }, (_, at) => `**.a.**.a.**.a.**.a.*.*.*.*.b${at}`));
  const payloads = [
    `[${Array.from({ length: 40 }, () => nest(998)).join(',')}]`,
    `{${fill('"a":1,')}"b1":1}`,
    `{"b1":1,"a":[${fill('{"a":{}},')}1]}`,
    `["b1",{"b1":1},"${fill('1 ')}"]`,
    `["b1",{"b1":1},"${fill('\\"____')}"]`,
  ];
  const attack = async () => {
    for (const payload of payloads) expect(await publish(payload, 16)).toHaveProperty('events.length', 16);
    for (const levels of [1001, 40_000]) {
      expect(await publish(nest(levels))).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: 'inputs.0.payloadText: is nested too deeply: at most 1000 levels of objects and arrays',
      });
    }
  };
  // The first attack fills caches, so only the second one shows how much memory an attack leaves behind.
  await attack();
  const observed = await server.during(attack);
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  expect(observed.longestStallMs).toBeLessThan(2500);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.bystander.slowestPublishMs).toBeLessThan(5000);
}, 400_000);
