import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createAnnouncer } from '../../../src/domain/announcements/announcer.ts';
import { openOutboxRecovery } from '../../../src/domain/announcements/outbox-recovery.ts';
import { UnavailableError } from '../../../src/errors.ts';
import type { FeedItem } from '../../../src/feed/feed.ts';
import { openProcessFeed } from '../../../src/feed/process-feed.ts';
import { parseId } from '../../../src/ids.ts';
import { makeTransition, take } from '../../feed/transitions.ts';
import { openTestApi, type TestApi } from '../../fixtures/api.ts';
import { silentLog } from '../../fixtures/postgres.ts';

const { signal: never } = new AbortController();
let api: TestApi;
let tenantId: string;

beforeAll(async () => {
  api = await openTestApi();
  const { createTenant } = await api.ask('mutation { createTenant(name: "t") { ... on Tenant { id } } }');
  tenantId = parseId('tnt', createTenant.id) ?? '';
});
afterAll(() => api[Symbol.asyncDispose]());

/**
 * Creates two deliveries and waits until the API has announced them. The announcements do not reach the feeds that the
 * tests open.
 */
async function createDeliveries(): Promise<string[]> {
  const { pool } = api.services;
  await api.ask(`mutation { createEndpoint(input: { name: "Shop", url: "https://shop.test/hook" }) { __typename } }`);
  const { publishEvents } = await api.ask(
    `mutation { publishEvents(inputs: [{ type: "a.b", payload: {} }, { type: "a.b", payload: {} }]) {
      ... on PublishEventsSuccess { events { deliveries(first: 1) { nodes { id } } } } } }`,
  );
  await vi.waitFor(async () => expect((await pool.query('SELECT 1 FROM outbox')).rows).toEqual([]));
  return publishEvents.events.map((event: { deliveries: { nodes: { id: string }[] } }) =>
    parseId('dlv', event.deliveries.nodes[0]?.id ?? ''),
  );
}

/** Inserts an outbox row. `ageSeconds` is the time since its transaction began. @returns the id of the row. */
async function insertRow(deliveryId: string, version: number, ageSeconds: number): Promise<number> {
  const { rows } = await api.services.pool.query<{ id: number }>(
    `INSERT INTO outbox (created_at, delivery_ids, versions, statuses, previous_statuses)
     VALUES (now() - $3 * interval '1 s', ARRAY[$1::uuid], ARRAY[$2::int], '{PENDING}', '{PENDING}') RETURNING id`,
    [deliveryId, version, ageSeconds],
  );
  return rows[0]?.id ?? 0;
}

const names = (items: readonly FeedItem[]) =>
  items.map(({ transition: { delivery }, skipped }) => [delivery.id, delivery.version, skipped]);

describe('the outbox', () => {
  test('assigns ids that ascend across connections', async () => {
    const { pool } = api.services;
    const clients = await Promise.all([pool.connect(), pool.connect()]);
    try {
      const ids: number[] = [];
      for (let round = 0; round < 6; round += 1) {
        const { rows } = await (clients[round % 2] as (typeof clients)[0]).query<{ id: number }>(
          "INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses) VALUES ('{}', '{}', '{}', '{}') RETURNING id",
        );
        ids.push(rows[0]?.id ?? 0);
      }
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    } finally {
      for (const client of clients) client.release();
      await pool.query('DELETE FROM outbox');
    }
  });
});

describe('the announcer', () => {
  test('announces a transition even if the feed has already dropped the earlier transitions of the delivery', async () => {
    await using feed = openProcessFeed({ log: silentLog });
    await using announcer = createAnnouncer(api.services.pool, feed, silentLog, api.services.routing);
    const items = await feed.subscribe(tenantId, { signal: never });
    const transition = makeTransition(tenantId, { version: 4 });
    const outboxId = await insertRow(transition.delivery.id, 4, 0);
    announcer.announce({ outboxId, transitions: [transition] });
    expect(names(await take(items, 1))).toEqual([[transition.delivery.id, 4, 0]]);
    await vi.waitFor(async () => {
      expect((await api.services.pool.query('SELECT 1 FROM outbox')).rows).toEqual([]);
    });
  });

  test('announces a transition only after the earlier one, which another process still has to announce', async () => {
    await using feed = openProcessFeed({ log: silentLog });
    await using announcer = createAnnouncer(api.services.pool, feed, silentLog, api.services.routing);
    const items = await feed.subscribe(tenantId, { signal: never });
    const second = makeTransition(tenantId, { version: 2 });
    const { id } = second.delivery;
    const firstId = await insertRow(id, 1, 0);
    const secondId = await insertRow(id, 2, 0);
    const publish = vi.spyOn(feed, 'publish');
    announcer.announce({ outboxId: secondId, transitions: [second] });
    // The feed rejects the second transition, the announcer reads the outbox, and the feed rejects it again, because
    // the first one is still in the outbox.
    await vi.waitFor(() => expect(publish.mock.calls.length).toBeGreaterThanOrEqual(3));
    announcer.announce({ outboxId: firstId, transitions: [makeTransition(tenantId, { id, version: 1 })] });
    expect(names(await take(items, 2))).toEqual([
      [id, 1, 0],
      [id, 2, 0],
    ]);
  });

  test('announces a transition with the previous endpoint name, and logs the reason, if the new name cannot be read', async () => {
    await using feed = openProcessFeed({ log: silentLog });
    const items = await feed.subscribe(tenantId, { signal: never });
    const lines: { level: number; msg: string; err: { message: string } }[] = [];
    const log = pino({ level: 'warn' }, { write: line => void lines.push(JSON.parse(line)) });
    const read = () => Promise.reject(new TypeError('a defect'));
    await using announcer = createAnnouncer(api.services.pool, feed, log, { read });
    const transition = makeTransition(tenantId);
    announcer.announce({ outboxId: null, transitions: [transition], renamedInTenantId: tenantId });
    announcer.announce({ outboxId: null, transitions: [makeTransition(tenantId)], renamedInTenantId: tenantId });
    expect((await take(items, 2))[0]?.transition).toEqual(transition);
    expect(lines).toMatchObject([
      { level: 50, msg: expect.stringContaining('reading the new names of endpoints'), err: { message: 'a defect' } },
    ]);
  });

  test('does not announce a transition a second time after the outbox recovery has announced it', async () => {
    await using feed = openProcessFeed({ log: silentLog });
    const items = await feed.subscribe(tenantId, { signal: never });
    const late = makeTransition(tenantId, { version: 4 });
    const outboxId = await insertRow(late.delivery.id, 4, 0);
    await api.services.pool.query('DELETE FROM outbox WHERE id = $1', [outboxId]);
    const announcer = createAnnouncer(api.services.pool, feed, silentLog, api.services.routing);
    announcer.announce({ outboxId, transitions: [late] });
    await announcer[Symbol.asyncDispose]();
    const next = makeTransition(tenantId);
    await feed.publish([next]);
    expect(names(await take(items, 1))).toEqual([[next.delivery.id, 1, 0]]);
  });
});

describe('the outbox recovery', () => {
  test('announces outbox rows in the order of their ids, and stops at a row whose writer may still announce it', async () => {
    const { pool } = api.services;
    const [first = '', second = ''] = await createDeliveries();
    const { rows } = await pool.query<{ id: string }>('SELECT tenant_id AS id FROM delivery LIMIT 1');
    await using feed = openProcessFeed({ log: silentLog });
    const items = await feed.subscribe(rows[0]?.id ?? '', { signal: never });
    await insertRow(first, 1, 10);
    const young = await insertRow(second, 1, -3_600);
    await insertRow(second, 2, 10);
    await insertRow(second, 3, 20);
    await using _recovery = openOutboxRecovery(pool, feed, silentLog);
    expect(names(await take(items, 1))).toEqual([[first, 1, 0]]);
    await pool.query("UPDATE outbox SET created_at = now() - interval '5 s' WHERE id = $1", [young]);
    expect(names(await take(items, 3))).toEqual([
      [second, 1, 0],
      [second, 2, 0],
      [second, 3, 0],
    ]);
    await vi.waitFor(async () => expect((await pool.query('SELECT 1 FROM outbox')).rows).toEqual([]));
  });

  test('keeps an outbox row that cannot be announced, logs it once, and announces the other rows', async () => {
    const { pool } = api.services;
    const [first = '', second = ''] = await createDeliveries();
    const { rows } = await pool.query<{ id: string }>('SELECT tenant_id AS id FROM delivery WHERE id = $1', [first]);
    await using feed = openProcessFeed({ log: silentLog });
    const items = await feed.subscribe(rows[0]?.id ?? '', { signal: never });
    await insertRow(first, 1, 10);
    const bad = await pool.query<{ id: number }>(
      `INSERT INTO outbox (created_at, delivery_ids, versions, statuses, previous_statuses)
       VALUES (now() - interval '10 s', '{{NULL,NULL}}', '{1}', '{PENDING}', '{NULL}') RETURNING id`,
    );
    await insertRow(second, 1, 10);
    const lines: { level: number; err?: object; row?: number }[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await using _recovery = openOutboxRecovery(pool, feed, log);
    expect(names(await take(items, 2))).toEqual([
      [first, 1, 0],
      [second, 1, 0],
    ]);
    // In later rounds too, the recovery announces the rows after the invalid one.
    await insertRow(second, 2, 10);
    expect(names(await take(items, 1))).toEqual([[second, 2, 0]]);
    await vi.waitFor(async () => expect((await pool.query('SELECT id FROM outbox')).rows).toEqual(bad.rows));
    expect(lines).toMatchObject([{ level: 50, row: bad.rows[0]?.id, err: expect.anything() }]);
    await pool.query('DELETE FROM outbox');
  });

  test('logs one warning while the feed is unreachable, and each other error of the feed once', async () => {
    const { pool } = api.services;
    const [first = ''] = await createDeliveries();
    await using feed = openProcessFeed({ log: silentLog });
    await insertRow(first, 1, 10);
    const lines: { level: number; msg: string }[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const publish = vi.spyOn(feed, 'publish').mockRejectedValue(new UnavailableError('The feed is away.'));
    await using _recovery = openOutboxRecovery(pool, feed, log);
    await vi.waitFor(() => expect(publish.mock.calls.length).toBeGreaterThanOrEqual(3));
    expect(lines.map(({ level }) => level)).toEqual([40]);
    publish.mockRejectedValue(new TypeError('planted'));
    await vi.waitFor(() => expect(lines.map(({ level }) => level)).toEqual([40, 50]));
    expect((await pool.query('SELECT 1 FROM outbox')).rows).toHaveLength(1);
    await pool.query('DELETE FROM outbox');
  });
});
