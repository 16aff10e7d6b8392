import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../src/config/read-settings.ts';
import { loadConfig } from '../../src/config.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { openTestApi, rootKey } from '../fixtures/api.ts';
import { findProgram, hasProgram } from '../fixtures/find-program.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { type CodeBlock, readCodeBlocks } from './code-blocks.ts';

const run = promisify(execFile);

it('every npm command of the pages is a script of package.json', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const pages = ['README.md', 'CONTRIBUTING.md', 'docs/getting-started.md', 'deploy/README.md'];
  const named = pages.flatMap(page =>
    readCodeBlocks(page).flatMap(({ code }) => [...code.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name]) => name)),
  );
  const own = named.filter(name => !['ci', 'install', 'exec', 'pack'].includes(name ?? ''));
  expect(own.length).toBeGreaterThan(8);
  expect(own.filter(name => scripts[name ?? ''] === undefined)).toEqual([]);
});

it('the request of docs/reference/rest.md returns the response that the page shows', async () => {
  await findProgram({ what: 'curl', names: ['curl'], aptPackage: 'curl' });
  await using api = await openTestApi();
  const blocks = readCodeBlocks('docs/reference/rest.md');
  const [request, answer, error] = blocks;
  const script = request?.code.replace('http://127.0.0.1:4000', api.url) ?? '';
  const { stdout } = await run('bash', ['--norc', '-euc', script], { env: { PATH: process.env.PATH, KEY: rootKey } });
  const shown = JSON.parse(answer?.code ?? '');
  expect(JSON.parse(stdout)).toEqual({
    ...shown,
    id: expect.stringMatching(/^evt_\w{26}$/),
    createdAt: expect.stringMatching(/Z$/),
  });
  const event = { type: 'a.b', payload: {} };
  const wrong = await fetch(`${api.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' },
    body: JSON.stringify([event, event, event, { ...event, type: '' }]),
  });
  expect(await wrong.json()).toEqual(JSON.parse(error?.code ?? ''));
});

it('the SQL statements of docs/guides/publish-from-sql.md succeed in the order of the page', {
  timeout: 180_000,
}, async () => {
  await using database = await createTestDatabase();
  const { pool } = database;
  const [publish, signature, grant, ofOneTenant] = readCodeBlocks('docs/guides/publish-from-sql.md').map(
    ({ code }) => code,
  );
  // The role has a unique name, because roles belong to the whole server, which other tests use too.
  const role = `shop_${process.pid}`;
  const withRole = (code = '') => code.replaceAll(/\b(TO) shop\b/g, `$1 ${role}`);
  await pool.query(
    `CREATE TABLE orders (id int, status text); INSERT INTO orders VALUES (17, 'open'); CREATE ROLE ${role}`,
  );
  try {
    await pool.query(publish ?? '');
    await pool.query(withRole(grant));
    await pool.query(withRole(ofOneTenant).replace(/'tnt_\w+'/, "'default'"));
    await pool.query(`BEGIN; SET LOCAL ROLE ${role}; SELECT publish_for_shop('order.sent', '{"order": 17}'); COMMIT`);
    const { rows } = await pool.query('SELECT type, payload FROM event_inbox ORDER BY id');
    expect(rows).toEqual([
      { type: 'order.paid', payload: '{"order": 17, "total": 4200}' },
      { type: 'order.sent', payload: '{"order": 17}' },
    ]);
    const { rows: functions } = await pool.query(`
      SELECT pg_get_function_arguments(oid) AS arguments FROM pg_proc
      WHERE proname = 'publish_event' AND pronamespace = 'livehook'::regnamespace`);
    const described = (signature ?? '').replaceAll(/ +--.*/g, '').replaceAll(/\s+/g, ' ');
    const listed = /\( (.*) \)/.exec(described)?.[1] ?? '';
    for (const type of ['text', 'json', 'jsonb']) {
      const expected = listed.replace('text | json | jsonb', type);
      const found = functions.map(({ arguments: each }) => each.replaceAll(/::text(\[\])?/g, ''));
      expect(found).toContain(expected);
    }
  } finally {
    await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

it('the configuration file of docs/reference/configuration.md is accepted', async () => {
  const directory = await makeTestDirectory('configuration');
  const secret = path.join(directory, 'database-url');
  await writeFile(secret, 'postgresql://livehook@db/livehook\n');
  const [{ code } = { code: '' }] = readCodeBlocks('docs/reference/configuration.md');
  const file = path.join(directory, 'livehook.yaml');
  await writeFile(file, code.replace('/run/secrets/database-url', secret));
  const keys = { ROOT_API_KEY: 'k'.repeat(16), ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') };
  const config = loadConfig((await readSettings({ environment: keys, file })).texts);
  expect(config.server.port).toBe(parse(code).port);
  expect(config.database.url).toBe('postgresql://livehook@db/livehook');
});

it('the queries of docs/reference/metrics.md use metrics that exist', async () => {
  const exposed = await createMetrics().render();
  const [{ code } = { code: '' }] = readCodeBlocks('docs/reference/metrics.md');
  const used = [...code.matchAll(/\b(?:livehook|nodejs|process)_\w+/g)].map(([name]) => name);
  expect(used.length).toBeGreaterThan(2);
  for (const name of used) expect(exposed).toContain(`# TYPE ${name} `);
});

it('docs/operational-events.md shows every field that its table names', () => {
  const page = readFileSync('docs/operational-events.md', 'utf8');
  const [{ code } = { code: '' }] = readCodeBlocks('docs/operational-events.md');
  const payload = JSON.parse(code);
  const [, fields = ''] = /`delivery \{ ([\w ]+) \}` \|/.exec(page) ?? [];
  expect(Object.keys(payload)).toEqual(['type', 'occurredAt', 'endpoint', 'delivery']);
  expect(Object.keys(payload.delivery)).toEqual(fields.split(' '));
});

it('the dump of docs/operations.md restores a database', { timeout: 180_000 }, async ({ skip }) => {
  const client = await readVersion('pg_dump');
  await using database = await createTestDatabase();
  const { rows } = await database.pool.query("SELECT current_setting('server_version_num')::int / 10000 AS major");
  if (client < rows[0].major) skip(`pg_dump ${client} cannot read PostgreSQL ${rows[0].major}`);
  await database.pool.query("SELECT livehook.publish_event('default', 'a.b', '1')");
  const block = readCodeBlocks('docs/operations.md').find(({ code }) => code.includes('pg_dump'));
  const directory = await makeTestDirectory('dump');
  const env = { PATH: process.env.PATH, DATABASE_URL: database.connectionString };
  await run('bash', ['--norc', '-euc', block?.code ?? 'false'], { cwd: directory, env });
  const { rows: restored } = await database.pool.query('SELECT type FROM event_inbox');
  expect(restored).toEqual([{ type: 'a.b' }]);
});

/** The major version of a program. 0 if it is not installed. */
async function readVersion(program: string): Promise<number> {
  if (!(await hasProgram(program))) return 0;
  const { stdout } = await run(program, ['--version']);
  return Number(/\d+/.exec(stdout)?.[0]);
}

const deployment = readCodeBlocks('deploy/README.md');
const findBlock = (text: string): CodeBlock => {
  const block = deployment.find(({ code }) => code.includes(text));
  if (!block) throw new Error(`deploy/README.md has no block with ${text}`);
  return block;
};

it('the .env file of deploy/README.md sets every variable that deploy/compose.yaml requires', async () => {
  await findProgram({ what: 'OpenSSL', names: ['openssl'], aptPackage: 'openssl' });
  const directory = await makeTestDirectory('compose');
  const script = findBlock('docker compose')
    .code.replace('cd deploy\n', '')
    .replace(/^docker .*$/m, '');
  await run('bash', ['--norc', '-euc', script], { cwd: directory });
  const file = await readFile(path.join(directory, '.env'), 'utf8');
  const values = Object.fromEntries(file.trim().split('\n').map(splitAssignment));
  const needed = readFileSync('deploy/compose.yaml', 'utf8').matchAll(/\$\{(\w+):\?/g);
  expect(new Set(Object.keys(values))).toEqual(new Set([...needed].map(([, name]) => name)));
  expect(() => loadConfig({ ...values, POSTGRES_PASSWORD: undefined })).not.toThrow();
});

it('the settings files in deploy/README.md are valid, and so is the systemd unit that reads them', async () => {
  const { code } = findBlock('/etc/livehook/common.env');
  const [, common = ''] = /common\.env <<END\n(.*?)END\n/s.exec(code) ?? [];
  const { stdout } = await run('bash', ['--norc', '-euc', `cat <<END\n${common}END`]);
  const shared = Object.fromEntries(stdout.trim().split('\n').map(splitAssignment));
  const [, sender = ''] = /printf '(.*)' \|/.exec(code) ?? [];
  const [, api = ''] = /echo '(.*)' \|/.exec(code) ?? [];
  for (const own of [api, sender.replaceAll('\\n', '\n').trim()]) {
    const settings = Object.fromEntries(own.split('\n').map(splitAssignment));
    expect(() => loadConfig({ ...shared, ...settings })).not.toThrow();
  }
  if (await hasProgram('systemd-analyze')) {
    const checked = await run('systemd-analyze', ['verify', path.resolve('deploy/systemd/livehook@.service')]);
    // systemd-analyze also reports problems of other units of the machine.
    expect(checked.stderr).not.toContain('livehook@');
  }
});

it('the Kubernetes commands of deploy/README.md name the values and secrets of the chart', () => {
  const { code } = findBlock('kubectl create secret');
  const helpers = readFileSync('deploy/helm/livehook/templates/_helpers.tpl', 'utf8');
  const [, secrets = ''] = /list ("DATABASE_URL".*?) \}\}/.exec(helpers) ?? [];
  const literals = [...code.matchAll(/--from-literal=(\w+)=/g)].map(([, name]) => `"${name}"`);
  expect(literals.join(' ')).toBe(secrets);
  const values = parse(readFileSync('deploy/helm/livehook/values.yaml', 'utf8'));
  const sets = [...code.matchAll(/--set ([\w.]+)=/g)].map(([, name = '']) => name.split('.'));
  expect(sets).toHaveLength(2);
  for (const keys of sets) expect(keys.reduce((node, key) => node?.[key], values)).toBeDefined();
});

function splitAssignment(line: string): [string, string] {
  const index = line.indexOf('=');
  return [line.slice(0, index), line.slice(index + 1)];
}
