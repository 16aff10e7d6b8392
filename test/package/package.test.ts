import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient, publishEvent } from '../../src/client/index.ts';
import { version } from '../../src/version.ts';
import { readCodeBlocks } from '../docs/code-blocks.ts';
import { openBrowser } from '../fixtures/browser.ts';
import { startRedis } from '../fixtures/redis.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { findMachineNode, installPackage } from './installed-package.ts';
import { buildPage, bundleFunction, startSite } from './user-app.ts';

const run = promisify(execFile);
let app: string;
let node: string;

beforeAll(async () => {
  node = await findMachineNode();
  app = await installPackage(await makeTestDirectory('package'));
}, 180_000);

interface StartedCommand extends AsyncDisposable {
  readonly url: string;
  /** The output until now. */
  output(): string;
  /** Null while it runs. */
  exitCode(): number | null;
}

/** Starts a server with the installed command, and waits until it prints its address. */
async function startCommand(
  command: 'start' | 'demo',
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedCommand> {
  const child = spawn(node, [path.join(app, 'node_modules/.bin/livehook'), command], {
    cwd: app,
    env: { PATH: process.env.PATH, PORT: '0', EGRESS_ALLOW: '127.0.0.0/8', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
  const stop = async () => {
    child.kill('SIGTERM');
    await closed;
  };
  try {
    await vi.waitFor(() => expect(output).toMatch(/GraphQL:? +http/), { timeout: 90_000, interval: 200 });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: /(http:\/\/127\.0\.0\.1:\d+)\/graphql/.exec(output)?.[1] ?? '',
    output: () => output,
    exitCode: () => child.exitCode,
    [Symbol.asyncDispose]: stop,
  };
}

/** Reads the code block with this file name in the guide to the client. */
function sample(title: string): string {
  const block = readCodeBlocks('docs/guides/client.md').find(each => each.title === title);
  if (!block) throw new Error(`docs/guides/client.md has no block ${title}`);
  return block.code;
}

/** Runs the installed command with the Node.js that is installed on the machine. */
function livehook(...args: string[]) {
  return run(node, [path.join(app, 'node_modules/.bin/livehook'), ...args], { cwd: app });
}

it('the installed package prints its version and its commands', async () => {
  expect((await livehook('--version')).stdout).toBe(`${version}\n`);
  const { stdout } = await livehook('--help');
  for (const command of ['start', 'demo']) expect(stdout).toContain(`  ${command} `);
});

it('the installed package needs less than 250 MB', async () => {
  const { stdout } = await run('du', ['-sm', 'node_modules'], { cwd: app });
  expect(Number.parseInt(stdout, 10)).toBeLessThan(250);
});

it('the demo of the installed package serves the dashboard and delivers events', { timeout: 180_000 }, async () => {
  const demo = await startCommand('demo');
  {
    await using _demo = demo;
    await expect.poll(demo.output, { timeout: 90_000 }).toMatch(/SUCCEEDED .* to Billing/);
    const page = await fetch(`${demo.url}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('id="root"');
    const graphiql = await fetch(`${demo.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(graphiql.status).toBe(200);
  }
  expect(demo.exitCode()).toBe(0);
});

it('the installed package runs several api processes on an embedded database', { timeout: 180_000 }, async () => {
  await using redis = await startRedis();
  const server = await startCommand('start', { WORKERS: '2', REDIS_URL: redis.url, DATA_DIR: '.data-workers' });
  {
    await using _server = server;
    expect(server.output()).toContain(`Dashboard: ${server.url}\n`);
    const key = (await readFile(path.join(app, '.data-workers/root-api-key'), 'utf8')).trim();
    const client = createClient({ url: server.url, apiKey: key });
    expect((await publishEvent(client, { type: 'order.created', payload: null })).id).toMatch(/^evt_/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  }
  expect(server.exitCode()).toBe(0);
});

describe('a user of the installed package', () => {
  const cleanup = new AsyncDisposableStack();
  let server: StartedCommand;
  let site: Awaited<ReturnType<typeof startSite>>;
  let page: string;

  beforeAll(async () => {
    page = await buildPage(app, sample('failed-deliveries.jsx'));
    site = cleanup.use(await startSite(page));
    server = cleanup.use(await startCommand('start'));
  });
  afterAll(() => cleanup.disposeAsync());

  const json = async (...args: string[]) => {
    const { stdout } = await livehook('--server', server.url, '--json', ...args);
    return JSON.parse(stdout);
  };

  it('gets the addresses of the dashboard and the API, and the location of the key, from livehook start', () => {
    expect(server.output()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/#sign-in=\S+/);
    expect(server.output()).toContain(`${server.url}/graphql`);
    expect(server.output()).toContain('.data/root-api-key');
  });

  it('can run the example of the client library', async () => {
    await json('endpoints', 'create', `${site.url}/hook`, '--name', 'Shop', '--type', 'order.created');
    await writeFile(path.join(app, 'client.mjs'), sample('client.mjs'));
    const key = (await readFile(path.join(app, '.data/root-api-key'), 'utf8')).trim();
    const env = { PATH: process.env.PATH, LIVEHOOK_URL: server.url, LIVEHOOK_API_KEY: key };
    const { stdout } = await run(node, ['client.mjs'], { cwd: app, env, timeout: 60_000 });
    expect(stdout).toMatch(/(^|\n)SUCCEEDED\norder\.created Shop\n$/);
  });

  it('gets a live list from the React component of the guide', { timeout: 180_000 }, async () => {
    const named = ['--name', 'Failing', '--type', 'order.failed'];
    const { endpoint } = await json('endpoints', 'create', `${site.url}/failing`, ...named);
    // The failed delivery is a test event, because that is not retried.
    const fail = () => json('endpoints', 'test', endpoint.id, '--type', 'order.failed');
    await fail();
    const key = (await readFile(path.join(app, '.data/root-api-key'), 'utf8')).trim();
    await using browser = await openBrowser();
    const tab = await browser.newPage();
    await tab.goto(`${site.url}/?${new URLSearchParams({ url: server.url, key })}`);
    await expect.poll(() => tab.locator('li').allTextContents()).toEqual(['order.failed']);
    await fail();
    await expect.poll(() => tab.locator('li').allTextContents()).toEqual(['order.failed', 'order.failed']);
  });

  it('gets a bundle with only the imported functions of the client library', async () => {
    const bundle = await bundleFunction(app, 'verifyWebhook');
    expect(bundle).toContain('webhook-signature');
    expect(bundle).not.toContain('deliveryUpdated');
    expect(Buffer.byteLength(bundle)).toBeLessThan(4_000);
  });

  it('can use the TypeScript types of the GraphQL schema', { timeout: 180_000 }, async () => {
    await writeFile(
      path.join(app, 'typed.mts'),
      `import { createClient, type DeliveryFilter, listDeliveries, publishEvent } from 'livehook/client';
import { useDeliveries } from 'livehook/react';
const client = createClient({ url: '', apiKey: '' });
const filter: DeliveryFilter = { statuses: ['FAILED'] };
const { deliveries } = await listDeliveries(client, { filter });
const status: 'PENDING' | 'PROCESSING' | 'RETRYING' | 'SUCCEEDED' | 'FAILED' | undefined = deliveries[0]?.status;
const first: string | undefined = useDeliveries(client).deliveries[0]?.endpoint.name;
// @ts-expect-error There is no such status.
const wrong: DeliveryFilter = { statuses: ['LOST'] };
// @ts-expect-error An event has a payload.
await publishEvent(client, { type: 'order.created' });
export { first, status, wrong };
`,
    );
    const compiler = path.resolve('node_modules/typescript/bin/tsc');
    const options = '--strict --noEmit --target es2022 --module nodenext --typeRoots';
    const typeRoots = path.resolve('node_modules/@types');
    const args = [compiler, ...options.split(' '), typeRoots, '--types', 'react', 'typed.mts'];
    await run(process.execPath, args, { cwd: app }).catch(error => {
      throw new Error(error.stdout);
    });
  });
});
