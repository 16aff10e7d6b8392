import { setTimeout as delay } from 'node:timers/promises';
import { insertEndpoints, insertTenant } from './fixtures/backlog.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { monotonicMs } from './fixtures/cpu.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { median, spread } from './fixtures/figures.ts';
import { startLivehook } from './fixtures/livehook.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { openPublisher, type Publisher } from './fixtures/publisher.ts';
import { type Sink, startSink, timedPayload } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

/** The wait before each call: longer than the sender's poll interval, so that all endpoints are idle again. */
const idleMs = 2500;
const warmUps = 20;

/**
 * One tenant publishes an event to 3,000 idle endpoints. Then another tenant publishes one event to its one endpoint.
 * Measures the time from this second call to the arrival at the receiver, and compares it with the same time without
 * the first event.
 */
export async function benchFanOut({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  const crowdSize = quick ? 500 : 3000;
  const tenantId = await insertTenant(database);
  await insertEndpoints(database, { url: `${sink.url}/other`, count: crowdSize, tenantId });
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: 1 });
  const livehook = cleanup.use(await startLivehook(database));
  const crowd = cleanup.use(openPublisher(livehook, 1, tenantId));
  const one = cleanup.use(openPublisher(livehook, 1));
  for (let done = 0; done < warmUps; done += 1) await publishOne(one, sink);

  const alone: number[] = [];
  const beside: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    await delay(idleMs);
    alone.push(await publishOne(one, sink));
    await delay(idleMs);
    const before = (await sink.report()).requests;
    await crowd.publish({ type: 'crowd', payload: timedPayload(0) });
    beside.push(await publishOne(one, sink));
    while ((await sink.report()).requests < before + crowdSize + 1) await delay(10);
  }
  printTable(
    `fan-out: ms from publish to the receiver for one tenant, alone and after another published to ${crowdSize} endpoints (medians of ${pairs})`,
    ['alone ms', 'beside ms', 'ratio'],
    [[median(alone, 1), median(beside, 1), spread(beside.map((ms, index) => ms / (alone[index] as number)))]],
  );
}

/** Publishes one event. @returns the milliseconds from this call until the receiver gets the request. */
async function publishOne(publisher: Publisher, sink: Sink): Promise<number> {
  const eventId = await publisher.publish({ type: 'one', payload: timedPayload(monotonicMs()) });
  for (;;) {
    const hit = (await sink.report()).hits.find(each => each.eventId === eventId);
    if (hit) return hit.hitMs - hit.sentMs;
    await delay(1);
  }
}
