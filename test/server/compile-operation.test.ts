import { type GraphQLError, getOperationAST, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultTenantId, permissions } from '../../src/domain/context.ts';
import type { GraphqlContext } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import { compileOperation, interpretedExecutions } from '../../src/server/compile-operation.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  for (const name of ['a', 'b']) {
    await api.ask(
      `mutation ($name: String!) { createEndpoint(input: { name: $name, url: "https://shop.test", status: PAUSED }) { __typename } }`,
      { name },
    );
  }
  for (let i = 0; i < 3; i++) {
    await api.ask('mutation { publishEvent(input: { type: "a.b", payload: { n: [1, null, "x"] } }) { __typename } }');
  }
});
afterAll(() => api[Symbol.asyncDispose]());

const filtered =
  'query ($f: DeliveryFilter, $n: Int = 2, $o: DeliveryOrder) { deliveries(filter: $f, first: $n, orderBy: $o) { nodes { id status } } }';
const byId =
  'query ($id: ID!) { node(id: $id) { __typename id ... on Endpoint { name url } ... on Delivery { status } } }';
const publish = `mutation ($input: PublishEventInput!) { publishEvent(input: $input) {
  __typename ... on Event { type } ... on Error { code message } ... on BadUserInputError { argument } } }`;

/** The names of the properties that every JavaScript object inherits. */
const inheritedNames = Object.getOwnPropertyNames(Object.prototype);

/**
 * Creates the variables of an operation. Like JSON.parse, it stores even the name `__proto__` as a property of the
 * object itself.
 */
function variable(name: string, value: unknown): Record<string, unknown> {
  return Object.fromEntries([[name, value]]);
}

const cases: [string, Record<string, unknown>][] = [
  [
    '{ deliveries(first: 3) { ...P edges { cursor node { ...D } } } } fragment P on DeliveryConnection { pageInfo { hasNextPage endCursor } } fragment D on Delivery { id status createdAt error { code } event { id payload payloadText } endpoint { id name headers { name } } attempts { number } }',
    {},
  ],
  [
    '{ a: deliveries(first: 1) { nodes { x: id y: status } } b: endpoints { nodes { deliveries(first: 1) { nodes { endpoint { name } } } } } }',
    {},
  ],
  ['query A { viewer { permissions tenant { id } apiKey { id } } }', {}],
  ['{ deliveries(first: -1) { nodes { id } } viewer { permissions } }', {}],
  ['{ deliveries(after: "x") { nodes { id } } delivery(id: "nope") { id } }', {}],
  ['{ delivery(id: "dlv_01h455vb4pex5vsknk084sn02q") { id } node(id: "x") { id } }', {}],
  ...[{}, { n: null }, { n: 1 }, { n: 1.5 }, { n: '1' }, { n: 2 ** 31 }, { n: -1 }, { n: true }].map(
    v => [filtered, v] as [string, Record<string, unknown>],
  ),
  ...[
    null,
    {},
    [],
    'x',
    1,
    { nope: 1 },
    { ids: 'x' },
    { ids: ['x', null] },
    { ids: [1] },
    { ids: {} },
    { statuses: ['FAILED', 'NO'] },
    { statuses: 'PENDING' },
    { isTest: 'true' },
    { search: 5 },
    { search: 'shop' },
    { responseStatuses: [{ from: 1, to: 2, x: 3 }] },
    { responseStatuses: { from: 200 } },
    { createdAt: { from: 'soon' } },
    { createdAt: { from: '2020-01-01T00:00:00Z' } },
    { createdAt: { to: 5 } },
    JSON.parse('{"__proto__":{"ids":[]}}'),
  ].map(f => [filtered, { f }] as [string, Record<string, unknown>]),
  ...[
    { field: 'STATUS' },
    { field: 'STATUS', direction: 'ASC' },
    { field: 'NO', direction: 'ASC' },
    { field: null, direction: 'ASC' },
  ].map(o => [filtered, { o }] as [string, Record<string, unknown>]),
  ...[undefined, null, 'x', 5, 'ep_01h455vb4pex5vsknk084sn02q', ['x']].map(
    id => [byId, { id }] as [string, Record<string, unknown>],
  ),
  ...[
    undefined,
    null,
    {},
    { type: 'bad type', payload: 1 },
    { type: 'a.b' },
    { type: 'a.b', payload: null },
    { type: 'a.b', payloadText: '{' },
    { type: 5, payload: {} },
    { type: 'a.b', payload: { deep: [{ a: 1 }] } },
    { type: 'a.b', payload: 1, endpointIds: ['x'] },
  ].map(input => [publish, { input }] as [string, Record<string, unknown>]),
  ...(inheritedNames.flatMap(name => [
    [`query ($${name}: Int) { deliveries(first: $${name}) { nodes { id } } }`, {}],
    [`query ($${name}: Int) { deliveries(first: $${name}) { nodes { id } } }`, variable(name, 1)],
    [`query ($${name}: Int) { deliveries(first: $${name}) { nodes { id } } }`, variable(name, 'x')],
    [`query ($${name}: Int = 1) { deliveries(first: $${name}) { nodes { id } } }`, {}],
    [`query ($${name}: Int!) { deliveries(first: $${name}) { nodes { id } } }`, {}],
    [`query ($${name}: String) { deliveries(filter: { search: $${name} }) { nodes { id } } }`, {}],
    [`query ($${name}: DeliveryFilter) { deliveries(filter: $${name}) { nodes { id } } }`, {}],
    [`query ($${name}: DeliveryFilter) { deliveries(filter: $${name}) { nodes { id } } }`, variable(name, { ids: [] })],
    [`{ ${name}: deliveries { nodes { ${name}: id } } }`, {}],
    [`query ${name} { viewer { ...${name} } } fragment ${name} on Viewer { permissions }`, {}],
  ]) as [string, Record<string, unknown>][]),
];

test.each(cases)(
  'the operation %s with the variables %j has the same result compiled and interpreted',
  async (text, variables) => {
    const document = parse(text);
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');
    const execute = compileOperation(schema, document, operation, false);
    const run = async () => {
      const actor = { tenantId: defaultTenantId, apiKeyId: null, permissions: new Set(permissions), endpointIds: null };
      const context = { services: api.services, actor, liveSignal: () => AbortSignal.abort() };
      const { data, errors } = await execute(context as unknown as GraphqlContext, variables);
      return JSON.parse(JSON.stringify({ data, errors: errors?.map(describe).sort() ?? [] }));
    };
    const interpreted = await run();
    for (let execution = 1; execution < interpretedExecutions; execution++) await run();
    expect(await run()).toEqual(interpreted);
    expect(await run()).toEqual(interpreted);
  },
);

function describe({ message, path, locations, originalError, extensions }: GraphQLError): string {
  return JSON.stringify([message, path, locations, originalError?.name, extensions]);
}
