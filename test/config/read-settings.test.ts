import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSettings } from '../../src/config/list-settings.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import { loadConfig } from '../../src/config.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'livehook-settings-'));
});
afterAll(() => rm(directory, { recursive: true }));

const rootKey = 'root-key-of-the-settings-test';

async function write(name: string, text: string): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, text);
  return file;
}

async function read(yaml: string, environment: Record<string, string> = {}) {
  return readSettings({ environment, file: await write('livehook.yaml', yaml) });
}

describe('the configuration file', () => {
  it('sets numbers, booleans, lists and text, with setting names in upper or lower case', async () => {
    const { texts } = await read(
      'port: 8080\nINTROSPECTION: false\negress_allow:\n  - 10.0.0.0/8\n  - fd00::/8\nretry_schedule_seconds: [5, 60]\nhost: "::1"\nlog_level:\n',
    );
    expect(loadConfig(texts)).toMatchObject({
      server: { port: 8080, introspection: false, host: '::1' },
      egress: { allow: ['10.0.0.0/8', 'fd00::/8'] },
      delivery: { defaultRetryScheduleSeconds: [5, 60] },
      logLevel: 'info',
    });
  });

  it('gives a setting every digit of a number that a JavaScript number would round', async () => {
    const { texts } = await read('root_api_key: 123456789012345678901234567890');
    expect(texts.ROOT_API_KEY).toBe('123456789012345678901234567890');
  });

  it('is overridden by environment variables that are not empty', async () => {
    const { texts, sources } = await read('port: 8080\nhost: 0.0.0.0\n', { PORT: '9090', HOST: '' });
    expect(texts).toMatchObject({ PORT: '9090', HOST: '0.0.0.0' });
    expect(sources.get('PORT')).toEqual({ kind: 'environment', name: 'PORT' });
    expect(sources.get('HOST')?.kind).toBe('file');
    expect(sources.get('LOG_LEVEL')).toEqual({ kind: 'default', name: null });
  });

  it('may be missing, unless its path was given explicitly', async () => {
    expect((await readSettings({ environment: {} })).texts).toEqual({});
    await expect(readSettings({ environment: {}, file: path.join(directory, 'none.yaml') })).rejects.toThrow(
      /The configuration file .*none\.yaml cannot be read: ENOENT/,
    );
  });

  it.each([
    ['prot: 1', '"prot" is not a setting. Did you mean PORT?'],
    ['MAX_ENDPOINT: 1', '"MAX_ENDPOINT" is not a setting. Did you mean MAX_ENDPOINTS?'],
    ['port_file: /x', '"port_file" is not a setting'],
    ['toString: 1', '"toString" is not a setting'],
    ['port: { a: 1 }', 'port must be text, a number, true, false, or a list of these'],
    ['cors_origins: [[a]]', 'cors_origins must be text'],
    ['port: 1\nPORT: 2', 'PORT is there twice'],
    ['port: 1\nport: 2', 'Map keys must be unique at line 2'],
    ['__proto__: { port: 1 }', '"__proto__" is not a setting'],
    ['port: *none', 'Unresolved alias'],
    [
      Array.from({ length: 9 }, (_, at) => `k${at}: &k${at} [${Array(9).fill(at ? `*k${at - 1}` : 'x')}]`).join('\n'),
      'Excessive alias count',
    ],
    ['- port', 'must be a map from settings to values'],
    ['root_api_key: a\nroot_api_key_file: b', 'ROOT_API_KEY and ROOT_API_KEY_FILE are both set'],
  ])('that contains %j is rejected with the reason', async (yaml, message) => {
    await expect(read(yaml)).rejects.toThrow(message);
  });

  it('is rejected with an error that lists at most 100 of its problems', async () => {
    const yaml = Array.from({ length: 300 }, (_, index) => `key${index}: 1`).join('\n');
    const error: unknown = await read(yaml).catch(each => each);
    expect(String(error).match(/is not a setting/g)).toHaveLength(100);
  });

  it('is not quoted in the message of a syntax error, because it can contain secrets', async () => {
    await expect(read(`root_api_key: "${rootKey}`)).rejects.toSatisfy(error => !String(error).includes(rootKey));
  });

  it('may contain the resources of livehook apply beside the settings', async () => {
    const { texts } = await read('port: 1\nendpoints:\n  - url: https://shop.test\nredaction: { paths: [a] }\n');
    expect(texts).toEqual({ PORT: '1' });
  });

  it('is rejected with all of its problems in one error', async () => {
    await expect(read('prot: 1\nhots: a\n', { ROOT_API_KEY: 'a', ROOT_API_KEY_FILE: 'b' })).rejects.toThrow(
      /PORT\?\n.*HOST\?\nROOT_API_KEY and ROOT_API_KEY_FILE/,
    );
  });
});

describe('a setting for the file of a secret (such as ROOT_API_KEY_FILE)', () => {
  it('sets the secret to the content of the file without the line breaks at its end', async () => {
    const keyFile = await write('key', `${rootKey}\r\n\n`);
    for (const { texts, sources } of [
      await read('', { ROOT_API_KEY_FILE: keyFile }),
      await read(`root_api_key_file: ${keyFile}`),
    ]) {
      expect(texts.ROOT_API_KEY).toBe(rootKey);
      expect(sources.get('ROOT_API_KEY')?.name).toMatch(/ROOT_API_KEY_FILE$/);
    }
  });

  it('overrides the secret in the configuration file if it is an environment variable', async () => {
    const keyFile = await write('key', rootKey);
    expect((await read('root_api_key: another', { ROOT_API_KEY_FILE: keyFile })).texts.ROOT_API_KEY).toBe(rootKey);
  });

  it.each(['DATABASE_URL', 'REDIS_URL', 'ROOT_API_KEY', 'ENCRYPTION_KEY', 'EGRESS_PROXY'])(
    'exists for the secret %s',
    async name => {
      const { texts } = await read('', { [`${name}_FILE`]: await write('secret', 'text\n') });
      expect(texts).toEqual({ [name]: 'text' });
    },
  );

  it('is rejected if the file is missing or empty, or if the secret is set too', async () => {
    const file = path.join(directory, 'missing');
    await expect(read('', { ROOT_API_KEY_FILE: file })).rejects.toThrow(/ROOT_API_KEY_FILE: ENOENT/);
    const empty = await write('empty', '\n');
    await expect(read('', { ROOT_API_KEY_FILE: empty })).rejects.toThrow(`the file ${empty} is empty`);
    await expect(read('', { ROOT_API_KEY: rootKey, ROOT_API_KEY_FILE: empty })).rejects.toThrow(
      'ROOT_API_KEY and ROOT_API_KEY_FILE are both set: set one of them',
    );
  });
});

describe('the list of settings that livehook config prints', () => {
  it('has each setting once, with its value and its source, and masks secrets', async () => {
    const listed = listSettings(
      await read('cors_origins: [https://a.test]\n', {
        PORT: '8080',
        TRUST_PROXY: '10.0.0.0/8',
        ROOT_API_KEY: rootKey,
        ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
        DATABASE_URL: 'postgresql://user:pass%40@db.test:5432/hooks?sslmode=require&sslpassword=hidden',
        REDIS_URL: 'redis+cluster://:pass@a.test:1,b.test:2',
        EGRESS_PROXY: 'http://token@proxy.test',
      }),
    );
    const byName = Object.fromEntries(listed.map(({ name, value, source }) => [name, { value, source }]));
    expect(byName).toMatchObject({
      PORT: { value: 8080, source: 'environment: PORT' },
      TRUST_PROXY: { value: ['10.0.0.0/8'] },
      CORS_ORIGINS: { value: ['https://a.test'], source: `${path.join(directory, 'livehook.yaml')}: CORS_ORIGINS` },
      INTROSPECTION: { value: true, source: 'default' },
      METRICS_PORT: { value: null, source: 'default' },
      ROOT_API_KEY: { value: '********' },
      ENCRYPTION_KEY: { value: '********' },
      DATABASE_URL: { value: 'postgresql://********@db.test:5432/hooks?sslmode=require&sslpassword=********' },
      REDIS_URL: { value: 'redis+cluster://********@a.test:1,b.test:2' },
      EGRESS_PROXY: { value: 'http://********@proxy.test' },
    });
    expect(JSON.stringify(listed)).not.toMatch(/pass%40|:pass|hidden|token@|AQEB|root-key/);
    expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length);
  });
});
