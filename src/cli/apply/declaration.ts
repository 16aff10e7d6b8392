import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../exit-codes.ts';
import { permissions } from '../permission-option.ts';

/** A reference to an environment variable, such as `{ env: SHOP_TOKEN }`, which keeps a secret out of the file. */
const environmentValue = z.strictObject({ env: z.string().regex(/^\w+$/, 'must be the name of a variable') });
export type EnvironmentValue = z.infer<typeof environmentValue>;

const header = z
  .strictObject({
    name: z.string().min(1),
    value: z.union([z.string(), environmentValue], { error: 'must be text or { env: NAME }' }),
    secret: z.boolean().default(true),
  })
  .refine(({ secret, value }) => !secret || typeof value !== 'string', {
    path: ['value'],
    message: 'must be { env: NAME }, so that the secret is not in the file; set "secret: false" if it is none',
  });

const name = z.string().min(1).max(200);

const endpoint = z.strictObject({
  name,
  id: z.string().regex(/^ep_/, 'must be the id of an endpoint, ep_...').optional(),
  url: z.string(),
  eventTypes: z.array(z.string()).optional(),
  status: z.enum(['ENABLED', 'PAUSED', 'DISABLED']).optional(),
  method: z.enum(['POST', 'PUT', 'PATCH']).optional(),
  headers: z.array(header).optional(),
  secret: environmentValue.optional(),
  bodyTemplate: z.string().nullable().optional(),
  retryScheduleSeconds: z.array(z.int()).optional(),
  timeoutMs: z.int().optional(),
  maxConcurrency: z.int().nullable().optional(),
  rateLimitPerSecond: z.number().nullable().optional(),
  ordering: z.enum(['NONE', 'FIFO']).optional(),
  storeResponseBody: z.boolean().optional(),
  disableOnGone: z.boolean().optional(),
  disableAfterSeconds: z.int().optional(),
});
export type DeclaredEndpoint = z.infer<typeof endpoint>;

const key = z.strictObject({
  name,
  permissions: z.array(z.enum(permissions)).min(1),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
});
export type DeclaredKey = z.infer<typeof key>;

const redaction = z
  .strictObject({
    /** The complete list of redaction paths. It replaces the default paths, which cover card numbers. */
    paths: z.array(z.string()).optional(),
    /** Redaction paths in addition to the default ones, which cover card numbers. */
    extraPaths: z.array(z.string()).optional(),
    scanCardNumbers: z.boolean().optional(),
  })
  .refine(({ paths, extraPaths }) => !paths || !extraPaths, {
    path: ['extraPaths'],
    message: 'cannot be combined with "paths", which is the complete list',
  });

const declaration = z
  .strictObject({
    eventTypes: z.array(z.string()).optional(),
    endpoints: z.array(endpoint).optional(),
    keys: z.array(key).optional(),
    redaction: redaction.optional(),
  })
  .superRefine(({ eventTypes, endpoints = [], keys = [] }, context) => {
    const report = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    checkNames('endpoints', endpoints, report);
    checkNames('keys', keys, report);
    if (eventTypes) checkEventTypes(eventTypes, endpoints, report);
  });

/** The content of a file for `livehook apply`. The command changes nothing in sections that the file omits. */
export type Declaration = z.infer<typeof declaration>;

type Report = (path: PropertyKey[], message: string) => void;

function checkNames(section: string, entries: readonly { readonly name: string }[], report: Report): void {
  for (const [index, entry] of entries.entries()) {
    const first = entries.findIndex(({ name }) => name === entry.name);
    if (first !== index) report([section, index, 'name'], `must be unique; ${section}[${first}] has the same name`);
  }
}

/**
 * Finds misspelled event types: each type of an endpoint must be in `eventTypes`, and each prefix must match one of
 * them.
 */
function checkEventTypes(declared: readonly string[], endpoints: readonly DeclaredEndpoint[], report: Report): void {
  for (const [index, { eventTypes = [] }] of endpoints.entries()) {
    for (const [position, type] of eventTypes.entries()) {
      const isKnown = type.endsWith('*')
        ? declared.some(each => each.startsWith(type.slice(0, -1)))
        : declared.includes(type);
      if (!isKnown && !type.startsWith('livehook.')) {
        report(['endpoints', index, 'eventTypes', position], `"${type}" is not among the eventTypes of the file`);
      }
    }
  }
}

/** The largest number of problems that are reported. */
const maxProblems = 100;

/**
 * Reads a declaration.
 *
 * @param file the name of the file, for messages.
 * @throws UsageError that names the line and the path of every problem, at most 100.
 */
export function parseDeclaration(text: string, file: string): Declaration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntaxError] = document.errors;
  if (syntaxError) {
    throw new UsageError(`${file}:${syntaxError.linePos?.[0].line ?? 1}: ${syntaxError.message.split('\n')[0]}`);
  }
  const value = toValue(document, file) ?? {};
  rejectServerSettings(value, file);
  const result = declaration.safeParse(value);
  if (result.success) return result.data;
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length--) {
      const parent = document.getIn(path.slice(0, length - 1), true);
      const pair = isMap(parent)
        ? parent.items.find(({ key: each }) => isScalar(each) && each.value === path[length - 1])
        : undefined;
      const node = pair?.key ?? document.getIn(path.slice(0, length), true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      if (range) return lines.linePos(range[0]).line;
    }
    return 1;
  };
  const problems = result.error.issues
    .flatMap(issue =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(unknown => ({ path: [...issue.path, unknown], message: 'is not known here' }))
        : [{ path: issue.path, message: issue.message }],
    )
    .slice(0, maxProblems);
  throw new UsageError(
    problems.map(({ path, message }) => `${file}:${lineOf(path)}: ${formatPath(path)}: ${message}`).join('\n'),
  );
}

/** @throws UsageError if an alias has no anchor, or if aliases multiply beyond 100 (a "billion laughs" file). */
function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function rejectServerSettings(value: unknown, file: string): void {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.length === 0 || !keys.every(each => /^[A-Z][A-Z0-9_]+$/.test(each))) return;
  throw new UsageError(
    `${file} has the settings of a server, such as ${keys[0]}. A file for apply has eventTypes, endpoints, keys and redaction.`,
  );
}

/** The path in a message, such as `endpoints[0].url`. */
function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}
