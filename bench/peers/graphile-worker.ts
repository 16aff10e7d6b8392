import { Logger, makeWorkerUtils, type Runner, run } from 'graphile-worker';
import type { Peer, PeerJob, PeerServers } from '../fixtures/peer.ts';

const logger = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message);
});

/** graphile-worker with its local queue and batched completion, as its page on performance recommends. */
export async function openGraphileWorker({ connectionString }: PeerServers): Promise<Peer> {
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  let runner: Runner | null = null;
  return {
    async enqueue(jobs) {
      await utils.addJobs(jobs.map(payload => ({ identifier: 'deliver', payload })));
    },
    async work(concurrency, deliver) {
      runner = await run({
        logger,
        taskList: { deliver: payload => deliver(payload as PeerJob) },
        crontab: '',
        noHandleSignals: true,
        preset: {
          worker: {
            connectionString,
            maxPoolSize: 10,
            concurrentJobs: concurrency,
            localQueue: { size: concurrency * 4 },
            completeJobBatchDelay: 5,
          },
        },
      });
    },
    async [Symbol.asyncDispose]() {
      await runner?.stop();
      await utils.release();
    },
  };
}
