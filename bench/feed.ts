import { setTimeout as delay } from 'node:timers/promises';
import { newUuid } from '../src/ids.ts';
import { openCleanup } from './fixtures/cleanup.ts';
import { type BenchDatabase, openBenchDatabase } from './fixtures/database.ts';
import { startFeedClients } from './fixtures/feed-clients.ts';
import { type FeedServerKind, startFeedServer } from './fixtures/feed-server.ts';
import { median, spread } from './fixtures/figures.ts';
import type { BenchOptions } from './fixtures/options.ts';
import { printTable } from './fixtures/table.ts';

interface Shape {
  readonly topics: number;
  readonly socketsPerTopic: number;
  /** The number of transitions of a tenant that are announced together. */
  readonly batch: number;
}

interface Turn {
  readonly framesPerSecond: number;
  readonly cpuMicrosPerFrame: number;
  readonly bytesPerFrame: number;
}

const shapes: readonly Shape[] = [
  { topics: 1, socketsPerTopic: 1_000, batch: 1 },
  { topics: 1, socketsPerTopic: 5_000, batch: 1 },
  { topics: 1_000, socketsPerTopic: 5, batch: 1 },
  { topics: 1, socketsPerTopic: 1_000, batch: 10 },
];
const kinds = ['livehook', 'ws', 'graphql-ws'] as const;
const idleSockets = 2_000;

/**
 * Measures the frames a second that one process sends to its sockets. Compares them with a loop of `ws.send` of a fixed
 * string of the same length, and with graphql-ws over the same schema and feed. Then measures the memory of idle
 * sockets.
 */
export async function benchFeed({ quick, pairs }: BenchOptions): Promise<void> {
  await using cleanup = openCleanup();
  const database = await openBenchDatabase(cleanup);
  const tenantIds = await insertTenants(database, 1_000);
  const rows: string[][] = [];
  for (const shape of quick ? shapes.slice(0, 1) : shapes) {
    const turns: Record<FeedServerKind, Turn[]> = { livehook: [], ws: [], 'graphql-ws': [] };
    for (let pair = 0; pair < pairs; pair += 1) {
      let messageBytes = 500;
      for (const kind of kinds) {
        const turn = await push(database, kind, shape, tenantIds.slice(0, shape.topics), messageBytes, quick ? 0.2 : 1);
        if (kind === 'livehook') messageBytes = Math.round(turn.bytesPerFrame) - 4;
        turns[kind].push(turn);
      }
    }
    rows.push(toRow(shape, turns));
  }
  printTable(
    `feed: frames/s of one process to its sockets, beside a loop of ws.send and beside stock graphql-ws (${pairs} pairs)`,
    [
      'topics x sockets',
      'livehook',
      'ws.send',
      'ratio',
      'CPU us',
      'CPU ws.send',
      'CPU ratio',
      'graphql-ws',
      'its ratio',
    ],
    rows,
  );
  const [connected, subscribed] = [
    await measureIdle(database, tenantIds, false),
    await measureIdle(database, tenantIds, true),
  ];
  console.log(`memory of an idle socket: ${connected} kB connected, ${subscribed} kB with a subscription`);
}

async function push(
  database: BenchDatabase,
  kind: FeedServerKind,
  { topics, socketsPerTopic, batch }: Shape,
  tenantIds: readonly string[],
  messageBytes: number,
  share: number,
): Promise<Turn> {
  const { connectionString, encryptionKey } = database;
  await using server = await startFeedServer({ connectionString, encryptionKey, kind, tenantIds, messageBytes });
  const sockets = topics * socketsPerTopic;
  await using clients = await startFeedClients({ kind, url: server.url, tenantIds, sockets, subscribe: true });
  while ((await clients.report()).reached < sockets)
    await server.push({ waves: 1, batch: 1, waits: false }).then(() => delay(20));
  await server.push({ waves: Math.ceil(20_000 / sockets), batch: 1, waits: true });
  await delay(200);
  const before = await clients.report();
  const frames = (kind === 'graphql-ws' ? 100_000 : 400_000) * share;
  const report = await server.push({ waves: Math.ceil(frames / sockets / batch), batch, waits: true });
  while ((await clients.report()).frames - before.frames < report.frames) await delay(10);
  const after = await clients.report();
  return {
    framesPerSecond: report.frames / report.seconds,
    cpuMicrosPerFrame: report.cpuMicros / report.frames,
    bytesPerFrame: (after.bytes - before.bytes) / (after.frames - before.frames),
  };
}

/** Opens idle sockets. @returns the kilobytes of server memory that each socket takes. */
async function measureIdle(database: BenchDatabase, tenantIds: readonly string[], subscribe: boolean): Promise<string> {
  const [tenantId = ''] = tenantIds;
  const job = { kind: 'livehook', tenantIds: [tenantId] } as const;
  const { connectionString, encryptionKey } = database;
  await using server = await startFeedServer({ ...job, connectionString, encryptionKey, messageBytes: 0 });
  const open = (sockets: number) => startFeedClients({ ...job, url: server.url, sockets, subscribe });
  await using _warm = await open(200);
  const before = await server.memoryBytes();
  await using _clients = await open(idleSockets);
  return (((await server.memoryBytes()) - before) / idleSockets / 1000).toFixed(1);
}

async function insertTenants({ pool }: BenchDatabase, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newUuid(Date.now()));
  await pool.query("INSERT INTO tenant (id, name) SELECT id, 'bench' FROM unnest($1::uuid[]) AS t (id)", [ids]);
  return ids;
}

function toRow({ topics, socketsPerTopic, batch }: Shape, turns: Record<FeedServerKind, Turn[]>): string[] {
  const rates = (kind: FeedServerKind) => turns[kind].map(turn => turn.framesPerSecond);
  const costs = (kind: FeedServerKind) => turns[kind].map(turn => turn.cpuMicrosPerFrame);
  const ratios = (these: readonly number[], those: readonly number[]) =>
    these.map((figure, index) => figure / (those[index] ?? Number.NaN));
  return [
    `${topics} x ${socketsPerTopic}${batch > 1 ? `, ${batch} at once` : ''}`,
    median(rates('livehook')),
    median(rates('ws')),
    spread(ratios(rates('livehook'), rates('ws'))),
    median(costs('livehook'), 1),
    median(costs('ws'), 1),
    spread(ratios(costs('ws'), costs('livehook'))),
    median(rates('graphql-ws')),
    spread(ratios(rates('graphql-ws'), rates('ws'))),
  ];
}
