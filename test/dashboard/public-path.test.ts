import { once } from 'node:events';
import { createServer, request as sendRequest } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { openBrowser } from '../fixtures/browser.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';
import { type LivehookProcess, startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';

const cleanup = new AsyncDisposableStack();
let browser: Browser;
let server: LivehookProcess;

beforeAll(async () => {
  await buildDashboard();
  const { connectionString } = cleanup.use(await createTestDatabase());
  cleanup.use(await startReceiver(respond(200)));
  server = cleanup.use(await startLivehook({ DATABASE_URL: connectionString, PUBLIC_PATH: '/hooks' }));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
});
afterAll(() => cleanup.disposeAsync());

/** Starts a proxy that serves Livehook under `/hooks/`, and nothing else. @returns its origin. */
async function openProxy(isStripping: boolean): Promise<string> {
  const { port } = new URL(server.url);
  const toTarget = (url: string | undefined) => {
    if (!url?.startsWith('/hooks')) return null;
    return isStripping ? url.slice('/hooks'.length) || '/' : url;
  };
  const proxy = createServer((request, response) => {
    const path = toTarget(request.url);
    if (path === null) return void response.writeHead(404).end('not below /hooks');
    const forwarded = sendRequest({ port, path, method: request.method, headers: request.headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  proxy.on('upgrade', (request, socket, head) => {
    const path = toTarget(request.url);
    if (path === null) return void socket.destroy();
    const upstream = connectTcp(Number(port), '127.0.0.1');
    const { rawHeaders } = request;
    const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
    upstream.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  cleanup.defer(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** Opens a page that records failed requests and violations of the content security policy. */
async function openPage() {
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('response', response => {
    // GraphiQL requests the schema before it has a key, and gets a 401.
    if (response.status() >= 400 && response.status() !== 401) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on('console', message => {
    if (/Content Security Policy|Refused to/.test(message.text())) problems.push(message.text());
  });
  return { page, problems };
}

describe.each([
  ['strips this prefix', true],
  ['forwards this prefix', false],
])('the dashboard works behind a proxy that serves Livehook at /hooks/ and %s', (_what, isStripping) => {
  test('the dashboard signs in, receives live updates, follows links and can be reloaded on every screen', {
    timeout: 180_000,
  }, async () => {
    const origin = await openProxy(isStripping);
    const { page, problems } = await openPage();
    await page.goto(`${origin}/hooks/`);
    await page.getByLabel('API key').fill(testRootKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${origin}/hooks/overview`);
    await page.getByText('Live', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Endpoints' }).first().click();
    await page.waitForURL(`${origin}/hooks/endpoints`);
    await page.reload();
    await page.getByRole('heading', { name: 'Endpoints' }).first().waitFor();
    await page.goto(`${origin}/hooks/deliveries/dlv_01h455vb4pex5vsknk084sn02q?status=FAILED`);
    await page.getByRole('link', { name: 'Livehook' }).first().waitFor();
    await page.getByRole('link', { name: 'Skip to the content' }).focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('/hooks/deliveries');
    await page.goBack();
    expect(problems).toEqual([]);
  });

  test('GraphiQL loads under its content security policy, and runs a query and a subscription', {
    timeout: 180_000,
  }, async () => {
    const origin = await openProxy(isStripping);
    const { page, problems } = await openPage();
    const sockets: string[] = [];
    page.on('websocket', socket => sockets.push(socket.url()));
    await page.goto(`${origin}/hooks/graphql`);
    await page.locator('.graphiql-container').first().waitFor();
    await page
      .getByRole('button', { name: /Execute query|Run/ })
      .first()
      .waitFor();
    // Runs the operation without a valid key. The server rejects it over the websocket, which shows that the websocket
    // reached the server.
    await page
      .getByRole('button', { name: /Execute query|Run/ })
      .first()
      .click();
    await expect.poll(() => sockets).toEqual([`${origin.replace('http', 'ws')}/hooks/graphql`]);
    expect(problems).toEqual([]);
  });
});

test('the browser requests each file of GraphiQL once, compressed, and caches it', async () => {
  const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const policy = String(page.headers.get('content-security-policy'));
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  const html = await page.text();
  expect(html.length).toBeLessThan(20_000);
  const etag = String(page.headers.get('etag'));
  const again = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html', 'if-none-match': etag } });
  expect(again.status).toBe(304);
  const script = /src="(graphql\/assets\/graphiql-[^"]+\.js)"/.exec(html)?.[1];
  const asset = await fetch(`${server.url}/${script}`, { headers: { 'accept-encoding': 'br' } });
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(asset.headers.get('content-encoding')).toBe('br');
  expect(Number(asset.headers.get('content-length'))).toBeLessThan(2_500_000);
  expect((await fetch(`${server.url}/graphql/assets/nothing.js`)).status).toBe(404);
});

test('the public path without its final slash redirects to the dashboard', async () => {
  for (const query of ['', '?status=FAILED']) {
    const answer = await fetch(`${server.url}/hooks${query}`, { redirect: 'manual' });
    expect(answer.status).toBe(308);
    expect(answer.headers.get('location')).toBe(`/hooks/${query}`);
  }
});

test('a portal link asks before it replaces the session of the tab', { timeout: 180_000 }, async () => {
  const origin = await openProxy(true);
  const { page } = await openPage();
  await page.goto(`${origin}/hooks/`);
  await page.getByLabel('API key').fill(testRootKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${origin}/hooks/overview`);
  const readBearer = () =>
    page.evaluate(() => JSON.parse(sessionStorage.getItem('livehook-session') ?? 'null')?.bearer);
  const setHash = () =>
    page.evaluate(() => {
      location.hash = '#token=a.b.c';
    });
  // Opens the link once by a change of the fragment in the open page, and once by loading a page.
  for (const open of [() => setHash(), () => page.goto(`${origin}/hooks/deliveries?x=1#token=a.b.c`)]) {
    await open();
    await page.getByRole('heading', { name: 'Switch to the link you opened?' }).waitFor();
    expect(page.url()).not.toContain('token');
    expect(await readBearer()).toBe(testRootKey);
    await page.getByRole('button', { name: 'Keep current session' }).click();
    await page.getByRole('link', { name: 'Livehook' }).first().waitFor();
    expect(await readBearer()).toBe(testRootKey);
  }
  await setHash();
  await page.getByRole('button', { name: 'Switch session' }).click();
  await page.getByRole('heading', { name: 'This link has expired' }).waitFor();
  expect(await readBearer()).toBeUndefined();
});
