import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';
import { findAxeViolations, openBrowser, openDashboard, type PageOptions } from '../fixtures/browser.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';

const cleanup = new AsyncDisposableStack();
let api: TestApi;
let browser: Browser;

/** The timeout of every wait. Pages load slowly on a busy machine. */
const waitMs = 60_000;
vi.setConfig({ testTimeout: 180_000 });
const wait = { timeout: waitMs };

beforeAll(async () => {
  await buildDashboard();
  api = cleanup.use(await openTestApi());
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

describe('the frame around all screens of the dashboard', () => {
  it('a link to another screen sets the title of the page and moves the focus to the screen', async () => {
    const page = await open({ path: '/deliveries' });
    await expect.poll(() => page.title(), wait).toBe('Deliveries · Livehook');
    await page.getByRole('link', { name: 'Settings' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title(), wait).toBe('API keys · Livehook');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id), wait).toBe('main');
  });

  it('the first link of the page moves the focus past the navigation', async () => {
    const page = await open({ path: '/keys' });
    await page.getByRole('heading', { name: 'No keys yet' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id), wait).toBe('main');
  });

  it('the connection badge shows that the browser is offline before the websocket reports it', async () => {
    const page = await open({ path: '/keys' });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Offline', { exact: true }).waitFor();
    await page.context().setOffline(false);
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('the ? key opens the list of shortcuts, and Escape closes it', async () => {
    const page = await open({ path: '/deliveries' });
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.getByText('Next row').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
  });

  it('the theme that the user chooses is applied, and kept after a reload', async () => {
    const page = await open({ path: '/nowhere', colorScheme: 'light' });
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
  });

  it.each(['light', 'dark'] as const)(
    'the page of an unknown URL says that it was not found, without an axe violation in the %s theme',
    async colorScheme => {
      const page = await open({ path: '/nowhere', colorScheme, viewport: { width: 390, height: 800 } });
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      await page.getByRole('link', { name: 'Go to Overview' }).click();
      await expect.poll(() => new URL(page.url()).pathname, wait).not.toBe('/nowhere');
    },
  );

  it('a URL with names of built-in properties, broken encoding, repeated or unknown values shows its screen', async () => {
    const page = await open({ path: '/nowhere' });
    const errors: string[] = [];
    page.on('pageerror', error => errors.push(error.message));
    const addresses: readonly (readonly [string, string])[] = [
      ['/deliveries?__proto__=1&constructor=2&toString=3', 'Deliveries'],
      ['/deliveries?status=__proto__&time=constructor&sort=toString&error=valueOf&reason=__proto__', 'Deliveries'],
      ['/deliveries?status=FAILED&status=FAILED&status=NOPE&time=1h&time=7d&q=a&q=b', 'Deliveries'],
      ['/deliveries?q=%E0%A4%A&type=%', 'Deliveries'],
      [`/deliveries?q=${'x'.repeat(8_000)}&type=${'a'.repeat(4_000)}`, 'Deliveries'],
      ['/deliveries/__proto__?status=constructor', "Couldn't load this delivery"],
      ['/deliveries/%E0%A4%A', "Couldn't load this delivery"],
      ['/overview?range=__proto__', 'Overview'],
      ['/failures?time=constructor', 'Failures'],
      ['/endpoints?sort=__proto__&status=constructor&status=PAUSED&after=%00', 'Endpoints'],
      ['/endpoints/constructor', "Couldn't load this endpoint"],
      ['/endpoints/__proto__/edit', "Couldn't load this endpoint"],
      ['/events/toString', "Couldn't load this event"],
      ['/operations/__proto__', "Couldn't load this operation"],
      ['/audit?action=constructor&key=__proto__&q=%', 'Audit log'],
      ['/constructor', 'Page not found'],
      ['/%E0%A4%A', 'Page not found'],
    ];
    const found: string[] = [];
    for (const [address, heading] of addresses) {
      await page.evaluate(to => history.pushState(null, '', to), '/nowhere');
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      await page.evaluate(to => history.pushState(null, '', to), address);
      const shown = page
        .getByRole('heading', { name: heading, exact: true })
        .or(page.getByText('Something went wrong'));
      await shown.first().waitFor();
      if (await page.getByText('Something went wrong').isVisible()) found.push(address);
    }
    expect([...found, ...errors]).toEqual([]);
    // The server also responds to such a URL with the page.
    await page.goto(`${api.url}/deliveries?__proto__=1&q=%E0%A4%A`);
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
    await page.close();
  });

  it('a screen whose script failed to load is loaded on the next visit, and other screens work meanwhile', async () => {
    const page = await open({ path: '/nowhere' });
    await page.route('**/assets/keys-screen*.js', route => route.abort());
    // The HTML page cannot be loaded either, so that the dashboard does not find a new build and reload itself.
    await page.route(new URL('/', api.url).href, route => route.abort());
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: "Couldn't load this page" }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
    await page.unroute('**/assets/keys-screen*.js');
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
  });

  it('the page reloads itself once if a deployment has renamed its scripts, and then keeps retrying', async () => {
    const page = await open({ path: '/nowhere' });
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    let loads = 0;
    let failures = 0;
    page.on('load', () => {
      loads += 1;
    });
    await page.route('**/assets/keys-screen*.js', async route => {
      failures += 1;
      await route.abort();
    });
    await page.route(new URL('/', api.url).href, async route => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/(<script[^>]* src="[^"]*\/)[^"/]+"/, '$1renamed.js"');
      await route.fulfill({ response, body });
    });
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect.poll(() => loads, wait).toBe(1);
    const before = failures;
    await expect.poll(() => failures, wait).toBeGreaterThanOrEqual(before + 2);
    await page.unroute('**/assets/keys-screen*.js');
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    expect(loads).toBe(1);
    await page.close();
  });

  it('the connection badge shows that live updates are paused while the server reports its feed as unavailable', async () => {
    const page = await open({ path: '/nowhere' });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.route('**/graphql', route =>
      route.request().postData()?.includes('query FeedState')
        ? route.fulfill({ json: { data: null, errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] } })
        : route.continue(),
    );
    await page.getByText('Live updates paused', { exact: true }).waitFor();
    await page.unroute('**/graphql');
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('the dashboard starts and keeps a saved view until it is closed in a browser that blocks storage', async () => {
    const page = await open({
      path: '/deliveries',
      prepare: async opened => {
        await opened.addInitScript(() => {
          for (const name of ['localStorage', 'sessionStorage']) {
            Object.defineProperty(window, name, {
              get: () => {
                throw new DOMException('blocked', 'SecurityError');
              },
            });
          }
        });
      },
    });
    await page.getByLabel('API key').fill(rootKey);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save this view…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Unstored');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Unstored' }).waitFor();
  });

  it.each(['/deliveries', '/endpoints', '/overview'])(
    'the page preloads the stylesheets of the screen %s, and loads each file once',
    async path => {
      const requested: string[] = [];
      let link = '';
      const page = await open({
        path,
        prepare: async opened => {
          opened.on('request', request => requested.push(new URL(request.url()).pathname));
          opened.on('response', response => {
            if (new URL(response.url()).pathname === path) link = response.headers().link ?? '';
          });
        },
      });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      const preloaded = [...link.matchAll(/<([^>]+\.css)>; rel=preload/g)].map(([, file]) => file);
      expect(preloaded.length).toBeGreaterThan(0);
      expect(requested).toEqual(expect.arrayContaining(preloaded));
      const files = requested.filter(file => file.startsWith('/assets/'));
      expect(files).toEqual([...new Set(files)]);
    },
  );

  it('a button with an icon shows a tooltip on hover and on focus, and Escape closes it', async () => {
    const page = await open({ path: '/deliveries' });
    const button = page.getByRole('button', { name: 'Keyboard shortcuts' });
    const tooltip = page.getByRole('tooltip', { name: 'Keyboard shortcuts' });
    await button.hover();
    await tooltip.waitFor();
    await page.getByRole('heading', { name: 'Deliveries', level: 1 }).hover();
    await tooltip.waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    await button.focus();
    await tooltip.waitFor();
    expect(await button.getAttribute('aria-describedby')).toBe(await tooltip.getAttribute('id'));
    await page.keyboard.press('Escape');
    await tooltip.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
  });

  it('a tooltip whose script cannot be loaded does not reload the page, which keeps what the user has typed', async () => {
    const page = await open({ path: '/endpoints/new' });
    let requests = 0;
    await page.route('**/assets/tooltip*.js', route => {
      requests += 1;
      return route.abort();
    });
    // The page names another entry script, as after a deployment.
    const html = '<script type="module" src="/assets/index-other.js"></script>';
    await page.route(new URL('/', api.url).href, route => route.fulfill({ contentType: 'text/html', body: html }));
    await page.getByLabel('Name', { exact: true }).fill('Half typed');
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).hover();
    await expect.poll(() => requests, wait).toBeGreaterThan(1);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Half typed');
  });

  it('while the script of a menu loads, its button is busy, shortcuts are disabled, and Escape closes it', async () => {
    const page = await open({ path: '/deliveries' });
    const mayLoad = Promise.withResolvers<void>();
    await page.route('**/assets/menu-list*.js', async route => {
      await mayLoad.promise;
      await route.continue();
    });
    const views = page.getByRole('button', { name: 'Views' });
    await views.click();
    await page.locator('[aria-busy="true"]').and(views).waitFor();
    await page.keyboard.press('/');
    await page.locator(':focus').and(views).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[aria-expanded="false"]:not([aria-busy])').and(views).waitFor();
    await page.keyboard.press('/');
    await page.locator('#delivery-search:focus').waitFor();
    await views.click();
    mayLoad.resolve();
    await page.getByRole('menuitem', { name: 'Save this view…' }).waitFor();
    await page.locator('[aria-busy="true"]').and(views).waitFor({ state: 'detached' });
  });

  it('the dashboard causes no violation of its content security policy', async () => {
    const page = await open({ path: '/deliveries', bypassCSP: false });
    const complaints: string[] = [];
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
    for (const [link, heading] of [
      ['Settings', 'API keys'],
      ['Deliveries', 'Deliveries'],
    ] as const) {
      await page.getByRole('link', { name: link }).click();
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    }
    expect(complaints).toEqual([]);
  });
});

async function open(options: PageOptions): Promise<Page> {
  const page = await openDashboard(browser, api.url, rootKey, options);
  page.setDefaultTimeout(waitMs);
  return page;
}
