import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBulkOperation } from '../../src/domain/bulk-operations/start-bulk-operation.ts';
import type { DomainContext } from '../../src/domain/context.ts';
import { createEndpoint } from '../../src/domain/endpoints/create-endpoint.ts';
import { deleteEndpoint } from '../../src/domain/endpoints/delete-endpoint.ts';
import { sendTestEvent } from '../../src/domain/endpoints/send-test-event.ts';
import { updateEndpoint } from '../../src/domain/endpoints/update-endpoint.ts';
import { publishEvents } from '../../src/domain/events/publish-events.ts';
import { createApiKey } from '../../src/domain/keys/create-api-key.ts';
import { revokeApiKey } from '../../src/domain/keys/revoke-api-key.ts';
import { createPortalToken } from '../../src/domain/portal-tokens/create-portal-token.ts';
import type { Quotas } from '../../src/domain/quotas.ts';
import { createTenant } from '../../src/domain/tenants/create-tenant.ts';
import { updateRedaction } from '../../src/domain/tenants/update-redaction.ts';
import { formatId, newUuid } from '../../src/ids.ts';
import { deleteUnusedEventTypes } from '../../src/janitor/delete-unused-event-types.ts';
import { openScene, type Scene } from '../domain/scene.ts';
import { type AttackedServer, startAttackedServer } from '../fixtures/attack.ts';
import { post } from '../fixtures/client.ts';

const exceeded = (limit: number) => ({ code: 'QUOTA_EXCEEDED', limit, message: expect.stringContaining(`${limit}`) });

/** Makes 20 calls at once. @returns how many succeeded, and the errors of the others. */
async function callAtOnce(call: (index: number) => Promise<unknown>) {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => call(index)));
  const errors = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []));
  return { succeeded: outcomes.length - errors.length, errors };
}

describe('quotas', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  /** Creates a tenant with these quotas. */
  const openTenant = async (quotas: Partial<Quotas>): Promise<DomainContext> => {
    const { actor } = await scene.createOtherTenant();
    return withQuotas({ services: scene.services, actor }, quotas);
  };
  const withQuotas = ({ services, actor }: DomainContext, quotas: Partial<Quotas>): DomainContext => ({
    services: { ...services, quotas: { ...services.quotas, ...quotas } },
    actor,
  });
  const aKey = (ctx: DomainContext, expiresAt: Date | null = null) =>
    createApiKey(ctx, { name: 'key', permissions: [], expiresAt });
  const anEndpoint = (ctx: DomainContext) => scene.createEndpoint({}, ctx);
  const publish = (ctx: DomainContext, ...types: string[]) =>
    publishEvents(
      ctx,
      types.map(type => ({ type, payload: {} })),
      'inputs',
    );

  it('the quota of endpoints is exact for 20 parallel creations, and does not count deleted endpoints', async () => {
    const ctx = await openTenant({ endpoints: 3 });
    const first = await anEndpoint(ctx);
    const { succeeded, errors } = await callAtOnce(() => anEndpoint(ctx));
    expect(succeeded).toBe(2);
    for (const error of errors) expect(error).toMatchObject(exceeded(3));
    await deleteEndpoint(ctx, first.id);
    await anEndpoint(ctx);
    await expect(anEndpoint(ctx)).rejects.toMatchObject(exceeded(3));
  });

  it('the quota of one tenant does not affect another tenant', async () => {
    const [ctx, other] = [await openTenant({ endpoints: 1 }), await openTenant({ endpoints: 1 })];
    await anEndpoint(ctx);
    await expect(anEndpoint(ctx)).rejects.toMatchObject(exceeded(1));
    await anEndpoint(other);
  });

  it('a quota that existing rows already exceed blocks only new rows', async () => {
    const ctx = await openTenant({ endpoints: 3 });
    const [first] = [await anEndpoint(ctx), await anEndpoint(ctx), await anEndpoint(ctx)];
    const lowered = withQuotas(ctx, { endpoints: 1 });
    await expect(anEndpoint(lowered)).rejects.toMatchObject(exceeded(1));
    await updateEndpoint(lowered, first.id, { name: 'Renamed', url: 'http://127.0.0.1:9/other' });
    expect(await publishEvents(lowered, [{ type: 'a.b', payload: {} }], 'inputs')).toHaveLength(1);
  });

  it('the quota of API keys is exact for 20 parallel creations, and does not count revoked or expired keys', async () => {
    const ctx = await openTenant({ apiKeys: 3 });
    const { apiKey } = await aKey(ctx);
    const { succeeded, errors } = await callAtOnce(() => aKey(ctx, new Date(Date.now() + 3_600_000)));
    expect(succeeded).toBe(2);
    for (const error of errors) expect(error).toMatchObject(exceeded(3));
    await revokeApiKey(ctx, formatId('key', apiKey.id), false);
    await aKey(ctx);
    await expect(aKey(ctx)).rejects.toMatchObject(exceeded(3));
    await scene.services.pool.query('UPDATE api_key SET expires_at = now() WHERE tenant_id = $1', [ctx.actor.tenantId]);
    await aKey(ctx);
  });

  it('the quota of portal tokens is exact for 20 parallel creations, and does not count expired tokens', async () => {
    const ctx = await openTenant({ portalTokens: 2 });
    const { id } = await anEndpoint(ctx);
    const aToken = () => createPortalToken(ctx, { endpointIds: [id], permissions: ['DELIVERIES_READ'] });
    const { succeeded, errors } = await callAtOnce(aToken);
    expect(succeeded).toBe(2);
    for (const error of errors) expect(error).toMatchObject(exceeded(2));
    await scene.services.pool.query('UPDATE portal_token SET expires_at = now() WHERE tenant_id = $1', [
      ctx.actor.tenantId,
    ]);
    await aToken();
  });

  it('the quota of running bulk operations is exact for 20 parallel starts, and does not count finished ones', async () => {
    const ctx = await openTenant({ bulkOperations: 2 });
    const start = () => startBulkOperation(ctx, 'RETRY', { statuses: ['FAILED'] });
    const { succeeded, errors } = await callAtOnce(start);
    expect(succeeded).toBe(2);
    for (const error of errors) expect(error).toMatchObject(exceeded(2));
    await scene.services.pool.query(
      "UPDATE bulk_operation SET status = 'SUCCEEDED', finished_at = now() WHERE tenant_id = $1",
      [ctx.actor.tenantId],
    );
    await start();
  });

  it('the quota of bulk operations of one endpoint applies to all portal tokens of the endpoint together', async () => {
    const ctx = await openTenant({ bulkOperationsPerEndpoint: 2 });
    const [first, second] = [await anEndpoint(ctx), await anEndpoint(ctx)];
    const holderOf = async (...endpoints: { id: string; uuid: string }[]): Promise<DomainContext> => ({
      services: ctx.services,
      actor: {
        ...ctx.actor,
        endpointIds: new Set(endpoints.map(({ uuid }) => uuid)),
        portalToken: { id: newUuid(Date.now()), expiresAt: Date.now() + 60_000, eventTypes: [], maxEndpoints: null },
      },
    });
    const start = (holder: DomainContext, filter: object = { statuses: ['FAILED'] }) =>
      startBulkOperation(holder, 'RETRY', filter);
    const holder = await holderOf(first, second);
    const { succeeded, errors } = await callAtOnce(() => start(holder));
    expect(succeeded).toBe(2);
    for (const error of errors) expect(error).toMatchObject(exceeded(2));
    await expect(start(holder, { endpointIds: [] })).rejects.toMatchObject(exceeded(2));
    await expect(start(await holderOf(second))).rejects.toMatchObject(exceeded(2));
    await start(await holderOf(await anEndpoint(ctx)));
    await start(ctx);
    await scene.services.pool.query(
      "UPDATE bulk_operation SET status = 'SUCCEEDED', finished_at = now() WHERE portal_token_id = $1",
      [holder.actor.portalToken?.id],
    );
    await start(await holderOf(second));
  });

  it('the quotas of endpoints and API keys also limit creations in 24 hours to twice the quota', async () => {
    const ctx = await openTenant({ endpoints: 2, apiKeys: 2 });
    const cycles = {
      endpoint: async () => deleteEndpoint(ctx, (await anEndpoint(ctx)).id),
      api_key: async () => revokeApiKey(ctx, formatId('key', (await aKey(ctx)).apiKey.id), false),
    };
    for (const [table, cycle] of Object.entries(cycles)) {
      for (let turn = 0; turn < 4; turn += 1) await cycle();
      await expect(cycle()).rejects.toMatchObject(exceeded(4));
      const { rowCount } = await scene.services.pool.query(`SELECT FROM ${table} WHERE tenant_id = $1`, [
        ctx.actor.tenantId,
      ]);
      expect(rowCount).toBe(4);
    }
  });

  it('the quota of tenants is exact for 20 parallel creations', async () => {
    const { rows } = await scene.services.pool.query('SELECT count(*)::int AS count FROM tenant');
    const ctx = withQuotas(scene.ctx, { tenants: rows[0].count + 2 });
    const { succeeded, errors } = await callAtOnce(() => createTenant(ctx, 'Another'));
    expect(succeeded).toBe(2);
    for (const error of errors) expect(error).toMatchObject(exceeded(rows[0].count + 2));
  });

  describe('the quota of event types', () => {
    it('is exact for 20 parallel publishes, and does not restrict known types', async () => {
      const ctx = await openTenant({ eventTypes: 3 });
      await publish(ctx, 'type.known');
      const { succeeded, errors } = await callAtOnce(index => publish(ctx, `type.${index}`));
      expect(succeeded).toBe(2);
      for (const error of errors) expect(error).toMatchObject(exceeded(3));
      const { succeeded: repeated } = await callAtOnce(() => publish(ctx, 'type.known'));
      expect(repeated).toBe(20);
    });

    it('rejects one request with too many new types, which writes nothing', async () => {
      const ctx = await openTenant({ eventTypes: 3 });
      await expect(publish(ctx, 'a.1', 'a.2', 'a.3', 'a.4')).rejects.toMatchObject(exceeded(3));
      const written = await scene.services.pool.query(
        'SELECT type FROM event WHERE tenant_id = $1 UNION ALL SELECT type FROM event_type WHERE tenant_id = $1',
        [ctx.actor.tenantId],
      );
      expect(written.rows).toEqual([]);
      expect(await publish(ctx, 'a.1', 'a.2', 'a.3', 'a.1')).toHaveLength(4);
    });

    it('applies to events with idempotency keys and to test events', async () => {
      const ctx = await openTenant({ eventTypes: 1 });
      const endpoint = await anEndpoint(ctx);
      await publish(ctx, 'type.known');
      const keyed = { type: 'type.new', payload: {}, idempotencyKey: 'once' };
      await expect(publishEvents(ctx, [keyed], 'inputs')).rejects.toMatchObject(exceeded(1));
      await expect(sendTestEvent(ctx, endpoint.id, 'type.other', {})).rejects.toMatchObject(exceeded(1));
      await sendTestEvent(ctx, endpoint.id, 'type.known', {});
      // The rejected publish must not have used up the idempotency key.
      const roomier = withQuotas(ctx, { eventTypes: 2 });
      expect(await publishEvents(roomier, [keyed], 'inputs')).toHaveLength(1);
    });

    it('blocks only new types if the existing types already exceed it', async () => {
      const ctx = await openTenant({ eventTypes: 3 });
      await publish(ctx, 'a.1', 'a.2', 'a.3');
      const lowered = withQuotas(ctx, { eventTypes: 1 });
      await expect(publish(lowered, 'a.4')).rejects.toMatchObject(exceeded(1));
      expect(await publish(lowered, 'a.1', 'a.2', 'a.3')).toHaveLength(3);
    });

    it('counts a type until retention has deleted its last events and deliveries', async () => {
      const ctx = await openTenant({ eventTypes: 2 });
      const { pool, clock } = scene.services;
      await publish(ctx, 'type.old', 'type.used');
      const dayMs = 86_400_000;
      const age = (days: number) =>
        pool.query("UPDATE event_type SET last_used_at = now() - $2 * interval '1 day' WHERE tenant_id = $1", [
          ctx.actor.tenantId,
          days,
        ]);
      const forget = () => deleteUnusedEventTypes(pool, clock.now() - 30 * dayMs);
      await age(37);
      await forget();
      await expect(publish(ctx, 'type.new')).rejects.toMatchObject(exceeded(2));
      await age(39);
      await publish(ctx, 'type.used');
      await forget();
      expect(await publish(ctx, 'type.new')).toHaveLength(1);
      const { rows } = await pool.query('SELECT type FROM event_type WHERE tenant_id = $1 ORDER BY type', [
        ctx.actor.tenantId,
      ]);
      expect(rows.map(row => row.type)).toEqual(['type.new', 'type.used']);
    });
  });

  it.each([
    ['eventTypes', 'input.eventTypes', 101, 100],
    ['headers', 'input.headers', 51, 50],
  ] as const)(
    'the limit on %s of an endpoint is enforced with an error that contains the field and the limit',
    async (field, argument, length, limit) => {
      const { id } = await scene.createEndpoint();
      const entries = Array.from({ length }, (_, index) =>
        field === 'headers' ? { name: `x-${index}`, value: '' } : `type.${index}`,
      );
      const message = `${argument}: must have at most ${limit} entries; got ${length}`;
      const refusal = { code: 'BAD_USER_INPUT', argument, message };
      const input = { [field]: entries };
      await expect(updateEndpoint(scene.ctx, id, input)).rejects.toMatchObject(refusal);
      await expect(createEndpoint(scene.ctx, { name: 'a', url: 'http://127.0.0.1/', ...input })).rejects.toMatchObject(
        refusal,
      );
      await updateEndpoint(scene.ctx, id, { [field]: entries.slice(1) });
    },
  );

  it('a limit below the current length of a list lets the list shrink or keep its length, but not grow', async () => {
    const { id } = await scene.createEndpoint({ eventTypes: ['a', 'b', 'c'], headers: [] });
    await updateRedaction(scene.ctx, { paths: ['a', 'b', 'c'] });
    const lowered = withQuotas(scene.ctx, { eventTypesPerEndpoint: 1, redactionPaths: 1 });
    await updateEndpoint(lowered, id, { eventTypes: ['a', 'b', 'd'] });
    await updateRedaction(lowered, { paths: ['a', 'b', 'd'] });
    await expect(updateEndpoint(lowered, id, { eventTypes: ['a', 'b', 'c', 'd'] })).rejects.toMatchObject({
      argument: 'input.eventTypes',
    });
    await expect(updateRedaction(lowered, { paths: ['a', 'b', 'c', 'd'] })).rejects.toMatchObject({
      argument: 'input.paths',
    });
    await updateEndpoint(lowered, id, { eventTypes: ['a', 'b'] });
    await expect(updateEndpoint(lowered, id, { eventTypes: ['a', 'b', 'd'] })).rejects.toMatchObject({
      argument: 'input.eventTypes',
    });
    await updateRedaction(scene.ctx, { paths: null });
  });
});

describe('a server with the default quotas', () => {
  let server: AttackedServer;
  beforeAll(async () => {
    // A publish of a thousand new event types may take longer than the default limits on a busy machine.
    server = await startAttackedServer({ OPERATION_TIMEOUT_MS: '60000', STATEMENT_TIMEOUT_MS: '60000' });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('rejects the 5,001st event type and the 1,001st endpoint, while another tenant is served', {
    timeout: 180_000,
  }, async () => {
    const { key } = server.attacker;
    const publish = (from: number, count: number) =>
      post(server.url, key, publishMutation, {
        inputs: Array.from({ length: count }, (_, index) => ({ type: `type.${from + index}`, payload: {} })),
      });
    const create = async () => (await post(server.url, key, `mutation { result: ${createField} }`)).data.result;
    const observed = await server.during(async () => {
      for (let from = 0; from < 5000; from += 1000) {
        expect((await publish(from, 1000)).data.result.events).toHaveLength(1000);
      }
      expect((await publish(5000, 1)).data.result).toEqual({ code: 'QUOTA_EXCEEDED', limit: 5000 });
      expect((await publish(4999, 1)).data.result.events).toHaveLength(1);
      await seedEndpoints(server, 995);
      const results = await Promise.all(Array.from({ length: 20 }, create));
      expect(results.filter(result => result.code === undefined)).toHaveLength(5);
      expect(results.filter(result => result.code)).toEqual(Array(15).fill({ code: 'QUOTA_EXCEEDED', limit: 1000 }));
    });
    const { rows } = await server.pool.query(
      `SELECT (SELECT count(*)::int FROM event_type JOIN tenant t ON t.id = tenant_id WHERE t.name = 'Attacker') AS types,
        (SELECT count(*)::int FROM endpoint JOIN tenant t ON t.id = tenant_id WHERE t.name = 'Attacker') AS endpoints`,
    );
    expect(rows).toEqual([{ types: 5000, endpoints: 1000 }]);
    expect(observed).toMatchObject({ isAlive: true, bystander: { failedPublishes: 0 } });
    expect(observed.longestStallMs).toBeLessThan(2000);
    expect(observed.bystander.slowestDeliveryMs).toBeLessThan(20_000);
  });
});

const publishMutation = `mutation ($inputs: [PublishEventInput!]!) { result: publishEvents(inputs: $inputs) {
  ... on PublishEventsSuccess { events { id } } ... on Error { code } ... on QuotaExceededError { limit } } }`;
const createField = `createEndpoint(input: { name: "x", url: "https://shop.test/", status: DISABLED }) {
  ... on Error { code } ... on QuotaExceededError { limit } }`;

async function seedEndpoints({ pool }: AttackedServer, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO endpoint (id, tenant_id, name, url, status, event_types, method, headers, store_response_body, updated_at)
     SELECT gen_random_uuid(), t.id, 'x', 'https://shop.test/', 'DISABLED', '{}', 'POST', '[]', true, now()
     FROM tenant t, generate_series(1, $1) WHERE t.name = 'Attacker'`,
    [count],
  );
}
