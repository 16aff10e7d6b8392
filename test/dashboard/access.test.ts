import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findAxeViolations, openBrowser, type PageOptions } from '../fixtures/browser.ts';
import { post } from '../fixtures/client.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';
import { startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';

const cleanup = new AsyncDisposableStack();
let url: string;
let browser: Browser;

/** The timeout of every wait. Pages load slowly on a busy machine. */
const waitMs = 60_000;
vi.setConfig({ testTimeout: 180_000 });
const wait = { timeout: waitMs };

beforeAll(async () => {
  await buildDashboard();
  const database = cleanup.use(await createTestDatabase());
  ({ url } = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString, MAX_TENANTS: '5' })));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('API keys', () => {
  it('the keys screen creates an API key by keyboard, shows its secret once, and the key works', async () => {
    const page = await open({ path: '/keys' });
    await page.getByRole('heading', { name: 'No keys yet' }).waitFor();
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: 'New API key' });
    await dialog.waitFor();
    // The dialog has focused the name field.
    await page.keyboard.type('Billing');
    await page.keyboard.press('Enter');
    const secret = (await dialog.locator('code').textContent()) ?? '';
    expect(secret).toMatch(/^lhk_/);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('row', { name: 'Billing' });
    await row.getByText('events:publish, deliveries:read, endpoints:read').waitFor();
    expect(await page.content()).not.toContain(secret);
    const { data } = await post(url, secret, '{ viewer { permissions } }');
    expect(data.viewer.permissions).toEqual(['EVENTS_PUBLISH', 'DELIVERIES_READ', 'ENDPOINTS_READ']);
  });

  it('the keys screen shows the portal links once the keys above them have loaded, so that they do not move', async () => {
    const page = await open({});
    const keys = Promise.withResolvers<void>();
    await page.route('**/graphql', async route => {
      if (route.request().postData()?.includes('query Keys')) await keys.promise;
      await route.continue();
    });
    await page.goto(`${url}/keys`);
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    const links = page.getByRole('heading', { name: 'Portal links' });
    expect(await links.count()).toBe(0);
    keys.resolve();
    await links.waitFor();
  });

  it('the keys screen asks before it revokes a key, and the session of that key ends', async () => {
    const secret = await createKey('Leaked', ['DELIVERIES_READ']);
    const victim = await open({}, secret);
    await victim.getByText('Live', { exact: true }).waitFor();
    const page = await open({ path: '/keys' });
    await page.getByRole('button', { name: 'Revoke Leaked' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByRole('row', { name: 'Leaked' }).getByText('Revoked').waitFor();
    await victim.getByText('Invalid, revoked or expired API key.').waitFor();
    await victim.getByLabel('API key').waitFor();
  });

  it('revoking a key offers to revoke the keys that it created', async () => {
    const secret = await createKey('Parent', ['KEYS_MANAGE']);
    const createChild = `mutation ($name: String!) { createApiKey(input: { name: $name, permissions: [KEYS_MANAGE] }) {
      ... on CreateApiKeySuccess { secret } } }`;
    const { data } = await post(url, secret, createChild, { name: 'Child' });
    await post(url, data.createApiKey.secret, createChild, { name: 'Grandchild' });
    const page = await open({ path: '/keys' });
    await page.getByRole('button', { name: 'Revoke Parent' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Also revoke the 2 keys that it created').check();
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
    for (const name of ['Parent', 'Child', 'Grandchild']) {
      await page.getByRole('row', { name }).getByText('Revoked').first().waitFor();
    }
    await page.getByRole('button', { name: 'Revoke Child', exact: true }).waitFor({ state: 'detached' });
    const isRefused = async () => (await post(url, data.createApiKey.secret, '{ viewer { permissions } }')).status;
    await expect.poll(isRefused, wait).toBe(401);
  });

  it('the keys screen renames a key', async () => {
    await createKey('Old name', []);
    const page = await open({ path: '/keys' });
    await page.getByRole('button', { name: 'Rename Old name' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rename API key' });
    await dialog.getByLabel('Name').fill('New name');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('row', { name: 'New name' }).waitFor();
    await page.getByRole('row', { name: 'Old name' }).waitFor({ state: 'detached' });
  });

  it('the navigation of the dashboard shows only the screens that the permissions of the key allow', async () => {
    const page = await open({ path: '/keys' }, await createKey('Reader', ['DELIVERIES_READ']));
    await page.getByRole('heading', { name: 'No access' }).waitFor();
    await page.getByRole('link', { name: 'Deliveries' }).waitFor();
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
  });
});

describe('the portal', () => {
  it('a portal link shows only its own endpoints, and the page tells the customer when the session has ended', async () => {
    await makeEndpoint('Theirs');
    await makeEndpoint('Not theirs');
    const page = await open({ path: '/keys' });
    await page.getByRole('button', { name: 'Portal link' }).click();
    const dialog = page.getByRole('dialog', { name: 'New portal link' });
    await dialog.getByLabel('Theirs', { exact: true }).check();
    await dialog.getByRole('button', { name: 'Create link' }).click();
    const link = (await dialog.locator('code').first().textContent()) ?? '';

    const customer = await (await browser.newContext({ bypassCSP: true })).newPage();
    customer.setDefaultTimeout(waitMs);
    await customer.goto(link);
    await customer.getByRole('link', { name: 'Deliveries' }).click();
    await customer.getByText('Live', { exact: true }).waitFor();
    await customer.getByRole('search').getByRole('button', { name: 'Endpoint', exact: true }).click();
    await customer.getByRole('option', { name: /^Theirs/ }).waitFor();
    expect(await customer.getByRole('option').count()).toBe(1);
    await customer.keyboard.press('Escape');
    expect(customer.url()).not.toContain('token');
    expect(await customer.getByRole('link', { name: 'Settings' }).count()).toBe(0);
    await customer.goto(`${url}/keys`);
    await customer.getByRole('heading', { name: 'No access' }).waitFor();
    expect(await findAxeViolations(customer)).toEqual([]);
    await customer.getByRole('button', { name: 'Sign out' }).click();
    await customer.getByRole('heading', { name: "You're signed out" }).waitFor();
    expect(await findAxeViolations(customer)).toEqual([]);
  });

  it('a portal link without endpoints lets its customer create endpoints up to the limit in the dialog', async () => {
    const page = await open({ path: '/keys' });
    await page.getByRole('button', { name: 'Portal link' }).click();
    const dialog = page.getByRole('dialog', { name: 'New portal link' });
    const create = dialog.getByRole('button', { name: 'Create link' });
    expect(await create.isDisabled()).toBe(true);
    await dialog.getByLabel('Change and test endpoints, reveal their secrets').check();
    await dialog.getByLabel('Endpoint limit').fill('9999');
    await create.click();
    await dialog.getByText('Must be a whole number from 1 to 1000.', { exact: true }).waitFor();
    await dialog.getByLabel('Endpoint limit').fill('2');
    await dialog.getByLabel('Event types for new endpoints').fill('order.*, invoice.paid');
    await create.click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: '0 of at most 2 endpoints' }).waitFor();
    const { data } = await post(url, testRootKey, '{ portalTokens(first: 1) { nodes { maxEndpoints eventTypes } } }');
    expect(data.portalTokens.nodes).toEqual([{ maxEndpoints: 2, eventTypes: ['order.*', 'invoice.paid'] }]);
  });

  it('revoking a portal link signs its customer out', async () => {
    const endpointId = await makeEndpoint('Shared');
    const { data } = await post(
      url,
      testRootKey,
      `mutation ($ids: [ID!]!) { createPortalToken(input: { endpointIds: $ids, permissions: [DELIVERIES_READ] }) {
         ... on CreatePortalTokenSuccess { token portalToken { id } } } }`,
      { ids: [endpointId] },
    );
    const { token, portalToken } = data.createPortalToken;
    const page = await open({ path: '/keys' });
    await page.getByRole('button', { name: `Revoke ${portalToken.id}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByRole('row', { name: portalToken.id }).getByText('Revoked').waitFor();
    const isRefused = async () => (await post(url, token, '{ viewer { permissions } }')).status;
    await expect.poll(isRefused, wait).toBe(401);
  });
});

describe('tenants', () => {
  it('a root key session creates a tenant, switches this tab to it, and switches back', async () => {
    const page = await open({ path: '/tenants' });
    await page.getByRole('button', { name: 'New tenant' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Acme <b>Ltd</b>');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Switch to Acme' }).click();
    await page.getByText('Viewing tenant Acme <b>Ltd</b>').waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'No keys yet' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'No keys yet' }).waitFor();
    await page.getByRole('button', { name: 'Exit' }).click();
    await page.getByText('Viewing tenant Acme').waitFor({ state: 'detached' });
  });

  it('the tenants screen renames a tenant, and deletes it after the user has typed its name', async () => {
    await post(url, testRootKey, 'mutation { createTenant(name: "Globex") { __typename } }');
    const page = await open({ path: '/tenants' });
    await page.getByRole('button', { name: 'Rename Globex' }).click();
    const renaming = page.getByRole('dialog', { name: 'Rename tenant' });
    await renaming.getByLabel('Name').fill('Initech');
    await renaming.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('button', { name: 'Delete Initech' }).click();
    const deleting = page.getByRole('dialog', { name: 'Delete this tenant?' });
    expect(await deleting.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await deleting.getByLabel("Type the tenant's name to confirm").fill('Initech');
    await deleting.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('row', { name: 'Initech' }).waitFor({ state: 'detached' });
    const { data } = await post(url, testRootKey, '{ tenants { nodes { name } } }');
    expect(data.tenants.nodes.map(({ name }: { name: string }) => name)).not.toContain('Initech');
  });

  it('the form for a new tenant shows the quota error of the server', async () => {
    for (let count = 0; count < 5; count += 1) {
      await post(url, testRootKey, 'mutation { createTenant(name: "More") { __typename } }');
    }
    const page = await open({ path: '/tenants' });
    await page.getByRole('button', { name: 'New tenant' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('One too many');
    await page.keyboard.press('Enter');
    await page.getByText('This server may have at most 5 tenants (MAX_TENANTS).').waitFor();
  });

  it('only the root key can open the tenants screen', async () => {
    const page = await open({ path: '/tenants' }, await createKey('Manager', ['KEYS_MANAGE', 'DELIVERIES_READ']));
    await page.getByRole('heading', { name: 'No access' }).waitFor();
  });
});

describe('the audit log', () => {
  it('the audit log screen shows action and actor of each entry, and keeps its filter in the URL', async () => {
    await createKey('Audited', ['DELIVERIES_READ']);
    const page = await open({ path: '/audit' });
    const row = page.getByRole('row', { name: 'Created an API key' }).first();
    await row.getByText('Root key').waitFor();
    await row.getByText('name, expiresAt, permissions').click();
    await row.getByText('name: Audited').waitFor();
    await page.getByRole('button', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'Created an endpoint' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: 'Created an API key' }).first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.getAll('action')).toEqual(['ENDPOINT_CREATED']);
    await page.keyboard.press('/');
    await page.keyboard.type('nonsense');
    await page.getByText('must be an id such as').waitFor();
  });
});

describe('redaction', () => {
  it('the redaction screen saves changes, shows which path is invalid, and resets to the defaults', async () => {
    const page = await open({ path: '/redaction' });
    const paths = page.getByLabel('Paths, one per line');
    await expect.poll(() => paths.inputValue(), wait).toContain('**.cvv');
    await paths.fill('card.iban\nwrong..path');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/^wrong\.\.path: /).waitFor();
    await paths.fill('card.iban');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. Applies to new events.').waitFor();
    const { data } = await post(url, testRootKey, '{ viewer { tenant { redaction { paths } } } }');
    expect(data.viewer.tenant.redaction.paths).toEqual(['card.iban']);
    await page.getByRole('button', { name: 'Reset to defaults' }).click();
    await expect.poll(() => page.getByLabel('Paths, one per line').inputValue(), wait).toContain('**.cvv');
  });
});

describe('accessibility of the settings', () => {
  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'the settings screens have no axe violation in the %s theme at a width of %i px',
    async (colorScheme, width) => {
      await createKey(`Axe ${width}`, ['DELIVERIES_READ']);
      const page = await open({ path: '/keys', colorScheme, viewport: { width, height: 800 } });
      const look = async () => {
        expect(await findAxeViolations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      };
      await page.getByRole('row', { name: `Axe ${width}` }).waitFor();
      await look();
      for (const name of ['New key', 'Portal link']) {
        await page.getByRole('button', { name }).click();
        await page.getByRole('dialog').waitFor();
        await look();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      for (const [tab, heading] of [
        ['Redaction', 'Redaction'],
        ['Audit log', 'Audit log'],
        ['Tenants', 'Tenants'],
      ] as const) {
        await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: tab }).click();
        await page.getByRole('heading', { name: heading }).waitFor();
        await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
        await look();
      }
    },
  );
});

async function open(options: PageOptions, key = testRootKey): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  await page.goto(url);
  await page.getByLabel('API key').fill(key);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.goto(url + (options.path ?? '/'));
  return page;
}

async function createKey(name: string, permissions: readonly string[]): Promise<string> {
  const mutation = `mutation ($input: CreateApiKeyInput!) {
    createApiKey(input: $input) { ... on CreateApiKeySuccess { secret } } }`;
  const { data } = await post(url, testRootKey, mutation, { input: { name, permissions } });
  return data.createApiKey.secret;
}

/** Creates an endpoint. @returns its id. */
async function makeEndpoint(name: string): Promise<string> {
  const mutation = `mutation ($input: CreateEndpointInput!) {
    createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id } } } }`;
  const { data } = await post(url, testRootKey, mutation, { input: { name, url: 'http://127.0.0.1:9/' } });
  return data.createEndpoint.endpoint.id;
}
