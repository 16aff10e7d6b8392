import { describe, expect, test } from 'vitest';
import { openRequestLimiter } from '../../src/server/request-limiter.ts';
import { openTestApi } from '../fixtures/api.ts';
import { silentLog } from '../fixtures/postgres.ts';

const key = { apiKeyId: 'a', portalToken: null };

describe('the request limit over HTTP and sockets', () => {
  test('reports the remaining requests, then returns RATE_LIMITED, without limiting the root key and other keys', async () => {
    // Allows 10 requests in a window of 10 s.
    await using requestLimiter = openRequestLimiter({ requestsPerSecond: 1, redisUrl: null, log: silentLog });
    await using api = await openTestApi({ requestLimiter });
    const limited = await api.createKey('DELIVERIES_READ');
    const other = await api.createKey('DELIVERIES_READ');
    const first = await api.send('{ feedCursor }', {}, limited);
    expect(first.headers.get('ratelimit-policy')).toBe('"key";q=10;w=10');
    expect(first.headers.get('ratelimit')).toMatch(/^"key";r=9;t=\d+$/);
    await using socket = api.connect(limited);
    await socket.ready;
    let refused = null;
    while (!refused) refused = (await socket.subscribe('{ feedCursor }').next()).errors?.[0] ?? null;
    expect(refused.extensions.code).toBe('RATE_LIMITED');
    const answer = await api.send('{ feedCursor }', {}, limited);
    // On a slow machine, the next window may have started, in which the request is allowed.
    if (answer.status !== 200) {
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    }
    expect((await api.send('{ feedCursor }', {}, other)).status).toBe(200);
    expect((await api.send('{ feedCursor }')).headers.get('ratelimit')).toBeNull();
  });
});

describe('the request limit in one process', () => {
  test('allows exactly the configured number of requests', async () => {
    await using limiter = openRequestLimiter({ requestsPerSecond: 100, redisUrl: null, log: silentLog });
    const allowed = Array.from({ length: 1500 }, () => limiter.take(key)?.allowed);
    expect(allowed.filter(Boolean)).toHaveLength(1000);
    expect(limiter.take({ apiKeyId: 'b', portalToken: null })?.allowed).toBe(true);
    expect(
      limiter.take({ apiKeyId: 'a', portalToken: { eventTypes: [], maxEndpoints: null, id: 'p', expiresAt: 0 } })
        ?.allowed,
    ).toBe(true);
    expect(limiter.take({ apiKeyId: null, portalToken: null })).toBeNull();
  });
});
