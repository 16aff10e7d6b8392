import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { createAuthenticate } from '../../src/server/authentication.ts';
import { FailedSignIns } from '../../src/server/failed-sign-ins.ts';
import { openTestApi, rootKey } from '../fixtures/api.ts';
import { connect } from '../fixtures/client.ts';
import { countStatements } from '../fixtures/count-statements.ts';

const makeKey = () => `lhk_${randomBytes(32).toString('base64url')}`;

test('the server slows down a client address with failed sign-ins, and still accepts its known keys', async () => {
  const failures: string[] = [];
  await using api = await openTestApi({
    maxFailedSignInsPerMinute: 5,
    onFailedSignIn: reason => failures.push(reason),
  });
  const [used, unused] = [await api.createKey('DELIVERIES_READ'), await api.createKey('DELIVERIES_READ')];
  await api.ask('{ feedCursor }', {}, used);
  for (let i = 0; i < 5; i += 1) expect((await api.send('{ feedCursor }', {}, makeKey())).status).toBe(401);
  const { status, headers, errors } = await api.send('{ feedCursor }', {}, unused);
  expect(status).toBe(429);
  expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  await using refused = api.connect(unused);
  expect((await refused.closed).code).toBe(4429);
  await api.ask('{ feedCursor }', {}, used);
  await api.ask('{ feedCursor }', {}, rootKey);
  expect(failures).toEqual([...Array(5).fill('unknown'), 'limited', 'limited']);
});

test('failed sign-ins are counted for the client address that a trusted proxy sends, and logged without the key', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: line => lines.push(line) });
  const failedSignIns = new FailedSignIns({ log, maxPerMinute: 2, onFailure: () => undefined });
  for (let i = 0; i < 1_000; i += 1) failedSignIns.record('10.0.0.1', 'unknown');
  failedSignIns.check('10.0.0.2');
  expect(() => failedSignIns.check('10.0.0.1')).toThrow('Too many sign-ins');
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { msg: 'sign-ins failed: unknown', address: '10.0.0.1' },
    { msg: 'sign-ins failed: limited', address: '10.0.0.1' },
  ]);
});

test('the server needs no SQL statement for a malformed key, and at most one in two seconds for an unknown key', async () => {
  await using api = await openTestApi();
  const statements = await countStatements(api.services.pool, async () => {
    for (const key of ['x', 'lhk_short', `lhk_${'!'.repeat(43)}`, 'a.b.c', `${makeKey()}x`, 'x'.repeat(10_000)]) {
      expect((await api.send('{ feedCursor }', {}, key)).status).toBe(401);
      await using socket = connect(api.url, { authorization: `Bearer ${key}` });
      expect((await socket.closed).code).toBe(4403);
    }
  });
  expect(statements).toEqual([]);
  const unknown = makeKey();
  const startedMs = performance.now();
  const again = await countStatements(api.services.pool, async () => {
    for (let i = 0; i < 3; i += 1) await api.send('{ feedCursor }', {}, unknown);
  });
  // One look-up may take two statements. A slow machine makes one more look-up for each 2 s.
  expect(again.length).toBeLessThanOrEqual(2 + Math.floor((performance.now() - startedMs) / 2_000));
});

test('unknown API keys never evict valid keys from the cache', async () => {
  await using api = await openTestApi();
  const key = await api.createKey('DELIVERIES_READ');
  const { systemPool, portalTokens } = api.services;
  const log = pino({ level: 'silent' });
  const authenticate = createAuthenticate({
    services: { systemPool, clock: api.services.clock, portalTokens },
    rootApiKey: rootKey,
    failedSignIns: new FailedSignIns({ log, maxPerMinute: 1_000_000, onFailure: () => undefined }),
  });
  const signIn = (secret: string) => authenticate({ authorization: `Bearer ${secret}`, tenant: undefined }, '10.0.0.1');
  // Freezes the clock of the cache, so that no entry expires. Fake timers would not work, because lru-cache stores the
  // clock when it is loaded.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  try {
    await signIn(key);
    for (let i = 0; i < 10_001; i += 1) await expect(signIn(`a.b.${i}`)).rejects.toThrow('unknown');
    const statements = await countStatements(systemPool, () => signIn(key));
    expect(statements).toEqual([]);
  } finally {
    clock.mockRestore();
  }
});
