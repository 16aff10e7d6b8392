import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { post } from '../fixtures/client.ts';
import { type LivehookProcess, startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { readCodeBlocks } from './code-blocks.ts';

const cleanup = new AsyncDisposableStack();
let livehook: LivehookProcess;

beforeAll(async () => {
  const database = cleanup.use(await createTestDatabase({ empty: true }));
  livehook = cleanup.use(await startLivehook({ DATABASE_URL: database.connectionString }));
});
afterAll(() => cleanup.disposeAsync());

it('the first operations of the README run without changes', { timeout: 180_000 }, async () => {
  const block = readCodeBlocks('README.md').find(({ code }) => code.includes('gql()'));
  if (!block) throw new Error('the README has no block that defines gql');
  const script = block.code
    .replaceAll('http://127.0.0.1:4000', livehook.url)
    .replace('export KEY=...', `export KEY=${testRootKey}`);
  // The shell has its own process group, because the last command runs until it is stopped.
  const shell = spawn('bash', ['--norc', '-eu', '-o', 'pipefail', '-c', script], { detached: true, stdio: 'pipe' });
  const ended = once(shell, 'close');
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', chunk => (output += chunk));
  try {
    await vi.waitFor(
      async () => {
        await post(
          livehook.url,
          testRootKey,
          'mutation { publishEvent(input: { type: "a.b", payload: 1 }) { __typename } }',
        );
        expect(output).toContain('event: next');
      },
      { timeout: 120_000, interval: 200 },
    );
  } finally {
    if (shell.pid) process.kill(-shell.pid);
    await ended;
  }
  expect(output).toMatch(/"createEndpoint":\{"endpoint":\{"id":"ep_\w{26}"\},"secret":"whsec_/);
  expect(output).toMatch(/"publishEvent":\{"id":"evt_\w{26}"\}/);
  expect(output).toMatch(/"id":"dlv_\w{26}","status":"[A-Z]+","eventType":"payment.completed"/);
  expect(output).toMatch(/"deliveryUpdated":\{"status":"[A-Z]+","previousStatus":/);
  expect(output).not.toContain('"errors"');
});
