import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SignInLinks, signInLinkMs } from '../../src/server/sign-in-links.ts';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

describe('the token of a sign-in link', () => {
  it('can be used once', () => {
    const links = new SignInLinks();
    const token = links.createToken();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(links.take(`${token}x`)).toBe(false);
    expect(links.take(token)).toBe(true);
    expect(links.take(token)).toBe(false);
  });

  it('is valid for 10 minutes, or until the next link is created', () => {
    let now = 0;
    const links = new SignInLinks(() => now);
    const first = links.createToken();
    now = signInLinkMs - 1;
    expect(links.take(first)).toBe(true);
    const late = links.createToken();
    now += signInLinkMs;
    expect(links.take(late)).toBe(false);
    now = 0;
    expect(links.take(late)).toBe(false);
    const replaced = links.createToken();
    const current = links.createToken();
    expect([links.take(replaced), links.take(current)]).toEqual([false, true]);
  });
});

describe('POST /sign-in-link', () => {
  const cleanup = new AsyncDisposableStack();
  const links = new SignInLinks();
  let api: TestApi;
  beforeAll(async () => {
    api = cleanup.use(
      await openTestApi({ api: { rootApiKey: rootKey, signInLinks: links }, maxFailedSignInsPerMinute: 5 }),
    );
  });
  afterAll(() => cleanup.disposeAsync());

  async function exchange(body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) {
    const response = await fetch(`${api.url}/sign-in-link`, { method: 'POST', headers, body });
    const { key, error } = (await response.json()) as { key?: string; error?: { code: string } };
    return { status: response.status, key, code: error?.code, headers: response.headers };
  }

  it('returns the root key once, not to web pages of other origins, and forbids caching', async () => {
    const body = JSON.stringify({ token: links.createToken() });
    expect((await exchange(body, { 'content-type': 'text/plain' })).status).toBe(415);
    const { status, key, headers } = await exchange(body);
    expect({ status, key }).toEqual({ status: 200, key: rootKey });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(await exchange(body)).toMatchObject({ status: 401, key: undefined, code: 'UNAUTHORIZED' });
  });

  it.each(['', '{', 'null', '{}', '{"token":1}', '[]', 'x'.repeat(2000)])('rejects the body %.10j', async body => {
    const { status, key } = await exchange(body);
    expect({ isRefused: status === 400 || status === 413, key }).toEqual({ isRefused: true, key: undefined });
  });

  it('counts wrong tokens as failed sign-ins of the client address, even if a right one follows', async () => {
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await exchange('{"token":"guess"}')).status);
    expect(statuses.at(-1)).toBe(429);
    const body = JSON.stringify({ token: links.createToken() });
    const limited = await exchange(body);
    expect(limited).toMatchObject({ status: 429, key: undefined, code: 'RATE_LIMITED' });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('returns 404 if the server creates no sign-in links, as with an external database', async () => {
    await using plain = await openTestApi();
    const response = await fetch(`${plain.url}/sign-in-link`, { method: 'POST', body: '{"token":"a"}' });
    expect(response.status).toBe(404);
  });
});
