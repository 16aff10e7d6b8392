import { Queue, Worker } from 'bullmq';
import type { Peer, PeerJob, PeerServers } from '../fixtures/peer.ts';

const name = 'deliver';

/** BullMQ on Redis with an append-only file. Finished jobs are removed, as its manual recommends. */
export async function openBullmq({ redisUrl }: PeerServers): Promise<Peer> {
  const connection = { host: '127.0.0.1', port: Number(new URL(redisUrl).port) };
  const queue = new Queue<PeerJob>(name, { connection, defaultJobOptions: { removeOnComplete: true } });
  let worker: Worker<PeerJob> | null = null;
  return {
    async enqueue(jobs) {
      await queue.addBulk(jobs.map(data => ({ name, data })));
    },
    async work(concurrency, deliver) {
      worker = new Worker<PeerJob>(name, job => deliver(job.data), { connection, concurrency });
      await worker.waitUntilReady();
    },
    async [Symbol.asyncDispose]() {
      await worker?.close();
      await queue.obliterate({ force: true });
      await queue.close();
    },
  };
}
