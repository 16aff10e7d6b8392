import type { Browser, Page } from 'playwright-core';
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
const wait = { timeout: waitMs };

/** A text whose script runs if the page inserts it as markup or into an attribute without escaping. */
const attack = `"><img src=x onerror="globalThis.isHurt=1"><script>globalThis.isHurt=1</script>`;
/** The control character that reverses the direction of the following text. */
const rightToLeft = '\u202e';

beforeAll(async () => {
  await buildDashboard();
  const database = cleanup.use(await createTestDatabase());
  receiver = cleanup.use(await startReceiver(respond(200)));
  ({ url } = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString })));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('hostile text', () => {
  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'every screen shows hostile text as plain text in the %s theme at a width of %i px',
    async (colorScheme, width) => {
      const type = `hostile.w${width}`;
      receiver.play(respond(500, { body: `${attack}\0${rightToLeft}`, headers: { 'x-attack': attack } }));
      const name = `${width}${rightToLeft}${attack}${'n'.repeat(200)}`.slice(0, 200);
      const id = await makeEndpoint(name, [type]);
      await publish([{ type, payloadText: JSON.stringify({ [attack]: [attack, '\0', rightToLeft] }) }]);
      const page = await open({ path: `/deliveries?endpoint=${id}`, colorScheme, viewport: { width, height: 800 } });
      const row = deliveryRows(page).first();
      await row.getByText('Failed').waitFor();
      await expectUnhurt(page, width);
      await row.click();
      const detail = page.getByRole('complementary', { name: 'Delivery' });
      await detail.getByText('onerror').first().waitFor();
      await expectUnhurt(page, width);
      await detail.getByRole('tab', { name: 'Payload' }).click();
      await detail.getByText('\\u0000').waitFor();
      await expectUnhurt(page, width);

      await post(url, testRootKey, 'mutation ($name: String!) { createTenant(name: $name) { __typename } }', { name });
      await createKey(name);
      for (const path of ['/keys', '/audit', '/tenants']) {
        await page.goto(url + path);
        if (path === '/audit') await page.locator('main summary').first().click();
        await page.getByText('onerror').first().waitFor();
        await expectUnhurt(page, width);
      }
    },
  );

  it('the search of the delivery log finds hostile text literally', async () => {
    const page = await open({ path: `/deliveries?q=${encodeURIComponent(attack)}` });
    await deliveryRows(page).first().waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe(attack);
    await expectUnhurt(page, 1280);
  });
});

describe('a thousand rows', () => {
  it('a delivery log of a thousand rows scrolls from the first to the last with few rows in the DOM', async () => {
    receiver.play(respond(200));
    await makeEndpoint('Thousand', ['many.rows']);
    await publish(Array.from({ length: 1000 }, () => ({ type: 'many.rows', payloadText: '{}' })));
    const page = await open({ path: '/deliveries?type=many.rows' });
    const rows = deliveryRows(page);
    await rows.first().waitFor();
    await expect
      .poll(async () => {
        await page.getByRole('grid', { name: 'Deliveries' }).evaluate(grid => grid.scrollTo(0, grid.scrollHeight));
        return Number(await rows.last().getAttribute('aria-rowindex'));
      }, wait)
      .toBe(1001);
    expect(await rows.count()).toBeLessThan(100);
  });
});

describe('a server that cannot be reached', () => {
  it('the page shows a banner while the browser is offline', async () => {
    const page = await open({ path: '/deliveries' });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText("You're offline.").waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.getByText("You're offline.").waitFor({ state: 'detached' });
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('the sign-in page shows an error if the server cannot be reached', async () => {
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    page.setDefaultTimeout(waitMs);
    await page.goto(url);
    await page.getByLabel('API key').fill('any-key');
    await page.route('**/graphql', route => route.abort());
    await page.keyboard.press('Enter');
    await page.getByText("Can't reach the server.").waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
  });
});

async function expectUnhurt(page: Page, width: number): Promise<void> {
  expect(await page.evaluate(() => 'isHurt' in globalThis)).toBe(false);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  expect(await findAxeViolations(page)).toEqual([]);
}

async function open(options: PageOptions): Promise<Page> {
  const page = await openDashboard(browser, url, testRootKey, options);
  page.setDefaultTimeout(waitMs);
  return page;
}

async function makeEndpoint(name: string, eventTypes: readonly string[]): Promise<string> {
  const mutation = `mutation ($input: CreateEndpointInput!) {
    createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } ... on Error { message } } }`;
  const input = { name, url: receiver.url, eventTypes, retryScheduleSeconds: [] };
  const { data } = await post(url, testRootKey, mutation, { input });
  return data.createEndpoint.endpoint.id;
}

async function createKey(name: string): Promise<void> {
  const mutation = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { __typename } }';
  const { data } = await post(url, testRootKey, mutation, { input: { name, permissions: ['EVENTS_PUBLISH'] } });
  expect(data.createApiKey.__typename).toBe('CreateApiKeySuccess');
}

async function publish(inputs: readonly { readonly type: string; readonly payloadText: string }[]): Promise<void> {
  const mutation = 'mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) { __typename } }';
  const { data } = await post(url, testRootKey, mutation, { inputs });
  expect(data.publishEvents.__typename).toBe('PublishEventsSuccess');
}
