import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseId } from '../../src/ids.ts';
import type { LivehookProcess } from '../fixtures/livehook-process.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { defaultTenantId } from '../fixtures/seed-deliveries.ts';
import { answerAfter } from './answers.ts';
import { ask, createEndpoint, publish, type System, startSystem } from './system.ts';

/** The number of deliveries. `BULK_DELIVERIES=100000` runs the test in full size, which takes about five minutes. */
const deliveries = Number(process.env.BULK_DELIVERIES ?? 2000);
const kills = 2;
const answerMs = 20;

interface Operation {
  readonly status: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
}

describe(`a bulk replay of ${deliveries} beside live traffic`, () => {
  const cleanup = new AsyncDisposableStack();
  let system: System;
  let receiver: Receiver;
  let api: LivehookProcess;
  let janitor: LivehookProcess;
  let endpointId: string;
  let operationId: string;
  /** For each live event: the number of replays that arrived between its publishing and its arrival. */
  const overtaken: number[] = [];

  beforeAll(async () => {
    // A concurrency of 8 limits the sender to 400 deliveries a second, so that the replay takes long enough.
    system = cleanup.use(await startSystem({ environment: { ENDPOINT_CONCURRENCY: '8' } }));
    receiver = cleanup.use(await startReceiver(answerAfter(answerMs)));
    [api, janitor] = await Promise.all([system.start('api'), system.start('janitor'), system.start('sender')]);
    endpointId = await createEndpoint(api.url, { url: receiver.url });
    await seedHistory();
  });
  afterAll(() => cleanup.disposeAsync());

  it('lets live traffic go first, and continues after the process that runs it is killed', {
    timeout: 600_000,
  }, async () => {
    const { replayDeliveries } = await ask(
      api.url,
      'mutation ($filter: DeliveryFilter!) { replayDeliveries(filter: $filter) { ... on BulkOperation { id } } }',
      { filter: { endpointIds: [endpointId] } },
    );
    operationId = replayDeliveries.id;
    for (let kill = 1; kill <= kills; kill += 1) {
      const goal = (deliveries * kill) / (kills + 1);
      let done = 0;
      while (done < goal) {
        await publishLive();
        ({ done } = await readOperation());
      }
      await janitor.stop('SIGKILL');
      expect((await readOperation()).status).toBe('RUNNING');
      janitor = await system.start('janitor');
    }
    while ((await readOperation()).status === 'RUNNING') await publishLive();
    // A live event waits only for the replays that senders claim at the same moment, not for the rest of the operation.
    overtaken.sort((a, b) => a - b);
    const summary = { count: overtaken.length, median: overtaken[overtaken.length >> 1], most: overtaken.at(-1) };
    console.info('replays that arrived while a live event waited:', summary);
    expect(summary.median).toBeLessThan(400);
  });

  it('replays each delivery exactly once although the process that ran it was killed', async () => {
    const whole = { status: 'SUCCEEDED', total: deliveries, done: deliveries, failed: 0, skipped: 0 };
    expect(await readOperation()).toEqual(whole);
    const { rows } = await system.pool.query(
      `SELECT count(*)::int AS replays, count(DISTINCT replay_of)::int AS originals FROM delivery
       WHERE replay_of IS NOT NULL AND endpoint_id = $1`,
      [parseId('ep', endpointId)],
    );
    expect(rows).toEqual([{ replays: deliveries, originals: deliveries }]);
    await vi.waitFor(async () => expect(await countWaiting()).toBe(0), { timeout: 60_000, interval: 100 });
    expect(receiver.requests).toHaveLength(deliveries + overtaken.length);
  });

  async function publishLive(): Promise<void> {
    const before = receiver.requests.length;
    const [eventId] = await publish(api.url, 1, { endpointIds: [endpointId] });
    const position = await vi.waitFor(
      () => {
        const index = receiver.requests.findIndex((each, at) => at >= before && each.headers['webhook-id'] === eventId);
        expect(index).toBeGreaterThanOrEqual(0);
        return index;
      },
      { timeout: 60_000, interval: 10 },
    );
    overtaken.push(position - before);
  }

  async function readOperation(): Promise<Operation> {
    const { bulkOperation } = await ask(
      api.url,
      'query ($id: ID!) { bulkOperation(id: $id) { status total done failed skipped } }',
      { id: operationId },
    );
    return bulkOperation;
  }

  async function countWaiting(): Promise<number> {
    const { rows } = await system.pool.query('SELECT count(*)::int AS waiting FROM delivery_live');
    return rows[0].waiting;
  }

  /** Inserts deliveries that ended within the last minute, each of its own event. */
  async function seedHistory(): Promise<void> {
    const id = `(lpad(to_hex($1::bigint - 60000 + (i * 60000 / $2::bigint)), 12, '0') || '7'
      || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid`;
    const rows = 'generate_series(0, $2::bigint - 1) AS i';
    const nowMs = Date.now();
    await system.pool.query(
      `INSERT INTO event (id, tenant_id, is_test, type, payload) SELECT ${id}, $3, false, 'fault.test', '{}' FROM ${rows}`,
      [nowMs, deliveries, defaultTenantId],
    );
    await system.pool.query(
      `INSERT INTO delivery_history (id, tenant_id, endpoint_id, event_id, event_type, status, max_attempts, attempt_count,
         response_status, updated_at, finished_at, is_test, live)
       SELECT ${id}, $3, $4, ${id}, 'fault.test', 'SUCCEEDED', 1, 1, 200, now(), now(), false, false FROM ${rows}`,
      [nowMs, deliveries, defaultTenantId, parseId('ep', endpointId)],
    );
    await system.pool.query('ANALYZE');
  }
});
