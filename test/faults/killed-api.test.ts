import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatId } from '../../src/ids.ts';
import { respond } from '../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { checkInvariants } from './invariants.ts';
import { createEndpoint, publish, type System, startSystem } from './system.ts';

const events = 50;
const endpoints = 3;

const heldInserts = `FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO event %'`;

describe('an api process that is killed between the insert of published events and its response', () => {
  const cleanup = new AsyncDisposableStack();
  let system: System;
  let receiver: Receiver;
  let accepted: string[] = [];

  beforeAll(async () => {
    system = cleanup.use(await startSystem());
    receiver = cleanup.use(await startReceiver(respond(200)));
    const { url } = await system.start('api,sender,janitor');
    for (let index = 0; index < endpoints; index += 1) await createEndpoint(url, { url: receiver.url });
    // Registers the event type first. Otherwise the first insert would write nothing and run again after the
    // registration.
    await system.pool.query("INSERT INTO event_type (tenant_id, type) SELECT id, 'fault.test' FROM tenant");
  });
  afterAll(() => cleanup.disposeAsync());

  it('leaves no events or deliveries if its transaction was not committed', async () => {
    await killWhilePublishing({ endsSession: true });
    const { rows } = await system.pool.query(
      'SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM delivery) AS deliveries',
    );
    expect(rows).toEqual([{ events: 0, deliveries: 0 }]);
  });

  it('leaves the events with all their deliveries if the transaction was committed', async () => {
    await killWhilePublishing({ endsSession: false });
    const { rows } = await vi.waitFor(async () => {
      const result = await system.pool.query<{ id: string }>('SELECT id FROM event');
      expect(result.rows).toHaveLength(events);
      return result;
    });
    accepted = rows.map(row => formatId('evt', row.id));
    const deliveries = await system.pool.query('SELECT FROM delivery');
    expect(deliveries.rowCount).toBe(events * endpoints);
  });

  it('leaves deliveries that senders find and send without a notification', async () => {
    await checkInvariants(system, { receivers: [receiver], accepted, deliveriesPerEvent: endpoints });
  });

  /** Kills the api while its insert waits for the locked outbox, which is the last table that it writes. */
  async function killWhilePublishing({ endsSession }: { endsSession: boolean }): Promise<void> {
    const api = await system.start('api');
    const holder = await system.pool.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE outbox IN SHARE MODE');
      const answer = expect(publish(api.url, events)).rejects.toThrow();
      await vi.waitFor(async () => expect((await system.pool.query(`SELECT ${heldInserts}`)).rowCount).toBe(1), {
        interval: 10,
      });
      await api.stop('SIGKILL');
      await answer;
      if (endsSession) await holder.query(`SELECT pg_terminate_backend(pid, 5000) ${heldInserts}`);
    } finally {
      await holder.query('COMMIT');
      holder.release();
    }
  }
});
