import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbeddedPostgres } from '../src/database/embedded.ts';
import { createEncryption } from '../src/database/encryption.ts';
import { applyMigrations } from '../src/database/migrate.ts';
import { ensurePartitions, partitionRange } from '../src/database/partitions.ts';
import { openPool, withClient } from '../src/database/pool.ts';
import { createLogger } from '../src/log.ts';
import { insertBacklog, insertEndpoints } from './fixtures/backlog.ts';
import { summarise } from './fixtures/median.ts';
import { measureRoof } from './fixtures/roof.ts';
import { startSink } from './fixtures/sink.ts';

const endpointCounts = [1, 10, 100, 2000];
const pairs = 5;
const deliveriesPerRun = 20_000;
const roofRequests = 20_000;
const payload = JSON.stringify({ id: 'pay_1', amount: 4200, note: 'x'.repeat(980) });

/**
 * Deliveries a second from a backlog that is due (1 KB payloads, every attempt recorded, every transition announced),
 * one sender process, beside raw undici POSTs of the same bytes to the same sink, in turn.
 */
export async function benchDelivery(): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const log = createLogger('warn');
  const dataDir = await mkdtemp(join(tmpdir(), 'livehook-bench-'));
  cleanup.defer(() => rm(dataDir, { recursive: true, force: true }));
  const database = cleanup.use(await openEmbeddedPostgres({ dataDir, log }));
  const { connectionString } = database;
  const pool = openPool({ connectionString, max: 4, statementTimeoutMs: 0, applicationName: 'bench', log });
  cleanup.defer(() => pool.end());
  await applyMigrations(pool, { log });
  await withClient(pool, client => ensurePartitions(client, partitionRange(Date.now())));
  const key = randomBytes(32);
  const encryption = createEncryption(key);
  const sink = cleanup.use(await startSink());

  console.log(
    '\ndelivery: deliveries/s from a backlog, one sender, beside raw undici (median, min to max of the pairs)',
  );
  console.log('endpoints  deliveries/s  roof/s  ratio               sender us  roof us  roof connections');
  for (const count of endpointCounts) {
    const ratios: number[] = [];
    const rates: number[] = [];
    const roofs: number[] = [];
    let senderMicros = 0;
    let roof = { perSecond: 0, connections: 0, cpuMicros: 0 };
    const endpointIds = await insertEndpoints(pool, encryption, sink.url, count);
    for (let pair = 0; pair < pairs; pair += 1) {
      roof = await measureRoof(sink.url, payload, roofRequests);
      await insertBacklog(pool, endpointIds, deliveriesPerRun, payload);
      await pool.query('CHECKPOINT');
      const run = await runSender({ connectionString, key: key.toString('base64'), deliveries: deliveriesPerRun });
      rates.push(run.perSecond);
      roofs.push(roof.perSecond);
      ratios.push(run.perSecond / roof.perSecond);
      senderMicros = run.cpuMicros;
    }
    const ratio = summarise(ratios);
    console.log(
      [
        String(count).padEnd(9),
        summarise(rates).median.toFixed(0).padStart(13),
        summarise(roofs).median.toFixed(0).padStart(7),
        `  ${ratio.median.toFixed(2)} (${ratio.minimum.toFixed(2)} to ${ratio.maximum.toFixed(2)})`,
        senderMicros.toFixed(0).padStart(12),
        roof.cpuMicros.toFixed(0).padStart(8),
        String(roof.connections).padStart(10),
      ].join(' '),
    );
  }
}

async function runSender(job: { connectionString: string; key: string; deliveries: number }) {
  const child = fork(fileURLToPath(new URL('./fixtures/sender-process.ts', import.meta.url)));
  child.send(job);
  const [result] = (await once(child, 'message')) as [{ perSecond: number; cpuMicros: number }];
  await once(child, 'exit');
  return result;
}
