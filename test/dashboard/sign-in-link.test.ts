import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openBrowser } from '../fixtures/browser.ts';
import { buildDashboard } from '../fixtures/dashboard-build.ts';
import { type LivehookProcess, startLivehook } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';

vi.setConfig({ testTimeout: 180_000 });
const wait = { timeout: 60_000 };
const cleanup = new AsyncDisposableStack();
let browser: Browser;
let dataDir: string;
let livehook: LivehookProcess;

beforeAll(async () => {
  await buildDashboard();
  dataDir = await makeTestDirectory('sign-in-link');
  livehook = cleanup.use(await startLivehook({ DATA_DIR: dataDir, ROOT_API_KEY: '', LOG_LEVEL: 'debug' }));
  browser = await openBrowser();
  cleanup.defer(() => browser.close());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

const readLink = () =>
  vi.waitFor(() => {
    const link = livehook.output.join('\n').match(/^Dashboard: (http\S+)$/m)?.[1];
    if (!link) throw new Error('no link was printed');
    return link;
  }, wait);

it('the sign-in link of a server with an embedded database works once, and its token is removed from the URL', async () => {
  const link = await readLink();
  const key = (await readFile(path.join(dataDir, 'root-api-key'), 'utf8')).trim();
  expect(link).not.toContain(key);
  expect(livehook.output.join('\n')).toContain(`GraphQL:   ${livehook.url}/graphql`);

  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByText('Live', { exact: true }).waitFor(wait);
  expect(page.url()).not.toContain('sign-in');
  const token = new URL(link).hash.replace('#sign-in=', '');
  expect(livehook.output.filter(line => line.includes(token))).toHaveLength(1);

  const second = await (await browser.newContext()).newPage();
  await second.goto(link);
  await second.getByText('This sign-in link was used before, or has expired.').waitFor(wait);
  await second.getByLabel('API key').waitFor(wait);

  // A tab with a session ignores an invalid sign-in link and stays signed in.
  await page.goto(`${link}x`);
  await page.reload();
  await page.getByText('Live', { exact: true }).waitFor(wait);
});

it('a server with an external database prints no sign-in link', async () => {
  await using database = await createTestDatabase();
  await using external = await startLivehook({ DATABASE_URL: database.connectionString });
  expect(await external.stop('SIGTERM')).toBe(0);
  expect(external.output.join('\n')).not.toMatch(/sign-in|Dashboard/);
});
