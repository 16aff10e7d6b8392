import { cardPaths } from '../../domain/redaction/card-paths.ts';
import { UsageError } from '../exit-codes.ts';
import type { ApiKeyFieldsFragment, DeclaredEndpointFieldsFragment } from '../generated/graphql.ts';
import type { Declaration, DeclaredEndpoint, DeclaredKey } from './declaration.ts';

/** The tenant's endpoints, keys and redaction as the server has them. Sections that the declaration omits are empty. */
export interface CurrentState {
  readonly endpoints: readonly DeclaredEndpointFieldsFragment[];
  readonly keys: readonly ApiKeyFieldsFragment[];
  /** The id of the API key that runs this command. `apply` never revokes it. Null for the root key. */
  readonly ownKeyId: string | null;
  readonly redaction: { readonly paths: readonly string[]; readonly scanCardNumbers: boolean } | null;
}

/** A setting whose current value (`from`) differs from the declared one (`to`). Never contains a secret. */
export interface FieldChange {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export type Change =
  | { readonly action: 'create'; readonly kind: 'endpoint'; readonly name: string; readonly declared: DeclaredEndpoint }
  | {
      readonly action: 'update';
      readonly kind: 'endpoint';
      readonly name: string;
      readonly id: string;
      readonly declared: DeclaredEndpoint;
      readonly keptHeaders: readonly string[];
      readonly fields: readonly FieldChange[];
    }
  | { readonly action: 'create'; readonly kind: 'key'; readonly name: string; readonly declared: DeclaredKey }
  | { readonly action: 'delete'; readonly kind: 'endpoint' | 'key'; readonly name: string; readonly id: string }
  | {
      readonly action: 'update';
      readonly kind: 'redaction';
      readonly name: string;
      readonly fields: readonly FieldChange[];
    };

export interface PlanOptions {
  /** Whether the plan deletes endpoints and revokes keys that the declaration does not contain. */
  readonly prune: boolean;
  /**
   * Whether the plan also writes the values of secret headers, which cannot be compared because the API never returns
   * them.
   */
  readonly setSecrets: boolean;
}

/** Plans the changes that make the tenant match the declaration. After they are applied, the plan is empty. */
export function createPlan(declaration: Declaration, current: CurrentState, options: PlanOptions): Change[] {
  const { endpoints, keys, redaction } = declaration;
  return [
    ...(endpoints ? planEndpoints(endpoints, current, options) : []),
    ...(keys ? planKeys(keys, current, options) : []),
    ...(redaction ? planRedaction(redaction, current) : []),
  ];
}

function planEndpoints(declared: readonly DeclaredEndpoint[], current: CurrentState, options: PlanOptions): Change[] {
  const changes: Change[] = [];
  const matched = new Set<string>();
  for (const [index, endpoint] of declared.entries()) {
    const found = findEndpoint(endpoint, current, `endpoints[${index}]`);
    if (!found) {
      changes.push({ action: 'create', kind: 'endpoint', name: endpoint.name, declared: endpoint });
      continue;
    }
    matched.add(found.id);
    const { fields, keptHeaders } = compareEndpoint(endpoint, found, options);
    const change = { action: 'update', kind: 'endpoint', name: found.name, id: found.id } as const;
    if (fields.length > 0) changes.push({ ...change, declared: endpoint, keptHeaders, fields });
  }
  if (!options.prune) return changes;
  const extra = current.endpoints.filter(({ id }) => !matched.has(id));
  return [...changes, ...extra.map(({ id, name }) => ({ action: 'delete', kind: 'endpoint', id, name }) as const)];
}

function findEndpoint({ id, name }: DeclaredEndpoint, { endpoints }: CurrentState, path: string) {
  const found = endpoints.filter(each => (id === undefined ? each.name === name : each.id === id));
  if (id !== undefined && found.length === 0) throw new UsageError(`${path}.id: there is no endpoint ${id}`);
  if (found.length > 1) {
    const ids = found.map(each => each.id).join(', ');
    throw new UsageError(`${path}.name: several endpoints have the name "${name}" (${ids}); add the id of one`);
  }
  return found[0];
}

/** Endpoint fields that the server returns exactly as they were written, so they can be compared directly. */
const plainFields = [
  'name',
  'status',
  'method',
  'bodyTemplate',
  'retryScheduleSeconds',
  'timeoutMs',
  'maxConcurrency',
  'rateLimitPerSecond',
  'ordering',
  'storeResponseBody',
  'disableOnGone',
  'disableAfterSeconds',
] as const;

function compareEndpoint(
  declared: DeclaredEndpoint,
  current: DeclaredEndpointFieldsFragment,
  { setSecrets }: PlanOptions,
): { fields: FieldChange[]; keptHeaders: string[] } {
  const fields: FieldChange[] = plainFields.flatMap(field =>
    declared[field] === undefined || isSame(declared[field], current[field] ?? null)
      ? []
      : [{ field, from: current[field] ?? null, to: declared[field] }],
  );
  if (normalizeUrl(declared.url) !== normalizeUrl(current.url)) {
    fields.push({ field: 'url', from: current.url, to: declared.url });
  }
  if (declared.eventTypes && !isSame([...declared.eventTypes].sort(), [...current.eventTypes].sort())) {
    fields.push({ field: 'eventTypes', from: current.eventTypes, to: declared.eventTypes });
  }
  const currentSecrets = new Set(current.headers.filter(({ secret }) => secret).map(({ name }) => name.toLowerCase()));
  const keptHeaders = setSecrets
    ? []
    : (declared.headers ?? []).flatMap(({ name, secret }) =>
        secret && currentSecrets.has(name.toLowerCase()) ? [name.toLowerCase()] : [],
      );
  if (declared.headers) {
    const from = current.headers.map(describeHeader).sort();
    const to = declared.headers.map(describeHeader).sort();
    const rewrites = setSecrets && declared.headers.some(({ secret }) => secret);
    if (rewrites || !isSame(from, to)) fields.push({ field: 'headers', from, to });
  }
  return { fields, keptHeaders };
}

/** The name and value of a header. The value of a secret header is left out. */
function describeHeader({ name, value, secret }: { name: string; value?: unknown; secret: boolean }): string {
  const shown = secret ? '(secret)' : typeof value === 'object' && value !== null ? describeReference(value) : value;
  return `${name.toLowerCase()}: ${shown}`;
}

function describeReference(value: object): string {
  return 'env' in value ? (process.env[String(value.env)] ?? `$${value.env}`) : '';
}

function planKeys(declared: readonly DeclaredKey[], current: CurrentState, { prune }: PlanOptions): Change[] {
  const live = current.keys.filter(({ revokedAt }) => revokedAt === null);
  const matched = new Set<string>();
  const created = declared.flatMap(key => {
    const found = live.find(each => each.name === key.name && isSameKey(key, each));
    if (found) matched.add(found.id);
    return found ? [] : [{ action: 'create', kind: 'key', name: key.name, declared: key } as const];
  });
  const extra = prune ? live.filter(({ id }) => !matched.has(id) && id !== current.ownKeyId) : [];
  return [...created, ...extra.map(({ id, name }) => ({ action: 'delete', kind: 'key', id, name }) as const)];
}

/** Whether two keys are the same. Permissions must be equal, because those of an existing key cannot be changed. */
function isSameKey(declared: DeclaredKey, current: ApiKeyFieldsFragment): boolean {
  const isSameExpiry =
    declared.expiresAt === undefined || Date.parse(declared.expiresAt) === Date.parse(current.expiresAt ?? '');
  return isSameExpiry && isSame([...declared.permissions].sort(), [...current.permissions].sort());
}

function planRedaction(declared: NonNullable<Declaration['redaction']>, { redaction }: CurrentState): Change[] {
  if (!redaction) return [];
  const { paths, extraPaths, scanCardNumbers } = declared;
  const wanted = { paths: extraPaths ? [...new Set([...cardPaths, ...extraPaths])] : paths, scanCardNumbers };
  const fields = (['paths', 'scanCardNumbers'] as const).flatMap(field =>
    wanted[field] === undefined || isSame(wanted[field], redaction[field])
      ? []
      : [{ field, from: redaction[field], to: wanted[field] }],
  );
  return fields.length === 0 ? [] : [{ action: 'update', kind: 'redaction', name: 'redaction', fields }];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Normalizes a URL for comparison: `https://shop.example` and `https://shop.example/` become equal. */
function normalizeUrl(url: string): string {
  return url.includes('{{') || !URL.canParse(url) ? url : new URL(url).href;
}
