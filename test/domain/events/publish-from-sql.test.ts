import { Client, type ClientConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { publishEvents } from '../../../src/domain/events/publish-events.ts';
import { publishInbox } from '../../../src/domain/events/publish-inbox.ts';
import { recordPublishLimits } from '../../../src/domain/events/record-publish-limits.ts';
import { FailedRows } from '../../../src/domain/failed-rows.ts';
import { updateRedaction } from '../../../src/domain/tenants/update-redaction.ts';
import { formatId, newUuid, parseId, uuidTime } from '../../../src/ids.ts';
import { openJanitor } from '../../../src/janitor/janitor.ts';
import { silentLog } from '../../fixtures/postgres.ts';
import { startReceiver } from '../../fixtures/receiver.ts';
import { defaultTenantId } from '../../fixtures/seed-deliveries.ts';
import { openScene, type Scene, type SceneEndpoint } from '../scene.ts';

/* An application with its own role, which may only publish. */

let scene: Scene;
let endpoint: SceneEndpoint;
let app: Client;
let appConfig: ClientConfig;
const role = `shop_${newUuid(Date.now()).replaceAll('-', '')}`;

beforeAll(async () => {
  scene = await openScene();
  endpoint = await scene.createEndpoint();
  const { pool } = scene.services;
  await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'shop'`);
  for (const payload of ['text', 'json', 'jsonb']) {
    await pool.query(
      `GRANT EXECUTE ON FUNCTION livehook.publish_event(text, text, ${payload}, text, text[]) TO ${role}`,
    );
  }
  await pool.query(`GRANT USAGE ON SCHEMA livehook TO ${role}`);
  const url = new URL(pool.options.connectionString ?? '');
  url.username = role;
  url.password = 'shop';
  appConfig = { connectionString: url.href };
  app = await connectApp();
});
afterAll(async () => {
  await app.end();
  await scene.services.pool.query(`DROP OWNED BY ${role}`);
  await scene.services.pool.query(`DROP ROLE ${role}`);
  await scene[Symbol.asyncDispose]();
});

async function connectApp(): Promise<Client> {
  const client = new Client(appConfig);
  await client.connect();
  return client;
}

interface Arguments {
  readonly tenant?: string | null;
  readonly type?: string | null;
  readonly payload?: string | null;
  readonly key?: string | null;
  readonly endpointIds?: readonly (string | null)[] | null;
}

const tenantId = formatId('tnt', defaultTenantId);

async function publish(given: Arguments = {}, client = app): Promise<string> {
  const { tenant, type, payload, key, endpointIds } = {
    tenant: tenantId,
    type: 'order.paid',
    payload: '{"total": 1}',
    key: null,
    endpointIds: null,
    ...given,
  };
  const { rows } = await client.query('SELECT livehook.publish_event($1, $2, $3::text, $4, $5) AS id', [
    tenant,
    type,
    payload,
    key,
    endpointIds,
  ]);
  return rows[0].id;
}

const takeInbox = () => publishInbox(scene.services, new FailedRows('event_inbox', silentLog));

async function readEvents(ids: readonly string[]) {
  const uuids = ids.map(id => parseId('evt', id));
  const { rows } = await scene.services.pool.query(
    `SELECT e.type, e.payload, (SELECT count(*)::int FROM delivery d WHERE d.event_id = e.id) AS deliveries
     FROM event e WHERE e.id = ANY ($1::uuid[]) ORDER BY array_position($1::uuid[], e.id)`,
    [uuids],
  );
  return rows;
}

async function countInbox(): Promise<number> {
  const { rows } = await scene.services.pool.query('SELECT count(*)::int AS count FROM event_inbox');
  return rows[0].count;
}

describe('livehook.publish_event', () => {
  it('publishes the payload byte for byte when the transaction of its caller commits, with the id that it returned', async () => {
    await app.query('BEGIN');
    const payload = '{ "n": 9007199254740993, "big": 1e400 }';
    const id = await publish({ payload });
    await takeInbox();
    expect(await readEvents([id])).toEqual([]);
    await app.query('COMMIT');
    expect(Math.abs(uuidTime(parseId('evt', id) ?? '') - scene.services.clock.now())).toBeLessThan(60_000);
    await takeInbox();
    expect(await readEvents([id])).toEqual([{ type: 'order.paid', payload, deliveries: 1 }]);
    expect(await countInbox()).toBe(0);
  });

  it('publishes nothing if the transaction is rolled back, and frees the idempotency key', async () => {
    await app.query('BEGIN');
    const id = await publish({ key: 'rolled back' });
    await app.query('ROLLBACK');
    await takeInbox();
    expect(await readEvents([id])).toEqual([]);
    const next = await publish({ key: 'rolled back', payload: '{"total": 2}' });
    await takeInbox();
    expect(await readEvents([next])).toHaveLength(1);
  });

  it('accepts json and jsonb, an untyped literal, named arguments, and the tenant "default"', async () => {
    const { rows } = await app.query(`
      SELECT livehook.publish_event('default', 'a.b', '{ "a" :1}') AS id
      UNION ALL SELECT livehook.publish_event(tenant => 'default', type => 'a.b', payload => '{ "a" :1}'::json)
      UNION ALL SELECT livehook.publish_event('default', 'a.b', jsonb_build_object('a', 1), idempotency_key => NULL)`);
    await takeInbox();
    const events = await readEvents(rows.map(row => row.id));
    expect(events.map(event => event.payload)).toEqual(['{ "a" :1}', '{ "a" :1}', '{"a": 1}']);
  });

  it('redacts the payload before the event is stored', async () => {
    await updateRedaction(scene.ctx, { paths: ['secret'] });
    const id = await publish({ payload: '{"secret":"x", "a":1}' });
    await takeInbox();
    expect((await readEvents([id]))[0].payload).toBe('{"secret":"[REDACTED]", "a":1}');
  });

  it('sends the event only to the given endpoints, except those that were disabled before the event was taken from the inbox', async () => {
    const other = await scene.createEndpoint({ eventTypes: ['other'] });
    const gone = await scene.createEndpoint({ eventTypes: ['other'] });
    const ids = [await publish({ endpointIds: [other.id, gone.id, other.id] }), await publish({ endpointIds: [] })];
    await scene.services.pool.query("UPDATE endpoint SET status = 'DISABLED' WHERE id = $1", [gone.uuid]);
    await takeInbox();
    expect((await readEvents(ids)).map(event => event.deliveries)).toEqual([1, 0]);
  });

  it.each([
    ['tenant', { tenant: null }, 'must be the id of a tenant'],
    ['tenant', { tenant: 'shop' }, 'must be the id of a tenant'],
    ['tenant', { tenant: formatId('tnt', newUuid(Date.now())) }, 'must be the id of a tenant'],
    ['type', { type: null }, 'must be words of letters'],
    ['type', { type: 'a b' }, 'must be words of letters'],
    ['type', { type: 'a.b\n' }, 'must be words of letters'],
    ['type', { type: 'a'.repeat(129) }, 'at most 128 characters'],
    ['type', { type: 'livehook.a' }, 'must not begin with livehook.'],
    ['payload', { payload: null }, 'must not be null'],
    ['payload', { payload: '{"a":}' }, 'must be valid JSON'],
    ['payload', { payload: '' }, 'must be valid JSON'],
    ['payload', { payload: `"${'ü'.repeat(131_072)}"` }, 'must have at most 262144 bytes; these are 262146'],
    ['payload', { payload: `${'['.repeat(1001)}${']'.repeat(1001)}` }, 'is nested too deeply'],
    ['payload', { payload: '['.repeat(100_000) }, 'must be valid JSON'],
    ['idempotency_key', { key: ' ' }, 'must have 1 to 255 characters'],
    ['idempotency_key', { key: 'a\nb' }, 'without control characters'],
    ['idempotency_key', { key: 'a'.repeat(256) }, 'must have 1 to 255 characters'],
    [
      'endpoint_ids',
      { endpointIds: ['ep_x'] },
      'must be ids of endpoints of the tenant that are not disabled; got ep_x',
    ],
    ['endpoint_ids', { endpointIds: [null] }, 'got null'],
    ['endpoint_ids', { endpointIds: Array(1001).fill('ep_x') }, 'must have at most 1000 entries'],
  ])(
    'rejects an invalid value of the argument %s with an error that names the argument (case %#)',
    async (argument, given, message) => {
      const error = await publish(given).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ column: argument, message: expect.stringMatching(`^${argument}: `) });
      expect(String(error)).toContain(message);
      expect(await countInbox()).toBe(0);
    },
  );

  it('accepts a payload of 1,000 levels, and does not count brackets within strings', async () => {
    const payloads = [`${'['.repeat(1000)}${']'.repeat(1000)}`, JSON.stringify(`\\"${'['.repeat(2000)}`)];
    const ids = await Promise.all(payloads.map(payload => publish({ payload })));
    await takeInbox();
    expect((await readEvents(ids)).map(event => event.payload)).toEqual(payloads);
  });

  it('uses the limits of the server that started last', async () => {
    const { limits, quotas, pool } = scene.services;
    await recordPublishLimits(pool, {
      limits: { ...limits, maxPayloadBytes: 5 },
      quotas: { ...quotas, eventTypes: 1 },
    });
    await expect(publish({ payload: '"1234"' })).rejects.toMatchObject({
      column: 'payload',
      detail: 'PAYLOAD_TOO_LARGE',
    });
    await expect(publish({ payload: '1', type: 'never.seen' })).rejects.toMatchObject({
      column: 'type',
      detail: 'QUOTA_EXCEEDED',
    });
    await recordPublishLimits(pool, { limits, quotas });
    expect(await publish({ payload: '"1234"', type: 'never.seen' })).toMatch(/^evt_/);
    await takeInbox();
  });
});

describe('the idempotency key of livehook.publish_event', () => {
  const conflict = { code: '23505', column: 'idempotency_key', detail: 'IDEMPOTENCY_CONFLICT' };

  it('returns the id of the first event, before and after the janitor has published it', async () => {
    const first = await publish({ key: 'once' });
    expect(await publish({ key: 'once' })).toBe(first);
    await expect(publish({ key: 'once', payload: '2' })).rejects.toMatchObject(conflict);
    await takeInbox();
    expect(await publish({ key: 'once' })).toBe(first);
    await expect(publish({ key: 'once', payload: '2' })).rejects.toMatchObject(conflict);
    await expect(publish({ key: 'once', type: 'a' })).rejects.toMatchObject(conflict);
    await takeInbox();
    expect(await readEvents([first])).toEqual([{ type: 'order.paid', payload: '{"total": 1}', deliveries: 1 }]);
  });

  it('waits for an open transaction with the same key, and returns the event of that transaction', async () => {
    await using other = Object.assign(await connectApp(), {
      async [Symbol.asyncDispose]() {
        await other.end();
      },
    });
    await app.query('BEGIN');
    const first = await publish({ key: 'parallel' });
    const second = publish({ key: 'parallel' }, other);
    await vi.waitFor(
      async () => {
        const { rows } = await scene.services.pool.query(
          "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock'",
          [role],
        );
        expect(rows[0].waiting).toBe(1);
      },
      { timeout: 60_000 },
    );
    await app.query('COMMIT');
    expect(await second).toBe(first);
    await takeInbox();
  });

  it('is shared with publishEvent of the API', async () => {
    const input = { type: 'order.paid', payloadText: '{"total": 1}', idempotencyKey: 'shared' };
    const id = await publish({ key: 'shared' });
    await expect(publishEvents(scene.ctx, [input], 'input')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await takeInbox();
    const [event] = await publishEvents(scene.ctx, [input], 'input');
    expect(formatId('evt', event?.id ?? '')).toBe(id);
    await expect(publishEvents(scene.ctx, [{ ...input, payloadText: '2' }], 'input')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    const [viaApi] = await publishEvents(scene.ctx, [{ ...input, idempotencyKey: 'from the API' }], 'input');
    expect(await publish({ key: 'from the API' })).toBe(formatId('evt', viaApi?.id ?? ''));
  });

  it('is separate for each tenant', async () => {
    const other = await scene.createOtherTenant();
    const tenant = formatId('tnt', other.actor.tenantId);
    const ids = [await publish({ key: 'per tenant' }), await publish({ key: 'per tenant', payload: '2', tenant })];
    await takeInbox();
    expect((await readEvents(ids)).map(event => event.deliveries)).toEqual([1, 0]);
    await expect(publish({ tenant, endpointIds: [endpoint.id] })).rejects.toMatchObject({ column: 'endpoint_ids' });
  });
});

describe('a database role with only the right to publish', () => {
  it.each([
    'SELECT * FROM event_inbox',
    'SELECT * FROM event',
    'INSERT INTO idempotency_key SELECT',
    'UPDATE publish_limits SET max_payload_bytes = 1',
    "SELECT livehook.claim_key(NULL, 'a', NULL, 'a', '1', NULL)",
    "SELECT livehook.parse_id('evt', 'a')",
  ])('has no right to run %s', async statement => {
    await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('cannot make the function use tables and functions of the role instead', async () => {
    await using own = Object.assign(await connectApp(), {
      async [Symbol.asyncDispose]() {
        await own.end();
      },
    });
    await own.query('CREATE TEMP TABLE tenant (id uuid, deleted_at timestamptz)');
    await own.query('CREATE TEMP TABLE event_inbox (LIKE pg_class)');
    await own.query('CREATE TEMP TABLE publish_limits (max_payload_bytes integer, max_event_types integer)');
    await own.query('SET search_path = pg_temp, public');
    expect(await publish({}, own)).toMatch(/^evt_/);
    await takeInbox();
  });

  it('can publish, and roles without this right cannot', async () => {
    const other = `${role}_2`;
    const { pool } = scene.services;
    await pool.query(`CREATE ROLE ${other} LOGIN PASSWORD 'shop'`);
    const url = new URL(appConfig.connectionString ?? '');
    url.username = other;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      await expect(publish({}, client)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
      await pool.query(`DROP ROLE ${other}`);
    }
  });
});

describe('the janitor as the publisher of the events of livehook.publish_event', () => {
  it('publishes events although no api process runs', { timeout: 180_000 }, async () => {
    await using receiver = await startReceiver();
    const { id } = await scene.createEndpoint({ url: receiver.url, eventTypes: ['none'] });
    await using _janitor = openJanitor({ services: scene.services, retentionDays: 0 });
    await using _sender = scene.startSender();
    const eventId = await publish({ endpointIds: [id] });
    await receiver.waitFor(1);
    expect(receiver.requests[0]?.headers['webhook-id']).toBe(eventId);
  });

  it('publishes each event once while other janitors run', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 120; index += 1) ids.push(await publish({ payload: `${index}` }));
    await Promise.all([takeInbox(), takeInbox(), takeInbox()]);
    await vi.waitFor(
      async () => {
        await takeInbox();
        expect((await readEvents(ids)).map(event => event.deliveries)).toEqual(ids.map(() => 1));
      },
      { timeout: 60_000 },
    );
  });

  it('publishes the events of other tenants while a deleted tenant has more than one batch of events waiting', async () => {
    const deleted = await scene.createOtherTenant();
    const tenant = formatId('tnt', deleted.actor.tenantId);
    for (let index = 0; index < 120; index += 1) await publish({ tenant });
    await scene.services.pool.query('UPDATE tenant SET deleted_at = now() WHERE id = $1', [deleted.actor.tenantId]);
    const id = await publish();
    await takeInbox();
    expect(await readEvents([id])).toMatchObject([{ deliveries: 1 }]);
  });

  it('publishes an event whose week has no partition yet', async () => {
    const old = newUuid(scene.services.clock.now() - 30 * 86_400_000);
    await scene.services.pool.query(
      "INSERT INTO event_inbox (tenant_id, event_id, type, payload) VALUES ($1, $2, 'order.paid', '1')",
      [defaultTenantId, old],
    );
    await takeInbox();
    expect(await readEvents([formatId('evt', old)])).toEqual([{ type: 'order.paid', payload: '1', deliveries: 1 }]);
  });
});
