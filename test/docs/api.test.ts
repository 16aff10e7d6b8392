import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type GraphQLSchema, isInterfaceType, isObjectType, isUnionType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { verbPermissions } from '../../src/domain/verbs.ts';
import { errorCodes } from '../../src/errors.ts';
import type { FieldPrice } from '../../src/graphql/costs.ts';
import { statusOf } from '../../src/graphql/errors.ts';
import { schema } from '../../src/graphql/schema.ts';
import { documentLimits } from '../../src/server/document-limits.ts';
import { maxCost } from '../../src/server/operation-cost.ts';
import { post, type Result, type Variables } from '../fixtures/client.ts';
import { findProgram } from '../fixtures/find-program.ts';
import { type LivehookProcess, startLivehook, testRootKey } from '../fixtures/livehook-process.ts';
import { createTestDatabase } from '../fixtures/postgres.ts';
import { mutations, queries } from '../graphql/isolation/cases.ts';
import { type CodeBlock, readCodeBlocks } from './code-blocks.ts';

const page = readFileSync('docs/api.md', 'utf8');
const blocks = readCodeBlocks('docs/api.md');
const examples = blocks.filter(({ language }) => language !== 'json');
const documents = examples.filter(({ language }) => language === 'graphql');

describe('the examples of docs/api.md', () => {
  const cleanup = new AsyncDisposableStack();
  let livehook: LivehookProcess;

  beforeAll(async () => {
    await findProgram({ what: 'curl', names: ['curl'], aptPackage: 'curl' });
    const database = cleanup.use(await createTestDatabase({ empty: true }));
    // The egress rules of this server block every request to the example endpoint of the page.
    livehook = cleanup.use(
      await startLivehook({ DATABASE_URL: database.connectionString, EGRESS_DENY: '0.0.0.0/0,::/0' }),
    );
  });
  afterAll(() => cleanup.disposeAsync());

  const send = async (document: string, variables: Variables = {}) => {
    const { headers: _headers, status, ...answer } = await post(livehook.url, testRootKey, document, variables);
    return { status, answer };
  };

  it('consist of GraphQL documents and one curl command, each with its own title', () => {
    expect(examples.filter(({ language }) => language === 'sh')).toHaveLength(1);
    expect(documents.length).toBeGreaterThan(8);
    expect(examples.length).toBe(documents.length + 1);
    expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
    expect(blocks.every(({ title }) => title !== null)).toBe(true);
  });

  it('include a curl command that prints the response that the page shows', async () => {
    const { code } = findBlock('sh', 'viewer');
    const env = { PATH: process.env.PATH, LIVEHOOK: livehook.url, KEY: testRootKey };
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-euc', code], { env, timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual(shownAnswer('viewer'));
  });

  it('return the responses that the page shows', { timeout: 180_000 }, async () => {
    let endpoint: string | undefined;
    for (const { title, code } of documents) {
      const { answer } = await send(code, endpoint === undefined ? {} : { endpoint });
      endpoint ??= answer.data?.createEndpoint?.endpoint?.id;
      const expected = hasAnswer(title) ? shownAnswer(title) : null;
      if (expected === null) expect(answer, `${title}`).not.toHaveProperty('errors');
      else expect(withoutUnshownCost(maskSecrets(answer), expected), `${title}`).toEqual(maskSecrets(expected));
    }
    expect(endpoint).toMatch(/^ep_/);
  });

  it('include an operation over the cost limit, which the server rejects with status 400', async () => {
    expect((await send(findBlock('graphql', 'too-complex').code)).status).toBe(400);
  });

  it('create one event with an idempotency key, and the conflict names that event', async () => {
    const publish = findBlock('graphql', 'publish').code;
    const { id } = (await send(publish)).answer.data.publishEvent;
    expect((await send(publish)).answer.data.publishEvent.id).toBe(id);
    const conflict = (await send(findBlock('graphql', 'conflict').code)).answer;
    expect(conflict.data.publishEvent.event.id).toBe(id);
  });

  it('page through all events, return each one once, and then report that there are no more', async () => {
    const publish = 'mutation ($type: String!) { publishEvent(input: { type: $type, payload: 1 }) { __typename } }';
    for (const type of ['page.a', 'page.b', 'page.c', 'page.d', 'page.e']) await send(publish, { type });
    const seen: string[] = [];
    let after: string | null = null;
    for (let hasNextPage = true; hasNextPage; ) {
      const answer: Result = (await send(findBlock('graphql', 'page').code, { after })).answer;
      const { data } = answer;
      expect(data.events.nodes.length).toBeLessThanOrEqual(2);
      seen.push(...data.events.nodes.map((node: { type: string }) => node.type));
      ({ hasNextPage, endCursor: after } = data.events.pageInfo);
    }
    expect(seen.filter(type => type.startsWith('page.'))).toEqual(['page.e', 'page.d', 'page.c', 'page.b', 'page.a']);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('the tables of docs/api.md', () => {
  it('list every error code with its HTTP status', () => {
    const rows = readTable('Errors');
    expect(rows.map(([code = '']) => unquote(code)).sort()).toEqual([...errorCodes].sort());
    const statuses = rows.filter(([, , status]) => status !== '');
    expect(statuses.length).toBeGreaterThan(8);
    for (const [code = '', , status] of statuses) {
      const known = errorCodes.find(name => name === unquote(code));
      expect(known && statusOf(known), code).toBe(Number(status));
    }
  });

  it('mark exactly the error codes that a result union of the schema can contain as codes of results', () => {
    const inResults = readTable('Errors').filter(([, where = '']) => where.startsWith('result'));
    const unions = Object.values(schema.getTypeMap()).filter(isUnionType);
    const members = new Set(unions.flatMap(union => union.getTypes().map(({ name }) => name)));
    const errors = [...members].filter(name => name.endsWith('Error')).map(toCode);
    expect(inResults.map(([code = '']) => unquote(code)).sort()).toEqual(errors.sort());
  });

  it('name for every root field the permission that the source code declares', () => {
    const named = readTable('Permissions').flatMap(([permission = '', fields = '']) =>
      quotedNames(fields).map(field => [field, permission] as const),
    );
    const inWords = (permission: string | null) =>
      permission === 'ROOT' ? 'the root key' : permission === null ? 'none' : `\`${permission}\``;
    const declared = Object.entries(verbPermissions).map(([verb, permission]) => [verb, inWords(permission)] as const);
    expect(new Map(named)).toEqual(new Map([...declared, ['node', 'that of the object']]));
    expect(named.map(([field]) => field).sort()).toEqual(rootFields(schema).sort());
  });

  it('name for every root field the permission that the isolation tests check', () => {
    const proven = new Map(
      [...queries, ...mutations].flatMap(({ covers, permission }) =>
        covers.map(cover => [cover.replace(/^(?:Query|Mutation)\.|:.*$/g, ''), permission] as const),
      ),
    );
    const named = readTable('Permissions').flatMap(([permission = '', fields = '']) =>
      quotedNames(fields).map(field => [field, permission] as const),
    );
    const inWords = (permission: string | null) =>
      permission === 'ROOT' ? 'the root key' : permission && `\`${permission}\``;
    // `node` is left out, because each of its object types has a separate isolation case.
    const tried = named.filter(([field]) => proven.has(field) && field !== 'node');
    expect(tried.length).toBe(named.length - 5);
    for (const [field, permission] of tried)
      expect(permission, field).toBe(inWords(proven.get(field) ?? null) ?? 'none');
  });

  it('list every field that costs more than 1 with its cost', () => {
    const rows = readTable('Cost').flatMap(([fields = '', cost = '']) =>
      quotedNames(fields).map(name => [name, Number.parseInt(cost, 10)] as const),
    );
    expect(new Map(rows)).toEqual(expensiveFields(schema));
  });

  it('list the limits with the default values of their settings', () => {
    const { server, database, delivery, quotas } = loadConfig({});
    expect(readTable('Limits').map(([, value = '', setting = '']) => [unquote(setting), readNumber(value)])).toEqual([
      ['MAX_REQUEST_BYTES', server.maxRequestBytes],
      ['MAX_PAYLOAD_BYTES', delivery.maxPayloadBytes],
      ['MAX_ANSWER_BYTES', server.maxAnswerBytes],
      ['OPERATION_TIMEOUT_MS', server.operationTimeoutMs],
      ['STATEMENT_TIMEOUT_MS', database.statementTimeoutMs],
      ['API_RATE_LIMIT', server.requestsPerSecond],
      ['DOCUMENT_CPU_MS_PER_SECOND', server.documentCpuMsPerSecond],
      ['MAX_OPERATIONS_PER_SOCKET', server.socketLimits.operationsPerSocket],
      ['MAX_ENDPOINTS', quotas.endpoints],
      ['MAX_EVENT_TYPES', quotas.eventTypes],
      ['MAX_API_KEYS', quotas.apiKeys],
      ['MAX_PORTAL_TOKENS', quotas.portalTokens],
      ['MAX_BULK_OPERATIONS', quotas.bulkOperations],
    ]);
  });

  it('have the same limits for documents and costs as the text of the page', () => {
    const { fields, levels, aliases, directives, fragments } = documentLimits;
    expect(readSection('Limits')).toContain(
      `A document may have ${format(fields)} fields, ${levels} levels, ${aliases} aliases, ${directives} directives and ${fragments} fragments.`,
    );
    expect(readSection('Cost')).toContain(`more than ${format(maxCost)} is rejected`);
  });
});

it('docs/api.md names every mutation that does not return the object it changes', () => {
  const exceptions = quotedNames(readSection('Results of mutations').split('These mutations are older')[1] ?? '');
  const changing = /^(update|rename|delete|revoke|expire|cancel|retryDelivery$)/;
  const wrong: string[] = [];
  for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    const union = schema.getType(field.type.toString().replace('!', ''));
    const success = isUnionType(union) ? union.getTypes().find(type => !type.name.endsWith('Error'))?.name : undefined;
    const hasOwnSuccess = success === `${name[0]?.toUpperCase()}${name.slice(1)}Success`;
    if (hasOwnSuccess === changing.test(name)) wrong.push(name);
  }
  expect(wrong.sort()).toEqual(exceptions.sort());
});

function findBlock(language: string, title: string): CodeBlock {
  const block = blocks.find(known => known.language === language && known.title === title);
  if (!block) throw new Error(`docs/api.md has no ${language} block ${title}`);
  return block;
}

function hasAnswer(title: string | null): title is string {
  return blocks.some(block => block.language === 'json' && block.title === title);
}

function shownAnswer(title: string) {
  return JSON.parse(findBlock('json', title).code);
}

/** Replaces ids and secrets by placeholders, because they differ in each run. */
function maskSecrets(answer: unknown) {
  const text = JSON.stringify(answer)
    .replace(/\b(ep|evt|dlv)_[0-9a-z]{26}\b/g, '$1_ID')
    .replace(/whsec_[\w+/=]+/g, 'whsec_SECRET');
  return JSON.parse(text);
}

/** Removes the cost from a response unless the page shows it. Every response has a cost. */
function withoutUnshownCost<Answer extends object>(answer: Answer, expected: object): Partial<Answer> {
  if ('extensions' in expected || !('extensions' in answer)) return answer;
  const { extensions: _cost, ...rest } = answer;
  return rest as Partial<Answer>;
}

function readSection(heading: string): string {
  const section = page.split(/^## /m).find(text => text.startsWith(`${heading}\n`));
  if (!section) throw new Error(`docs/api.md has no section ${heading}`);
  return section.replace(/\s+/g, ' ');
}

/** The cells of the first table in a section, without its header row. */
function readTable(heading: string): string[][] {
  const lines = (page.split(`\n## ${heading}\n`)[1] ?? '').split('\n## ')[0]?.split('\n') ?? [];
  const rows = lines.filter(line => line.startsWith('| '));
  if (rows.length < 3) throw new Error(`docs/api.md has no table below ${heading}`);
  return rows.slice(2).map(line =>
    line
      .slice(1, -1)
      .split('|')
      .map(cell => cell.trim()),
  );
}

function quotedNames(text: string): string[] {
  return [...text.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name);
}

function unquote(cell: string): string {
  return cell.replaceAll('`', '');
}

function readNumber(cell: string): number {
  return Number(cell.replaceAll(',', ''));
}

function format(value: number): string {
  return value.toLocaleString('en-US');
}

/** The error code of an error type: NOT_FOUND for `NotFoundError`. */
function toCode(typeName: string): string {
  return typeName
    .replace(/Error$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toUpperCase();
}

function rootFields(of: GraphQLSchema): string[] {
  const roots = [of.getQueryType(), of.getMutationType(), of.getSubscriptionType()];
  return roots.flatMap(root => Object.keys(root?.getFields() ?? {}));
}

function expensiveFields(of: GraphQLSchema): Map<string, number> {
  const found = new Map<string, number>();
  for (const type of Object.values(of.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { cost = 1 } = field.extensions as FieldPrice;
      if (cost !== 1) found.set(`${type.name}.${field.name}`, cost);
    }
  }
  return found;
}
