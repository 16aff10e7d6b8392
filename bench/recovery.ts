import { setTimeout as delay } from 'node:timers/promises';
import { insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { type SenderReport, startSender } from './fixtures/sender.ts';
import { startSink } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });
const usualPerSecond = 100;
const tickMs = 100;

/**
 * Measures in real time how fast an endpoint gets its backlog after an outage. The endpoint receives 100 deliveries a
 * second, then refuses connections until 100,000 deliveries are queued, and then accepts them again. The goal is at
 * most 150 deliveries a second in the first minute, and as many as the sender can send within five minutes. The results
 * are compared with this goal only, and not with another program.
 */
export async function benchRecovery({ quick }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  const endpointIds = await insertEndpoints(database, { url: sink.url, count: 1 });
  await using sender = startSender(database);
  const stopping = new AbortController();
  const readSucceeded = async () => (await sender.ask<SenderReport>({})).succeeded;
  const rows: string[][] = [];
  const note = (phase: string, seconds: number, succeeded: number, attempts: number) =>
    rows.push([phase, `${seconds}`, (succeeded / seconds).toFixed(1), (attempts / seconds).toFixed(1)]);

  const traffic = (async () => {
    for (let tick = 1, startedMs = performance.now(); !stopping.signal.aborted; tick += 1) {
      await insertBacklog(database, endpointIds, (usualPerSecond * tickMs) / 1000, payload, { dueForMs: 0 });
      await delay(Math.max(0, startedMs + tick * tickMs - performance.now()));
    }
  })();
  const measure = async (phase: string, seconds: number) => {
    const before = { succeeded: await readSucceeded(), attempts: await countAttempts() };
    await delay(seconds * 1000);
    note(phase, seconds, (await readSucceeded()) - before.succeeded, (await countAttempts()) - before.attempts);
  };
  const countAttempts = async () =>
    (await database.pool.query<{ count: number }>('SELECT count(*)::float8 AS count FROM attempt')).rows[0]?.count ?? 0;

  const part = quick ? 12 : 60;
  await measure('before the outage', quick ? 24 : 60);
  await sink.setAway(true);
  await insertBacklog(database, endpointIds, quick ? 5_000 : 100_000, payload);
  await measure('away', part);
  await sink.setAway(false);
  for (let minute = 1; minute <= (quick ? 1 : 6); minute += 1) await measure(`back, minute ${minute}`, part);
  stopping.abort();
  await traffic;
  const queued = await database.pool.query<{ count: number }>('SELECT count(*)::float8 AS count FROM delivery_live');
  printTable(
    `recovery: an endpoint that was away while ${quick ? '5,000' : '100,000'} queued up (${queued.rows[0]?.count} left at the end)`,
    ['phase', 'seconds', 'succeeded/s', 'attempts/s'],
    rows,
  );
}
