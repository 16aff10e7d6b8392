import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatId, newUuid } from '../../src/ids.ts';
import { openTestApi, type TestApi } from '../fixtures/api.ts';
import { countStatements } from '../fixtures/count-statements.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints } from '../fixtures/seed-deliveries.ts';

const stats = `query ($filter: DeliveryFilter, $buckets: Int) {
  deliveryStats(filter: $filter, buckets: $buckets) {
    total exact successRate byStatus { status count } byEndpoint { endpoint { name } count }
    byEventType { eventType count } byResponseStatus { responseStatus count }
    latencyMs { p50 p95 p99 } series { startsAt succeeded failed latencyMs { p50 p95 p99 } }
  }
}`;
const groups = `query ($filter: DeliveryFilter, $first: Int) {
  failureGroups(filter: $filter, first: $first) {
    endpoint { name } errorCode responseStatus count { value exact } firstSeenAt lastSeenAt sample { id }
  }
}`;

const shop = anEndpoint({ name: 'Shop' });
const bank = anEndpoint({ name: 'Bank' });
const make = (endpointId: string, status: 'SUCCEEDED' | 'FAILED' | 'PENDING', eventType = 'order.made') =>
  aDelivery({ id: newUuid(Date.now()), endpointId, status, eventType });
const failures = [make(bank.id, 'FAILED'), make(bank.id, 'FAILED')];
const all = [
  make(shop.id, 'SUCCEEDED'),
  make(shop.id, 'SUCCEEDED', 'order.paid'),
  ...failures,
  make(shop.id, 'PENDING'),
];

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await seedEndpoints(api.services.pool, [shop, bank]);
  await seedDeliveries(api.services.pool, all);
  await api.services.pool.query('UPDATE delivery_history SET duration_ms = 40');
});
afterAll(() => api[Symbol.asyncDispose]());

describe('deliveryStats', () => {
  test('counts by every dimension of the filter', async () => {
    const { deliveryStats } = await api.ask(stats);
    expect(deliveryStats).toMatchObject({
      total: 5,
      exact: true,
      successRate: 0.5,
      byStatus: [
        { status: 'PENDING', count: 1 },
        { status: 'PROCESSING', count: 0 },
        { status: 'RETRYING', count: 0 },
        { status: 'SUCCEEDED', count: 2 },
        { status: 'FAILED', count: 2 },
      ],
      byEndpoint: [
        { endpoint: { name: 'Shop' }, count: 3 },
        { endpoint: { name: 'Bank' }, count: 2 },
      ],
      byEventType: [
        { eventType: 'order.made', count: 4 },
        { eventType: 'order.paid', count: 1 },
      ],
      latencyMs: { p50: 40, p95: 40, p99: 40 },
    });
    expect(deliveryStats.byResponseStatus).toHaveLength(3);
    expect(deliveryStats.series).toHaveLength(24);
    const sum = (field: string) =>
      deliveryStats.series.reduce((total: number, each: Record<string, number>) => total + (each[field] ?? 0), 0);
    expect([sum('succeeded'), sum('failed')]).toEqual([2, 2]);
    for (const { succeeded, failed, latencyMs } of deliveryStats.series) {
      expect(latencyMs).toEqual(succeeded + failed > 0 ? { p50: 40, p95: 40, p99: 40 } : null);
    }
  });

  test('returns 0 for no deliveries, and null instead of a division by 0', async () => {
    const { deliveryStats } = await api.ask(stats, { filter: { eventTypes: ['no.such.*'] }, buckets: 1 });
    expect(deliveryStats).toMatchObject({ total: 0, exact: true, successRate: null, latencyMs: null, byEndpoint: [] });
    expect(deliveryStats.series).toHaveLength(1);
  });

  test('runs one SQL statement for all counts', async () => {
    const query = '{ deliveryStats { total exact successRate byStatus { count } byEventType { count } } }';
    await api.ask(query);
    const statements = await countStatements(api.services.pool, () => api.ask(query));
    expect(statements).toHaveLength(1);
  });

  test('runs one SQL statement for the latency of all buckets, and only if latency is selected', async () => {
    const query = (fields: string) => `{ deliveryStats(buckets: 24) { series { succeeded ${fields} } } }`;
    for (const [fields, most] of [
      ['', 1],
      ['latencyMs { p50 p95 }', 2],
    ] as const) {
      await api.ask(query(fields));
      expect(await countStatements(api.services.pool, () => api.ask(query(fields)))).toHaveLength(most);
    }
  });

  test.each([0, 201, -1])('rejects a request for %s buckets', async buckets => {
    const { errors } = await api.send(stats, { buckets });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'buckets' } }]);
  });

  test('rejects an invalid filter with an error that names the invalid part', async () => {
    const { errors } = await api.send(stats, { filter: { ids: ['evt_1'] } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'filter.ids.0' } }]);
  });
});

describe('failureGroups', () => {
  test('returns the failed deliveries by endpoint and error, with a sample of each group', async () => {
    const at = (each = failures[0]) => new Date(each?.lastFailedAt ?? 0).toISOString();
    expect(await api.ask(groups)).toEqual({
      failureGroups: [
        {
          endpoint: { name: 'Bank' },
          errorCode: 'HTTP_STATUS',
          responseStatus: 500,
          count: { value: 2, exact: true },
          firstSeenAt: at(),
          lastSeenAt: at(failures[1]),
          sample: { id: formatId('dlv', failures[1]?.id ?? '') },
        },
      ],
    });
    expect(await api.ask(groups, { first: 0 })).toEqual({ failureGroups: [] });
    expect(await api.ask(groups, { filter: { statuses: ['SUCCEEDED'] } })).toEqual({ failureGroups: [] });
  });

  test.each([-1, 101])('rejects a request for %s groups', async first => {
    const { errors } = await api.send(groups, { first });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'first' } }]);
  });
});

describe('deliveryStats and failureGroups', () => {
  test('return no deliveries of another tenant', async () => {
    const otherTenant = await api.createOtherTenant();
    expect((await api.ask(stats, {}, otherTenant)).deliveryStats).toMatchObject({
      total: 0,
      byEndpoint: [],
      latencyMs: null,
    });
    expect(await api.ask(groups, { filter: { endpointIds: [formatId('ep', bank.id)] } }, otherTenant)).toEqual({
      failureGroups: [],
    });
  });

  test('reject a key without DELIVERIES_READ', async () => {
    const key = await api.createKey('EVENTS_PUBLISH');
    for (const query of [stats, groups]) {
      const { errors } = await api.send(query, {}, key);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'DELIVERIES_READ' } }]);
    }
  });

  test('return TIMEOUT if the database takes too long', async () => {
    const { pool } = api.services;
    const locker = await pool.connect();
    const { statement_timeout: before } = pool.options;
    try {
      await locker.query('BEGIN; LOCK TABLE delivery_series IN ACCESS EXCLUSIVE MODE');
      pool.options.statement_timeout = 100;
      // Replaces all connections, because a connection takes the statement timeout when it is opened.
      await Promise.all(Array.from({ length: pool.totalCount - 1 }, async () => (await pool.connect()).release(true)));
      const { errors } = await api.send('{ deliveryStats { total } }');
      expect(errors).toMatchObject([{ extensions: { code: 'TIMEOUT' } }]);
    } finally {
      pool.options.statement_timeout = before;
      locker.release(true);
    }
  });
});
