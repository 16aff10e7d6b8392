import { isNonNullType, isObjectType } from 'graphql';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi();
  const endpoint = anEndpoint();
  await seedEndpoints(api.services.pool, [endpoint]);
  const deliveries = Array.from({ length: 3 }, () => aDelivery({ endpointId: endpoint.id, status: 'FAILED' }));
  await seedDeliveries(api.services.pool, deliveries);
});
afterAll(() => api[Symbol.asyncDispose]());

const page = `{
  deliveries(first: 2) { nodes { status } totalCount { value exact } }
  endpoints { nodes { name health { sampleSize } } }
  deliveryStats { total latencyMs { p50 } series { succeeded } }
  failureGroups { count { value exact } }
}`;

test.each([
  [
    'DeliveryConnection.totalCount',
    /count\(\*\)::int AS value/,
    null,
    { deliveries: { totalCount: { value: 3, exact: false } } },
  ],
  [
    'Endpoint.health',
    /"sampleSize"/,
    ['endpoints', 'nodes', 0, 'health'],
    { endpoints: { nodes: [{ health: null }] } },
  ],
  [
    'DeliveryStats.latencyMs',
    /AS percentiles/,
    ['deliveryStats', 'latencyMs'],
    { deliveryStats: { total: 3, latencyMs: null } },
  ],
  ['DeliveryStats.series', /AS bucket/, ['deliveryStats', 'series'], { deliveryStats: { total: 3, series: null } }],
  ['Query.deliveryStats', /facets?/i, ['deliveryStats', 'total'], { deliveryStats: null }],
  ['Query.failureGroups', /"sampleId"/, ['failureGroups'], { failureGroups: null }],
] as const)('only the field %s fails if its SQL statement times out', async (_name, statement, path, failed) => {
  const whole = await api.ask(page);
  using failing = failStatements(api.services.pool, statement);
  const { data, errors } = await api.send(page);
  expect(failing.count).toBeGreaterThan(0);
  expect(errors ?? null).toEqual(path && [expect.objectContaining({ path, extensions: { code: 'TIMEOUT' } })]);
  expect(data).toMatchObject(failed);
  const [name] = Object.keys(failed) as [string];
  expect({ ...data, [name]: whole[name] }).toEqual(whole);
});

test('every count and statistic in the schema is nullable, except totalCount, which returns a lower bound', () => {
  const fields = Object.values(schema.getTypeMap()).flatMap(type =>
    isObjectType(type)
      ? Object.values(type.getFields()).map(field => ({ name: `${type.name}.${field.name}`, field }))
      : [],
  );
  const slow = fields.filter(({ field }) => field.extensions.mayTimeOut === true);
  expect(slow.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'DeliveryConnection.totalCount',
      'DeliverySeriesBucket.latencyMs',
      'DeliveryStats.latencyMs',
      'DeliveryStats.series',
      'Endpoint.health',
      'Query.deliveryStats',
      'Query.failureGroups',
    ]),
  );
  const required = slow.filter(({ field }) => isNonNullType(field.type));
  expect(required.map(({ name }) => name)).toEqual(['DeliveryConnection.totalCount']);
});

interface FailingStatements extends Disposable {
  readonly count: number;
}

type Query = (...args: unknown[]) => unknown;

/** Makes SQL statements that match fail like after `statement_timeout`, until the result is disposed. */
function failStatements(pool: Pool, statement: RegExp): FailingStatements {
  let count = 0;
  const failing = new Map<{ query: Query }, Query>();
  const patch = (client: { query: Query }) => {
    const { query } = client;
    failing.set(client, query);
    client.query = (...args) => {
      const [first] = args as [string | { readonly text: string }];
      if (!statement.test(typeof first === 'string' ? first : first.text)) return query.apply(client, args);
      count += 1;
      return Promise.reject(
        Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }),
      );
    };
  };
  for (const client of (pool as unknown as { readonly _clients: { query: Query }[] })._clients) patch(client);
  pool.on('connect', patch as never);
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]() {
      pool.off('connect', patch as never);
      for (const [client, query] of failing) client.query = query;
    },
  };
}
