import { existsSync, globSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { readSettingNames } from './setting-names.ts';

const settings = readSettingNames();
const encryptionKey = Buffer.alloc(32).toString('base64');
const secrets = { POSTGRES_PASSWORD: 'secret', ROOT_API_KEY: 'k'.repeat(16), ENCRYPTION_KEY: encryptionKey };

describe('the Dockerfile', () => {
  const dockerfile = readFileSync('deploy/docker/Dockerfile', 'utf8').replaceAll('\\\n', ' ');
  const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
  const stages = dockerfile.split(/^FROM /m).slice(1);

  it('copies only files that exist and that .dockerignore lets into the build context', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied.length).toBeGreaterThan(6);
    for (const file of copied.filter(name => name !== '.')) {
      expect(existsSync(file), file).toBe(true);
      const isIncluded = ignored.some(line => line.startsWith('!') && `${file}/`.startsWith(`${line.slice(1)}/`));
      expect(isIncluded, `${file} in .dockerignore`).toBe(true);
    }
  });

  it('copies every file that the image starts into its last stage', () => {
    const command = JSON.parse(/^CMD (\[.*\])$/m.exec(stages.at(-1) ?? '')?.[1] ?? '[]');
    expect(command.slice(0, 1)).toEqual(['node']);
    expect(existsSync(command.at(-1))).toBe(true);
    expect(stages.at(-1)).toContain(`COPY ${command.at(-1).split('/')[0]} `);
  });

  it('runs as an unprivileged user, with a health check, on the Node version of package.json', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(stages.at(-1)).toMatch(/^USER node$/m);
    expect(stages.at(-1)).toMatch(/^HEALTHCHECK .*\/healthz/m);
    expect(/^ARG NODE_VERSION=(.*)$/m.exec(dockerfile)?.[1]).toBe({ ...dependencies, ...devDependencies }.node);
    expect(stages).toHaveLength(3);
    for (const stage of stages) expect(stage).toMatch(/^node:\$\{NODE_VERSION\}-bookworm-slim/);
  });
});

describe('deploy/compose.yaml', () => {
  const file = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true });
  const { services } = file;

  it('follows the Compose specification', () => {
    const specification = JSON.parse(readFileSync('test/deploy/schemas/compose-spec.json', 'utf8'));
    const check = new Ajv2020({ strict: false, formats: { duration: true } }).compile(specification);
    check(file);
    expect(check.errors).toBeNull();
    expect(check({ ...file, services: { api: { image: 'livehook', depend_on: ['redis'] } } })).toBe(false);
  });

  it.each(['migrate', 'api', 'sender'])(
    'runs %s as an unprivileged user, on a read-only file system, with valid settings',
    name => {
      const service = services[name];
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'], init: true });
      const environment = substitute(service.environment);
      expect(Object.keys(environment).filter(setting => !settings.has(setting))).toEqual([]);
      const config = loadConfig(environment);
      expect(config.database.url).toBe('postgresql://livehook:secret@postgres:5432/livehook');
      expect(Number.parseInt(service.stop_grace_period, 10) * 1000).toBeGreaterThan(config.shutdownGraceMs);
    },
  );

  it('starts the processes after a job has migrated the database', () => {
    const postgres = { condition: 'service_healthy' };
    expect(services.migrate).toMatchObject({
      command: ['node', 'bin/livehook.js', 'migrate', 'up'],
      restart: 'no',
      depends_on: { postgres },
    });
    for (const name of ['api', 'sender']) {
      expect(services[name].depends_on).toEqual({
        postgres,
        redis: { condition: 'service_healthy' },
        migrate: { condition: 'service_completed_successfully' },
      });
    }
  });

  it('has one service for each role, and publishes only the port of the api, on loopback', () => {
    const roles = ['api', 'sender'].flatMap(name => services[name].environment.ROLES.split(','));
    expect(roles.sort()).toEqual(['api', 'janitor', 'sender']);
    expect(Object.values(services).flatMap(service => (service as { ports?: string[] }).ports ?? [])).toEqual([
      '127.0.0.1:4000:4000',
    ]);
  });
});

describe('the systemd unit', () => {
  const unit = readFileSync('deploy/systemd/livehook@.service', 'utf8');

  it('starts an existing file, and waits longer than SHUTDOWN_GRACE_MS before it kills the process', () => {
    expect(existsSync(/^ExecStart=.* (\S+\.js) start$/m.exec(unit)?.[1] ?? '')).toBe(true);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) * 1000).toBeGreaterThan(loadConfig({}).shutdownGraceMs);
  });
});

describe('the Helm chart', () => {
  const chart = 'deploy/helm/livehook';
  const values = parse(readFileSync(`${chart}/values.yaml`, 'utf8'));
  const isValid = new Ajv({ allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(`${chart}/values.schema.json`, 'utf8')),
  );
  const withSecret = { ...values, existingSecret: 'livehook' };

  it('accepts its default values once existingSecret is set', () => {
    expect(isValid(values)).toBe(false);
    expect(isValid.errors?.map(error => error.instancePath)).toEqual(['/existingSecret']);
    expect(isValid(withSecret)).toBe(true);
  });

  it.each([
    { title: 'a setting that is no string', change: { config: { RETENTION_DAYS: 90 } } },
    { title: 'a setting that the chart sets itself', change: { config: { ROLES: 'api' } } },
    { title: 'a secret among the settings', change: { config: { ENCRYPTION_KEY: encryptionKey } } },
    { title: 'the file of a secret among the settings', change: { config: { ENCRYPTION_KEY_FILE: '/run/key' } } },
    { title: 'an ingress without hosts', change: { ingress: { ...values.ingress, enabled: true } } },
    { title: 'a misspelt value', change: { api: { ...values.api, replicaCount: 3 } } },
    { title: 'a role without replicas', change: { sender: { ...values.sender, replicas: 0 } } },
  ])('rejects $title', ({ change }) => {
    expect(isValid({ ...withSecret, ...change })).toBe(false);
  });

  it('has the version of package.json, like all files that name the image or the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(readFileSync('deploy/compose.yaml', 'utf8')).toContain(`image: livehook:${version}\n`);
    expect(readFileSync('deploy/README.md', 'utf8')).toContain(`livehook:${version} `);
    expect(readFileSync('README.md', 'utf8')).toContain(`livehook-${version}.tgz\n`);
    expect(parse(readFileSync(`${chart}/Chart.yaml`, 'utf8'))).toMatchObject({ version, appVersion: version });
  });

  it('uses only values that values.yaml defines', () => {
    const templates = globSync(`${chart}/templates/*`)
      .map(file => readFileSync(file, 'utf8'))
      .join('\n');
    const used = [...templates.matchAll(/\.Values\.([\w.]+)/g)].map(([, path = '']) => path);
    expect(used.length).toBeGreaterThan(20);
    for (const path of used) expect(hasPath(values, path), path).toBe(true);
    for (const role of ['api', 'sender', 'janitor']) {
      for (const [, path = ''] of templates.matchAll(/\$values\.([\w.]+)/g)) {
        expect(hasPath(values[role], path), `${role}.${path}`).toBe(true);
      }
    }
  });
});

/** Replaces variables in the syntax of Compose: `${NAME:?message}` and `${NAME:-default}`. */
function substitute(environment: Readonly<Record<string, string>>): Record<string, string> {
  const known: Record<string, string | undefined> = secrets;
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+):[?-][^}]*\}/g, (_, variable: string) => known[variable] ?? ''),
    ]),
  );
}

function hasPath(values: unknown, path: string): boolean {
  const leaf = path
    .split('.')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], values);
  return leaf !== undefined;
}
