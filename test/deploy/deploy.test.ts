import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { hasProgram } from '../fixtures/find-program.ts';

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

  it('copies every file that the last stage starts into the image', () => {
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
  const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true });

  it.each(['api', 'sender'])(
    'runs %s unprivileged, on a read-only file system, with settings that are accepted',
    name => {
      const service = services[name];
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'], init: true });
      expect(service.depends_on).toEqual({
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
      const environment = substitute(service.environment);
      expect(Object.keys(environment).filter(setting => !settings.has(setting))).toEqual([]);
      const config = loadConfig(environment);
      expect(config.database.url).toBe('postgresql://livehook:secret@postgres:5432/livehook');
      expect(Number.parseInt(service.stop_grace_period, 10) * 1000).toBeGreaterThan(config.shutdownGraceMs);
    },
  );

  it('gives each role to one service, and publishes only the api on loopback', () => {
    const roles = ['api', 'sender'].flatMap(name => services[name].environment.ROLES.split(','));
    expect(roles.sort()).toEqual(['api', 'janitor', 'sender']);
    expect(Object.values(services).flatMap(service => (service as { ports?: string[] }).ports ?? [])).toEqual([
      '127.0.0.1:4000:4000',
    ]);
  });
});

describe('the systemd unit', () => {
  const unit = readFileSync('deploy/systemd/livehook@.service', 'utf8');

  it('starts a file that exists and stops later than SHUTDOWN_GRACE_MS', () => {
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

  it('accepts its own values as soon as a Secret is named', () => {
    expect(isValid(values)).toBe(false);
    expect(isValid.errors?.map(error => error.instancePath)).toEqual(['/existingSecret']);
    expect(isValid(withSecret)).toBe(true);
  });

  it.each([
    { title: 'a setting that is no string', change: { config: { RETENTION_DAYS: 90 } } },
    { title: 'a setting that the chart sets itself', change: { config: { ROLES: 'api' } } },
    { title: 'a secret among the settings', change: { config: { ENCRYPTION_KEY: encryptionKey } } },
    { title: 'a misspelt value', change: { api: { ...values.api, replicaCount: 3 } } },
    { title: 'a role without replicas', change: { sender: { ...values.sender, replicas: 0 } } },
  ])('rejects $title', ({ change }) => {
    expect(isValid({ ...withSecret, ...change })).toBe(false);
  });

  it('has the version of package.json', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(parse(readFileSync(`${chart}/Chart.yaml`, 'utf8'))).toMatchObject({ version, appVersion: version });
  });

  it('uses only values that values.yaml has', () => {
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

  it('renders the expected Kubernetes objects with every option enabled', async context => {
    if (!(await hasProgram('helm'))) return context.skip('helm is not on PATH');
    const run = (...args: string[]) => promisify(execFile)('helm', args, { timeout: 60_000 });
    await run('lint', '--strict', chart, '--set', 'existingSecret=livehook');
    const sets = [
      'existingSecret=livehook',
      'serviceMonitor.enabled=true',
      'ingress.enabled=true',
      'ingress.hosts[0].host=hooks.example.com',
      'ingress.hosts[0].path=/',
      'api.autoscaling.enabled=true',
    ].flatMap(value => ['--set', value]);
    const { stdout } = await run(
      'template',
      'test',
      chart,
      '--kube-version',
      '1.31.0',
      ...sets,
      '--set-string',
      'config.TRUST_PROXY=1',
    );
    const objects = parseAllDocuments(stdout).map(document => document.toJS());
    const kinds = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
    expect(kinds).toEqual([
      'Deployment test-livehook-api',
      'Deployment test-livehook-janitor',
      'Deployment test-livehook-sender',
      'HorizontalPodAutoscaler test-livehook-api',
      'Ingress test-livehook',
      'Job test-livehook-migrate',
      'PodDisruptionBudget test-livehook-api',
      'PodDisruptionBudget test-livehook-sender',
      'Service test-livehook',
      'Service test-livehook-metrics',
      'ServiceMonitor test-livehook',
    ]);
    for (const { kind, metadata, spec } of objects.filter(object => /Deployment|Job/.test(object.kind))) {
      const [container] = spec.template.spec.containers;
      expect(container.securityContext, metadata.name).toMatchObject({ readOnlyRootFilesystem: true });
      const names: string[] = container.env.map((each: { name: string }) => each.name);
      expect(names.filter(name => !settings.has(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toContain('TRUST_PROXY');
      if (kind === 'Job') expect(container.command).toEqual(['node', 'bin/livehook.js', 'migrate', 'up']);
      else expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    }
  });
});

/** The names in the table of settings. */
function readSettingNames(): Set<string> {
  const section = readFileSync('README.md', 'utf8').split('\n## Configuration\n')[1] ?? '';
  const cells =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter(line => line.startsWith('| `')) ?? [];
  return new Set(
    cells.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name)),
  );
}

/** Compose's `${NAME:?message}` and `${NAME:-default}`. */
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
