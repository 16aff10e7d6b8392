import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { respond } from '../fixtures/behaviours.ts';
import { findAxeViolations, type PageOptions } from '../fixtures/browser.ts';
import { type DashboardSite, openDashboardSite, wait } from '../fixtures/dashboard-site.ts';

let site: DashboardSite;
const ids = { endpoint: '', delivery: '', event: '', operation: '' };
let portalToken: string;

vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  site = await openDashboardSite();
  site.receiver.play(respond(500, { body: '{"error":"down"}' }));
  ids.endpoint = await site.makeEndpoint(`Axe ${'with a long name '.repeat(8)}`.trim(), 'axe.*', [0]);
  await site.publish('axe.one');
  await site.publish('axe.two');
  const read = () => site.ask('{ deliveries(filter: { statuses: [FAILED] }) { nodes { id event { id } } } }', {});
  await vi.waitFor(async () => expect((await read()).deliveries.nodes).toHaveLength(2), wait);
  const [delivery] = (await read()).deliveries.nodes;
  ids.delivery = delivery.id;
  ids.event = delivery.event.id;
  const { operation } = await site.ask(
    'mutation ($id: ID!) { operation: replayDeliveries(filter: { endpointIds: [$id] }) { ... on BulkOperation { id } } }',
    { id: ids.endpoint },
  );
  ids.operation = operation.id;
  await site.ask('mutation { createTenant(name: "Acme") { __typename } }', {});
  await site.ask(
    'mutation { createApiKey(input: { name: "Billing", permissions: [DELIVERIES_READ] }) { __typename } }',
    {},
  );
  const permissions = '[DELIVERIES_READ, DELIVERIES_MANAGE, ENDPOINTS_READ, ENDPOINTS_MANAGE]';
  const portal = `createPortalToken(input: { endpointIds: [$id], permissions: ${permissions} })`;
  const created = await site.ask(
    `mutation ($id: ID!) { created: ${portal} { ... on CreatePortalTokenSuccess { token } } }`,
    { id: ids.endpoint },
  );
  portalToken = created.created.token;
}, 180_000);
afterAll(() => site?.[Symbol.asyncDispose]());

/** Opens a menu, popover or dialog, and returns when it is open. */
type Open = (page: Page) => Promise<unknown>;

const press =
  (name: string | RegExp, opened: 'dialog' | 'menu'): Open =>
  async page => {
    await page.getByRole('button', { name }).first().click();
    await page.getByRole(opened).first().waitFor();
  };
const choose =
  (menu: string | RegExp, entry: RegExp): Open =>
  async page => {
    await press(menu, 'menu')(page);
    await page.getByRole('menuitem', { name: entry }).click();
    await page.getByRole('dialog').waitFor();
  };
const chip = (name: string): Open => press(new RegExp(`^${name}$`), 'dialog');

interface Screen {
  readonly path: () => string;
  /** The heading that the screen has once it is complete. Default: any heading. */
  readonly heading?: string | RegExp;
  /** Whether customers of the portal can open the screen. Default: false. */
  readonly inPortal?: boolean;
  /** The menus, popovers and dialogs to open on the screen. The Escape key closes each of them. */
  readonly opened?: Readonly<Record<string, Open>>;
}

const screens: readonly Screen[] = [
  { inPortal: true, path: () => '/overview?range=1h', heading: 'Recent failures' },
  {
    inPortal: true,
    path: () => '/deliveries',
    opened: {
      'the status filter': chip('Status'),
      'the response filter': chip('Response'),
      'the latency filter': chip('Latency'),
      'the time filter': chip('Time'),
      'the saved views': press(/^Views/, 'menu'),
      'a bulk retry': choose('Bulk actions', /^Retry/),
      'the keyboard shortcuts': async page => {
        await page.keyboard.press('?');
        await page.getByRole('dialog').getByText('Next row').waitFor();
      },
      'a selection': async page => {
        await page.keyboard.press('j');
        await page.keyboard.press('x');
        await page.getByText('1 selected').waitFor();
      },
    },
  },
  { inPortal: true, path: () => '/deliveries?type=nothing.here', heading: 'No matching deliveries' },
  {
    inPortal: true,
    path: () => `/deliveries/${ids.delivery}`,
    heading: 'Attempts',
    opened: { 'a comparison of attempts': press(/^Compare/, 'dialog'), 'the copies': press(/^Copy$/, 'menu') },
  },
  { inPortal: true, path: () => `/events/${ids.event}`, heading: 'Payload' },
  {
    inPortal: true,
    path: () => '/endpoints',
    heading: 'Endpoints',
    opened: {
      'the actions of an endpoint': press(/^Actions of/, 'menu'),
      'a test event': choose(/^Actions of/, /^Send test event/),
    },
  },
  {
    inPortal: true,
    path: () => `/endpoints/${ids.endpoint}`,
    heading: 'Settings',
    opened: {
      'the rotation of the secret': press(/^Rotate/, 'dialog'),
      'how to verify signatures': press('Verify signatures', 'dialog'),
      'the deletion': choose(/^More/, /^Delete/),
    },
  },
  { path: () => '/endpoints/new', heading: 'New endpoint' },
  {
    inPortal: true,
    path: () => '/failures',
    heading: /^Axe/,
    opened: { 'the spans of a retry': press(/^Retry everything/, 'menu') },
  },
  { inPortal: true, path: () => '/operations', heading: 'Bulk operations' },
  { path: () => `/operations/${ids.operation}`, heading: /^Replay/ },
  {
    path: () => '/keys',
    heading: 'Portal links',
    opened: {
      'a new key': press(/^New key/, 'dialog'),
      'a new portal link': async page => {
        await press('Portal link', 'dialog')(page);
        await page.getByLabel(/^Change and test endpoints/).check();
        await page.getByLabel('Endpoint limit').fill('3');
      },
      'a revocation': press(/^Revoke Billing/, 'dialog'),
    },
  },
  { path: () => '/redaction', heading: 'Redaction' },
  { path: () => '/audit', heading: 'Audit log', opened: { 'the action filter': chip('Action') } },
  {
    path: () => '/tenants',
    heading: 'Tenants',
    opened: {
      'a new tenant': press(/^New tenant/, 'dialog'),
      'a new name': press(/^Rename Acme/, 'dialog'),
      'a deletion': press(/^Delete Acme/, 'dialog'),
    },
  },
];

const themes = [
  ['light', 1280],
  ['dark', 390],
] as const;

it.each(themes)(
  'no screen has an axe violation, scrolls sideways or shows a relative time alone in the %s theme at a width of %i px',
  async (colorScheme, width) => {
    const page = await site.open({ path: '/nowhere', viewport: { width, height: 800 }, colorScheme });
    expect(await checkScreens(page, screens)).toEqual([]);
    await page.close();
  },
);

it.each(themes)(
  'no screen of the portal, nor the sign-in page, has an axe violation in the %s theme at a width of %i px',
  async (colorScheme, width) => {
    const page = await openSignedOut({ viewport: { width, height: 800 }, colorScheme });
    await page.goto(site.url);
    await page.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Invalid, revoked or expired API key.').waitFor();
    const found = await checkPage(page, 'sign-in');
    await page.goto(`${site.url}/nowhere#token=${portalToken}`);
    const portalScreens = screens.filter(({ inPortal }) => inPortal);
    found.push(...(await checkScreens(page, portalScreens)));
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: "You're signed out" }).waitFor();
    found.push(...(await checkPage(page, 'signed out')));
    expect(found).toEqual([]);
    await page.close();
  },
);

it.each(themes)(
  'no menu, popover or dialog of a screen has an axe violation in the %s theme at a width of %i px',
  async (colorScheme, width) => {
    const page = await site.open({ path: '/nowhere', viewport: { width, height: 800 }, colorScheme });
    const found: string[] = [];
    for (const { path, heading, opened = {} } of screens) {
      for (const [name, open] of Object.entries(opened)) {
        await show(page, path(), heading);
        await open(page);
        found.push(...(await checkPage(page, `${path()}, ${name}`)));
        if (colorScheme === 'light') {
          await page.emulateMedia({ colorScheme: 'dark' });
          for (const violation of await findAxeViolations(page, ['color-contrast'])) {
            found.push(`${path()}, ${name}, dark: ${violation}`);
          }
          await page.emulateMedia({ colorScheme });
        }
        await page.keyboard.press('Escape');
      }
    }
    expect(found).toEqual([]);
    await page.close();
  },
);

it.each([
  ['/deliveries', 1280],
  ['/deliveries', 390],
  ['/endpoints/new', 390],
  ['/failures', 1280],
])('the focus is visible, and not covered, at every tab stop of %s at a width of %i px', async (path, width) => {
  const page = await site.open({ path, viewport: { width, height: 800 } });
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.getByRole('status', { name: /^Loading/ }).count(), wait).toBe(0);
  const stops: string[] = [];
  const found: string[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(describeFocus);
    if (stop === null || stops.includes(stop.id)) break;
    stops.push(stop.id);
    if (!stop.isOutlined) found.push(`${stop.name}: no outline`);
    // A list that scrolls sideways may scroll to its focused button with an animation.
    await expect.poll(() => page.evaluate(describeFocus).then(now => now?.isCovered), wait).toBe(false);
  }
  expect(found).toEqual([]);
  expect(stops.length).toBeGreaterThan(8);
  await page.close();
});

async function openSignedOut(options: PageOptions): Promise<Page> {
  const context = await site.browser.newContext({ bypassCSP: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(wait.timeout);
  page.once('close', () => void context.close());
  return page;
}

async function checkScreens(page: Page, checked: readonly Screen[]): Promise<string[]> {
  const found: string[] = [];
  for (const { path, heading } of checked) {
    await show(page, path(), heading);
    found.push(...(await checkPage(page, path())));
  }
  return found;
}

/** Returns the axe violations of what the page shows, whether it scrolls sideways, and its times without time of day. */
async function checkPage(page: Page, name: string): Promise<string[]> {
  const found = await findAxeViolations(page);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (isWide) found.push('the page scrolls sideways');
  // Each time shows the time of day too, so that it can be compared with a log without moving the pointer.
  for (const time of await page.locator('time').allTextContents()) {
    if (!/\d\d:\d\d:\d\d/.test(time)) found.push(`"${time}" has no absolute time`);
  }
  return found.map(problem => `${name}: ${problem}`);
}

/** Runs in the page: describes the focused element. Null if nothing has the focus. */
function describeFocus() {
  const focused = document.activeElement as HTMLElement | null;
  if (!focused || focused === document.body) return null;
  const around = focused.closest('label') ?? focused;
  const hasOutline = (element: Element, pseudo?: string) =>
    getComputedStyle(element, pseudo).outlineStyle !== 'none' &&
    getComputedStyle(element, pseudo).outlineWidth !== '0px';
  const { x, y, width, height } = around.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + Math.min(height / 2, 100));
  focused.dataset.tabStop ??= `${document.querySelectorAll('[data-tab-stop]').length}`;
  return {
    id: focused.dataset.tabStop,
    name: `${focused.tagName} ${focused.getAttribute('aria-label') ?? focused.textContent}`.slice(0, 80),
    isOutlined:
      [around, ...around.querySelectorAll('*')].some(element => hasOutline(element)) ||
      (focused.parentElement !== null && hasOutline(focused.parentElement, '::after')),
    isCovered: top === null || !(around.contains(top) || top.contains(around)),
  };
}

/**
 * Opens a path and waits until its screen is complete. Navigates inside the open document, because loading it again for
 * each screen takes longer than the check. The page before has no overlays and no state of the previous screen.
 */
async function show(page: Page, path: string, heading?: string | RegExp): Promise<void> {
  await navigate(page, '/nowhere');
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await navigate(page, path);
  if (heading !== undefined) await page.getByRole('heading', { name: heading }).first().waitFor();
  else await page.getByRole('grid').getByRole('row').nth(1).waitFor();
  await expect.poll(() => page.getByRole('status', { name: /^Loading/ }).count(), wait).toBe(0);
}

function navigate(page: Page, path: string): Promise<void> {
  return page.evaluate(to => history.pushState(null, '', to), path);
}
