import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LivehookProcess } from '../fixtures/livehook-process.ts';
import { type PostgresServer, startPostgresServer } from '../fixtures/postgres-server.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { answerAfter } from './answers.ts';
import { checkInvariants } from './invariants.ts';
import { type Load, startLoad } from './load.ts';
import { createEndpoint, type System, startSystem } from './system.ts';

const pauseMs = 30_000;
/**
 * A generous limit for the claims that the faults of this file lose: those that were committed but whose response did
 * not arrive.
 */
const maxLostClaims = 200;
const maxLinesPerFault = 100;
const acceptedBetweenFaults = 100;

/** One load runs during all faults, so that each fault meets the effects of the previous one. */
describe('a server under load', () => {
  const cleanup = new AsyncDisposableStack();
  let postgres: PostgresServer;
  let system: System;
  let receiver: Receiver;
  let api: LivehookProcess;
  let sender: LivehookProcess;
  let load: Load;

  beforeAll(async () => {
    postgres = cleanup.use(await startPostgresServer());
    // The timeouts are shorter than the pause of PostgreSQL, so that blocked statements are canceled once it continues.
    const environment = { STATEMENT_TIMEOUT_MS: '1000', DELIVERY_TIMEOUT_MS: '1000' };
    system = cleanup.use(await startSystem({ environment, database: postgres }));
    receiver = cleanup.use(await startReceiver(answerAfter(20)));
    [api, sender] = [await system.start('api,janitor'), await system.start('sender')];
    await createEndpoint(api.url, { url: receiver.url });
    load = cleanup.use(startLoad(() => [api.url]));
    await waitForRecovery();
  });
  afterAll(() => cleanup.disposeAsync());

  it.each(['fast', 'immediate'] as const)('recovers from a restart of PostgreSQL in the mode %s', async mode => {
    await postgres.restart(mode);
    await waitForRecovery();
  });

  it('recovers when PostgreSQL terminates every connection', async () => {
    await postgres.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $$livehook$$',
    );
    await waitForRecovery();
  });

  it('is not ready while PostgreSQL does not answer, and recovers', { timeout: 180_000 }, async () => {
    postgres.pause();
    await Promise.all([delay(pauseMs), expectUnready()]);
    postgres.resume();
    await waitForRecovery();
  });

  it('is not ready while PostgreSQL is read-only, and recovers', async () => {
    await postgres.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await postgres.query('SELECT pg_reload_conf()');
    try {
      await expectUnready();
      const before = load.refusals;
      await vi.waitFor(() => expect(load.refusals).toBeGreaterThan(before + 3));
    } finally {
      await postgres.query('SET default_transaction_read_only = off');
      await postgres.query('ALTER SYSTEM RESET default_transaction_read_only');
      await postgres.query('SELECT pg_reload_conf()');
    }
    await waitForRecovery();
  });

  it('loses no delivery in these outages, and no attempt fails because of them', async () => {
    const accepted = await load.stop();
    expect(load.problems).toEqual([]);
    const outcome = await checkInvariants(system, { receivers: [receiver], accepted, maxInterrupted: maxLostClaims });
    expect(Object.keys(outcome.errors).filter(code => code !== 'INTERRUPTED')).toEqual([]);
    const faults = 5;
    for (const { output } of system.processes) expect(output.length).toBeLessThan(faults * maxLinesPerFault);
  });

  /** Both processes are ready, and new events are accepted and delivered. */
  async function waitForRecovery(): Promise<void> {
    await vi.waitFor(
      async () => {
        expect(await Promise.all([api, sender].map(readReadiness))).toEqual([200, 200]);
      },
      { timeout: 60_000, interval: 50 },
    );
    const enough = load.accepted.length + acceptedBetweenFaults;
    await vi.waitFor(() => expect(load.accepted.length).toBeGreaterThan(enough));
    const newest = load.accepted.at(-1);
    const isDelivered = () => receiver.requests.some(request => request.headers['webhook-id'] === newest);
    await vi.waitFor(() => expect(isDelivered()).toBe(true), { timeout: 60_000, interval: 50 });
  }

  function expectUnready(): Promise<void> {
    return vi.waitFor(
      async () => {
        expect(await Promise.all([api, sender].map(readReadiness))).toEqual([503, 503]);
      },
      { timeout: 20_000, interval: 50 },
    );
  }
});

async function readReadiness({ url }: LivehookProcess): Promise<number> {
  return (await fetch(`${url}/readyz`)).status;
}
