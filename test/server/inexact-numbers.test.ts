import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInexactNumber, isExact, markInexactNumbers } from '../../src/graphql/inexact-numbers.ts';
import { jsonLimits } from '../../src/server/request-json.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { connect } from '../fixtures/client.ts';

let api: TestApi;
let endpointId: string;

beforeAll(async () => {
  api = await openTestApi();
  const { createEndpoint } = await api.ask(`mutation {
    createEndpoint(input: { name: "a", url: "https://shop.test", status: PAUSED }) {
      ... on CreateEndpointSuccess { endpoint { id } } } }`);
  endpointId = createEndpoint.endpoint.id;
});
afterAll(() => api[Symbol.asyncDispose]());

const inexact = ['1e400', '-1e309', '9007199254740993', '-12345678901234567890', '1e-400', '12345678901234567890.5'];
const exact = [
  '0',
  '-0.0',
  '0e999',
  '9007199254740991',
  '9007199254740992',
  '100000000000000000000',
  '1e23',
  '1.7976931348623157e308',
  '5e-324',
  '0.1',
  '0.30000000000000004',
  '0.10000000000000001',
  '3.14159265358979323846',
  '-12.50',
];

test.each(inexact)('the number %s is detected as inexact, because a double cannot represent it', source =>
  expect(isExact(source)).toBe(false),
);
test.each(exact)('the number %s is detected as exact', source => expect(isExact(source)).toBe(true));

describe('JSON in which inexact numbers are marked', () => {
  test('differs from the original only at inexact numbers, never within strings', () => {
    const text = String.raw`{"a":"9007199254740993 \" 1e400 \\","1e400":[1e400,1.5e3],"b":"\\\"","c":{"d":12345678901234567890}}`;
    const marked = JSON.parse(markInexactNumbers(text));
    expect(marked.a).toBe('9007199254740993 " 1e400 \\');
    expect(marked.b).toBe('\\"');
    expect(marked['1e400'][1]).toBe(1500);
    expect(findInexactNumber(marked['1e400'])).toBe('1e400');
    expect(findInexactNumber(marked.c)).toBe('12345678901234567890');
    expect(findInexactNumber(marked.a)).toBeNull();
  });

  test('equals the original if no number is inexact, or if the text is not JSON', () => {
    for (const text of [
      '',
      '"',
      '{"id":"1234567890123456"}',
      '[1e5,-]',
      `"${'1'.repeat(20)}\\"`,
      '-',
      '1e',
      '[1e400',
    ]) {
      const marked = markInexactNumbers(text);
      if (text === '[1e400') expect(() => JSON.parse(marked)).toThrow(SyntaxError);
      else expect(marked).toBe(text);
    }
  });

  test('is rejected if more than 100 numbers are inexact', () => {
    expect(markInexactNumbers(`[${'1e400,'.repeat(99)}1e400]`)).toContain('"1e400"');
    expect(() => markInexactNumbers(`[${'1e400,'.repeat(100)}1e400]`)).toThrow('more than 100 numbers');
  });

  test('is created in a time that is proportional to the length of the text', () => {
    for (const piece of ['"\\\\\\"",', '1234567890123456,', '1'.repeat(1000)]) {
      markInexactNumbers(`[${piece.repeat(4_000_000 / piece.length)}`);
    }
  });
});

const mutations: Record<string, [declared: string, call: (payload: string) => string]> = {
  publishEvent: ['$p: JSON', payload => `publishEvent(input: { type: "a.b", payload: ${payload} }) { __typename }`],
  publishEvents: [
    '$p: JSON',
    payload =>
      `publishEvents(inputs: [{ type: "a.b", payload: 1 }, { type: "a.b", payload: ${payload} }]) { __typename }`,
  ],
  sendTestEvent: [
    '$p: JSON',
    payload => `sendTestEvent(endpointId: "${endpointId}", payload: ${payload}) { __typename }`,
  ],
};
const places: Record<string, (number: string, key: string) => string> = {
  'as the whole payload': number => number,
  'in an object': (number, key) => `{ ${key}: ${number} }`,
  'deep inside': (number, key) => `{ ${key}: [1, [{ ${key}: [true, ${number}] }]] }`,
};
const cases = Object.keys(mutations).flatMap(name => Object.keys(places).map(place => [name, place] as const));

/** Sends text without changes, because JSON.stringify could not write these numbers. */
async function sendOverHttp(body: string) {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' },
    body,
  });
  return (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
}

async function sendOverSocket(payload: string) {
  await using socket = connect(api.url, { authorization: `Bearer ${rootKey}` });
  await socket.ready;
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.socket.on('message', data => resolve(String(data)));
  socket.send(`{"id":"raw","type":"subscribe","payload":${payload}}`);
  const message = JSON.parse(await promise);
  return { errors: message.type === 'error' ? message.payload : message.payload.errors };
}

describe.each([
  ['HTTP', sendOverHttp],
  ['a websocket', sendOverSocket],
] as const)('the server handles inexact numbers in a request over %s', (_transport, send) => {
  test.each(cases)(
    'the mutation %s rejects an inexact number %s with an error that recommends payloadText',
    async (name, place) => {
      const [declared, call] = mutations[name] as (typeof mutations)[string];
      for (const number of inexact) {
        const inVariables = places[place]?.(number, '"n"');
        const inLiteral = places[place]?.(number, 'n') as string;
        for (const body of [
          `{"query":${JSON.stringify(`mutation (${declared}) { ${call('$p')} }`)},"variables":{"p":${inVariables}}}`,
          JSON.stringify({ query: `mutation { ${call(inLiteral)} }` }),
        ]) {
          const { errors } = await send(body);
          expect(errors?.[0]?.extensions.code, body).toBe('BAD_USER_INPUT');
          expect(errors?.[0]?.message).toContain('payloadText');
          expect(errors?.[0]?.message).toContain(number);
          expect(JSON.stringify(errors)).not.toContain('inexact-number');
        }
      }
    },
  );

  test('a request can publish exact numbers as JSON, and all numbers as payloadText', async () => {
    const query = 'mutation ($i: PublishEventInput!) { publishEvent(input: $i) { ... on Event { payloadText } } }';
    const publish = (input: string) =>
      send(`{"query":${JSON.stringify(query)},"variables":{"i":{"type":"a.b",${input}}}}`);
    for (const number of exact) expect(await publish(`"payload":[${number}]`)).not.toHaveProperty('errors.0');
    for (const number of inexact) expect(await publish(`"payloadText":"[${number}]"`)).not.toHaveProperty('errors.0');
  });
});

test('the server rejects an inexact number for a GraphQL scalar, and ignores one that no variable uses', async () => {
  const query = 'query ($n: Int) { deliveries(first: $n) { nodes { id } } }';
  const refused = await sendOverHttp(`{"query":"${query}","variables":{"n":1e400}}`);
  expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'n' });
  const ignored = `{"query":"{ viewer { permissions } }","variables":{"n":1e400},"extensions":{"n":12345678901234567890}}`;
  expect(await sendOverHttp(ignored)).not.toHaveProperty('errors');
});

test('a websocket message with too many JSON values or levels closes the websocket with 4400', async () => {
  const deep = jsonLimits.levels + 1;
  for (const value of [
    `[${'[],'.repeat(jsonLimits.values)}1]`,
    `${'[1,'.repeat(deep)}${'1]'.repeat(deep)}${' '.repeat(100_000)}`,
  ]) {
    await using socket = connect(api.url, { authorization: `Bearer ${rootKey}` });
    await socket.ready;
    socket.send(
      `{"id":"1","type":"subscribe","payload":{"query":"{ viewer { permissions } }","variables":{"a":${value}}}}`,
    );
    expect((await socket.closed).code).toBe(4400);
  }
});
