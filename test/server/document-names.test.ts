import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interpretedExecutions } from '../../src/server/compile-operation.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import type { Result } from '../fixtures/client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

type Send = (query: string, variables?: string) => Promise<Result>;

/** Functions that send a document with variables (as JSON text) over one transport and return the first result. */
const transports: Record<string, Send> = {
  JSON: (query, variables) => post('application/json', query, variables),
  'GraphQL over HTTP': (query, variables) => post('application/graphql-response+json', query, variables),
  async 'server-sent events'(query, variables = '{}') {
    const stop = new AbortController();
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rootKey}`, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
      signal: stop.signal,
    });
    expect(response.status).toBeLessThan(500);
    const text = await response.text();
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
  },
  async 'a websocket'(query, variables = '{}') {
    await using socket = api.connect();
    await socket.ready;
    return await socket.subscribe(query, JSON.parse(variables)).next();
  },
};

async function post(accept: string, query: string, variables = '{}'): Promise<Result> {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rootKey}`, accept, 'content-type': 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  expect(response.status).toBeLessThan(500);
  return (await response.json()) as Result;
}

const conditionalSubscriptions = [
  'subscription { deliveryUpdated @skip(if: true) { status } }',
  'subscription { deliveryUpdated @include(if: false) { status } }',
  'subscription ($no: Boolean = false) { deliveryUpdated @include(if: $no) { status } }',
  'subscription ($no: Boolean!) { deliveryUpdated @include(if: $no) { status } }',
  'subscription { ... @skip(if: true) { deliveryUpdated { status } } }',
  'subscription { ...F @skip(if: true) } fragment F on Subscription { deliveryUpdated { status } }',
  'subscription { ...F } fragment F on Subscription { deliveryUpdated @skip(if: true) { status } }',
];

describe.each(Object.entries(transports))('a GraphQL document over %s', (_transport, send) => {
  test.each(conditionalSubscriptions)('a document is rejected as bad input if it is %s', async query => {
    const { data, errors } = await send(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('The root field of a subscription must not have the directive'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('a subscription with a fragment that contains only itself is rejected as bad input', async () => {
    const { data, errors } = await send('subscription { ...F } fragment F on Subscription { ...F }');
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test.each(Object.getOwnPropertyNames(Object.prototype))('can have a variable with the name %s', async name => {
    const read = (query: string, variables: string) =>
      send(query.replaceAll('NAME', name), variables.replaceAll('NAME', name));
    const byId = 'query ($NAME: ID!) { delivery(id: $NAME) { id } }';
    const nested = 'query ($NAME: String) { deliveries(filter: { search: $NAME }) { nodes { id } } }';
    for (let execution = 0; execution < interpretedExecutions + 2; execution++) {
      expect(await read(byId, '{}')).toMatchObject({
        errors: [{ message: `Variable "$${name}" of required type "ID!" was not provided.` }],
      });
      expect(await read(byId, '{"NAME":"dlv_01h455vb4pex5vsknk084sn02q"}')).toMatchObject({ data: { delivery: null } });
      expect(await read(nested, '{}')).toMatchObject({ data: { deliveries: { nodes: [] } } });
      expect(await read(nested, '{"NAME":"a"}')).toMatchObject({ data: { deliveries: { nodes: [] } } });
    }
  });
});

test('an alias with the name of an inherited JavaScript property, such as constructor, works like any other alias', async () => {
  for (const name of Object.getOwnPropertyNames(Object.prototype)) {
    for (let execution = 0; execution < interpretedExecutions + 2; execution++) {
      const { data } = await post('application/json', `{ ${name}: viewer { ${name}: permissions } }`);
      expect(Object.entries(data)).toEqual([[name, expect.anything()]]);
      expect(Object.keys(Object.values(data)[0] as object)).toEqual([name]);
    }
  }
});

describe('a server without introspection', () => {
  const mistakes: [string, string][] = [
    ['{ viewr { permissions } }', '{}'],
    ['{ viewer { permission } }', '{}'],
    ['{ deliveries(frst: 1) { nodes { id } } }', '{}'],
    ['{ deliveries(filter: { statuses: [FAILD] }) { nodes { id } } }', '{}'],
    ['{ deliveries(filter: { status: [FAILED] }) { nodes { id } } }', '{}'],
    ['query ($f: DeliveryFiltr) { deliveries(filter: $f) { nodes { id } } }', '{}'],
    ['query ($f: DeliveryFilter) { deliveries(filter: $f) { nodes { id } } }', '{"f":{"status":[]}}'],
    ['query ($f: DeliveryFilter) { deliveries(filter: $f) { nodes { id } } }', '{"f":{"statuses":["FAILD"]}}'],
    ['{ ... on Deliver { id } }', '{}'],
    ['{ viewer @skp(if: true) { permissions } }', '{}'],
    ['subscription { deliveryUpdate { status } }', '{}'],
    ['subscription ($f: DeliveryFilter) { deliveryUpdated(filter: $f) { status } }', '{"f":{"status":[]}}'],
  ];

  test('suggests no names of the schema in errors, over any transport', async () => {
    const open = api;
    await using closed = await openTestApi({ introspection: false });
    const read = async (use: TestApi) => {
      api = use;
      const messages: string[] = [];
      for (const send of Object.values(transports)) {
        for (const [query, variables] of mistakes) {
          const { errors } = await send(query, variables);
          expect(errors?.[0]?.extensions.code, query).toBe('BAD_USER_INPUT');
          messages.push(...(errors ?? []).map(error => error.message));
        }
      }
      api = open;
      return messages.join('\n');
    };
    expect(await read(open)).toContain('Did you mean');
    expect(await read(closed)).not.toContain('Did you mean');
  });
});
