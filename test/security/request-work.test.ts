import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AttackedServer, expectMemoryReturned, startAttackedServer } from '../fixtures/attack.ts';
import { post } from '../fixtures/client.ts';

let server: AttackedServer;
beforeAll(async () => {
  server = await startAttackedServer({ DOCUMENT_CPU_MS_PER_SECOND: '20' });
});
afterAll(() => server[Symbol.asyncDispose]());

const requestBytes = 8_388_608 - 1_000;

/** Joins pieces with commas, as many as fit into one request. */
function fill(piece: (index: number) => string): string {
  const pieces: string[] = [];
  let bytes = 0;
  for (let index = 0; ; index++) {
    const next = piece(index);
    bytes += next.length + 1;
    if (bytes > requestBytes) return pieces.join(',');
    pieces.push(next);
  }
}

const variables: Record<string, () => string> = {
  'many different keys': () => `{${fill(index => `"k${index}":1`)}}`,
  'many objects, each with a key of its own': () => `{"a":[${fill(index => `{"k${index}":1}`)}]}`,
  'many empty lists': () => `{"a":[${fill(() => '[]')}]}`,
  'deeply nested lists': () => `{"a":${'['.repeat(requestBytes / 2)}${']'.repeat(requestBytes / 2)}}`,
  'many numbers that a double cannot hold': () => `{"a":[${fill(() => '1e400')}]}`,
};

const undeclared = '{ viewer { permissions } }';
const declared = 'mutation ($a: JSON) { publishEvent(input: { type: "a.b", payload: $a }) { __typename } }';

describe.each(Object.entries(variables))('a request with 8 MiB of variables with %s', (_what, make) => {
  test('a request with 8 MiB of variables is rejected before it is parsed, over HTTP and as a stream', async () => {
    const json = make();
    const { key } = server.attacker;
    const authorization = `Bearer ${key}`;
    const send = async (query: string, accept: string) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { authorization, accept, 'content-type': 'application/json' },
        body: `{"query":${JSON.stringify(query)},"variables":${json}}`,
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(/QUERY_TOO_COMPLEX|BAD_USER_INPUT/);
    };
    const observed = await server.during(async () => {
      await send(declared, 'application/json');
      await send(undeclared, 'text/event-stream');
    });
    expect(observed.isAlive).toBe(true);
    expectMemoryReturned(observed);
    expect(observed.bystander.failedPublishes).toBe(0);
    // A rejected request takes 30 ms of CPU time. Parsed without the limit, it took 0.5 to 1.5 s, and as a stream twice
    // as long.
    expect(observed.longestStallMs).toBeLessThan(2_000);
  });
});

test('the server rejects an endless series of new documents once the client has used up its CPU time, and still serves known documents', async () => {
  const { key } = server.attacker;
  const list = (index: number) =>
    `{ ${Array.from({ length: 95 }, (_, n) => `x${index}_${n}: deliveries(first: ${n % 4}) { totalCount nodes { id status } }`).join(' ')} }`;
  const known = 'query Known { viewer { permissions } }';
  expect((await post(server.url, key, known)).status).toBe(200);
  let refused = 0;
  const observed = await server.during(async () => {
    for (let index = 0; index < 1_000 && refused < 20; index++) {
      // An unused fragment makes the document invalid, so that the server parses and validates it but does not execute
      // it.
      const answer = await post(server.url, key, `${list(index)} fragment Unused on Delivery { id }`);
      if (answer.status !== 429) continue;
      refused += 1;
      expect(answer.errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await post(server.url, key, known)).status).toBe(200);
    }
  });
  expect(refused).toBe(20);
  expect(observed.isAlive).toBe(true);
  expectMemoryReturned(observed);
  expect(observed.bystander.failedPublishes).toBe(0);
  expect(observed.longestStallMs).toBeLessThan(2_000);
});
