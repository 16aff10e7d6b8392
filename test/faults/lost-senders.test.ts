import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatId } from '../../src/ids.ts';
import { hang, respond } from '../fixtures/behaviours.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { checkInvariants } from './invariants.ts';
import { createEndpoint, publish, type System, startSystem } from './system.ts';

const killedInFlight = 200;
const stoppedInFlight = 50;

const heldSettles = `FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%WITH result AS MATERIALIZED%'`;

/*
 * Three senders are lost, each with its own receiver. The test extends the leases of the first two until the third one
 * is lost, so that only a fourth sender takes over their deliveries. The fourth sender also takes over the deliveries
 * of the third one, once their leases expire.
 */
describe('the deliveries of a lost sender', () => {
  const cleanup = new AsyncDisposableStack();
  let system: System;
  let killed: Receiver;
  let stopped: Receiver;
  let unsettled: Receiver;
  const accepted: string[] = [];

  beforeAll(async () => {
    system = cleanup.use(
      await startSystem({ environment: { DELIVERY_TIMEOUT_MS: '6000', ENDPOINT_CONCURRENCY: `${killedInFlight}` } }),
    );
    [killed, stopped, unsettled] = [
      cleanup.use(await startReceiver(hang())),
      cleanup.use(await startReceiver(hang())),
      cleanup.use(await startReceiver(respond(200))),
    ];
    const { url } = await system.start('api,janitor');
    const publishTo = async (receiver: Receiver, count: number) => {
      const endpointIds = [await createEndpoint(url, { url: receiver.url, retryScheduleSeconds: [1] })];
      accepted.push(...(await publish(url, count, { endpointIds })));
    };

    const first = await system.start('sender');
    await publishTo(killed, killedInFlight);
    await killed.waitFor(killedInFlight);
    await first.stop('SIGKILL');
    await extendLeases();
    killed.play(respond(200));

    const second = await system.start('sender');
    await publishTo(stopped, stoppedInFlight);
    await stopped.waitFor(stoppedInFlight);
    process.kill(second.pid, 'SIGSTOP');
    // Resumes the stopped process even if the test fails, so that it can receive the signal to end.
    cleanup.defer(() => void process.kill(second.pid, 'SIGCONT'));
    await extendLeases();
    stopped.play(respond(200));

    const third = await system.start('sender');
    await settleIsHeldWhile(async () => {
      await publishTo(unsettled, 1);
      await unsettled.waitFor(1);
      await waitForHeldSettle();
      await third.stop('SIGKILL');
    });
    await endExtendedLeases();

    await system.start('sender');
    await waitForLiveCount(0);
    process.kill(second.pid, 'SIGCONT');
    const dropped = /results were dropped because their leases had expired/;
    await vi.waitFor(() => expect(second.output.some(line => dropped.test(line))).toBe(true));
  }, 180_000);
  afterAll(() => cleanup.disposeAsync());

  it('are sent a second time after kill -9 with 200 in flight, and the lost attempts are INTERRUPTED', async () => {
    const attempts = await readAttempts(killed);
    expect(attempts).toHaveLength(killedInFlight);
    for (const codes of attempts) expect(codes).toEqual(['INTERRUPTED', null]);
    expect(killed.requests).toHaveLength(2 * killedInFlight);
  });

  it('are sent by another sender if SIGSTOP stops the first one for longer than its leases, whose late results change nothing', async () => {
    const attempts = await readAttempts(stopped);
    expect(attempts).toHaveLength(stoppedInFlight);
    for (const codes of attempts) expect(codes).toEqual(['INTERRUPTED', null]);
    expect(stopped.requests).toHaveLength(2 * stoppedInFlight);
  });

  it('are duplicated once after kill -9 before the result is written, with the same webhook-id and a new timestamp', async () => {
    expect(await readAttempts(unsettled)).toEqual([['INTERRUPTED', null]]);
    const [first, second] = unsettled.requests.map(request => request.headers);
    expect(unsettled.requests).toHaveLength(2);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    expect(Number(second?.['webhook-timestamp'])).toBeGreaterThan(Number(first?.['webhook-timestamp']) + 10);
    expect(second?.['webhook-signature']).not.toBe(first?.['webhook-signature']);
  });

  it('have no attempts, requests or errors except those that the losses of the senders explain', async () => {
    const lost = killedInFlight + stoppedInFlight + 1;
    const receivers = [killed, stopped, unsettled];
    const outcome = await checkInvariants(system, { receivers, accepted, maxInterrupted: lost });
    expect(outcome).toEqual({ deliveries: lost, requests: 2 * lost, errors: { INTERRUPTED: lost } });
  });

  /** The error codes of the attempts of each delivery that this receiver got. */
  async function readAttempts(receiver: Receiver): Promise<(string | null)[][]> {
    const { rows } = await system.pool.query<{ id: string; codes: (string | null)[] }>(
      'SELECT delivery_id AS id, json_agg(error_code ORDER BY number) AS codes FROM attempt GROUP BY delivery_id',
    );
    const seen = new Set(receiver.requests.map(request => request.headers['x-webhook-delivery']));
    return rows.filter(row => seen.has(formatId('dlv', row.id))).map(row => row.codes);
  }

  /**
   * Extends all leases, so that the second and the third sender do not take over deliveries in flight, however long
   * their start takes.
   */
  async function extendLeases(): Promise<void> {
    await system.pool.query(
      "UPDATE delivery_live SET lease_until = now() + interval '1 h' WHERE status = 'PROCESSING'",
    );
  }

  async function endExtendedLeases(): Promise<void> {
    await system.pool.query(
      "UPDATE delivery_live SET lease_until = now() WHERE lease_until > now() + interval '1 min'",
    );
  }

  /**
   * Locks a table while `act` runs, so that senders cannot write results. Then ends the database sessions that wait for
   * the lock, so that their results are lost.
   */
  async function settleIsHeldWhile(act: () => Promise<void>): Promise<void> {
    const holder = await system.pool.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE attempt IN SHARE MODE');
      await act();
      await holder.query(`SELECT pg_terminate_backend(pid, 5000) ${heldSettles}`);
    } finally {
      await holder.query('COMMIT');
      holder.release();
    }
  }

  function waitForHeldSettle(): Promise<void> {
    return vi.waitFor(
      async () => {
        expect((await system.pool.query(`SELECT ${heldSettles}`)).rowCount).toBe(1);
      },
      { interval: 10 },
    );
  }

  function waitForLiveCount(count: number): Promise<void> {
    return vi.waitFor(
      async () => {
        const { rows } = await system.pool.query('SELECT count(*) AS live FROM delivery_live');
        expect(rows[0].live).toBe(count);
      },
      { timeout: 60_000, interval: 200 },
    );
  }
});
