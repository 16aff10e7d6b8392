import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runNextStep } from '../../../src/domain/bulk-operations/run-next-step.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { until } from '../../domain/scene.ts';
import { rootKey } from '../../fixtures/api.ts';
import type { Result, TestSocket, Variables } from '../../fixtures/client.ts';
import { type Case, filters, mutations, queries } from './cases.ts';
import { listRequired } from './required.ts';
import { mark, openWorld, publish, type TenantFixture, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const bulkFields = ['retryDeliveries', 'replayDeliveries'];
const cases = [...queries, ...mutations];
/** The filters of bulk operations and the arguments of subscriptions. Separate tests below cover them. */
const followed = [
  ...Object.keys(filters).flatMap(name => bulkFields.map(field => `Mutation.${field}:filter.${name}`)),
  ...Object.keys(filters).map(name => `Subscription.deliveryUpdated:filter.${name}`),
  'Subscription.deliveryUpdated:after',
  'Subscription.bulkOperationUpdated:id',
];

test('the isolation test cases cover every field of the schema, and every argument that accepts an id or a cursor', () => {
  const covered = new Set([...cases.flatMap(each => each.covers), ...followed]);
  expect(
    [...listRequired(schema)].filter(each => !covered.has(each)),
    'not tried: add a case',
  ).toEqual([]);
  expect(
    [...covered].filter(each => !listRequired(schema).has(each)),
    'no longer there',
  ).toEqual([]);
});

/** Sends the document of a case over HTTP and then over a websocket, with new variables each time. */
async function ask({ document, variables }: Case, key: string, caller: TenantFixture): Promise<readonly Result[]> {
  const overHttp = await world.api.send(document, await variables(world, caller), key);
  await using socket = world.api.connect(key);
  await socket.ready;
  const overSocket = await socket.subscribe(document, await variables(world, caller)).next();
  return [{ ...(overHttp as Result), status: undefined, headers: undefined } as Result, overSocket];
}

const codesOf = (answers: readonly Result[]) => answers.map(({ errors }) => errors?.[0]?.extensions.code);

describe.each(cases.map(each => [each.covers.join(' '), each] as const))('the field %s', (_name, each) => {
  const { permission, shows, otherTenant, portal } = each;

  test('returns an object to the tenant that owns it', async () => {
    const key = permission === 'ROOT' ? rootKey : world.owner.key;
    for (const answer of await ask(each, key, world.owner)) expect(JSON.stringify(answer)).toContain(shows);
  });

  test('does not return an object of another tenant', async () => {
    const answers = await ask(each, world.otherTenant.key, world.otherTenant);
    for (const answer of answers) {
      const text = JSON.stringify(answer);
      if (permission === 'ROOT') expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      else if (otherTenant === 'alike') expect(text).toContain(shows);
      else expect(text).not.toContain(shows);
      expect(text).not.toContain('INTERNAL');
    }
  });

  test.runIf(permission)('returns FORBIDDEN to an API key without its permission', async () => {
    const key = permission === 'ROOT' ? world.owner.key : (world.lacking.get(permission as never) as string);
    const wanted = permission === 'ROOT' ? null : permission;
    for (const { errors } of await ask(each, key, world.owner)) {
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: wanted });
    }
  });

  test('returns to a portal token only objects of its own endpoints', async () => {
    const inside = await ask(each, world.insider, world.owner);
    const outside = await ask(each, world.outsider, world.elsewhere);
    const showing = (answers: readonly Result[]) => answers.map(answer => JSON.stringify(answer).includes(shows));
    if (portal === 'forbidden') expect(codesOf([...inside, ...outside])).toEqual(Array(4).fill('FORBIDDEN'));
    const wanted = [portal === 'narrowed' || portal === 'alike', portal === 'alike'];
    expect([showing(inside), showing(outside)]).toEqual(wanted.map(each => [each, each]));
  });
});

describe.each(bulkFields)('the filter of %s', field => {
  const document = `mutation ($filter: DeliveryFilter!) { result: ${field}(filter: $filter) { ... on BulkOperation { id } } }`;

  /** Starts a bulk operation with this key. @returns how many deliveries it finds. */
  async function count(key: string, filter: object): Promise<number> {
    const { result } = await world.api.ask(document, { filter }, key);
    return until(async () => {
      await runNextStep(world.api.services);
      const read = 'query ($id: ID!) { bulkOperation(id: $id) { total status } }';
      const { bulkOperation } = await world.api.ask(read, { id: result.id }, key);
      if (bulkOperation.total === 0 && bulkOperation.status === 'RUNNING') throw new Error('not counted yet');
      return bulkOperation.total;
    });
  }

  test.each(Object.keys(filters))('with the field %s finds only deliveries that the actor can read', async name => {
    const filter = filters[name]?.(await world.createFailed()) as object;
    expect(await count(world.otherTenant.key, filter)).toBe(0);
    expect(await count(world.outsider, filter)).toBe(0);
    expect(await count(world.insider, filter)).toBeGreaterThan(0);
    const again = filters[name]?.(await world.createFailed()) as object;
    expect(await count(world.owner.key, again)).toBeGreaterThan(0);
  });

  test('the mutation returns FORBIDDEN to an API key without its permission', async () => {
    const key = world.lacking.get('DELIVERIES_MANAGE') as string;
    const { errors } = await world.api.send(document, { filter: { statuses: ['FAILED'] } }, key);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'DELIVERIES_MANAGE' });
  });
});

describe('deliveryUpdated', () => {
  const document = `subscription ($filter: DeliveryFilter, $after: String) {
    deliveryUpdated(filter: $filter, after: $after) { delivery { eventType } } }`;

  type Make = (failed: TenantFixture) => Variables;

  /** Subscribes, then retries a failed delivery of the owner, which causes an update. */
  async function watch(socket: TestSocket, key: string, make: Make) {
    const failed = await world.createFailed();
    const { feedCursor } = await world.api.ask('{ feedCursor }', {}, key);
    await socket.ready;
    const watched = socket.subscribe(document, { after: feedCursor, ...make(failed) });
    const sentinel = socket.subscribe(document, { after: feedCursor, filter: { eventTypes: ['sentinel'] } });
    const retry = 'mutation ($id: ID!) { retryDelivery(id: $id) { __typename } }';
    await world.api.ask(retry, { id: failed.deliveryId }, world.owner.key);
    return { watched, sentinel };
  }

  async function expectTold(key: string, make: Make): Promise<void> {
    await using socket = world.api.connect(key);
    const { watched } = await watch(socket, key, make);
    expect(JSON.stringify(await watched.next())).toContain(mark);
  }

  /**
   * Checks that the subscriber gets no update for the delivery of the owner. A later update of the subscriber's own
   * delivery shows that it would have arrived by then.
   */
  async function expectUntold(key: string, caller: TenantFixture, make: Make): Promise<void> {
    await using socket = world.api.connect(key);
    const { watched, sentinel } = await watch(socket, key, make);
    await publish(world.api, caller.key, caller.endpointId, 'sentinel');
    expect((await sentinel.next()).data.deliveryUpdated.delivery.eventType).toBe('sentinel');
    socket.socket.close();
    for (;;) {
      const result = await watched.next().catch(() => null);
      if (!result) return;
      expect(JSON.stringify(result)).not.toContain(mark);
    }
  }

  test.each(Object.keys(filters))('with a filter by %s sends only transitions that the actor can read', async name => {
    const make: Make = failed => ({ filter: { ...filters[name]?.(failed), statuses: null } });
    await expectUntold(world.otherTenant.key, world.otherTenant, make);
    await expectUntold(world.outsider, world.elsewhere, make);
    await expectTold(world.owner.key, make);
    await expectTold(world.insider, make);
  });

  test('sends no transitions if `after` is a cursor of another tenant', async () => {
    const { feedCursor } = await world.api.ask('{ feedCursor }', {}, world.owner.key);
    await expectTold(world.owner.key, () => ({ after: feedCursor }));
    await expectUntold(world.otherTenant.key, world.otherTenant, () => ({ after: feedCursor }));
  });

  test('returns FORBIDDEN to an API key without its permission', async () => {
    await using socket = world.api.connect(world.lacking.get('DELIVERIES_READ') as string);
    await socket.ready;
    const { errors } = await socket.subscribe(document).next();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'DELIVERIES_READ' });
  });
});

test('bulkOperationUpdated sends only bulk operations of the tenant', async () => {
  const start = 'mutation { result: retryDeliveries(filter: { ids: [] }) { ... on BulkOperation { id } } }';
  const document = 'subscription ($id: ID!) { bulkOperationUpdated(id: $id) { id } }';
  const first = async (key: string, id: string) => {
    await using socket = world.api.connect(key);
    await socket.ready;
    return await socket.subscribe(document, { id }).next();
  };
  const { result } = await world.api.ask(start, {}, world.owner.key);
  expect(await first(world.owner.key, result.id)).toMatchObject({ data: { bulkOperationUpdated: result } });
  for (const key of [world.otherTenant.key, world.insider]) {
    expect(await first(key, result.id)).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  }
  expect(await first(world.lacking.get('DELIVERIES_READ') as string, result.id)).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN', permission: 'DELIVERIES_READ' } }],
  });
});
