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
const wait = { timeout: 60_000 };
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  await buildDashboard();
  const database = cleanup.use(await createTestDatabase());
  receiver = cleanup.use(await startReceiver(respond(500)));
  ({ url } = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString })));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('failures', () => {
  it('the failures screen says that there are no failures', async () => {
    const page = await open('/failures');
    await page.getByText('No failures').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
  });

  it('a failure group links to its deliveries, and shows the progress of a retry of all of them until it ends', async () => {
    receiver.play(respond(500, { body: '<b>down</b>' }));
    const id = await makeEndpoint('Shop that was down', 'down.now');
    await publish('down.now', 12);
    await waitForFailed(id, 12);
    const page = await open('/failures');
    const group = page.getByRole('listitem').filter({ hasText: 'Shop that was down' });
    await group.getByText('HTTP 500', { exact: true }).first().waitFor();
    await group.getByText('<b>down</b>').waitFor();
    await group.getByRole('link', { name: '12 deliveries of Shop that was down: HTTP 500' }).click();
    await expect.poll(() => deliveryRows(page).count(), wait).toBe(12);
    await page.goBack();

    receiver.play(respond(200));
    await page.getByRole('region', { name: 'Shop that was down' }).getByText('12 failed').waitFor();
    const startedAt = String.raw`\d{1,2} \w{3} \d\d:\d\d:\d\d \S+`;
    const failingSince = new RegExp(`^Failing since .*ago \\(${startedAt}\\)$`);
    await page.getByRole('region', { name: 'Shop that was down' }).getByText(failingSince).waitFor();
    const endpointPage = await open(`/endpoints/${id}`);
    await endpointPage
      .getByText(new RegExp(`\\(since ${startedAt}\\)`))
      .first()
      .waitFor();
    await endpointPage.close();
    await page.getByRole('button', { name: 'Retry everything since… (Shop that was down)' }).click();
    await page.getByRole('menuitem', { name: 'The last hour' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^Retry 12 failed and retrying deliveries of Shop that was down/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await group.getByRole('button', { name: 'Retry all' }).click();
    await dialog.getByText('Retry 12 failed and retrying deliveries of Shop that was down, answered 500.').waitFor();
    await dialog.getByRole('button', { name: 'Retry 12' }).click();
    await dialog.getByText('12 of 12 queued for retry').waitFor();
    await dialog.getByText('Completed', { exact: true }).first().waitFor();
    await dialog.getByRole('link', { name: '12 Succeeded' }).click();
    await expect.poll(() => deliveryRows(page).count(), wait).toBe(12);
    await page.getByRole('link', { name: /^…/ }).click();
    await page.getByRole('link', { name: '12 Succeeded' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.goto(`${url}/failures`);
    await page.getByText('No failures').waitFor();
  });
});

describe('bulk operations', () => {
  it('a bulk operation starts with the rows selected by keyboard, or with all matching deliveries', async () => {
    receiver.play(respond(200));
    await makeEndpoint('Picked', 'picked.one');
    await publish('picked.one', 5);
    const page = await open('/deliveries?type=picked.one');
    await expect.poll(() => deliveryRows(page).getByText('Succeeded').count(), wait).toBe(5);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('X');
    const bar = page.getByRole('toolbar', { name: 'Selected deliveries' });
    await bar.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Nothing to retry.').waitFor();
    await page.keyboard.press('Escape');
    await bar.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('Replay 2 selected deliveries.').waitFor();
    await page.keyboard.press('Escape');
    await bar.getByRole('button', { name: /^Select all \d+ matching$/ }).click();
    await bar.getByRole('button', { name: 'Replay' }).click();
    await page.getByText(/^Replay 5 deliveries, of type picked\.one, created before .* UTC\.$/).waitFor();
    await page.getByRole('button', { name: 'Replay 5' }).click();
    await page.getByText('5 of 5 queued as replays').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => deliveryRows(page).count(), wait).toBeGreaterThanOrEqual(5);
    const { data } = await ask(
      '{ deliveries(filter: { eventTypes: ["picked.one"] }, first: 0) { totalCount { value } } }',
    );
    expect(data.deliveries.totalCount.value).toBe(10);
  });

  it('a running bulk operation can be canceled from another page', async () => {
    receiver.play(respond(500));
    const id = await makeEndpoint('Slow to recover', 'slow.one');
    await publish('slow.one', 200);
    await waitForFailed(id, 200);
    receiver.play(respond(200, { delayMs: 4_000 }));
    await ask(`mutation { updateEndpoint(id: "${id}", input: { maxConcurrency: 1 }) { __typename } }`);
    const page = await open(`/deliveries?endpoint=${id}&status=FAILED`);
    await page.getByRole('button', { name: 'Bulk actions' }).click();
    await page.getByRole('menuitem', { name: /Retry all/ }).click();
    await page.getByText('Retry 200 failed deliveries of Slow to recover.').waitFor();
    await page.getByRole('button', { name: 'Retry 200' }).click();
    await page.getByRole('button', { name: 'Run in background' }).click();
    await page.getByRole('button', { name: 'Bulk actions' }).and(page.locator(':focus')).waitFor();

    const operations = await open('/operations');
    const row = operations.getByRole('listitem').filter({ hasText: 'Slow to recover' });
    await row.getByText('Running').waitFor();
    await row.getByText('Root key').waitFor();
    await row.getByRole('link').click();
    await operations.getByRole('button', { name: 'Stop' }).click();
    await operations.getByText('Canceled', { exact: true }).waitFor();
    await operations.getByText(/^\d+ of 200 queued for retry$/).waitFor();
    expect(await findAxeViolations(operations)).toEqual([]);
  });

  it('a bulk operation lists each delivery that failed, with the error', async () => {
    receiver.play(respond(500));
    const id = await makeEndpoint('Shut', 'shut.down');
    await publish('shut.down', 3);
    await waitForFailed(id, 3);
    await ask(`mutation { updateEndpoint(id: "${id}", input: { status: DISABLED }) { __typename } }`);
    const page = await open('/failures');
    const group = page.getByRole('listitem').filter({ hasText: 'Shut' });
    await group.getByText('disabled').waitFor();
    await group.getByRole('button', { name: 'Retry all' }).click();
    await page.getByRole('button', { name: 'Retry 3' }).click();
    await page.getByText('0 of 3 queued for retry, 3 failed').waitFor();
    await page.getByRole('link', { name: 'View errors' }).click();
    const errors = page.getByRole('region', { name: 'Errors' });
    await expect.poll(() => errors.getByText('The endpoint is disabled: enable it first.').count(), wait).toBe(3);
    await errors.getByRole('link').first().click();
    await page.getByRole('complementary', { name: 'Delivery' }).waitFor();
  });

  it('the dashboard offers no bulk operations to an API key with read permissions only', async () => {
    const { data } = await ask(`mutation { createApiKey(input: { name: "Reader", permissions: [DELIVERIES_READ] }) {
      ... on CreateApiKeySuccess { secret } } }`);
    const page = await open('/failures', {}, data.createApiKey.secret);
    await page.getByRole('listitem').filter({ hasText: 'Shut' }).waitFor();
    expect(await page.getByRole('button', { name: 'Retry all' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Operations' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Root key' }).first().waitFor();
  });

  it('the operations screen shows that an unknown operation does not exist', async () => {
    const page = await open('/operations/blk_01h455vb4pex5vsknk084sn02q');
    await page.getByText('Operation not found').waitFor();
  });
});

describe('accessibility of failures and operations', () => {
  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'the failures and operations screens have no axe violation in the %s theme at a width of %i px',
    async (colorScheme, width) => {
      const page = await open('/failures', { colorScheme, viewport: { width, height: 800 } });
      const group = page.getByRole('listitem').filter({ hasText: 'Shut' });
      await group.waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await group.getByRole('button', { name: 'Retry all' }).click();
      await page.getByRole('button', { name: 'Retry 3' }).waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Operations' }).click();
      await page.getByRole('list', { name: 'Bulk operations' }).waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
    },
  );
});

async function open(path: string, options: PageOptions = {}, key = testRootKey): Promise<Page> {
  const page = await openDashboard(browser, url, key, { path, ...options });
  page.setDefaultTimeout(wait.timeout);
  return page;
}

function ask(document: string, variables: Readonly<Record<string, unknown>> = {}) {
  return post(url, testRootKey, document, variables);
}

async function makeEndpoint(name: string, type: string): Promise<string> {
  const input = { name, url: receiver.url, eventTypes: [type], retryScheduleSeconds: [], disableAfterSeconds: 0 };
  const { data } = await ask(
    `mutation ($input: CreateEndpointInput!) {
      createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } } }`,
    { input },
  );
  return data.createEndpoint.endpoint.id;
}

async function publish(type: string, count: number): Promise<void> {
  const inputs = Array.from({ length: count }, () => ({ type, payload: {} }));
  const mutation = 'mutation ($inputs: [PublishEventInput!]!) { publishEvents(inputs: $inputs) { __typename } }';
  const { data } = await ask(mutation, { inputs });
  expect(data.publishEvents.__typename).toBe('PublishEventsSuccess');
}

async function waitForFailed(endpointId: string, count: number): Promise<void> {
  const query = `{ deliveries(filter: { endpointIds: ["${endpointId}"], statuses: [FAILED] }, first: 0) { totalCount { value } } }`;
  await expect.poll(async () => (await ask(query)).data.deliveries.totalCount.value, wait).toBe(count);
}
