import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readArguments } from './read-arguments.ts';

/**
 * Writes test/deploy/schemas/kubernetes, the JSON schemas of the kinds in the Helm chart, so that the chart is checked
 * offline: `node tools/write-kubernetes-schemas.ts SWAGGER SERVICE_MONITOR`. SWAGGER is api/openapi-spec/swagger.json of
 * Kubernetes, SERVICE_MONITOR the custom resource definition of the Prometheus Operator. Unknown fields are errors, and
 * descriptions are left out.
 */
const directory = 'test/deploy/schemas/kubernetes';
const kinds: Readonly<Record<string, string>> = {
  deployment: 'io.k8s.api.apps.v1.Deployment',
  horizontalpodautoscaler: 'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  ingress: 'io.k8s.api.networking.v1.Ingress',
  job: 'io.k8s.api.batch.v1.Job',
  poddisruptionbudget: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  service: 'io.k8s.api.core.v1.Service',
};

type Schema = { readonly [key: string]: unknown };

const usage = 'node tools/write-kubernetes-schemas.ts SWAGGER SERVICE_MONITOR';
const [swagger = '', serviceMonitor = ''] = readArguments(usage, { min: 2, max: 2 });
const { definitions } = JSON.parse(readFileSync(swagger, 'utf8')) as { definitions: Record<string, Schema> };
const used: Record<string, Schema> = {};
for (const name of Object.values(kinds)) addDefinition(name);
write('_definitions', { definitions: Object.fromEntries(Object.entries(used).sort()) });
for (const [kind, name] of Object.entries(kinds)) write(kind, { $ref: `_definitions.json#/definitions/${name}` });
const { spec } = parse(readFileSync(serviceMonitor, 'utf8'));
const metadata = { $ref: '_definitions.json#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
const monitor = convert(spec.versions[0].schema.openAPIV3Schema) as { properties: Schema };
write('servicemonitor', { ...monitor, properties: { ...monitor.properties, metadata } });

function addDefinition(name: string): void {
  if (used[name]) return;
  used[name] = {};
  used[name] = name.endsWith('.Quantity') ? { type: ['string', 'number'] } : convert(definitions[name] ?? {});
}

/** Converts a schema to JSON Schema draft 7, together with the definitions that it refers to. */
function convert(schema: Schema): Schema {
  if (typeof schema.$ref === 'string') {
    addDefinition(schema.$ref.replace('#/definitions/', ''));
    return { $ref: schema.$ref };
  }
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string']) return { type: ['string', 'integer'] };
  const { type, required, properties, items, additionalProperties } = schema;
  const values = schema.enum;
  return {
    ...(type !== undefined && { type }),
    ...(values !== undefined && { enum: values }),
    ...(required !== undefined && { required }),
    ...(items !== undefined && { items: convert(items as Schema) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties as Record<string, Schema>).map(([name, each]) => [name, convert(each)]),
      ),
      additionalProperties: false,
    }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: convert(additionalProperties as Schema) }),
  };
}

function write(name: string, schema: Schema): void {
  writeFileSync(`${directory}/${name}.json`, `${JSON.stringify(schema)}\n`);
}
