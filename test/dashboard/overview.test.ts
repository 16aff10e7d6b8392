import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { deliveryRows, findAxeViolations, openBrowser, openDashboard, type PageOptions } from '../fixtures/browser.ts';
import { post } from '../fixtures/client.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { startReceiver } from '../fixtures/receiver.ts';

const cleanup = new AsyncDisposableStack();
let url: string;
let browser: Browser;

/** The timeout of every wait. Pages load slowly on a busy machine. */
const wait = { timeout: 60_000 };
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  await buildDashboard();
  const database = cleanup.use(await createTestDatabase());
  const receiver = cleanup.use(await startReceiver({ '/fine': respond(200), '/broken': respond(500) }));
  ({ url } = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString })));
  await makeEndpoint('Fine shop', `${receiver.url}/fine`, 'order.*');
  await makeEndpoint('Broken shop', `${receiver.url}/broken`, 'order.broken');
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('the overview', () => {
  it('the overview of a new tenant shows that there are no deliveries yet', async () => {
    const page = await open();
    const errors: Error[] = [];
    page.on('pageerror', error => errors.push(error));
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByRole('img', { name: /Latency over time/ }).waitFor();
    expect(errors).toEqual([]);
    await expect.poll(() => tile(page, 'Deliveries'), wait).toContain('0');
    await page.getByText('No failing endpoints.').waitFor();
    await page.getByRole('region', { name: 'By status' }).getByText('No deliveries in this period.').waitFor();
  });

  it('the overview counts deliveries by result, and each count links to its deliveries', async () => {
    await publish('order.paid', 3);
    await publish('order.broken', 2);
    const page = await open();
    await expect.poll(() => tile(page, 'Failed or retrying'), wait).toContain('2');
    await expect.poll(() => tile(page, 'Success rate'), wait).toContain('71.42%');
    await expect.poll(() => tile(page, 'Deliveries'), wait).toMatch(/^7\s/);
    expect(await tile(page, 'Backlog')).toMatch(/^\d+\s+\d+ pending · \d+ sending · \d+ retrying$/);
    await page.getByRole('region', { name: 'Failing endpoints' }).getByText('HTTP 500').waitFor();
    await page.getByRole('region', { name: 'Recent failures' }).getByText('HTTP 500').first().waitFor();
    await page.getByRole('region', { name: 'By endpoint' }).getByRole('link', { name: 'Fine shop 5' }).waitFor();
    await page.getByRole('link', { name: '2', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    expect(new URL(page.url()).searchParams.getAll('status')).toEqual(['FAILED', 'RETRYING']);
    await expect.poll(() => deliveryRows(page).count(), wait).toBe(2);
  });

  it('the overview updates its live counts even while its statistics cannot be loaded', async () => {
    const page = await open();
    await page.getByText('Live', { exact: true }).waitFor();
    await expect.poll(() => tile(page, 'Deliveries'), wait).toMatch(/^7\s/);
    // The first transition shows that the page receives the feed. Later changes of its counts come from the feed alone.
    await publish('order.paid', 1);
    await expect.poll(() => tile(page, 'Deliveries'), wait).toMatch(/^8\s/);
    await page.route('**/graphql', route => {
      const isOverview = route.request().postData()?.includes('query Overview');
      return isOverview ? route.abort() : route.continue();
    });
    await page.getByText('Showing older data').waitFor();
    await publish('order.paid', 4);
    await expect.poll(() => tile(page, 'Deliveries'), wait).toMatch(/^12\s/);
    await expect.poll(() => tile(page, 'Success rate'), wait).toContain('10 succeeded');
  });

  it('the overview shows why its statistics are missing, and loads them once the server can return them', async () => {
    const page = await open({ path: '/deliveries' });
    await page.route('**/graphql', route =>
      route.request().postData()?.includes('query Overview') ? route.abort() : route.continue(),
    );
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText("Couldn't load metrics").waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Retry now' }).click();
    await expect.poll(() => tile(page, 'Failed or retrying'), wait).toContain('2');
  });

  it.each([-3_600_000, 3_600_000])(
    'the overview counts deliveries by the time of the server if the clock of the browser is off by %i ms',
    async offsetMs => {
      const page = await open({ path: '/?range=1h', clockOffsetMs: offsetMs });
      await expect.poll(() => tile(page, 'Deliveries'), wait).toMatch(/^12\s/);
      const href = await page.locator('main dl a').first().getAttribute('href');
      const from = new URL(href ?? '', url).searchParams.get('time')?.split('/')[0] ?? '';
      const agoMinutes = (Date.now() - Date.parse(from)) / 60_000;
      expect(agoMinutes).toBeGreaterThan(58);
      expect(agoMinutes).toBeLessThan(65);
    },
  );

  it('the overview starts with the last hour if there are no older deliveries, and shows any range that the user chooses', async () => {
    await leaveEndOfHour();
    const tenant = await createTenant('Young tenant');
    await makeEndpoint('Young shop', 'http://127.0.0.1:1/', 'order.*', tenant);
    await publish('order.paid', 1, tenant);
    const prepare = async (opened: Page) => {
      await opened.addInitScript(signIn, { bearer: testRootKey, kind: 'key', tenantId: tenant });
    };
    const page = await open({ prepare });
    await expect.poll(() => page.getByRole('radio', { name: '1 hour' }).isChecked(), wait).toBe(true);
    await page.getByRole('radio', { name: '24 hours' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('range'), wait).toBe('24h');
    await page.getByRole('img', { name: /Latency over time/ }).waitFor();
    expect(await page.getByRole('radio', { name: '24 hours' }).isChecked()).toBe(true);
  });

  it('the overview shows latency over time in the chart and in the table', async () => {
    const page = await open();
    await page.getByRole('img', { name: /Latency over time/ }).waitFor();
    await page.getByRole('radio', { name: 'Table' }).click();
    await page.getByRole('columnheader', { name: 'p95' }).waitFor();
    await page.getByRole('row').filter({ hasText: /\d ms/ }).first().waitFor();
  });

  it('the keyboard changes the time range of the overview and opens the table of the chart', async () => {
    const page = await open();
    await page.getByRole('img', { name: /Deliveries over time/ }).waitFor();
    await page.getByRole('radio', { name: '24 hours' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('range'), wait).toBe('7d');
    await page.getByRole('radio', { name: 'Chart' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const newest = page.getByRole('row').filter({ hasText: 'UTC' }).first();
    await newest.getByRole('link').nth(1).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    expect(new URL(page.url()).searchParams.get('time')).toMatch(/^\d{4}-.*Z\/\d{4}-.*Z$/);
    await expect.poll(() => deliveryRows(page).count(), wait).toBe(2);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('the overview has no axe violation in the %s theme at a width of %i px', async (colorScheme, width) => {
    const page = await open({ colorScheme, viewport: { width, height: 800 } });
    await page.getByRole('img', { name: /Attempt success rate/ }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.getByRole('radio', { name: 'Table' }).click();
    await page.getByRole('table').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
  });
});

async function open(options: PageOptions = {}): Promise<Page> {
  const page = await openDashboard(browser, url, testRootKey, { path: '/', ...options });
  page.setDefaultTimeout(wait.timeout);
  return page;
}

/** The value and the note of a tile as one text. */
async function tile(page: Page, label: string): Promise<string> {
  const texts = await page
    .locator('dl > div', { has: page.getByText(label, { exact: true }) })
    .locator('dd')
    .allInnerTexts();
  return texts.join(' ');
}

/**
 * Waits for the next hour if it begins within a minute. The overview only starts with the last hour if all deliveries
 * were created since the clock struck the hour, because it gets the counts of whole hours.
 */
async function leaveEndOfHour(): Promise<void> {
  const hourMs = 3_600_000;
  const leftMs = hourMs - (Date.now() % hourMs);
  if (leftMs < 60_000) await delay(leftMs);
}

function inTenant(tenant?: string): Record<string, string> {
  return tenant === undefined ? {} : { 'livehook-tenant': tenant };
}

/** Runs in the page: signs in with this session. */
function signIn(session: { bearer: string; kind: string; tenantId: string }): void {
  sessionStorage.setItem('livehook-session', JSON.stringify(session));
}

async function createTenant(name: string): Promise<string> {
  const mutation = 'mutation ($name: String!) { createTenant(name: $name) { ... on Tenant { id } } }';
  const { data } = await post(url, testRootKey, mutation, { name });
  return data.createTenant.id;
}

async function makeEndpoint(name: string, endpointUrl: string, type: string, tenant?: string): Promise<void> {
  const input = { name, url: endpointUrl, eventTypes: [type], retryScheduleSeconds: [] };
  const mutation = 'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { __typename } }';
  const { data } = await post(url, testRootKey, mutation, { input }, inTenant(tenant));
  expect(data.createEndpoint.__typename).toBe('CreateEndpointSuccess');
}

async function publish(type: string, count: number, tenant?: string): Promise<void> {
  const inputs = Array.from({ length: count }, () => ({ type, payload: {} }));
  const mutation = 'mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) { __typename } }';
  const { data } = await post(url, testRootKey, mutation, { inputs }, inTenant(tenant));
  expect(data.publishEvents.__typename).toBe('PublishEventsSuccess');
}
