import { setTimeout as delay } from 'node:timers/promises';
import { runNextStep } from '../domain/bulk-operations/run-next-step.ts';
import type { Services } from '../domain/context.ts';
import { reportLoopErrors } from '../domain/failed-rows.ts';

/**
 * The number of bulk operations that run at the same time in this process, so that one whose deliveries are being
 * counted does not delay all others.
 */
const workers = 2;
/**
 * The first wait after nothing was due. The wait doubles each time, and starts again here when the feed announces a
 * change.
 */
const shortestWaitMs = 50;
const longestWaitMs = 1000;

/**
 * Runs bulk operations in small steps. Any number of processes may do so at the same time. A new operation starts
 * immediately if the feed announces it, otherwise within a second. Closing waits for the current steps.
 */
export function openBulkRunner(services: Services): AsyncDisposable {
  const stopping = new AbortController();
  let changing = new AbortController();
  const report = reportLoopErrors(services.log);
  const listening = services.feed.onBulkOperations(() => changing.abort());

  async function work(): Promise<void> {
    let waitMs = shortestWaitMs;
    while (!stopping.signal.aborted) {
      const changed = changing.signal;
      if (await tryStep()) {
        waitMs = shortestWaitMs;
        continue;
      }
      await delay(waitMs, undefined, { signal: AbortSignal.any([stopping.signal, changed]) }).catch(() => undefined);
      if (changing.signal.aborted) changing = new AbortController();
      waitMs = changed.aborted ? shortestWaitMs : Math.min(2 * waitMs, longestWaitMs);
    }
  }

  async function tryStep(): Promise<boolean> {
    try {
      return await runNextStep(services);
    } catch (error) {
      report('a step of a bulk operation', error);
      return false;
    }
  }
  const working = Array.from({ length: workers }, work);

  return {
    async [Symbol.asyncDispose]() {
      listening[Symbol.dispose]();
      stopping.abort();
      await Promise.all(working);
    },
  };
}
