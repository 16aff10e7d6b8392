import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it, vi } from 'vitest';
import { version } from '../../src/version.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { findMachineNode, installPackage } from './installed-package.ts';

const run = promisify(execFile);
let app: string;
let node: string;

beforeAll(async () => {
  node = await findMachineNode();
  app = await installPackage(await makeTestDirectory('package'));
}, 180_000);

/** Runs the installed command with the machine's Node. */
function livehook(...args: string[]) {
  return run(node, [path.join(app, 'node_modules/.bin/livehook'), ...args], { cwd: app });
}

it('the installed package prints its version and its commands', async () => {
  expect((await livehook('--version')).stdout).toBe(`${version}\n`);
  const { stdout } = await livehook('--help');
  for (const command of ['start', 'demo']) expect(stdout).toContain(`  ${command} `);
});

it('an application imports the client from the installed package', async () => {
  const script =
    "const { createClient, verifyWebhook } = await import('livehook/client'); console.log(typeof createClient, typeof verifyWebhook)";
  const { stdout } = await run(node, ['--input-type=module', '--eval', script], { cwd: app });
  expect(stdout).toBe('function function\n');
});

it('the installed package needs less than 250 MB', async () => {
  const { stdout } = await run('du', ['-sm', 'node_modules'], { cwd: app });
  expect(Number.parseInt(stdout, 10)).toBeLessThan(250);
});

it('the demo of the installed package serves the dashboard and delivers events', { timeout: 120_000 }, async () => {
  const demo = spawn(node, [path.join(app, 'node_modules/.bin/livehook'), 'demo'], {
    cwd: app,
    env: { PATH: process.env.PATH, PORT: '0' },
    stdio: 'pipe',
  });
  const ended = once(demo, 'close');
  let output = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', chunk => (output += chunk));
  try {
    await vi.waitFor(() => expect(output).toMatch(/SUCCEEDED .* to Billing/), { timeout: 90_000, interval: 200 });
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    const page = await fetch(`${url}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('id="root"');
    const graphiql = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
    expect(graphiql.status).toBe(200);
  } finally {
    demo.kill('SIGTERM');
    await ended;
  }
  expect(demo.exitCode).toBe(0);
});
