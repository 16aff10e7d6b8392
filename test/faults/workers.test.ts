import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { LivehookProcess } from '../fixtures/livehook-process.ts';
import { startReceiver } from '../fixtures/receiver.ts';
import { createEndpoint, publish, type System, startSystem } from './system.ts';

const wait = { timeout: 60_000, interval: 100 };
const cleanup = new AsyncDisposableStack();
let system: System;

beforeAll(async () => {
  system = cleanup.use(await startSystem());
}, 180_000);
afterAll(() => cleanup.disposeAsync());

const startWorkers = (roles = 'api,sender,janitor') => system.start(roles, { WORKERS: '2' });

function childrenOf({ pid }: LivehookProcess): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Whether a process runs. A killed process stays in /proc until its parent has read its exit code. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function countSucceeded(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^livehook_delivery_transitions_total\{status="SUCCEEDED"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

it('a server with WORKERS=2 serves from two processes, sends from a third, and restarts a process that dies', {
  timeout: 180_000,
}, async () => {
  await using receiver = await startReceiver();
  const livehook = await startWorkers();
  expect(childrenOf(livehook)).toHaveLength(3);
  await createEndpoint(livehook.url, { url: receiver.url });
  await publish(livehook.url, 5);
  await receiver.waitFor(5);
  // The background process has sent the deliveries, and the metrics of an api process include those of all processes.
  await vi.waitFor(async () => expect(await countSucceeded(livehook.url)).toBe(5), wait);

  const before = childrenOf(livehook);
  // Kills only one api process, because with PORT=0 the port is released when the last one ends.
  const [victim = 0] = before;
  process.kill(victim, 'SIGKILL');
  await vi.waitFor(() => {
    const now = childrenOf(livehook);
    expect(now).toHaveLength(3);
    expect(now).not.toContain(victim);
  }, wait);
  await vi.waitFor(async () => expect((await fetch(`${livehook.url}/readyz`)).status).toBe(200), wait);
  await publish(livehook.url, 5);
  await receiver.waitFor(10);
  expect(livehook.output.filter(line => line.includes('a process has ended; starting it again'))).toHaveLength(1);

  // Sends the signal to every process of the group, like Ctrl-C in a terminal.
  const children = childrenOf(livehook);
  for (const pid of children) process.kill(pid, 'SIGINT');
  expect(await livehook.stop('SIGINT')).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
});

it('one SIGTERM ends all processes of a server with WORKERS, and so does the death of their supervisor', {
  timeout: 180_000,
}, async () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const livehook = await startWorkers('api');
    const children = childrenOf(livehook);
    expect(children).toHaveLength(2);
    expect(await livehook.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null);
    await vi.waitFor(() => expect(children.filter(isRunning)).toEqual([]), wait);
  }
});

it('a server with WORKERS exits if another process uses its port', { timeout: 180_000 }, async () => {
  const livehook = await system.start('api');
  const port = new URL(livehook.url).port;
  await expect(system.start('api', { WORKERS: '2', PORT: port })).rejects.toThrow(/is in use/);
});

it.each([
  [{ WORKERS: '2', REDIS_URL: '' }, 'REDIS_URL: required where WORKERS is above 1'],
  [{ WORKERS: '2', ROLES: 'sender' }, 'WORKERS: needs the role api'],
  [{ WORKERS: '0' }, 'WORKERS: '],
])('a server with WORKERS rejects the configuration %j', (texts, message) => {
  const keys = { ROOT_API_KEY: 'k'.repeat(16), ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') };
  const all = { ...keys, DATABASE_URL: 'postgresql://a', REDIS_URL: 'redis://a', ...texts };
  expect(() => loadConfig(all)).toThrow(message);
});
