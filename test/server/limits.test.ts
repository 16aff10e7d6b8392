import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const repeat = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

/** Creates fragments of which each spreads the previous one twice, which makes 2^39 fields. */
const fragmentBomb = (innermost: string, variables = '') =>
  `query B${variables} { ...F39 } fragment F0 on Query { ${innermost} }
   ${repeat(39, i => `fragment F${i + 1} on Query { ...F${i} ...F${i} }`)}`;

const maliciousOperations: Record<string, string> = {
  aliases: `{ ${repeat(101, i => `a${i}: feedCursor`)} }`,
  'aliases of __typename': `{ ${repeat(101, i => `a${i}: __typename`)} }`,
  'aliases in a fragment that is spread often': `{ ${repeat(11, () => '...F')} } fragment F on Query { ${repeat(10, i => `a${i}: __typename`)} }`,
  depth: `{ delivery(id: "x") { ${'replayOf { '.repeat(25)} id ${'} '.repeat(25)} } }`,
  directives: `{ feedCursor ${'@include(if: true) '.repeat(101)} }`,
  'repeated field': `{ ${'feedCursor '.repeat(1001)} }`,
  'exponentially nested fragments': fragmentBomb('__typename'),
  'exponentially nested fragments with variables': fragmentBomb('deliveries(first: $n) { nodes { id } }', '($n: Int)'),
  '1,500 fragments': `{ ...F0 } ${repeat(1500, i => `fragment F${i} on Query { feedCursor ...F${(i + 1) % 1500} }`)}`,
  tokens: `{ ${'a '.repeat(30_000)} }`,
  'nested lists': `{ endpoints(first: 100) { nodes { deliveries(first: 100) { nodes { event { deliveries(first: 100) { nodes { id } } } } } } } }`,
  'payload under 20 aliases': `{ events(first: 100) { nodes { ${repeat(20, i => `a${i}: payloadText`)} } } }`,
  'bodies of all attempts': '{ deliveries(first: 100) { nodes { attempts { request { body } response { body } } } } }',
  'statistics under 100 aliases': `{ ${repeat(100, i => `a${i}: deliveryStats { total }`)} }`,
  'large lists without pagination': `{ ${repeat(20, i => `a${i}: failureGroups(first: 100) { sample { attempts { number trigger startedAt durationMs } } }`)} }`,
  'introspection under 80 aliases': `{ ${repeat(80, i => `a${i}: __schema { types { fields { name type { name ofType { name } } args { name } } inputFields { name } enumValues { name } } }`)} }`,
  'circular introspection':
    '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }',
};

describe('a malicious operation', () => {
  test.each(Object.entries(maliciousOperations))(
    'is rejected before it is executed because of its %s',
    async (what, query) => {
      const answer = await api.send(query);
      expect(answer.data).toBeUndefined();
      const [error] = answer.errors ?? [];
      // Errors of the validation rules of GraphQL and of the token limit of the parser keep their own codes.
      const isOurs = what !== 'circular introspection' && what !== 'tokens';
      expect(error?.extensions.code).toBe(isOurs ? 'QUERY_TOO_COMPLEX' : 'BAD_USER_INPUT');
      if (!isOurs) return;
      expect(answer.status).toBe(400);
      const { cost, limit } = (error?.extensions ?? {}) as unknown as { cost: number; limit: number };
      expect(cost).toBeGreaterThan(limit);
      expect(error?.message).toContain(`at most ${limit}`);
    },
  );

  test.each(Object.entries(maliciousOperations))(
    'is rejected over a websocket because of its %s',
    async (_what, query) => {
      await using socket = api.connect();
      await socket.ready;
      const { errors } = await socket.subscribe(query).next();
      expect(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']).toContain(errors?.[0]?.extensions.code);
    },
  );

  test('is rejected as a subscription as well', async () => {
    await using socket = api.connect();
    await socket.ready;
    const query = `subscription { deliveryUpdated { delivery { event { deliveries(first: 100) { nodes { endpoint {
      deliveries(first: 100) { nodes { id status version isTest attemptCount maxAttempts createdAt updatedAt } } } } } } } } }`;
    const { errors } = await socket.subscribe(query).next();
    expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  test('is rejected in a batch', async () => {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 3 }, () => ({ query: '{ feedCursor }' }))),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('the limits on operations accept', () => {
  test.each([
    ['GraphiQL', getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true, oneOf: true })],
    [
      'code generators',
      getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true }),
    ],
  ])('the introspection query of %s', async (_who, query) => {
    for (let i = 0; i < 3; i++) expect((await api.ask(query)).__schema.types.length).toBeGreaterThan(50);
  });

  test('the largest page, with all relations of a row', async () => {
    const answer =
      await api.send(`{ deliveries(first: 100) { totalCount { value } pageInfo { hasNextPage endCursor } edges { cursor node {
      id status failureReason eventType attemptCount maxAttempts responseStatus createdAt updatedAt nextAttemptAt
      endpoint { id name url status } event { id type payloadPreview } error { code message }
      attempts { number startedAt durationMs error { code message } response { status } } } } } }`);
    expect(answer.errors).toBeUndefined();
  });

  test('an operation on everything about one delivery, and one on a hundred endpoints', async () => {
    const answer = await api.send(`{
      delivery(id: "dlv_01h455vb4pex5vsknk084sn02q") { event { payloadText } attempts { request { body } response { body } } }
      endpoints(first: 100) { nodes { id eventTypes health { successRate } deliveries(first: 1) { totalCount { value } } } }
      deliveryStats { total latencyMs { p50 } series { succeeded } } failureGroups { count { value } sample { id } } }`);
    expect(answer.errors).toBeUndefined();
  });

  test('an operation whose cost depends on its variables, and the response contains the cost', async () => {
    const query = `query ($n: Int = 3, $last: Int) { deliveries(first: $n, last: $last) { nodes { id status } } }`;
    const costOf = async (variables: object) => {
      const answer = (await api.send(query, variables as Record<string, unknown>)) as unknown as {
        extensions: { cost: { requested: number; limit: number } };
      };
      expect(answer.extensions.cost.limit).toBe(80_000);
      return answer.extensions.cost.requested;
    };
    // The cost is that of the field and its page, and of each node with two fields.
    expect(await costOf({})).toBe(51 + 3 * 3);
    expect(await costOf({ n: 100 })).toBe(51 + 100 * 3);
    expect(await costOf({ n: null })).toBe(51 + 20 * 3);
    expect(await costOf({ n: null, last: 7 })).toBe(51 + 7 * 3);
  });

  test('no invalid page size, and the error names the argument instead of the cost', async () => {
    for (const first of [-1, 101, 2 ** 31 - 1]) {
      const { errors } = await api.send('query ($n: Int) { deliveries(first: $n) { nodes { id } } }', { n: first });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'first' } }]);
    }
  });
});
