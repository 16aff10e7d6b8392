import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliverySnapshot } from '../../../src/delivery.ts';
import { listEndpoints } from '../../../src/domain/endpoints/list-endpoints.ts';
import type { EndpointOrder } from '../../../src/domain/endpoints/rank-endpoints.ts';
import { newUuid } from '../../../src/ids.ts';
import { aDelivery, anEndpoint, seedDeliveries, seedEndpoints } from '../../fixtures/seed-deliveries.ts';
import { openScene, type Scene } from '../scene.ts';

/* Creates 110 endpoints, more than a page of 100 can contain. Only the five oldest ones have deliveries. */
const startedMs = Date.now() - 60_000;
const endpoints = Array.from({ length: 110 }, (_, index) =>
  anEndpoint({ id: newUuid(startedMs + index), name: `endpoint ${index}` }),
);
const [good, down, slow, late, later] = endpoints;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  const { pool } = scene.services;
  await seedEndpoints(pool, endpoints);
  const made = (endpoint: { id: string } | undefined, fields: Partial<DeliverySnapshot>, count: number) =>
    Array.from({ length: count }, () => aDelivery({ ...fields, endpointId: endpoint?.id ?? '' }));
  await seedDeliveries(pool, [
    ...made(good, { status: 'SUCCEEDED', latencyMs: 20 }, 4),
    ...made(down, { status: 'FAILED', latencyMs: 15 }, 3),
    ...made(slow, { status: 'SUCCEEDED', latencyMs: 9000 }, 1),
    ...made(slow, { status: 'FAILED', latencyMs: 9000 }, 1),
    ...made(late, { status: 'PENDING' }, 5),
    ...made(later, { status: 'PENDING' }, 7),
  ]);
});
afterAll(() => scene[Symbol.asyncDispose]());

const expected: readonly [EndpointOrder['field'], EndpointOrder['direction'], readonly string[]][] = [
  ['SUCCESS_RATE', 'ASC', ['endpoint 1', 'endpoint 2', 'endpoint 0', 'endpoint 3', 'endpoint 4']],
  ['SUCCESS_RATE', 'DESC', ['endpoint 0', 'endpoint 2', 'endpoint 1', 'endpoint 109', 'endpoint 108']],
  ['P95_LATENCY', 'DESC', ['endpoint 2', 'endpoint 0', 'endpoint 1', 'endpoint 109', 'endpoint 108']],
  ['BACKLOG', 'DESC', ['endpoint 4', 'endpoint 3', 'endpoint 109', 'endpoint 108', 'endpoint 107']],
  ['CREATED_AT', 'ASC', ['endpoint 0', 'endpoint 1', 'endpoint 2', 'endpoint 3', 'endpoint 4']],
];

it.each(expected)(
  'a list of endpoints by %s in the direction %s is sorted, and paging in both directions returns each endpoint once',
  async (field, direction, first) => {
    const orderBy = { field, direction };
    const list = async (page: object) => {
      const { rows, hasNextPage, hasPreviousPage, cursorOf } = await listEndpoints(scene.ctx, { orderBy, ...page });
      const [start, end] = [rows[0], rows.at(-1)].map(row => (row ? cursorOf(row) : ''));
      return { names: rows.map(({ name }) => name), hasNextPage, hasPreviousPage, start, end };
    };
    const top = await list({ first: 50 });
    expect(top.names.slice(0, 5)).toEqual(first);
    const middle = await list({ first: 50, after: top.end });
    const bottom = await list({ first: 50, after: middle.end });
    expect([top.hasNextPage, middle.hasNextPage, bottom.hasNextPage]).toEqual([true, true, false]);
    const all = [...top.names, ...middle.names, ...bottom.names];
    expect(new Set(all).size).toBe(110);
    expect((await list({ last: 50, before: bottom.start })).names).toEqual(middle.names);
    expect((await list({ last: 10 })).names).toEqual(bottom.names);
    expect((await list({ first: 0 })).names).toEqual([]);
  },
);

it('a sorted list of endpoints contains only those that match the search and the statuses', async () => {
  const orderBy = { field: 'BACKLOG', direction: 'DESC' } as const;
  const { rows } = await listEndpoints(scene.ctx, { orderBy, search: 'endpoint 10', statuses: ['ENABLED'], first: 3 });
  expect(rows.map(({ name }) => name)).toEqual(['endpoint 109', 'endpoint 108', 'endpoint 107']);
  expect((await listEndpoints(scene.ctx, { orderBy, statuses: ['PAUSED'] })).rows).toEqual([]);
});

it('a sorted list of endpoints rejects the cursor of another sort order with an error that names the argument', async () => {
  const page = await listEndpoints(scene.ctx, { orderBy: { field: 'BACKLOG', direction: 'DESC' }, first: 1 });
  const [row] = page.rows;
  const after = row && page.cursorOf(row);
  await expect(
    listEndpoints(scene.ctx, { orderBy: { field: 'BACKLOG', direction: 'ASC' }, first: 1, after }),
  ).rejects.toMatchObject({ argument: 'after' });
});
