import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type CutProxy, startCutProxy } from '../clients/cut-proxy.ts';
import { respond } from '../fixtures/behaviours.ts';
import { type DashboardSite, openDashboardSite, wait } from '../fixtures/dashboard-site.ts';

let proxy: CutProxy;
let site: DashboardSite;
const ids = { endpoint: '', delivery: '', event: '', operation: '' };

/** Why a request failed: one of its statements, a wait for a connection, or the whole operation took too long. */
const reason =
  /(The database does not respond\.|No database connection became free in time.*|The server took too long to respond\.)/;

vi.setConfig({ testTimeout: 240_000 });

beforeAll(async () => {
  site = await openDashboardSite(async connectionString => {
    const url = new URL(connectionString);
    proxy = await startCutProxy(Number(url.port));
    url.host = `127.0.0.1:${proxy.port}`;
    return {
      DATABASE_URL: url.href,
      STATEMENT_TIMEOUT_MS: '2000',
      OPERATION_TIMEOUT_MS: '4000',
      API_DATABASE_CONNECTIONS: '24',
      MAX_DATABASE_CONNECTIONS_PER_TENANT: '24',
    };
  });
  site.receiver.play(respond(500));
  ids.endpoint = await site.makeEndpoint('Patient shop', 'patient.one');
  await site.publish('patient.one');
  const read = () => site.ask('{ deliveries(filter: { statuses: [FAILED] }) { nodes { id event { id } } } }', {});
  await vi.waitFor(async () => expect((await read()).deliveries.nodes).toHaveLength(1), wait);
  const [delivery] = (await read()).deliveries.nodes;
  ids.delivery = delivery.id;
  ids.event = delivery.event.id;
  const { operation } = await site.ask(
    'mutation ($id: ID!) { operation: retryDeliveries(filter: { endpointIds: [$id] }) { ... on BulkOperation { id } } }',
    { id: ids.endpoint },
  );
  ids.operation = operation.id;
  await site.ask(
    'mutation { createApiKey(input: { name: "Billing", permissions: [DELIVERIES_READ] }) { __typename } }',
    {},
  );
}, 180_000);
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

interface Screen {
  readonly path: () => string;
  /** The texts of the screen while its data cannot be loaded. */
  readonly failed: readonly string[];
  /** A text of the screen once its data is loaded. */
  readonly loaded: string | RegExp;
}

/** The form of an endpoint fails like its page, and the screens of redaction and of the audit log like that of keys. */
const screens: readonly Screen[] = [
  { path: () => '/overview?range=1h', failed: ["Couldn't load metrics"], loaded: 'Recent failures' },
  { path: () => '/deliveries', failed: ["Couldn't load deliveries"], loaded: 'Patient shop' },
  {
    path: () => `/deliveries/${ids.delivery}`,
    failed: ["Couldn't load deliveries", "Couldn't load this delivery"],
    loaded: 'Attempts',
  },
  { path: () => `/events/${ids.event}`, failed: ["Couldn't load this event"], loaded: 'Published' },
  { path: () => '/endpoints', failed: ["Couldn't load endpoints"], loaded: 'Patient shop' },
  { path: () => `/endpoints/${ids.endpoint}`, failed: ["Couldn't load this endpoint"], loaded: 'Success rate' },
  { path: () => '/failures', failed: ["Couldn't load failures"], loaded: 'HTTP 500' },
  { path: () => '/operations', failed: ["Couldn't load operations"], loaded: 'Root key' },
  { path: () => `/operations/${ids.operation}`, failed: ["Couldn't load this operation"], loaded: 'Started by' },
  { path: () => '/keys', failed: ["Couldn't load keys", "Couldn't load portal links"], loaded: 'Billing' },
  // Only the root key may open this screen, and the page does not know yet whose key it has.
  { path: () => '/tenants', failed: [], loaded: 'default' },
];

it('screens and a form that are open when the database stops responding keep their data, screens opened meanwhile say so, and all load their data by themselves afterwards', async () => {
  const prepare = (page: Page) => page.clock.install();
  const paths = ['/overview?range=1h', '/failures', '/endpoints', `/endpoints/${ids.endpoint}`, '/operations'];
  const earlier = await Promise.all(['/endpoints/new', ...paths].map(path => site.open({ path, prepare })));
  const [form, ...lists] = earlier as [Page, ...Page[]];
  await Promise.all(lists.map(seeShop));
  await form.getByLabel('Name', { exact: true }).fill('Kept shop');
  await form.getByLabel('URL', { exact: true }).fill('https://kept.example/hook');
  proxy.silence();
  await form.getByRole('button', { name: 'Create endpoint' }).click();
  await Promise.all(lists.map(page => page.clock.fastForward(10_000)));
  const opened = await Promise.all(
    screens.map(async (screen, index) => {
      const page = await openTab(earlier[index % earlier.length] as Page, screen.path());
      return { screen, page, untrue: await findUntrue(screen, page) };
    }),
  );
  expect(opened.flatMap(({ untrue }) => untrue)).toEqual([]);
  await form.getByText(reason).first().waitFor();
  await Promise.all(lists.map(seeOlder));
  expect(await form.getByLabel('Name', { exact: true }).inputValue()).toBe('Kept shop');
  proxy.mend();
  await Promise.all([...opened.map(({ screen, page }) => seeLoaded(screen, page)), ...lists.map(seeNew)]);
  await form.getByRole('button', { name: 'Create endpoint' }).click();
  await form.getByText('whsec_').first().waitFor();
});

/** @returns what the page says that is not true while its data cannot be loaded. */
async function findUntrue({ path, failed }: Screen, page: Page): Promise<string[]> {
  await page.getByText("Couldn't load your permissions.").waitFor();
  for (const title of failed) await page.getByRole('alert').getByText(title, { exact: true }).waitFor();
  // The reason, and when the request is repeated.
  const explained = new RegExp(`${reason.source} Retrying every \\d+ seconds\\.`);
  const unexplained = (await page.getByRole('alert').allInnerTexts()).filter(text => !explained.test(text));
  const text = await page.locator('body').innerText();
  const untrue = /No access|not found|No failures|No deliveries yet|No endpoints|No keys|No activity|Something went/;
  return [...unexplained, ...(untrue.test(text) ? [text] : [])].map(found => `${path()}: ${found}`);
}

/** Sees that the page keeps its data and says why it is not refreshed. */
async function seeOlder(page: Page): Promise<void> {
  const older = page.getByText(new RegExp(`Showing older data: ${reason.source}`));
  await pollAhead(page, async () => (await older.count()) > 0, true);
  await seeShop(page);
}

/** Sees that the page refreshes its data again. */
async function seeNew(page: Page): Promise<void> {
  await pollAhead(page, () => page.getByText('Showing older data').count(), 0);
  await seeShop(page);
}

/** Sees that the page has loaded its data without being asked to. */
async function seeLoaded({ loaded }: Screen, page: Page): Promise<void> {
  await pollAhead(page, () => page.getByRole('alert').allInnerTexts(), []);
  await pollAhead(page, () => page.getByText("Couldn't load your permissions.").count(), 0);
  await page.locator('main').getByText(loaded).filter({ visible: true }).first().waitFor();
}

async function seeShop(page: Page): Promise<void> {
  await page.locator('main').getByText('Patient shop').filter({ visible: true }).first().waitFor();
}

/** Polls until `read` returns `expected`. The clock of the page is set ahead meanwhile, which saves its intervals. */
async function pollAhead<T>(page: Page, read: () => Promise<T>, expected: T): Promise<void> {
  const readAhead = async () => {
    await page.clock.fastForward(10_000);
    return read();
  };
  await expect.poll(readAhead, { ...wait, interval: 500 }).toEqual(expected);
}

/** Opens a tab in the browser context of `first`, which has the dashboard in its cache. */
async function openTab(first: Page, path: string): Promise<Page> {
  const page = await first.context().newPage();
  page.setDefaultTimeout(wait.timeout);
  await page.clock.install();
  await page.addInitScript(
    session => sessionStorage.setItem('livehook-session', session),
    await first.evaluate(() => String(sessionStorage.getItem('livehook-session'))),
  );
  await page.goto(site.url + path, { waitUntil: 'commit' });
  return page;
}
