import { setTimeout as delay } from 'node:timers/promises';
import { runTurn } from '../domain/bulk-operations/run-turn.ts';
import type { Services } from '../domain/context.ts';
import { reportLoopErrors } from '../domain/failed-rows.ts';

/** Operations that are carried on at once here, so that one that is being counted holds no other up. */
const workers = 2;
/** How long to wait where nothing is due: longer each time, until somebody tells of an operation. */
const shortestWaitMs = 50;
const longestWaitMs = 1000;

/**
 * Carries bulk operations on, turn by turn, beside any number of other runners. One that was just started has its turn
 * at once, by the feed's word, or within a second.
 *
 * Closing waits for the turns that are under way.
 */
export function openBulkRunner(services: Services): AsyncDisposable {
  const stopping = new AbortController();
  let waking = new AbortController();
  const report = reportLoopErrors(services.log);
  const listening = services.feed.onOperations(() => waking.abort());

  async function work(): Promise<void> {
    let waitMs = shortestWaitMs;
    while (!stopping.signal.aborted) {
      const woken = waking.signal;
      if (await hadTurn()) {
        waitMs = shortestWaitMs;
        continue;
      }
      await delay(waitMs, undefined, { signal: AbortSignal.any([stopping.signal, woken]) }).catch(() => undefined);
      if (waking.signal.aborted) waking = new AbortController();
      waitMs = woken.aborted ? shortestWaitMs : Math.min(2 * waitMs, longestWaitMs);
    }
  }

  async function hadTurn(): Promise<boolean> {
    try {
      return await runTurn(services);
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
