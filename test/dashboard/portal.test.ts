import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDashboard } from '../../src/server/dashboard.ts';
import { findAxeViolations, openBrowser } from '../fixtures/browser.ts';
import { post } from '../fixtures/client.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';

const cleanup = new AsyncDisposableStack();
let url: string;
let browser: Browser;
/**
 * The URL of an application that embeds the portal: `/frame/<sandbox>` shows it in a frame, and `/token` returns a new
 * portal token.
 */
let app: string;
/** The token that the application returns for a renewal. Null if the customer has signed out of the application. */
let nextToken: string | null = null;
/** Whether the application responds to a renewal with 503 instead of a token. */
let isAppDown = false;
let renewals = 0;
let framed = '';

const waitMs = 60_000;
vi.setConfig({ testTimeout: 180_000 });
const wait = { timeout: waitMs };

beforeAll(async () => {
  await buildDashboard();
  const server = createServer(answerAsApp).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.defer(() => void server.close());
  app = originOf(server.address());
  const database = cleanup.use(await createTestDatabase());
  ({ url } = cleanup.use(
    await startLivehook({
      DATABASE_URL: database.connectionString,
      PORTAL_FRAME_ANCESTORS: app,
      PORTAL_REFRESH_URL: `${app}/token`,
      BRAND_NAME: 'Acme Hooks',
      BRAND_LOGO_URL: `${app}/logo.svg`,
      BRAND_ACCENT_COLOR: '#0a7d4b',
      BRAND_THEME: 'dark',
    }),
  ));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('a portal link', () => {
  it('the page of an expired portal link does not ask for an API key, even after a reload', async () => {
    nextToken = null;
    const errors: string[] = [];
    const page = await openLink('/#token=a.b.c', async opened => {
      opened.on('pageerror', error => errors.push(String(error)));
    });
    await page.getByRole('heading', { name: 'This link has expired' }).waitFor();
    expect(await page.getByLabel('API key').count()).toBe(0);
    expect(await findAxeViolations(page)).toEqual([]);
    await page.reload();
    await page.getByText('go back to the app you came from').waitFor();
    expect(await page.getByLabel('API key').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("the portal shows the operator's name, logo, accent color and theme", async () => {
    const page = await openLink(`/#token=${await createToken()}`);
    const brand = page.getByRole('link', { name: 'Acme Hooks' });
    await brand.waitFor();
    expect(await brand.locator('img').getAttribute('src')).toBe(`${app}/logo.svg`);
    await expect
      .poll(() => brand.locator('img').evaluate(image => (image as HTMLImageElement).naturalWidth), wait)
      .toBe(8);
    expect(await page.title()).toMatch(/ · Acme Hooks$/);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    const accent = await page.evaluate(() => document.documentElement.style.getPropertyValue('--accent'));
    expect(accent).toBe('light-dark(#0a7d4b, #0a7d4b)');
    expect(await findAxeViolations(page)).toEqual([]);
    await page.close();
  });

  it('the portal renews its token before it expires, and keeps the text that the customer has typed into a form', async () => {
    const id = await createEndpoint('Renewed');
    nextToken = await createToken([id], 3_600);
    renewals = 0;
    const page = await openLink(`/endpoints/${id}/edit#token=${await createToken([id], 60)}`, async opened => {
      await opened.clock.install();
    });
    await page.getByLabel('Name', { exact: true }).fill('Half typed');
    const authorizations: string[] = [];
    page.on('request', request => {
      if (request.url() === `${url}/graphql`) authorizations.push(request.headers().authorization ?? '');
    });
    await page.clock.fastForward(46_000);
    await expect.poll(() => renewals, wait).toBe(1);
    await expect.poll(() => authorizations.at(-1), wait).toBe(`Bearer ${nextToken}`);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half typed');
    await page.close();
  });

  it('a late rejection of the websocket by the old token does not end the new session', async () => {
    nextToken = await createToken();
    const isRenewed = Promise.withResolvers<void>();
    const isRejected = Promise.withResolvers<void>();
    let sockets = 0;
    const page = await openLink('/endpoints#token=a.b.c', async opened => {
      await opened.routeWebSocket(/graphql/, async socket => {
        sockets += 1;
        if (sockets > 1) return void socket.connectToServer();
        await isRenewed.promise;
        await socket.close({ code: 4403, reason: 'Forbidden' });
        isRejected.resolve();
      });
    });
    await page.waitForRequest(request => request.headers().authorization === `Bearer ${nextToken}`, wait);
    isRenewed.resolve();
    await isRejected.promise;
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: "You're signed out" }).waitFor();
    await page.close();
  });

  it('the portal opens a new session if the server rejects its token and the embedding application supplies another one', async () => {
    nextToken = await createToken();
    const page = await openLink('/endpoints#token=a.b.c');
    await page.getByRole('heading', { name: 'Endpoints' }).waitFor();
    // After the customer has signed out, no new token is requested.
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: "You're signed out" }).waitFor();
    expect(await page.getByLabel('API key').count()).toBe(0);
    await page.close();
  });

  it('the portal says that the server cannot be reached while a renewal fails, and continues after the next one', async () => {
    nextToken = await createToken();
    isAppDown = true;
    renewals = 0;
    const page = await openLink('/endpoints#token=a.b.c', opened => opened.clock.install());
    await page.getByRole('heading', { name: "Can't reach the server" }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.clock.fastForward(10_000);
    await expect.poll(() => renewals, wait).toBeGreaterThanOrEqual(2);
    isAppDown = false;
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.getByRole('heading', { name: 'Endpoints' }).waitFor();
    await page.close();
  });

  it('the portal lets the customer create endpoints up to the limit of the token, and lists each one', async () => {
    nextToken = null;
    const page = await openLink(
      `/endpoints#token=${await createToken([], 3_600, { maxEndpoints: 1, eventTypes: ['order.*'] })}`,
    );
    await page.getByRole('button', { name: 'New endpoint' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('Mine');
    await page.getByLabel('URL', { exact: true }).fill(`${app}/hook`);
    await page.getByLabel('Add an event type').fill('order.paid');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByRole('heading', { name: 'Mine' }).waitFor();
    await page.goto(`${url}/endpoints`);
    await page.getByRole('link', { name: 'Mine' }).click();
    await page.getByRole('heading', { name: 'Mine' }).waitFor();
    await page.goto(`${url}/endpoints/new`);
    await page.getByLabel('Name', { exact: true }).fill('Too many');
    await page.getByLabel('URL', { exact: true }).fill(`${app}/hook`);
    await page.getByLabel('Add an event type').fill('order.paid');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText('This portal token may have at most 1 endpoints.').first().waitFor();
    await page.close();
  });
});

describe('the portal in a frame', () => {
  it.each([
    ['allow-scripts allow-forms', 'allow-scripts allow-forms'],
    ['an origin of its own', 'allow-scripts allow-forms allow-same-origin'],
  ])('the portal works in a frame with the sandbox attribute "%s"', async (_name, sandbox) => {
    const id = await createEndpoint('Framed');
    framed = `${url}/endpoints#token=${await createToken([id])}`;
    const page = await openApp(sandbox);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('link', { name: 'Framed' }).click();
    await frame.getByRole('heading', { name: 'Framed' }).waitFor();
    await frame.getByText('Live', { exact: true }).waitFor();
    await frame.getByRole('link', { name: 'Edit' }).click();
    await submitName(frame, 'Renamed');
    await frame.getByRole('heading', { name: 'Renamed' }).waitFor();
    await frame.getByRole('link', { name: 'Deliveries', exact: true }).click();
    await frame.getByRole('button', { name: 'Views' }).click();
    await frame.getByRole('menuitem', { name: 'Save this view…' }).click();
    await frame.getByRole('dialog').getByLabel('Name').fill('Everything');
    await frame.getByRole('button', { name: 'Save', exact: true }).click();
    await frame.getByRole('button', { name: 'Everything' }).waitFor();
    await frame.getByRole('button', { name: 'Sign out' }).click();
    await frame.getByRole('heading', { name: "You're signed out" }).waitFor();
    expect(await frame.getByLabel('API key').count()).toBe(0);
    await page.close();
  });

  it('the portal names the missing sandbox token if the sandbox of its frame does not allow forms', async () => {
    framed = `${url}/#token=a.b.c`;
    const page = await openApp('allow-scripts');
    await page.frameLocator('iframe').getByRole('heading', { name: 'This frame needs allow-forms' }).waitFor();
    await page.close();
  });

  it('the portal names the missing sandbox token in the visible part of its frame if the sandbox does not allow scripts', async () => {
    framed = `${url}/#token=a.b.c`;
    const page = await openApp('allow-forms');
    const help = page.frameLocator('iframe').locator('noscript');
    await help.waitFor();
    expect(await help.innerText()).toContain('it needs sandbox="allow-scripts allow-forms"');
    const [shown, frame] = await Promise.all([help.boundingBox(), page.locator('iframe').boundingBox()]);
    expect(shown && frame && shown.y + shown.height <= frame.y + frame.height).toBe(true);
    await page.close();
  });

  it('the portal names the missing sandbox token if the sandbox of its frame keeps the server from accepting its requests', async () => {
    const serve = createDashboard({ frameAncestors: [app], corsOrigins: ['https://app.example'] });
    const server = createServer((request, response) => void serve(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    framed = `${originOf(server.address())}/#token=a.b.c`;
    const page = await openApp('allow-scripts allow-forms');
    await page.frameLocator('iframe').getByRole('heading', { name: 'This frame needs allow-same-origin' }).waitFor();
    await page.close();
    server.close();
  });
});

async function submitName(frame: FrameLocator, name: string): Promise<void> {
  await frame.getByLabel('Name', { exact: true }).fill(name);
  await frame.getByRole('button', { name: 'Save' }).click();
}

function answerAsApp({ method, url: path = '', headers }: IncomingMessage, response: ServerResponse): void {
  if (path === '/logo.svg') {
    response.setHeader('content-type', 'image/svg+xml');
    return void response.end('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
  }
  if (path === '/token' && method === 'POST') {
    renewals += 1;
    response.setHeader('access-control-allow-origin', headers.origin ?? '');
    response.setHeader('access-control-allow-credentials', 'true');
    response.setHeader('content-type', 'application/json');
    response.statusCode = isAppDown ? 503 : nextToken === null ? 401 : 200;
    return void response.end(JSON.stringify({ token: nextToken }));
  }
  response.setHeader('content-type', 'text/html');
  response.end(
    `<iframe sandbox="${decodeURIComponent(path.slice(1))}" width="1200" height="700" src="${framed}"></iframe>`,
  );
}

async function openLink(path: string, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  const page = await newPage(true);
  await prepare?.(page);
  await page.goto(url + path);
  return page;
}

async function openApp(sandbox: string): Promise<Page> {
  const page = await newPage(false);
  await page.goto(`${app}/${encodeURIComponent(sandbox)}`);
  return page;
}

async function newPage(bypassCSP: boolean): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  page.once('close', () => void context.close().catch(() => undefined));
  return page;
}

/** Creates a portal token for these endpoints, by default for a new endpoint. */
async function createToken(endpointIds?: string[], expiresInSeconds = 3_600, more: object = {}): Promise<string> {
  const input = {
    endpointIds: endpointIds ?? [await createEndpoint('Theirs')],
    permissions: ['DELIVERIES_READ', 'ENDPOINTS_READ', 'ENDPOINTS_MANAGE'],
    expiresInSeconds,
    ...more,
  };
  const mutation = `mutation ($input: CreatePortalTokenInput!) {
    createPortalToken(input: $input) { ... on CreatePortalTokenSuccess { token } } }`;
  return (await post(url, testRootKey, mutation, { input })).data.createPortalToken.token;
}

async function createEndpoint(name: string): Promise<string> {
  const mutation = `mutation ($input: CreateEndpointInput!) {
    createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } } }`;
  const { data } = await post(url, testRootKey, mutation, { input: { name, url: 'http://127.0.0.1:9/' } });
  return data.createEndpoint.endpoint.id;
}

function originOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}
