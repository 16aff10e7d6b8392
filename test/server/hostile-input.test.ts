import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import type { HttpAnswer } from '../fixtures/client.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi({ maxRequestBytes: 3_000_000 });
  await api.ask(
    'mutation { createEndpoint(input: { name: "a", url: "https://shop.test", status: PAUSED }) { __typename } }',
  );
  for (let i = 0; i < 3; i++) {
    await api.ask('mutation { publishEvent(input: { type: "a.b", payload: 1 }) { __typename } }');
  }
});
afterAll(() => api[Symbol.asyncDispose]());

/** Checks that the response reports bad input of the client, not an error of the server. */
function expectMistake({ status, errors }: HttpAnswer, argument?: string) {
  expect(status).toBeLessThan(500);
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  if (argument !== undefined) expect(errors?.[0]?.extensions.argument).toBe(argument);
}

const publish = `mutation ($input: PublishEventInput!) { publishEvent(input: $input) {
  __typename ... on Event { id payloadText } ... on Error { code message } ... on BadUserInputError { argument } } }`;

describe('malformed pagination cursors', () => {
  const list =
    'query ($after: String, $before: String) { deliveries(first: 1, after: $after, before: $before) { pageInfo { endCursor } } }';

  test('are rejected, whatever is wrong with them', async () => {
    const own = (await api.ask(list)).deliveries.pageInfo.endCursor as string;
    const otherTenant = await api.createOtherTenant();
    await api.ask(
      'mutation { createEndpoint(input: { name: "b", url: "https://shop.test", status: PAUSED }) { __typename } }',
      {},
      otherTenant,
    );
    await api.ask('mutation { publishEvent(input: { type: "a.b", payload: 1 }) { __typename } }', {}, otherTenant);
    const foreign = (await api.ask(list, {}, otherTenant)).deliveries.pageInfo.endCursor as string;
    const ofEvents = (await api.ask('{ events(first: 1) { pageInfo { endCursor } } }')).events.pageInfo.endCursor;
    const ofEndpoints = (await api.ask('{ endpoints(first: 1) { pageInfo { endCursor } } }')).endpoints.pageInfo
      .endCursor;
    const wrong = [
      '',
      'garbage',
      '\u0000',
      '💥',
      own.slice(0, -3),
      own.slice(3),
      `${own}x`,
      foreign,
      ofEvents,
      ofEndpoints,
      'x'.repeat(1_000_000),
    ];
    for (const cursor of wrong) {
      expectMistake(await api.send(list, { after: cursor }), 'after');
      expectMistake(await api.send(list, { before: cursor }), 'before');
    }
    expect((await api.send(list, { after: own })).errors).toBeUndefined();
  });
});

test('the server rejects invalid page sizes, and first together with last', async () => {
  const list = 'query ($first: Int, $last: Int) { deliveries(first: $first, last: $last) { nodes { id } } }';
  for (const size of [-1, 101, 2 ** 31 - 1, -(2 ** 31)]) {
    expectMistake(await api.send(list, { first: size }), 'first');
    expectMistake(await api.send(list, { last: size }), 'last');
  }
  for (const size of [2 ** 31, 1.5, '1', true, {}]) expectMistake(await api.send(list, { first: size }), 'first');
  expectMistake(await api.send(list, { first: 1, last: 1 }));
  expect((await api.ask(list, { first: 0 })).deliveries.nodes).toEqual([]);
});

describe('delivery filters with too much input', () => {
  const list = 'query ($filter: DeliveryFilter) { deliveries(filter: $filter) { nodes { id } } }';

  test('are rejected if they have 10,000 ids', async () => {
    const ids = Array.from({ length: 10_000 }, () => 'dlv_01h455vb4pex5vsknk084sn02q');
    expectMistake(await api.send(list, { filter: { ids } }), 'filter.ids');
  });

  test('take wildcards in their search text literally, and are rejected if the text is too long', async () => {
    for (const search of ['%', '_', '\\', '%_\\', '%%', "'", '"', '$1', '\u{1f600}']) {
      expect((await api.ask(list, { filter: { search } })).deliveries.nodes, search).toEqual([]);
    }
    expectMistake(await api.send(list, { filter: { search: 'x'.repeat(1_000_000) } }), 'filter.search');
  });
});

describe('text with NUL and lone surrogates', () => {
  const bad = ['\u0000', 'a\u0000b', '\ud800', 'a\udfffb'];
  const operations: Record<string, [query: string, variables: (text: string) => Record<string, unknown>]> = {
    'a search': ['query ($f: DeliveryFilter) { deliveries(filter: $f) { nodes { id } } }', t => ({ f: { search: t } })],
    'event types to filter by': [
      'query ($f: DeliveryFilter) { deliveries(filter: $f) { nodes { id } } }',
      t => ({ f: { eventTypes: [t] } }),
    ],
    ids: ['query ($f: DeliveryFilter) { deliveries(filter: $f) { nodes { id } } }', t => ({ f: { ids: [t] } })],
    'types of events': ['query ($t: [String!]) { events(types: $t) { nodes { id } } }', t => ({ t: [t] })],
    'a search for endpoints': ['query ($t: String) { endpoints(search: $t) { nodes { id } } }', t => ({ t })],
    'an id': ['query ($t: ID!) { delivery(id: $t) { id } }', t => ({ t })],
    'a type': [publish, t => ({ input: { type: t, payload: 1 } })],
    'a key': [publish, t => ({ input: { type: 'a.b', payload: 1, idempotencyKey: t } })],
    'a payload as text': [
      publish,
      t => ({ input: { type: 'a.b', payloadText: JSON.stringify(t).replace('\\u0000', '\u0000') } }),
    ],
    'a payload': [publish, t => ({ input: { type: 'a.b', payload: { [t]: t } } })],
    ...Object.fromEntries(
      ['name', 'url', 'bodyTemplate', 'secret'].map(field => [
        `the ${field} of an endpoint`,
        [
          'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { __typename ... on Error { code } } }',
          (t: string) => ({
            input: { name: 'x', url: 'https://shop.test', status: 'PAUSED', [field]: `https://shop.test/${t}` },
          }),
        ] as const,
      ]),
    ),
    'a header': [
      'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { __typename ... on Error { code } } }',
      t => ({ input: { name: 'x', url: 'https://shop.test', status: 'PAUSED', headers: [{ name: 'x-a', value: t }] } }),
    ],
    'the name of a key': [
      'mutation ($t: String!) { createApiKey(input: { name: $t, permissions: [] }) { __typename ... on Error { code } } }',
      t => ({ t }),
    ],
    'the name of a tenant': [
      'mutation ($t: String!) { createTenant(name: $t) { __typename ... on Error { code } } }',
      t => ({ t }),
    ],
  };

  test.each(Object.entries(operations))('causes no internal error as %s', async (_where, [query, variables]) => {
    for (const text of bad) {
      const { status, errors } = await api.send(query, variables(text));
      expect(status).toBeLessThan(500);
      for (const { extensions } of errors ?? []) expect(extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describe('payloads', () => {
  const cap = 262_144;
  const ofBytes = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

  test('are accepted up to the size limit, and rejected with one byte more', async () => {
    const answerTo = async (payloadText: string) =>
      (await api.ask(publish, { input: { type: 'a.b', payloadText } })).publishEvent;
    expect((await answerTo(ofBytes(cap))).__typename).toBe('Event');
    expect(await answerTo(ofBytes(cap + 1))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    // The limit counts bytes, not characters.
    expect(await answerTo(`"${'€'.repeat(cap / 3)}"`)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  test.each([10, 100])('are rejected before the request body is read if it has %d MB', async megabytes => {
    const asked = request({ port: api.port, path: '/graphql', method: 'POST' });
    asked.setHeader('authorization', `Bearer ${rootKey}`).setHeader('content-type', 'application/json');
    asked.setHeader('content-length', megabytes * 1_000_000).on('error', () => undefined);
    asked.flushHeaders();
    // Only the headers of the request are sent, not its body.
    const [response] = await once(asked, 'response');
    expect(response.statusCode).toBe(413);
    asked.destroy();
  });

  test.each([500, 4_100, 100_000])(
    'cause no internal error in any field if they are nested %d levels deep',
    async levels => {
      const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`;
      const send = async (variables: string, query: string) => {
        const response = await fetch(`${api.url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' },
          body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
        });
        return { status: response.status, text: await response.text() };
      };
      const inputs = [`{"type":"a.b","payload":${nested}}`, `{"type":"a.b","payloadText":"${nested}"}`, nested];
      const answers = [];
      for (const input of inputs) answers.push(await send(`{"input":${input}}`, publish));
      answers.push(await send(nested, publish));
      answers.push(
        await send(
          `{"f":{"search":${nested}}}`,
          'query ($f: DeliveryFilter) { deliveries(filter: $f) { nodes { id } } }',
        ),
      );
      for (const { status, text } of answers) {
        expect(status, text.slice(0, 300)).toBeLessThan(500);
        expect(text).not.toContain('INTERNAL');
      }
    },
  );

  test('are stored byte for byte if they are given as payloadText', async () => {
    for (const payloadText of [
      '{"n":12345678901234567890,"e":1e400,"z":-0.0,"f":1.10}',
      '{"a":1,"a":2,"__proto__":{"x":1},"constructor":null}',
      ' [ 1 ,\n\t2 ] ',
      '"\\ud83d\\ude00 é \\u00e9"',
    ]) {
      const { publishEvent } = await api.ask(publish, { input: { type: 'a.b', payloadText } });
      expect(publishEvent).toMatchObject({ __typename: 'Event', payloadText });
    }
  });
});
