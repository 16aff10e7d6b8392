import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it, type TestContext } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { hasProgram } from '../fixtures/find-program.ts';
import { readSettingNames } from './setting-names.ts';

const chart = 'deploy/helm/livehook';
/**
 * The JSON schemas of Kubernetes objects, in the version that the README.md of the folder names, and of ServiceMonitor.
 */
const schemas = 'test/deploy/schemas/kubernetes/{{.ResourceKind}}.json';
const host = ['ingress.enabled=true', 'ingress.hosts[0].host=hooks.example.com', 'ingress.hosts[0].path=/'];
const roles = ['api', 'sender', 'janitor'];

/** Sets of Helm values that together render every line of the templates. */
const variants: Readonly<Record<string, readonly string[]>> = {
  'its defaults': [],
  'every option enabled': [
    ...host,
    'serviceMonitor.enabled=true',
    ...roles.flatMap(role => [`${role}.autoscaling.enabled=true`, `${role}.podDisruptionBudget.enabled=true`]),
  ],
  'every option disabled': [
    'migrations.enabled=false',
    ...roles.map(role => `${role}.podDisruptionBudget.enabled=false`),
  ],
  'labels, annotations and names': [
    ...host,
    'ingress.className=nginx',
    'ingress.annotations.a=b',
    'ingress.tls[0].secretName=tls',
    'ingress.tls[0].hosts[0]=hooks.example.com',
    'image.tag=1.2.3',
    'image.pullPolicy=Always',
    'imagePullSecrets[0].name=registry',
    'podAnnotations.a=b',
    'podLabels.a=b',
    'service.annotations.a=b',
    'service.type=LoadBalancer',
    'serviceMonitor.enabled=true',
    'serviceMonitor.labels.a=b',
  ],
  'where pods may run': roles.flatMap(role => [
    `${role}.nodeSelector.disk=ssd`,
    `${role}.tolerations[0].key=dedicated`,
    `${role}.tolerations[0].operator=Exists`,
    `${role}.topologySpreadConstraints[0].maxSkew=1`,
    `${role}.topologySpreadConstraints[0].topologyKey=zone`,
    `${role}.topologySpreadConstraints[0].whenUnsatisfiable=ScheduleAnyway`,
    `${role}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey=zone`,
    `${role}.podDisruptionBudget.maxUnavailable=20%`,
  ]),
};

it.for(Object.entries(variants))(
  'the Helm chart passes helm lint and kubeconform with %s',
  {
    timeout: 180_000,
  },
  async ([, sets], context) => {
    await requirePrograms(context, 'helm', 'kubeconform');
    await run('helm', ['lint', '--strict', chart, ...toOptions(sets)]);
    const rendered = await render(sets);
    expect(await check(rendered)).toMatchObject({ invalid: 0, errors: 0, skipped: 0 });
  },
);

it('kubeconform finds a field that Kubernetes does not have', { timeout: 180_000 }, async context => {
  await requirePrograms(context, 'helm', 'kubeconform');
  const rendered = await render([]);
  expect(await check(rendered.replaceAll('replicas:', 'replica:'))).toMatchObject({ invalid: 3 });
});

it('the Helm chart renders the expected objects with every option enabled', { timeout: 180_000 }, async context => {
  await requirePrograms(context, 'helm');
  const rendered = await render([...(variants['every option enabled'] ?? [])], 'config.TRUST_PROXY=1');
  const objects = parseAllDocuments(rendered).map(document => document.toJS());
  const kinds = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
  expect(kinds).toEqual([
    'Deployment test-livehook-api',
    'Deployment test-livehook-janitor',
    'Deployment test-livehook-sender',
    'HorizontalPodAutoscaler test-livehook-api',
    'HorizontalPodAutoscaler test-livehook-janitor',
    'HorizontalPodAutoscaler test-livehook-sender',
    'Ingress test-livehook',
    'Job test-livehook-migrate',
    'PodDisruptionBudget test-livehook-api',
    'PodDisruptionBudget test-livehook-janitor',
    'PodDisruptionBudget test-livehook-sender',
    'Service test-livehook',
    'Service test-livehook-metrics',
    'ServiceMonitor test-livehook',
  ]);
  const settings = readSettingNames();
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

async function requirePrograms({ skip }: TestContext, ...names: string[]): Promise<void> {
  for (const name of names) {
    if (!(await hasProgram(name))) skip(`${name} is not on PATH; CONTRIBUTING.md says how to install it`);
  }
}

function toOptions(sets: readonly string[]): string[] {
  return ['existingSecret=livehook', ...sets].flatMap(value => ['--set', value]);
}

async function render(sets: readonly string[], text = ''): Promise<string> {
  const texts = text === '' ? [] : ['--set-string', text];
  return run('helm', ['template', 'test', chart, '--kube-version', '1.31.0', ...toOptions(sets), ...texts]);
}

/** Runs kubeconform on manifests. @returns the counts in its summary. */
async function check(manifests: string): Promise<Readonly<Record<string, number>>> {
  const args = ['-strict', '-summary', '-output', 'json', '-schema-location', schemas];
  const output = await run('kubeconform', args, manifests);
  return JSON.parse(output).summary;
}

/**
 * Runs a program.
 * @returns its standard output, even if it exits with 1, as kubeconform does after it has found a problem.
 */
async function run(program: string, args: readonly string[], input?: string): Promise<string> {
  const running = promisify(execFile)(program, args, { timeout: 60_000, maxBuffer: 2 ** 24 });
  running.child.stdin?.end(input);
  return running.then(
    ({ stdout }) => stdout,
    error => {
      if (program === 'kubeconform' && error.code === 1) return error.stdout;
      throw new Error(`${program} ${args.join(' ')}: ${error.stderr}${error.stdout}`, { cause: error });
    },
  );
}
