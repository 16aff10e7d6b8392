import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import type { Encryption } from '../database/encryption.ts';
import type { Announcer } from '../domain/announcements/announcer.ts';
import type { Settlement } from '../domain/delivery-state/index.ts';
import type { Send } from '../egress/send.ts';
import type { TemplateRenderer } from '../egress/templates/renderer.ts';
import type { Feed } from '../feed/feed.ts';
import type { Logger } from '../log.ts';
import { BodyBytes } from './body-bytes.ts';
import { Claimer } from './claimer.ts';
import { Dispatcher } from './dispatcher.ts';
import { EndpointReactions } from './endpoint-reactions.ts';
import { Lanes } from './lanes.ts';
import { createPayloadLoader } from './payload-loader.ts';
import { Poller, pollMs } from './poller.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { Releaser } from './releaser.ts';
import { SettingsChecks } from './settings-checks.ts';
import { SettleQueue } from './settle-queue.ts';
import { TargetCache } from './target.ts';
import { TokenRecorder } from './token-recorder.ts';

export interface SenderOptions {
  readonly pool: Pool;
  readonly clock: DatabaseClock;
  readonly encryption: Encryption;
  readonly feed: Feed;
  readonly announcer: Announcer;
  readonly log: Logger;
  readonly send: Send;
  readonly templates: TemplateRenderer;
  readonly rateLimiter: RateLimiter;
  readonly userAgent: string;
  /** The largest number of requests in flight. */
  readonly concurrency: number;
  /** The largest number of requests in flight to one endpoint, unless its own `maxConcurrency` is lower. */
  readonly endpointConcurrency: number;
  readonly defaultTimeoutMs: number;
  readonly defaultRetryScheduleSeconds: readonly number[];
}

export interface Sender {
  /** Whether the database responded to a claim or a poll within the last 10 seconds. False before the first response. */
  isRunning(): boolean;
  /**
   * Stops claiming, releases deliveries that were not sent, and waits for the requests in flight and until their
   * results are stored. Aborting `signal` ends the requests in flight, which are settled as INTERRUPTED. Has no effect
   * when called again.
   */
  drain(signal: AbortSignal): Promise<void>;
}

const maxSilenceMs = 10_000;
/** The number of unstored results per slot of the sender, above which no request is started. */
const unwrittenPerSlot = 4;
/** Retries of a lane that come due within this time share a timer. */
const rewindStepMs = 20;

/**
 * Opens a sender and starts sending. The dispatcher calls the claimer, and both call the lanes. Three events go the
 * other way, and are connected here: lanes have something to dispatch, a result was settled, and results were flushed.
 */
export function openSender(options: SenderOptions): Sender {
  const { pool, clock, feed, announcer, log, concurrency } = options;
  const database = { pool, announcer, log };
  const targets = new TargetCache(options);
  const releaser = new Releaser(database);
  const tokenRecorder = new TokenRecorder(pool, log);
  const onReady = () => dispatcher.dispatchSoon();
  const bodyBytes = new BodyBytes();
  const lanes = new Lanes({ ...options, tokenRecorder, releaser, bodyBytes, onReady });
  const checks = new SettingsChecks({ pool, log, lanes });
  const reactions = new EndpointReactions({ pool, log, lanes, feed });
  const rewinds = new Rewinds(lanes);

  function onSettled(settlement: Settlement): void {
    const { claimed, next } = settlement;
    lanes.recordSettled(claimed.endpointId);
    if (next.status === 'RETRYING' && next.delayMs < pollMs) {
      rewinds.schedule(claimed.endpointId, next.delayMs);
    }
    reactions.react(settlement);
  }

  const maxUnwritten = concurrency * unwrittenPerSlot;
  const settleQueue = new SettleQueue({ ...database, maxUnwritten, onSettled, onFlushed: onReady });
  const { defaultTimeoutMs } = options;
  const claimer = new Claimer({ ...database, clock, lanes, targets, releaser, settleQueue, defaultTimeoutMs });
  const attemptTools = { ...options, payloads: createPayloadLoader(pool), bodyBytes };
  const dispatcher = new Dispatcher({ log, lanes, claimer, checks, settleQueue, releaser, attemptTools });
  const poller = new Poller({ pool, clock, log, lanes });
  const notifications = feed.onNotification(items => {
    for (const item of items) lanes.notify(item);
  });

  async function drain(signal: AbortSignal): Promise<void> {
    dispatcher.stop();
    for (const source of [notifications, checks, rewinds]) source[Symbol.dispose]();
    await Promise.all([poller[Symbol.asyncDispose](), claimer[Symbol.asyncDispose]()]);
    const idle = dispatcher.waitForIdle(signal);
    lanes.releaseAll();
    await releaser.drain(signal);
    await idle;
    await settleQueue.drain(signal);
    await releaser.drain(signal);
    await Promise.all([reactions.settled(), tokenRecorder.settled()]);
  }

  let drained: Promise<void> | null = null;
  return {
    isRunning: () => performance.now() - Math.max(poller.lastResponseMs, claimer.lastResponseMs) < maxSilenceMs,
    drain(signal) {
      drained ??= drain(signal);
      return drained;
    },
  };
}

/** Rewinds lanes when retries come due that are too short for the poller. */
class Rewinds implements Disposable {
  readonly #lanes: Lanes;
  /** The endpoint and time of each pending timer: at most one for each lane and step. */
  readonly #pending = new Set<string>();
  #isStopped = false;

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  schedule(endpointId: string, delayMs: number): void {
    const nowMs = performance.now();
    // A millisecond is added, because a timer may fire a millisecond early.
    const dueMs = Math.ceil((nowMs + delayMs + 1) / rewindStepMs) * rewindStepMs;
    const key = `${endpointId}/${dueMs}`;
    if (this.#isStopped || this.#pending.has(key)) return;
    this.#pending.add(key);
    setTimeout(() => {
      this.#pending.delete(key);
      if (!this.#isStopped) this.#lanes.rewind([endpointId]);
    }, dueMs - nowMs).unref();
  }

  /** Ignores pending and later retries. The poller of another sender finds them. */
  [Symbol.dispose](): void {
    this.#isStopped = true;
  }
}
