import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Command } from '@commander-js/extra-typings';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { completeWords, completionScripts } from '../../src/cli/completion.ts';
import { createProgram } from '../../src/cli/program.ts';
import { runCommand } from '../../src/cli/run.ts';
import { openBulkRunner } from '../../src/janitor/bulk-runner.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { keyOf, livehook, livehookJson, parseLines, spawnLivehook } from './run-livehook.ts';

const cleanup = new AsyncDisposableStack();
let api: TestApi;

beforeAll(async () => {
  api = cleanup.use(await openTestApi());
});
afterAll(() => cleanup.disposeAsync());

const json = (...args: string[]) => livehookJson(api.url, args);
const run = (args: readonly string[], environment = {}) => livehook(args, { ...keyOf(api.url), ...environment });

it('a shell script creates an endpoint, publishes an event, and cancels, retries and replays a delivery with the command line', {
  timeout: 180_000,
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

it('the livehook process exits with the exit code of its command', { timeout: 180_000 }, async () => {
  const refused = spawnLivehook(['events'], { ...keyOf(api.url), LIVEHOOK_API_KEY: 'wrong' });
  const errors = text(refused.stderr);
  expect(await once(refused, 'close')).toEqual([4, null]);
  expect(await errors).toContain('UNAUTHORIZED');
});

it('the livehook command has a separate exit code for each kind of failure', { timeout: 180_000 }, async () => {
  const unknown = await run(['deliveries', 'show', 'nonsense']);
  expect(unknown).toMatchObject({ code: 1, output: '' });
  expect(unknown.errors).toContain('BAD_USER_INPUT');
  expect((await run(['publish', 'a.b', '{'])).code).toBe(2);
  expect((await run(['deliveries', 'list', '--status', 'LOST'])).code).toBe(2);
  expect((await run(['events'], { LIVEHOOK_URL: 'http://127.0.0.1:1' })).code).toBe(3);
  const refused = await run(['events'], { LIVEHOOK_API_KEY: 'wrong' });
  expect(refused.code).toBe(4);
  expect(refused.errors).toContain('UNAUTHORIZED');
});

it('the command line creates a key, a tenant and a portal token, uses them and revokes them', {
  timeout: 180_000,
}, async () => {
  const [{ apiKey, secret }] = await json('keys', 'create', 'Publisher', '-p', 'EVENTS_PUBLISH', '--expires', '1h');
  expect(apiKey).toMatchObject({ name: 'Publisher', permissions: ['EVENTS_PUBLISH'] });
  const asKey = { LIVEHOOK_API_KEY: secret };
  expect((await run(['publish', 'order.created'], asKey)).code).toBe(0);
  expect((await run(['events'], asKey)).code).toBe(4);
  expect(await json('keys', 'list')).toMatchObject([{ id: apiKey.id, revokedAt: null }]);
  expect(await json('keys', 'revoke', apiKey.id)).toMatchObject([{ id: apiKey.id, revokedAt: expect.any(String) }]);
  expect(await json('keys', 'list')).toEqual([]);

  const [tenant] = await json('tenants', 'create', 'Acme');
  const inTenant = ['--tenant', tenant.id];
  const [{ endpoint }] = await json('endpoints', 'create', 'https://acme.test/', '--name', 'Acme', ...inTenant);
  const [portal] = await json('portal-token', '--endpoint', endpoint.id, ...inTenant);
  expect(portal.url).toBe(`${api.url}/#token=${portal.token}`);
  const asPortal = await run(['--json', 'endpoints', 'list'], { LIVEHOOK_API_KEY: portal.token });
  expect(parseLines(asPortal.output)).toMatchObject([{ id: endpoint.id }]);
  const permissions = ['-p', 'ENDPOINTS_READ,ENDPOINTS_MANAGE'];
  const [creating] = await json('portal-token', '--max-endpoints', '2', '-t', 'order.*', ...permissions, ...inTenant);
  expect(creating.portalToken).toMatchObject({ endpointIds: [], maxEndpoints: 2, eventTypes: ['order.*'] });
  const [own] = parseLines(
    (
      await run(['--json', 'endpoints', 'create', 'https://own.test/', '--name', 'Own', '-t', 'order.paid'], {
        LIVEHOOK_API_KEY: creating.token,
      })
    ).output,
  );
  expect(own.endpoint).toMatchObject({ name: 'Own', eventTypes: ['order.paid'] });
  const listed = await run(['portal-token', 'list', ...inTenant]);
  expect(listed.output).toContain(`${creating.portalToken.id}  ${own.endpoint.id},at most 2  ENDPOINTS_READ`);
  const withoutEndpoint = await run(['portal-token', ...inTenant]);
  expect(withoutEndpoint).toMatchObject({ code: 2, output: '' });
  expect(withoutEndpoint.errors).toContain('Give at least one --endpoint, or --max-endpoints');
  expect((await run(['tenants', 'delete', tenant.id])).code).toBe(2);
  expect(await json('tenants', 'delete', tenant.id, '--yes')).toMatchObject([{ deletedAt: expect.any(String) }]);
});

it('the bulk retry command queues every failed delivery and prints its progress', { timeout: 180_000 }, async () => {
  const [{ endpoint }] = await json('endpoints', 'create', 'https://bulk.test/', '--name', 'Bulk', '-t', 'bulk.test');
  for (let count = 0; count < 3; count++) await json('publish', 'bulk.test');
  const filter = ['--endpoint', endpoint.id];
  const deliveries = await json('deliveries', 'list', ...filter);
  await json('deliveries', 'cancel', ...deliveries.map(delivery => delivery.id));
  await using _runner = openBulkRunner(api.services);
  const ended = await run(['bulk', 'retry', '--status', 'FAILED', ...filter]);
  expect(ended.output).toMatch(/SUCCEEDED {2}3 of 3, 0 skipped, 0 failed/);
  expect(ended.errors).toMatch(/\[#{24}\] 100% {2}3 of 3 {2}0 skipped, 0 failed\n$/);
  expect(ended.code).toBe(0);
  const retried = await json('deliveries', 'list', ...filter);
  expect(retried.map(delivery => delivery.status)).toEqual(['PENDING', 'PENDING', 'PENDING']);
});

it('the publish command does not change numbers that JavaScript cannot represent exactly', {
  timeout: 180_000,
}, async () => {
  const payload = '{"id":12345678901234567890,"large":1e400,"small":0.10}';
  const [event] = await json('publish', 'exact.test', payload);
  const query = 'query ($id: ID!) { event(id: $id) { payloadText } }';
  expect(await api.ask(query, { id: event.id })).toEqual({ event: { payloadText: payload } });
});

it('every command of the command line rejects an unknown option and prints no stack trace', async () => {
  const print = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    const commands = listCommands(createProgram());
    expect(commands.length).toBeGreaterThan(35);
    for (const command of commands) {
      print.mockClear();
      expect(await runCommand([...command, '--bogus']), command.join(' ')).toBe(2);
      const printed = print.mock.calls.map(([text]) => text).join('');
      // A command with a mandatory option reports the missing option before the unknown one.
      expect(printed).toMatch(/^error: (unknown option '--bogus'|required option '.*' not specified)\nRun with --help/);
    }
  } finally {
    print.mockRestore();
  }
});

/** The names of every command, such as `['deliveries', 'list']`. */
function listCommands(command: Command, words: readonly string[] = []): string[][] {
  return command.commands.flatMap(each => {
    const own = [...words, each.name()];
    return [own, ...listCommands(each as unknown as Command, own)];
  });
}

it('the option --filter accepts every field of DeliveryFilter, and prints the error of the server for an unknown field', {
  timeout: 180_000,
}, async () => {
  await json('endpoints', 'create', 'https://filter.test/', '--name', 'Filter', '--type', 'filter.test');
  const events = [await json('publish', 'filter.test'), await json('publish', 'filter.test')].flat();
  const filter = JSON.stringify({ eventIds: [events[0].id] });
  const found = await json('deliveries', 'list', '--type', 'filter.test', '--filter', filter);
  // An event can have several deliveries, because endpoints of the other tests in this file receive it too.
  expect(new Set(found.map(delivery => delivery.event.id))).toEqual(new Set([events[0].id]));
  const unknown = await run(['deliveries', 'list', '--filter', '{"color":"red"}']);
  expect(unknown.code).toBe(1);
  expect(unknown.errors).toContain('color');
  expect((await run(['tail', '--filter', '[]'])).code).toBe(2);
});

it('shell completion offers commands, options and the values of options', () => {
  const complete = (...words: string[]) => completeWords(createProgram(), words);
  expect(complete('en')).toEqual(['endpoints']);
  expect(complete('endpoints', 'rot')).toEqual(['rotate-secret']);
  expect(complete('deliveries', 'list', '--status', 'F')).toEqual(['FAILED']);
  expect(complete('publish', '--idem')).toEqual(['--idempotency-key']);
  expect(complete('publish', '--endpoint', '')).toEqual([]);
  expect(complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(complete('')).not.toContain('complete');
});

it('the bash completion script takes its suggestions from the installed livehook command', {
  timeout: 180_000,
}, async () => {
  const script = `${completionScripts.bash}
    livehook() { "${process.execPath}" bin/livehook.js "$@"; }
    COMP_WORDS=(livehook deliveries re); COMP_CWORD=2; _livehook; echo "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', script]);
  expect(stdout).toBe('retry replay\n');
});
