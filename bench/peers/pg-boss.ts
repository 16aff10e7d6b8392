import { PgBoss } from 'pg-boss';
import type { Peer, PeerJob, PeerServers } from '../fixtures/peer.ts';

const name = 'deliver';
/** The number of loops that each fetch a batch, process it together, and complete it in one statement. */
const loops = 4;

/** Opens pg-boss, which fetches jobs in batches. After a full batch, it fetches the next one at once. */
export async function openPgBoss({ connectionString }: PeerServers): Promise<Peer> {
  const boss = new PgBoss({ connectionString, max: 10, schedule: false, supervise: false });
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue(name);
  return {
    async enqueue(jobs) {
      await boss.insert(
        name,
        jobs.map(data => ({ data })),
      );
    },
    async work(concurrency, deliver) {
      const options = {
        batchSize: concurrency / loops,
        localConcurrency: loops,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
      };
      await boss.work<PeerJob>(name, options, async jobs => {
        await Promise.all(jobs.map(job => deliver(job.data)));
      });
    },
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: true, close: true });
    },
  };
}
