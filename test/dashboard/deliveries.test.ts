import { randomUUID } from 'node:crypto';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { deliveryRows, findAxeViolations, openBrowser, openDashboard, type PageOptions } from '../fixtures/browser.ts';
import { post } from '../fixtures/client.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

const cleanup = new AsyncDisposableStack();
let url: string;
let browser: Browser;
let receiver: Receiver;

/** The timeout of every wait. Pages load slowly on a busy machine. */
const waitMs = 60_000;
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  await buildDashboard();
  const database = cleanup.use(await createTestDatabase());
  receiver = cleanup.use(await startReceiver(respond(200)));
  ({ url } = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString })));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('the delivery log', () => {
  it('the delivery log shows the reason of a failed delivery, and its success after a retry without a page reload', async () => {
    receiver.play(respond(500, { body: '{"error":"<b>out of stock</b>"}' }));
    await makeEndpoint('Shop of the story', 'story.happened');
    await publish('story.happened', '{"amount":12345678901234567890}');
    const page = await open({ path: '/deliveries?status=FAILED&type=story.happened' });

    await row(page, 'Shop of the story').click();
    const detail = page.getByRole('complementary', { name: 'Delivery' });
    await detail.getByText('The only attempt failed.').waitFor();
    await detail.getByText('HTTP 500').first().waitFor();
    // The response of a receiver is shown as text, never as markup.
    await detail.getByText('<b>out of stock</b>').waitFor();
    expect(page.url()).toMatch(/\/deliveries\/dlv_\w+\?/);
    await detail.getByRole('tab', { name: 'Payload' }).click();
    await detail.getByText('"amount": 12345678901234567890').waitFor();

    receiver.play(respond(200));
    await page.evaluate(() => Object.assign(globalThis, { isSameDocument: true }));
    await detail.getByRole('button', { name: 'Retry' }).click();
    await detail.locator('header').getByText('Succeeded').waitFor();
    await detail.getByText('#2').waitFor();
    expect(await page.evaluate(() => 'isSameDocument' in globalThis)).toBe(true);
  });

  it('the delivery log adds a row for a new delivery and updates it in place', async () => {
    receiver.play(respond(200));
    await makeEndpoint('Watched', 'watched.now');
    const page = await open({ path: '/deliveries?type=watched.now' });
    await page.getByText('No matching deliveries').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await publish('watched.now');
    await row(page, 'Watched').getByText('Succeeded').waitFor();
  });

  it('the delivery log counts new rows while the pointer is over it, and inserts them when the user clicks the count', async () => {
    receiver.play(respond(200));
    await makeEndpoint('Busy', 'busy.now');
    await publish('busy.now');
    const page = await open({ path: '/deliveries?type=busy.now' });
    await row(page, 'Busy').hover();
    const before = await row(page, 'Busy').getAttribute('id');
    await publish('busy.now');
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await row(page, 'Busy').getAttribute('id')).toBe(before);
    await page.getByRole('button', { name: '1 new' }).click();
    await expect.poll(() => deliveryRows(page).count(), { timeout: waitMs }).toBe(2);
    expect(await row(page, 'Busy').getAttribute('id')).not.toBe(before);
  });

  it('the delivery log reports a lost connection, and shows the missed updates after reconnecting', async () => {
    receiver.play(respond(200));
    await makeEndpoint('Cut off', 'cut.off');
    const sockets: WebSocketRoute[] = [];
    let isCut = false;
    const page = await open({
      path: '/deliveries?type=cut.off',
      prepare: opened =>
        opened.routeWebSocket('**/graphql', socket => {
          if (isCut) return void socket.close({ code: 1001 });
          socket.connectToServer();
          sockets.push(socket);
        }),
    });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('No matching deliveries').waitFor();
    isCut = true;
    await sockets[0]?.close({ code: 1001 });
    await page.getByText('Reconnecting').waitFor();
    await publish('cut.off');
    isCut = false;
    await row(page, 'Cut off').getByText('Succeeded').waitFor();
    expect(sockets).toHaveLength(2);
  });

  it('the delivery log can be operated with the keyboard alone', async () => {
    receiver.play(respond(500));
    // A new event type for each run of the test, because the test can run twice on one server.
    const type = `keyboard.${randomUUID()}`;
    await makeEndpoint('Keyboard', type);
    await publish(type);
    await publish(type);
    const page = await open({ path: `/deliveries?type=${type}` });
    await expect.poll(() => deliveryRows(page).getByText('Failed').count(), wait).toBe(2);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('X');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('Enter');
    const detail = page.getByRole('complementary', { name: 'Delivery' });
    await detail.getByText('HTTP 500').first().waitFor();
    await expect.poll(() => focused(page), wait).toBe('detail');
    receiver.play(respond(200));
    await page.keyboard.press('r');
    await page.getByText('Retry queued.').waitFor();
    await detail.locator('header').getByText('Succeeded').waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page), wait).toBe('list');
    // Escape also closes the detail while a button of the detail shows its tooltip, and on a screen that shows only one
    // of list and detail.
    await page.setViewportSize({ width: 390, height: 800 });
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page), wait).toBe('detail');
    await page.keyboard.press('Tab');
    await page.getByRole('tooltip').waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    await expect.poll(() => focused(page), wait).toBe('list');
    await page.setViewportSize({ width: 1280, height: 800 });
    // The list is a single tab stop.
    await page.keyboard.press('Tab');
    await expect.poll(() => focused(page), wait).toBe('');
    await page.keyboard.press('Escape');
    await page.getByText('2 selected').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('nothing is called that');
    await page.getByText('No matching deliveries').waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('q'), wait).toBe('nothing is called that');
  });

  it('a change of the filter clears the selection of the delivery log', async () => {
    receiver.play(respond(200));
    const type = `selected.${randomUUID()}`;
    await makeEndpoint('Selected', type);
    await publish(type);
    const page = await open({ path: `/deliveries?type=${type}` });
    await row(page, 'Selected').getByText('Succeeded').waitFor();
    await row(page, 'Selected').getByRole('checkbox').click();
    const bar = page.getByRole('toolbar', { name: 'Selected deliveries' });
    await bar.getByRole('button', { name: /^Select all \d+ matching$/ }).click();
    await bar.getByText(/^All \d+ matching$/).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('  Selected ');
    await bar.waitFor({ state: 'detached' });
    await row(page, 'Selected').waitFor();
    // The field keeps the spaces as typed, and the search ignores them.
    expect(await page.locator('#delivery-search').inputValue()).toBe('  Selected ');
    await expect.poll(() => new URL(page.url()).searchParams.get('q'), wait).toBe('Selected');
    await row(page, 'Selected').getByRole('checkbox').click();
    await bar.getByText('1 selected').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
  });

  it('the delivery log decodes the search in its URL once, and keeps the spaces within it', async () => {
    const page = await open({ path: '/deliveries?q=%2541%20%20b' });
    await expect.poll(() => page.locator('#delivery-search').inputValue(), wait).toBe('%41  b');
    await page.getByText('No matching deliveries').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('%41  b');
  });

  it('the delivery log shows when and why an endpoint was disabled, and enables it with one click', async () => {
    const id = await makeEndpoint('Out of order', 'never.sent', 'DISABLED');
    const page = await open({ path: `/deliveries?endpoint=${id}` });
    await page.getByText('was disabled').waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByText('was disabled').waitFor({ state: 'detached' });
  });
});

describe('the session', () => {
  it('the sign-in page rejects an invalid API key, and never writes a valid one to the URL', async () => {
    const page = await openSignedOut();
    await page.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Invalid, revoked or expired API key.').waitFor();
    await page.getByLabel('API key').fill(testRootKey);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(page.url()).not.toContain(testRootKey);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(testRootKey);
  });

  it('the page removes a portal token from the URL as soon as it has read it', async () => {
    const page = await openSignedOut(`/deliveries#token=${testRootKey}`);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(page.url()).toBe(`${url}/deliveries`);
  });
});

describe('accessibility of the delivery log', () => {
  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'the delivery log has no axe violation in the %s theme at a width of %i px',
    async (colorScheme, width) => {
      receiver.play(respond(500));
      await makeEndpoint(`Axe ${width}`, `axe.w${width}`);
      await publish(`axe.w${width}`);
      const signIn = await openSignedOut('/', { colorScheme });
      expect(await findAxeViolations(signIn)).toEqual([]);
      const page = await open({
        path: `/deliveries?type=axe.w${width}`,
        colorScheme,
        viewport: { width, height: 800 },
      });
      await row(page, `Axe ${width}`).getByText('Failed').waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      await row(page, `Axe ${width}`).click();
      await page.getByText('HTTP 500').first().waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
    },
  );
});

const wait = { timeout: waitMs };

async function open(options: PageOptions): Promise<Page> {
  const page = await openDashboard(browser, url, testRootKey, options);
  page.setDefaultTimeout(waitMs);
  return page;
}

async function openSignedOut(path = '/', options: PageOptions = {}): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  await page.goto(url + path);
  await page.locator('main').waitFor();
  return page;
}

/** The first row of an endpoint. */
function row(page: Page, webhook: string) {
  return deliveryRows(page).filter({ hasText: webhook }).first();
}

async function makeEndpoint(name: string, type: string, status = 'ENABLED'): Promise<string> {
  const input = { name, url: receiver.url, eventTypes: [type], retryScheduleSeconds: [], status };
  const { data } = await post(
    url,
    testRootKey,
    `mutation ($input: CreateEndpointInput!) {
      createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } } }`,
    { input },
  );
  return data.createEndpoint.endpoint.id;
}

async function publish(type: string, payloadText = '{}'): Promise<void> {
  const mutation = 'mutation ($input: PublishEventInput!) { publishEvent(input: $input) { __typename } }';
  const { data } = await post(url, testRootKey, mutation, { input: { type, payloadText } });
  expect(data.publishEvent.__typename).toBe('Event');
}

/** Returns which part of the page has the focus: `detail`, `list`, or '' for another one. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    if (document.activeElement?.closest('#delivery-detail')) return 'detail';
    return document.activeElement?.closest('[role="grid"]') ? 'list' : '';
  });
}
