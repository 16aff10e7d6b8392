import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openTestApi, rootKey, type TestApi } from '../fixtures/api.ts';

const bin = path.join(import.meta.dirname, '../../bin/livehook.js');
const cleanup = new AsyncDisposableStack();
let api: TestApi;

beforeAll(async () => {
  api = cleanup.use(await openTestApi());
});
afterAll(() => cleanup.disposeAsync());

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function livehook(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: inject('runDirectory'),
    env: { PATH: process.env.PATH, LIVEHOOK_URL: api.url, LIVEHOOK_API_KEY: rootKey, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (errors += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

async function json(...args: string[]) {
  const { code, output, errors } = await livehook(['--json', ...args]);
  expect(errors).toBe('');
  expect(code).toBe(0);
  return output.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]));
}

it('a script creates an endpoint, publishes, and cancels, retries and replays a delivery', {
  timeout: 120_000,
}, async () => {
  const [{ endpoint, secret }] = await json('endpoints', 'create', 'https://shop.test/hook', '--name', 'Shop');
  expect(secret).toMatch(/^whsec_/);
  const [event] = await json('publish', 'order.created', '{"total":1}');
  expect(event.id).toMatch(/^evt_/);
  const [delivery] = await json(
    'deliveries',
    'list',
    '--status',
    'PENDING',
    '--endpoint',
    endpoint.id,
    '--since',
    '1h',
  );
  expect(delivery).toMatchObject({ status: 'PENDING', event: { id: event.id } });
  expect(await json('deliveries', 'cancel', delivery.id)).toMatchObject([{ status: 'FAILED' }]);
  expect(await json('deliveries', 'retry', delivery.id)).toMatchObject([{ id: delivery.id, status: 'PENDING' }]);
  const [replay] = await json('deliveries', 'replay', delivery.id);
  expect(replay.id).not.toBe(delivery.id);
  expect(await json('endpoints', 'pause', endpoint.id)).toMatchObject([{ status: 'PAUSED' }]);
  expect(await json('endpoints', 'list')).toMatchObject([{ id: endpoint.id, status: 'PAUSED' }]);
});

it('each kind of failure has its own exit code', { timeout: 120_000 }, async () => {
  const unknown = await livehook(['deliveries', 'show', 'nonsense']);
  expect(unknown).toMatchObject({ code: 1, output: '' });
  expect(unknown.errors).toContain('BAD_USER_INPUT');
  expect((await livehook(['publish', 'a.b', '{'])).code).toBe(2);
  expect((await livehook(['deliveries', 'list', '--status', 'LOST'])).code).toBe(2);
  expect((await livehook(['events'], { LIVEHOOK_URL: 'http://127.0.0.1:1' })).code).toBe(3);
  const refused = await livehook(['events'], { LIVEHOOK_API_KEY: 'wrong' });
  expect(refused.code).toBe(4);
  expect(refused.errors).toContain('UNAUTHORIZED');
});
