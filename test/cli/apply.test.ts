import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDeclaration } from '../../src/cli/apply/declaration.ts';
import { cardPaths } from '../../src/domain/redaction/card-paths.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { makeTestDirectory } from '../fixtures/run-directory.ts';
import { keyOf, livehook, livehookJson, parseLines } from './run-livehook.ts';

const declared = `
eventTypes: [order.created, order.paid]
endpoints:
  - name: Billing
    url: https://billing.test
    eventTypes: [order.*]
    retryScheduleSeconds: [60, 600]
    headers:
      - { name: Authorization, value: { env: BILLING_TOKEN } }
      - { name: x-stage, value: test, secret: false }
  - name: Shop
    url: https://shop.test/hook
    secret: { env: SHOP_SECRET }
keys:
  - name: Checkout
    permissions: [EVENTS_PUBLISH]
redaction:
  extraPaths: ['**.iban']
`;
/** YAML of which each alias expands to nine copies of the previous alias. */
const aliasBomb = Array.from(
  { length: 9 },
  (_, at) => `k${at}: &k${at} [${Array(9).fill(at ? `*k${at - 1}` : 'x')}]`,
).join('\n');

const environment = { BILLING_TOKEN: 'Bearer token-of-billing', SHOP_SECRET: 'sk_live_of_the_shop' };

describe('livehook apply', () => {
  const cleanup = new AsyncDisposableStack();
  let api: TestApi;
  let file: string;

  beforeAll(async () => {
    api = cleanup.use(await openTestApi());
    file = path.join(await makeTestDirectory('apply'), 'webhooks.yaml');
  });
  afterAll(() => cleanup.disposeAsync());

  const run = (args: readonly string[], variables = {}) => livehook(args, { ...keyOf(api.url), ...variables });

  it('changes nothing while an environment variable of the file is missing, and creates the declared objects once it is set', async () => {
    await writeFile(file, declared);
    const missing = await run(['apply', '-f', file]);
    expect(missing).toMatchObject({ code: 2, output: '' });
    expect(missing.errors).toContain('BILLING_TOKEN');
    expect(await livehookJson(api.url, ['endpoints', 'list'])).toEqual([]);

    const planned = await run(['diff', '-f', file], environment);
    expect(planned.code).toBe(5);
    expect(planned.errors).toBe('3 to create, 1 to update, 0 to delete.\n');

    const applied = await run(['apply', '-f', file], environment);
    expect(applied.code).toBe(0);
    expect(applied.output.match(/shown only now: (whsec|lhk)_/g)).toHaveLength(2);
    expect(planned.output + applied.output).not.toMatch(/token-of-billing|sk_live/);
    const { endpoints, viewer } = await api.ask(`{
      endpoints(first: 10) { nodes { name headers { name value secret } retryScheduleSeconds eventTypes } }
      viewer { tenant { redaction { paths scanCardNumbers } } } }`);
    expect(endpoints.nodes).toContainEqual({
      name: 'Billing',
      headers: [
        { name: 'Authorization', value: null, secret: true },
        { name: 'x-stage', value: 'test', secret: false },
      ],
      retryScheduleSeconds: [60, 600],
      eventTypes: ['order.*'],
    });
    expect(viewer.tenant.redaction).toEqual({ paths: [...cardPaths, '**.iban'], scanCardNumbers: false });
  });

  it('changes nothing when it runs a second time, needs no environment variable then, and prints no secret', async () => {
    const again = await run(['apply', '-f', file]);
    expect(again).toEqual({ code: 0, output: '', errors: 'Nothing to change.\n' });
    expect((await run(['diff', '-f', file])).code).toBe(0);
  });

  it('updates the settings that differ, and keeps a secret header that it cannot read', async () => {
    await writeFile(file, declared.replace('[60, 600]', '[5]').replace('value: test', 'value: production'));
    const { code, output } = await run(['--json', 'apply', '-f', file]);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      action: 'update',
      name: 'Billing',
      fields: [
        { field: 'retryScheduleSeconds', from: [60, 600], to: [5] },
        { field: 'headers', to: ['authorization: (secret)', 'x-stage: production'] },
      ],
    });
    const { endpoints } = await api.ask('{ endpoints(search: "Billing") { nodes { headers { name value secret } } } }');
    expect(endpoints.nodes[0].headers).toEqual([
      { name: 'Authorization', value: null, secret: true },
      { name: 'x-stage', value: 'production', secret: false },
    ]);
  });

  it('deletes objects that were removed from the file if --prune is given, and keeps them otherwise', async () => {
    await writeFile(file, 'endpoints: [{ name: Shop, url: https://shop.test/hook }]\nkeys: []\n');
    expect((await run(['diff', '-f', file])).code).toBe(0);
    const { output } = await run(['--json', 'apply', '-f', file, '--prune']);
    expect(parseLines(output)).toMatchObject([
      { action: 'delete', kind: 'endpoint', name: 'Billing' },
      { action: 'delete', kind: 'key', name: 'Checkout' },
    ]);
    expect(await livehookJson(api.url, ['endpoints', 'list'])).toMatchObject([{ name: 'Shop' }]);
    expect(await livehookJson(api.url, ['keys', 'list'])).toEqual([]);
  });

  it('prints the name of the endpoint if the server rejects one of its settings', async () => {
    await writeFile(file, 'endpoints: [{ name: Wrong, url: ftp://shop.test }]');
    const refused = await run(['apply', '-f', file]);
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(/^BAD_USER_INPUT: endpoint "Wrong": input\.url: /);
  });
});

it.each([
  [
    'an unknown key',
    'endpoints:\n  - name: A\n    url: https://a.test\n    retries: 3',
    'w.yaml:4: endpoints[0].retries: is not known here',
  ],
  [
    'a secret in the file',
    'endpoints:\n  - name: A\n    url: https://a.test\n    headers:\n      - { name: x, value: s }',
    'w.yaml:5: endpoints[0].headers[0].value: must be { env: NAME }',
  ],
  ['a wrong type', 'keys:\n  - name: A\n    permissions: [PUBLISH]', 'w.yaml:3: keys[0].permissions[0]: '],
  [
    'the same name twice',
    'endpoints:\n  - { name: A, url: https://a.test }\n  - { name: A, url: https://b.test }',
    'w.yaml:3: endpoints[1].name: must be unique; endpoints[0] has the same name',
  ],
  [
    'an undeclared event type',
    'eventTypes: [order.paid]\nendpoints:\n  - { name: A, url: https://a.test, eventTypes: [order.payed] }',
    'w.yaml:3: endpoints[0].eventTypes[0]: "order.payed" is not among the eventTypes',
  ],
  ['broken YAML', 'endpoints: [\n  - ]', 'w.yaml:2: '],
  ['an alias without an anchor', 'endpoints: *none', 'w.yaml: Unresolved alias'],
  ['aliases that multiply', aliasBomb, 'w.yaml: Excessive alias count'],
  ['settings of a server', 'PORT: 4000', 'w.yaml has the settings of a server, such as PORT'],
])(
  'livehook apply rejects a declaration with %s, and prints the line and the path of the mistake',
  (_, text, message) => {
    expect(() => parseDeclaration(text, 'w.yaml')).toThrow(message);
  },
);

it('livehook apply reports the first 100 problems of a declaration, and a key __proto__ counts as a problem', () => {
  const text = `__proto__: { keys: [] }\n${Array.from({ length: 300 }, (_, index) => `key${index}: 1`).join('\n')}`;
  const read = () => parseDeclaration(text, 'w.yaml');
  expect(read).toThrow('w.yaml:1: __proto__: is not known here\nw.yaml:2: key0: is not known here');
  expect(read).toThrow('w.yaml:100: key98: is not known here');
  expect(read).not.toThrow('key99');
});
