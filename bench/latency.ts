import { setTimeout as delay } from 'node:timers/promises';
import { insertEndpoints } from './fixtures/backlog.ts';
import { type ByHand, openByHand } from './fixtures/by-hand.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { monotonicMs } from './fixtures/cpu.ts';
import { openBenchDatabase } from './fixtures/database.ts';
import { median, percentile, spread } from './fixtures/figures.ts';
import { startLivehook } from './fixtures/livehook.ts';
import { startLoad } from './fixtures/load.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { openPublisher, type Publisher } from './fixtures/publisher.ts';
import { type Sink, startSink, timedPayload } from './fixtures/sink.ts';
import { printTable } from './fixtures/table.ts';

/**
 * The milliseconds until the receiver gets the request: since the publish call, since the response to that call, and
 * with the baseline.
 */
interface Round {
  readonly fromCall: number[];
  readonly fromAccepted: number[];
  readonly byHand: number[];
}

const typeCount = 50;
const probePauseMs = 5;
const warmUpMs = 1000;
const lostAfterMs = 60_000;

/**
 * Measures the time from publish to the request at the receiver, one event at a time, alternating between Livehook and
 * the baseline. Measures first on an idle server, then with half of the load that the server sustains.
 */
export async function benchLatency({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const sink = cleanup.use(await startSink());
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: 1, eventTypes: 'probe' });
  await insertEndpoints(database, { url: `${sink.url}/ok`, count: typeCount, eventTypes: 'load' });
  const [held = ''] = await insertEndpoints(database, { url: sink.url, count: 1, status: 'DISABLED' });
  const livehook = cleanup.use(await startLivehook(database));
  const publisher = cleanup.use(openPublisher(livehook, 8));
  const byHand = cleanup.use(await openByHand(database, sink.url, held));

  const capacity = await measureCapacity(publisher, sink, quick ? 4_000 : 30_000);
  const probes = quick ? 100 : 400;
  const rows: string[][] = [];
  for (const perSecond of [0, Math.round(capacity / 2)]) {
    await database.tidy();
    const load = perSecond > 0 ? await startLoad({ ...livehook, perSecond, eventTypes: 'load', typeCount }) : null;
    await using _ = load;
    await delay(warmUpMs);
    const before = { cpuMicros: await livehook.cpuMicros(), atMs: performance.now() };
    const rounds: Round[] = [];
    for (let round = 0; round < pairs; round += 1) rounds.push(await probe(publisher, byHand, sink, probes));
    const serverCores = ((await livehook.cpuMicros()) - before.cpuMicros) / 1000 / (performance.now() - before.atMs);
    rows.push([...toRow(perSecond, rounds), serverCores.toFixed(2)]);
    await load?.stop();
  }
  printTable(
    `latency: ms from publish to the receiver's hit, beside INSERT, SELECT and POST by hand (${pairs} rounds of ${probes})`,
    [
      'load',
      'p50',
      'p99',
      'p50 by hand',
      'p99 by hand',
      'p50 ratio',
      'p99 ratio',
      'accepted to hit p50',
      'accepted to hit p99',
      'server cores',
    ],
    rows,
  );
  console.log(`half load is half of ${capacity.toFixed(0)} events/s, published 100 a call and delivered at once`);
}

/** Measures how many events per second the server can publish and deliver at the same time. */
async function measureCapacity(publisher: Publisher, sink: Sink, events: number): Promise<number> {
  const before = (await sink.report()).requests;
  const batch = Array.from({ length: 100 }, (_, index) => ({
    type: `load.${1 + (index % typeCount)}`,
    payload: JSON.stringify({ note: 'x'.repeat(1000) }),
  }));
  let left = events;
  const work = async () => {
    while (left > 0) {
      left -= batch.length;
      await publisher.publishMany(batch);
    }
  };
  const startedMs = performance.now();
  await Promise.all([work(), work()]);
  const deadline = AbortSignal.timeout(lostAfterMs);
  while ((await sink.report()).requests - before < events) await delay(10, undefined, { signal: deadline });
  return (events / (performance.now() - startedMs)) * 1000;
}

async function probe(publisher: Publisher, byHand: ByHand, sink: Sink, probes: number): Promise<Round> {
  await sink.report();
  const acceptedMs = new Map<string, number>();
  const handIds = new Set<string>();
  for (let done = 0; done < probes; done += 1) {
    const payload = timedPayload(monotonicMs());
    acceptedMs.set(await publisher.publish({ type: 'probe.1', payload }), monotonicMs());
    await delay(probePauseMs);
    handIds.add(await byHand.send(timedPayload(monotonicMs())));
    await delay(probePauseMs);
  }
  const round: Round = { fromCall: [], fromAccepted: [], byHand: [] };
  const deadline = AbortSignal.timeout(lostAfterMs);
  while (round.fromCall.length < probes || round.byHand.length < probes) {
    for (const { eventId, sentMs, hitMs } of (await sink.report()).hits) {
      const accepted = acceptedMs.get(eventId);
      if (handIds.has(eventId)) round.byHand.push(hitMs - sentMs);
      if (accepted === undefined) continue;
      round.fromCall.push(hitMs - sentMs);
      round.fromAccepted.push(hitMs - accepted);
    }
    await delay(10, undefined, { signal: deadline });
  }
  return round;
}

function toRow(perSecond: number, rounds: readonly Round[]): string[] {
  const of = (name: keyof Round, share: number) =>
    median(
      rounds.map(round => percentile(round[name], share)),
      2,
    );
  const ratio = (share: number) =>
    spread(rounds.map(({ fromCall, byHand }) => percentile(fromCall, share) / percentile(byHand, share)));
  return [
    perSecond === 0 ? 'idle' : `${perSecond}/s`,
    of('fromCall', 0.5),
    of('fromCall', 0.99),
    of('byHand', 0.5),
    of('byHand', 0.99),
    ratio(0.5),
    ratio(0.99),
    of('fromAccepted', 0.5),
    of('fromAccepted', 0.99),
  ];
}
