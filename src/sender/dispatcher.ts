import type { Logger } from '../log.ts';
import { type AttemptTools, makeAttempt } from './attempt.ts';
import type { Claimer } from './claimer.ts';
import type { Job, Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import type { Releaser } from './releaser.ts';
import type { SettingsChecks } from './settings-checks.ts';
import type { SettleQueue } from './settle-queue.ts';

export interface DispatcherOptions {
  readonly log: Logger;
  readonly lanes: Lanes;
  readonly claimer: Claimer;
  readonly checks: SettingsChecks;
  readonly settleQueue: SettleQueue;
  readonly releaser: Releaser;
  readonly attemptTools: Omit<AttemptTools, 'mayStart' | 'verify'>;
}

/**
 * The number of requests that are started in one turn of the event loop. In between, responses are read, so that a
 * quick receiver is served over few connections, and a slow one gets as many as its limit allows.
 */
const startsPerTurn = 16;

/** Starts as many requests as lanes and limits allow, then lets the claimer claim more. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #abortion = new AbortController();
  #isScheduled = false;
  #isStopped = false;
  #onIdle: (() => void) | null = null;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Dispatches in the next turn of the event loop. Several calls in one turn have the effect of one. */
  dispatchSoon(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#dispatch());
  }

  #dispatch(): void {
    this.#isScheduled = false;
    const { lanes, claimer, checks, settleQueue } = this.#options;
    const nowMs = performance.now();
    for (let starts = 0; !this.#isStopped && !settleQueue.isFull; starts += 1) {
      if (starts === startsPerTurn) {
        this.dispatchSoon();
        break;
      }
      const next = lanes.dispatchNext(nowMs);
      if (!next) break;
      void this.#run(next.lane, next.job);
    }
    void checks.check(lanes.takeUnverified());
    if (!this.#isStopped) claimer.claimSoon();
    if (lanes.inFlight === 0) this.#onIdle?.();
  }

  async #run(lane: Lane, job: Job): Promise<void> {
    const { lanes, checks, settleQueue, log, attemptTools } = this.#options;
    const startedMs = performance.now();
    let isConnectionFailure = false;
    let isLate = false;
    const mayStart = () => {
      isLate = !lane.mayStart(job, performance.now());
      return !isLate;
    };
    const verify = async () => {
      if (!lane.isVerified(performance.now())) await checks.check([lane.endpointId]);
    };
    try {
      const settlement = await makeAttempt({ ...attemptTools, mayStart, verify }, job, this.#abortion.signal);
      if (!settlement) return await this.#release(lane, job, isLate);
      const { timings, response } = settlement.attempt;
      isConnectionFailure = timings !== undefined && !response;
      settleQueue.add(settlement, lane.isShared);
    } catch (error) {
      log.error(
        { err: error, delivery: job.claimed.delivery.id },
        'an attempt failed because of a bug; its lease will expire',
      );
    }
    lanes.endJob(lane, job, performance.now() - startedMs, isConnectionFailure);
  }

  /**
   * Ends a job whose request was not written.
   *
   * @param isLate whether the endpoint's revision was read too long ago.
   */
  async #release(lane: Lane, job: Job, isLate: boolean): Promise<void> {
    const { lanes, releaser } = this.#options;
    const isStale = job.claimed.endpointRevision !== lane.revision;
    if (isLate && !isStale && !this.#isStopped) return lanes.putBack(lane, job);
    if (isStale) lanes.reclaim([job]);
    else await releaser.release([job]);
    lanes.cancelStart(lane, job);
  }

  /** Prevents requests from being started from now on. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves once no request is in flight. Aborting `signal` ends the requests, which are settled as INTERRUPTED. */
  async waitForIdle(signal: AbortSignal): Promise<void> {
    const abort = () => this.#abortion.abort();
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    if (this.#options.lanes.inFlight > 0) {
      await new Promise<void>(resolve => {
        this.#onIdle = resolve;
      });
    }
    signal.removeEventListener('abort', abort);
  }
}
