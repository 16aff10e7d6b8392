import type { Browser, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { findAxeViolations, openBrowser, openDashboard, type PageOptions } from '../fixtures/browser.ts';
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
vi.setConfig({ testTimeout: 4 * waitMs });

beforeAll(async () => {
  await buildDashboard();
  const database = cleanup.use(await createTestDatabase());
  receiver = cleanup.use(await startReceiver(respond(200)));
  ({ url } = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString })));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('the endpoint form', () => {
  it('the form creates an endpoint, shows its secret once, and links to the delivery of a test event', async () => {
    const page = await open({ path: '/endpoints' });
    await page.getByRole('button', { name: 'New endpoint' }).first().waitFor();
    await page.keyboard.press('n');
    await page.getByLabel('Name', { exact: true }).fill('Made by hand');
    await page.getByLabel('URL', { exact: true }).fill(`${receiver.url}/made`);
    await page.getByLabel('Add an event type').fill('order.*');
    await page.keyboard.press('Enter');
    await page.getByLabel('Add an event type').fill('license.activated');
    await page.keyboard.press('Enter');
    // Sections with settings that few users change are folded at first.
    expect(await page.getByRole('button', { name: 'Add header' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Retries' }).click();
    await page.getByRole('radio', { name: 'Short (3 over 30 min)' }).click();
    await page.getByText('4 attempts; the last one 30m after the first.').waitFor();
    await page.getByRole('button', { name: 'Request', exact: true }).click();
    await page.getByRole('button', { name: 'Add header' }).click();
    await page.getByLabel('Name', { exact: true }).last().fill('authorization');
    await page.getByLabel('Value').fill('Bearer hush');
    await page.getByRole('button', { name: 'Create endpoint' }).click();

    await page.getByRole('heading', { name: 'Made by hand was created' }).waitFor();
    const secret = await page.getByText(/^whsec_/).innerText();
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByLabel('Event type').fill('order.paid');
    await page.getByLabel('Payload').fill('{ "amount": 4200 }');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const result = page.getByRole('status', { name: 'Test result' });
    await result.getByText('Succeeded').waitFor();
    await page.getByRole('button', { name: 'Send again' }).waitFor();
    await result.getByRole('link', { name: 'View delivery' }).click();
    await page.waitForURL(/\/deliveries\/dlv_/);
    await page.getByRole('complementary', { name: 'Delivery' }).getByText('Succeeded').first().waitFor();

    const [request] = await receiver.waitFor(1);
    expect(request?.headers).toMatchObject({ authorization: 'Bearer hush', 'x-webhook-event': 'order.paid' });
    expect(new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>)).toEqual({
      amount: 4200,
    });
    const { endpoints } = await ask(`{ endpoints(search: "Made by hand") { nodes {
      eventTypes retryScheduleSeconds headers { name value secret } } } }`);
    expect(endpoints.nodes).toEqual([
      {
        eventTypes: ['order.*', 'license.activated'],
        retryScheduleSeconds: [60, 300, 1_440],
        headers: [{ name: 'authorization', value: null, secret: true }],
      },
    ]);
  });

  it('the endpoint form shows each problem at its field, whether the browser or the server found it', async () => {
    const page = await open({ path: '/endpoints/new' });
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText('Enter a name.', { exact: true }).waitFor();
    const summary = page.getByRole('alert');
    expect(await summary.getByRole('listitem').allInnerTexts()).toEqual(['Name: Enter a name.', 'URL: Enter a URL.']);
    expect(await findAxeViolations(page)).toEqual([]);
    await summary.getByRole('button', { name: 'URL: Enter a URL.' }).click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('name')), { timeout: waitMs })
      .toBe('input.url');
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('placeholder')), { timeout: waitMs })
      .toBe('Billing');
    await page.getByLabel('Name', { exact: true }).fill('Refused');
    await page.getByLabel('URL', { exact: true }).fill('https://user@example.com/');
    await page.getByRole('button', { name: 'Retries' }).click();
    await page.getByLabel('Delay after each failed attempt').fill('5m, soon');
    await page.getByRole('button', { name: 'Retries' }).click();
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText('Remove the user name and password; use a header instead.', { exact: true }).waitFor();
    await page.getByText(/^Enter comma-separated durations/).waitFor();
    await page.getByLabel('Delay after each failed attempt').fill('5m');

    await page.getByLabel('URL', { exact: true }).fill('https://10.1.2.3/');
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText('10.1.2.3 is a private address. Allow it with EGRESS_ALLOW.', { exact: true }).waitFor();
    await page.getByLabel('URL', { exact: true }).fill('https://example.com/');
    await page.getByRole('button', { name: 'Request', exact: true }).click();
    await page.getByRole('button', { name: 'Add header' }).click();
    await page.getByLabel('Name', { exact: true }).last().fill('webhook-id');
    await page.getByLabel('Value').fill('mine');
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    await page.getByText(/^"webhook-id" is set by Livehook/i).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).last().getAttribute('aria-invalid')).toBe('true');
  });

  it('the endpoint form sends only changed settings, and keeps the hidden value of a secret header', async () => {
    const headers = [
      { name: 'x-token', value: 'hidden' },
      { name: 'x-shown', value: 'old', secret: false },
    ];
    const id = await makeEndpoint({ name: 'Edited', headers, bodyTemplate: '{{ event.id }}' });
    const page = await open({ path: `/endpoints/${id}/edit` });
    await page.getByPlaceholder('Unchanged').waitFor();
    await page.getByLabel('Value').last().fill('new');
    await page.getByLabel('Timeout').fill('2s');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(`${url}/endpoints/${id}`);
    await page.getByText('Template', { exact: true }).waitFor();

    const before = receiver.requests.length;
    await ask('mutation ($id: ID!) { sendTestEvent(endpointId: $id) { __typename } }', { id });
    const sent = (await receiver.waitFor(before + 1))[before];
    expect(sent?.headers).toMatchObject({ 'x-token': 'hidden', 'x-shown': 'new' });
    const { endpoint } = await ask('query ($id: ID!) { endpoint(id: $id) { timeoutMs } }', { id });
    expect(endpoint.timeoutMs).toBe(2_000);
  });
});

describe('the list of endpoints', () => {
  it('the URL contains the filter of the endpoint list, and changes with the search field', async () => {
    await makeEndpoint({ name: 'Findable <b>one</b>', status: 'PAUSED' });
    const page = await open({ path: '/endpoints?status=PAUSED&q=findable' });
    await page.getByRole('link', { name: 'Findable <b>one</b>' }).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.keyboard.press('/');
    await page.keyboard.type(' and lost');
    await page.getByText('No matching endpoints').waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('findable and lost');
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await page.getByRole('link', { name: 'Findable <b>one</b>' }).waitFor();
  });

  it('the keyboard pauses, enables and deletes endpoints in the list, and deleting an enabled endpoint needs its name typed', async () => {
    const id = await makeEndpoint({ name: 'Short-lived' });
    const page = await open({ path: '/endpoints?q=short-lived' });
    const status = page.locator('tbody td:nth-child(2)');
    await status.getByText('Enabled').waitFor();
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Short-lived');
    await choose(page, 'Pause');
    await status.getByText('Paused').waitFor();
    await choose(page, 'Enable');
    await status.getByText('Enabled').waitFor();

    await choose(page, 'Delete…');
    const dialog = page.getByRole('dialog', { name: 'Delete endpoint?' });
    expect(await dialog.getByRole('button', { name: 'Delete', exact: true }).isDisabled()).toBe(true);
    await page.keyboard.type('Short-lived');
    await page.keyboard.press('Enter');
    await page.getByText('No matching endpoints').waitFor();
    const { endpoint } = await ask('query ($id: ID!) { endpoint(id: $id) { deletedAt } }', { id });
    expect(endpoint.deletedAt).not.toBeNull();
  });

  it('the endpoint list pages forward and back', async () => {
    const many = Array.from(
      { length: 51 },
      (_, index) => `m${index}: createEndpoint(input: {
      name: "Crowd ${index}", url: "https://example.com/", eventTypes: ["never.sent"] }) { __typename }`,
    );
    for (let from = 0; from < many.length; from += 10)
      await ask(`mutation { ${many.slice(from, from + 10).join(' ')} }`);
    const page = await open({ path: '/endpoints?q=crowd' });
    await page.getByRole('link', { name: 'Crowd 50', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByRole('link', { name: 'Crowd 0', exact: true }).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('button', { name: 'Newer' }).click();
    await page.getByRole('link', { name: 'Crowd 50', exact: true }).waitFor();
  });
});

describe('the page of an endpoint', () => {
  it('the endpoint page shows new deliveries live and counts failed attempts', async () => {
    receiver.play(respond(503));
    const id = await makeEndpoint({ name: 'Watched', eventTypes: ['watched.page'] });
    const page = await open({ path: `/endpoints/${id}` });
    await page.getByText('No deliveries yet. Send a test event to see one here.').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await ask('mutation { publishEvent(input: { type: "watched.page", payloadText: "{}" }) { __typename } }');
    await page.getByRole('region', { name: 'Latest deliveries' }).getByText('Failed').waitFor();
    const failures = page.getByRole('region', { name: 'Failures' });
    await failures.getByRole('link', { name: 'HTTP 503' }).waitFor();
    await failures.getByRole('link', { name: 'HTTP 503' }).click();
    await page.waitForURL(/\/deliveries\?.*endpoint=ep_.*response=503/);
    receiver.play(respond(200));
  });

  it('the endpoint page shows an outage while all deliveries are retrying, and excludes test events from its statistics', async () => {
    receiver.play(respond(503));
    const id = await makeEndpoint({ name: 'Down', eventTypes: ['outage.page'], retryScheduleSeconds: [3600] });
    for (let published = 0; published < 2; published += 1)
      await ask('mutation { publishEvent(input: { type: "outage.page", payloadText: "{}" }) { __typename } }');
    await ask('mutation ($id: ID!) { sendTestEvent(endpointId: $id) { __typename } }', { id });
    const filter = { endpointIds: [id], statuses: ['RETRYING', 'FAILED'] };
    const finished = 'query ($filter: DeliveryFilter) { deliveryStats(filter: $filter) { total } }';
    await expect.poll(() => ask(finished, { filter }), { timeout: waitMs }).toEqual({ deliveryStats: { total: 3 } });
    const page = await open({ path: `/endpoints/${id}` });
    const panel = page.getByRole('region', { name: 'Deliveries over time' }).first();
    await panel.getByText('0 failed, 2 retrying').waitFor();
    const figure = (name: string) => panel.locator('dl > div', { hasText: name }).locator('dd').innerText();
    expect(await figure('Failed attempts')).toBe('2');
    expect(await figure('Attempt success')).toBe('0%');
    await page.getByText('of 2 recent deliveries', { exact: true }).waitFor();
    await panel.getByText('Show as table').click();
    await panel.getByRole('row').filter({ hasText: 'UTC' }).first().getByRole('link').nth(2).waitFor();
    expect(await panel.locator('tbody tr td:nth-child(4)').allInnerTexts()).toContain('2');
    receiver.play(respond(200));
  });

  it('the endpoint page reveals the secret on demand, rotates it, and ends the validity of the old secret', async () => {
    const id = await makeEndpoint({ name: 'Secretive' });
    const page = await open({ path: `/endpoints/${id}` });
    const panel = page.getByRole('region', { name: 'Signing secret' });
    expect(await panel.innerText()).not.toMatch(/whsec_\w/);
    await panel.getByRole('button', { name: 'Reveal' }).click();
    const secret = await panel.getByText(/^whsec_[\w+/]/).innerText();
    // Without timers the page polls nothing, so that it can show only what the actions load.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await panel.getByRole('button', { name: 'Rotate…' }).click();
    await page.getByRole('dialog').getByRole('radio', { name: '7 days' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await expect.poll(() => panel.locator('code').innerText(), { timeout: waitMs }).not.toBe(secret);
    const { revealEndpointSecret } = await ask(
      'mutation ($id: ID!) { revealEndpointSecret(id: $id) { ... on RevealEndpointSecretSuccess { secret } } }',
      { id },
    );
    expect(await panel.locator('code').innerText()).toBe(revealEndpointSecret.secret);
    // The server signs requests with the old secret too, until it expires or a user expires it.
    await panel.getByText(/^The old secret expires in 6d 23h/).waitFor();
    await panel.getByRole('button', { name: 'Expire old secret…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Expire the old secret now?' });
    await dialog.getByRole('button', { name: 'Expire old secret' }).click();
    await dialog.waitFor({ state: 'detached' });
    await panel.getByText(/^The old secret expires/).waitFor({ state: 'detached' });
    const { endpoint } = await ask('query ($id: ID!) { endpoint(id: $id) { previousSecretsExpireAt } }', { id });
    expect(endpoint.previousSecretsExpireAt).toBeNull();
  });

  it('the endpoint page shows when and why the endpoint was disabled, and enables it with one click', async () => {
    receiver.play(respond(410));
    const id = await makeEndpoint({ name: 'Gone', eventTypes: ['gone.now'] });
    await ask('mutation { publishEvent(input: { type: "gone.now", payloadText: "{}" }) { __typename } }');
    const page = await open({ path: `/endpoints/${id}` });
    await page.getByText(/^Disabled .*410/).waitFor();
    // A screen reader announces the banner once, and not the time in it every second.
    expect(await page.locator('[role="status"] time').first().getAttribute('aria-live')).toBe('off');
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await page.getByText(/^Disabled .*410/).waitFor({ state: 'detached' });
    receiver.play(respond(200));
  });

  it('the keyboard shortcuts of the endpoint page work after the user has clicked a time range', async () => {
    const id = await makeEndpoint({ name: 'Keys', eventTypes: ['keys.page'] });
    const page = await open({ path: `/endpoints/${id}` });
    const range = page.getByRole('radio', { name: '7 days' });
    await range.check();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await range.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('t');
    await page.getByRole('dialog', { name: 'Send test event' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/endpoints$/);
  });

  it('the endpoint page of an unknown id says that the endpoint does not exist', async () => {
    const page = await open({ path: '/endpoints/ep_01h455vb4pex5vsknk084sn02q' });
    await page.getByText('Endpoint not found').waitFor();
  });
});

describe('accessibility of the endpoint screens', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['dark', 390],
  ] as const)(
    'the endpoint screens have no axe violation in the %s theme at a width of %i px',
    async (colorScheme, width) => {
      const name = `Axe ${colorScheme} ${width} ${'with a long name '.repeat(10)}`.trim();
      const headers = [{ name: 'x-token', value: 'hidden' }];
      const id = await makeEndpoint({ name, headers, eventTypes: ['axe.*', 'other.type'], status: 'PAUSED' });
      await ask('mutation ($id: ID!) { sendTestEvent(endpointId: $id) { __typename } }', { id });
      const options = { colorScheme, viewport: { width, height: 800 } };
      const list = await open({ ...options, path: '/endpoints?q=axe' });
      await list.getByRole('link', { name }).waitFor();
      expect(await findAxeViolations(list)).toEqual([]);
      await list.getByRole('link', { name }).click();
      await list.getByRole('region', { name: 'Latest deliveries' }).getByText('webhook.test').waitFor();
      await list.getByRole('img', { name: /Latency over time/ }).waitFor();
      expect(await findAxeViolations(list)).toEqual([]);
      await list.getByRole('button', { name: 'Edit' }).click();
      await list.getByPlaceholder('Unchanged').waitFor();
      await list.getByLabel('Name', { exact: true }).first().fill('');
      await list.getByRole('button', { name: 'Save' }).click();
      await list.getByText('Enter a name.', { exact: true }).waitFor();
      expect(await findAxeViolations(list)).toEqual([]);
    },
  );
});

async function open(options: PageOptions): Promise<Page> {
  const page = await openDashboard(browser, url, testRootKey, options);
  page.setDefaultTimeout(waitMs);
  return page;
}

/** Opens the menu of the only row and chooses an entry. */
async function choose(page: Page, entry: string): Promise<void> {
  await page.getByRole('button', { name: /^Actions of/ }).press('Enter');
  const item = page.getByRole('menuitem', { name: new RegExp(`^${entry}`) });
  await item.focus();
  await item.press('Enter');
}

async function makeEndpoint(input: Readonly<Record<string, unknown>>): Promise<string> {
  const { createEndpoint } = await ask(
    `mutation ($input: CreateEndpointInput!) {
      createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } } }`,
    { input: { url: receiver.url, eventTypes: ['never.sent'], retryScheduleSeconds: [], ...input } },
  );
  return createEndpoint.endpoint.id;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is the document's.
async function ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<any> {
  const { data, errors } = await post(url, testRootKey, query, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
