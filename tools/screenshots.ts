import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { findFreePort } from '../src/database/embedded/free-port.ts';
import { deliveryRows, openBrowser, openDashboard } from '../test/fixtures/browser.ts';
import { buildDashboard } from '../test/fixtures/dashboard-build.ts';
import { readArguments } from './read-arguments.ts';

readArguments('node tools/screenshots.ts\n\nTakes the pictures of the README into docs/screenshots.');

/**
 * `npm run screenshots`: runs the demo on its own port and data until it has something to show. Then takes the pictures
 * of the dashboard for the README, light and dark, and writes them to docs/screenshots.
 */
const trafficMs = 480_000;
const startMs = 60_000;
const maxBytes = 300_000;
const viewport = { width: 1280, height: 800 };

interface Scene {
  readonly name: string;
  readonly path: string;
  /** Brings the page into the state for the picture, for example by opening a dialog. */
  prepare(page: Page): Promise<void>;
}

const scenes: readonly Scene[] = [
  { name: 'overview', path: '/overview', prepare: page => page.getByText('1 hour', { exact: true }).click() },
  { name: 'deliveries', path: '/deliveries', prepare: page => deliveryRows(page).first().waitFor() },
  {
    name: 'delivery',
    path: '/deliveries?status=FAILED',
    async prepare(page) {
      await deliveryRows(page).first().click();
      await page.getByRole('complementary', { name: 'Delivery' }).getByRole('tab').first().waitFor();
    },
  },
  { name: 'endpoints', path: '/endpoints', prepare: page => page.locator('main table tbody tr').first().waitFor() },
];

const root = path.join(import.meta.dirname, '..');
const directory = path.join(root, 'docs/screenshots');
await buildDashboard();
await mkdir(directory, { recursive: true });
await using demo = await startDemo();
await waitForTraffic();
const browser = await openBrowser();
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const scene of scenes) await take(browser, scene, colorScheme);
  }
} finally {
  await browser.close();
}

async function take(browser: Browser, { name, path: start, prepare }: Scene, colorScheme: 'light' | 'dark') {
  const page = await openDashboard(browser, demo.url, demo.key, { path: start, colorScheme, viewport });
  await page.getByText('Live', { exact: true }).waitFor();
  await prepare(page);
  await page.evaluate(() => document.fonts.ready);
  // Figures and charts load after the page, so wait until no request is in flight.
  await page.waitForLoadState('networkidle');
  const picture = await page.screenshot({ animations: 'disabled', scale: 'css' });
  await page.close();
  if (picture.length > maxBytes) throw new Error(`${name} takes ${picture.length} bytes, more than ${maxBytes}.`);
  await writeFile(path.join(directory, `${name}-${colorScheme}.png`), picture);
  console.log(`${name}-${colorScheme}.png: ${(picture.length / 1000).toFixed(0)} kB`);
}

/** Runs the demo in its own process. The root key is read from its data directory. */
async function startDemo() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'livehook-screenshots-'));
  const port = await findFreePort();
  const child = spawn(process.execPath, [path.join(root, 'bin/livehook.js'), 'demo'], {
    cwd: root,
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  const readyBy = Date.now() + startMs;
  while (!(await isReady(url))) {
    if (Date.now() < readyBy && child.exitCode === null) await delay(200);
    else {
      await close();
      throw new Error('The demo does not start.');
    }
  }
  const key = (await readFile(path.join(dataDir, 'root-api-key'), 'utf8')).trim();
  return { url, key, [Symbol.asyncDispose]: close };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Waits until receivers have responded and failed, and retries have been made. */
async function waitForTraffic(): Promise<void> {
  console.log(`The demo runs for ${trafficMs / 1000} s, so that there is something to see.`);
  await delay(trafficMs);
}
