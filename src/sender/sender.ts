import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import type { Encryption } from '../database/encryption.ts';
import type { Announcer } from '../domain/announcements/announcer.ts';
import type { Settlement } from '../domain/deliveries/settle.ts';
import type { Feed } from '../feed/feed.ts';
import type { Logger } from '../log.ts';
import { makeAttempt, settleInterrupted } from './attempt.ts';
import { type ClaimedDelivery, claim, leaseMarginMs } from './claim.ts';
import { EndpointReactions } from './endpoint-reactions.ts';
import { findDueLanes } from './find-lanes.ts';
import type { Job, Lane } from './lane.ts';
import { Lanes } from './lanes.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { release } from './release.ts';
import { RetryAlarms } from './retry-alarms.ts';
import type { Send } from './send.ts';
import { SettleQueue } from './settle-queue.ts';
import { TargetCache } from './target.ts';

export interface SenderOptions {
  readonly pool: Pool;
  readonly clock: DatabaseClock;
  readonly encryption: Encryption;
  readonly feed: Feed;
  readonly announcer: Announcer;
  readonly log: Logger;
  readonly send: Send;
  readonly rateLimiter: RateLimiter;
  readonly userAgent: string;
  /** Requests in flight at once, of all lanes. */
  readonly concurrency: number;
  /** Requests in flight at once to one endpoint, unless its own `maxConcurrency` is lower. */
  readonly endpointConcurrency: number;
  readonly defaultTimeoutMs: number;
  readonly defaultRetryScheduleSeconds: readonly number[];
}

export interface Sender {
  /** Whether its loop has turned lately: false where the database is away, or before the first turn. */
  isTurning(): boolean;
  /**
   * Claims no more, gives back what was not sent, and waits for what is in flight and for its results to be written.
   * Aborting `signal` cuts short: requests in flight are ended and settled as INTERRUPTED. Idempotent.
   */
  drain(signal: AbortSignal): Promise<void>;
}

const maxClaim = 500;
const maxLanesPerClaim = 500;
const claimPaceMs = 5;
/**
 * Requests that are begun in one turn of the event loop. The answers that are there already come in between, so that a
 * quick receiver is served over few connections, which stay warm, and a slow one gets all that it may.
 */
const startsPerTurn = 16;
/** How often the database is asked which lanes have work, wake-ups or not; up to 5 s where asking takes long. */
const pollMs = 1000;
const pollShare = 20;
const maxPollMs = 5000;
const turningMs = 10_000;
/** A claim that waited this long in its lane is given back: its lease must cover the request and the settling. */
const maxQueuedMs = leaseMarginMs * 0.7;
/** A retry that is due sooner than this wakes its lane; the poll finds the others. */
const timedRetryMs = 60_000;
const brokenEndpointHoldMs = 30_000;

/**
 * For the connections that the sender is given. A plan that is kept takes every array for ten entries and joins them
 * by nested loops: settling 370 results took 229 ms by it, where planning anew costs under 1. And a plan made while the
 * queue was nearly empty would scan it.
 */
export const senderSessionSettings = { plan_cache_mode: 'force_custom_plan', enable_seqscan: 'off' };

/**
 * Starts sending. It claims per lane, for many lanes in one statement, sends by turns, and settles in batches. Wake-ups
 * of the feed make it quick; polling makes it right.
 */
export function openSender(options: SenderOptions): Sender {
  const { pool, clock, feed, announcer, log, concurrency } = options;
  const targets = new TargetCache(pool, options.encryption, options);
  const lanes = new Lanes({
    limit: options.endpointConcurrency,
    concurrency,
    askForPermit: (lane, ratePerSecond) => options.rateLimiter.take(lane.endpointId, ratePerSecond),
    onReady: turn,
  });
  const killing = new AbortController();
  const retryAlarms = new RetryAlarms(endpointId => {
    lanes.wake(endpointId, null);
    turn();
  });
  const reactions = new EndpointReactions({
    pool,
    log,
    giveBack: endpointId => giveBack(lanes.takeOrdinaryJobs(endpointId)),
  });
  let isDraining = false;
  let isTurnSet = false;
  let isClaiming = false;
  let claimTimer: NodeJS.Timeout | null = null;
  let lastClaimMs = Number.NEGATIVE_INFINITY;
  let pollTimer: NodeJS.Timeout | null = null;
  let lastTurnMs = Number.NEGATIVE_INFINITY;
  let claiming: Promise<void> = Promise.resolve();
  let polling: Promise<void> = Promise.resolve();
  let onQuiet = () => {};

  const settling = new SettleQueue({ pool, announcer, log, onSettled: react, onFlushed: turn });

  /** Soon, once in this turn of the event loop however often it is asked for. */
  function turn(): void {
    if (isTurnSet) return;
    isTurnSet = true;
    setImmediate(takeTurn);
  }

  /** Sends what may be sent, and claims what there is room for. */
  function takeTurn(): void {
    isTurnSet = false;
    const nowMs = performance.now();
    for (let starts = 0; !isDraining && settling.size < concurrency * 4; starts += 1) {
      if (starts === startsPerTurn) {
        turn();
        break;
      }
      const next = lanes.takeJob(nowMs);
      if (!next) break;
      void run(next.lane, next.job);
    }
    if (!isClaiming && !isDraining && claimTimer === null) claimSoon();
    if (lanes.inFlight === 0) onQuiet();
  }

  /** At once where nothing is left to send; else paced, so that slots that come free are claimed for together. */
  function claimSoon(): void {
    const waitMs = lanes.queued === 0 ? 0 : lastClaimMs + claimPaceMs - performance.now();
    if (waitMs > 0) {
      claimTimer = setTimeout(() => {
        claimTimer = null;
        claiming = claimMore();
      }, waitMs);
    } else claiming = claimMore();
  }

  async function claimMore(): Promise<void> {
    if (isDraining) return;
    const wanted = lanes.takeHungry(performance.now(), maxLanesPerClaim, maxClaim);
    if (wanted.length === 0) return;
    isClaiming = true;
    lastClaimMs = performance.now();
    try {
      const requests = wanted.map(({ lane, slots }) => lane.request(slots));
      const { outboxId, claimed } = await claim(pool, requests, options.defaultTimeoutMs);
      lastTurnMs = performance.now();
      await accept(wanted, claimed, outboxId);
    } catch (error) {
      for (const { lane } of wanted) lane.noteClaimFailure();
      log.warn({ err: error }, 'deliveries could not be claimed; the next poll tries again');
    } finally {
      isClaiming = false;
    }
    turn();
  }

  async function accept(
    wanted: readonly { lane: Lane; slots: number }[],
    claimed: readonly ClaimedDelivery[],
    outboxId: number | null,
  ): Promise<void> {
    const laneOf = new Map(wanted.map(({ lane }) => [lane.endpointId, lane]));
    const byEndpoint = Map.groupBy(claimed, item => item.delivery.endpointId);
    const nowMs = performance.now();
    for (const { lane, slots } of wanted) {
      const items = byEndpoint.get(lane.endpointId) ?? [];
      lanes.noteClaim(lane, slots, items, nowMs);
      const patienceMs = lane.notePatience(items.length);
      if (patienceMs !== null && !isDraining) retryAlarms.set(lane.endpointId, patienceMs);
    }
    if (claimed.length === 0) return;
    const revisions = new Map(claimed.map(item => [item.delivery.endpointId, item.endpointRevision]));
    const { found, broken } = await targets.read(revisions);
    for (const { endpointId, error } of broken) {
      log.error({ err: error, endpointId }, 'an endpoint could not be decrypted; it is held');
      laneOf.get(endpointId)?.hold(nowMs + brokenEndpointHoldMs);
    }
    const transitions = [];
    for (const item of claimed) {
      const target = found.get(item.delivery.endpointId);
      const lane = laneOf.get(item.delivery.endpointId);
      // Neither was announced nor will be sent: its lease runs out.
      if (!target || !lane) continue;
      if (item.isInterrupted) {
        settling.add(settleInterrupted({ claimed: item, target }, item.claimedAtMs, clock.now()));
        continue;
      }
      lanes.enqueue(lane, { claimed: item, target });
      const { responseStatus, errorCode, updatedAt } = item.delivery;
      transitions.push({
        delivery: item.delivery,
        previous: { status: item.previousStatus, failureReason: null, responseStatus, errorCode },
        occurredAt: updatedAt,
        endpointName: target.name,
        endpointUrl: target.url,
      });
    }
    announcer.announce({ outboxId, transitions });
  }

  async function run(lane: Lane, job: Job): Promise<void> {
    if (clock.now() - job.claimed.claimedAtMs > maxQueuedMs) {
      await giveBack([job]);
      lanes.noteReturn(lane, job);
      return turn();
    }
    const startedMs = performance.now();
    let isConnectionFailure = false;
    try {
      const end = await makeAttempt({ send: options.send, clock, userAgent: options.userAgent }, job, killing.signal);
      if (end.kind === 'release') await giveBack([job]);
      else {
        isConnectionFailure = end.isConnectionFailure;
        settling.add(end.settlement);
      }
    } catch (error) {
      log.error(
        { err: error, delivery: job.claimed.delivery.id },
        'an attempt failed by a bug; its lease will run out',
      );
    } finally {
      lanes.noteEnd(lane, job, performance.now() - startedMs, isConnectionFailure);
      turn();
    }
  }

  /** What an accepted result means for its endpoint, and when its lane has work again. */
  function react(settlement: Settlement): void {
    const { claimed, next } = settlement;
    lanes.wakeShared(claimed.endpointId);
    if (next.status === 'RETRYING' && next.delayMs <= timedRetryMs && !isDraining) {
      retryAlarms.set(claimed.endpointId, next.delayMs);
    }
    reactions.react(settlement);
  }

  async function giveBack(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    try {
      const items = jobs.map(({ claimed, target }) => ({
        claimed,
        endpointName: target.name,
        endpointUrl: target.url,
      }));
      announcer.announce(await release(pool, items));
    } catch (error) {
      log.warn(
        { err: error, deliveries: jobs.length },
        'deliveries could not be given back; their leases will run out',
      );
    }
  }

  async function poll(): Promise<void> {
    const startedMs = performance.now();
    try {
      for (const { endpointId, tenantId } of await findDueLanes(pool)) lanes.wake(endpointId, tenantId);
      lastTurnMs = performance.now();
    } catch (error) {
      log.warn({ err: error }, 'the lanes could not be read; trying again');
    }
    lanes.forgetIdle(performance.now());
    turn();
    if (isDraining) return;
    pollTimer = setTimeout(
      () => {
        polling = poll();
      },
      Math.min(Math.max(pollMs, (performance.now() - startedMs) * pollShare), maxPollMs),
    );
  }

  const wakeUps = feed.onWake(endpointIds => {
    for (const endpointId of endpointIds) lanes.wake(endpointId, null);
    turn();
  });
  polling = poll();

  let drained: Promise<void> | null = null;
  async function drain(signal: AbortSignal): Promise<void> {
    isDraining = true;
    wakeUps[Symbol.dispose]();
    if (pollTimer) clearTimeout(pollTimer);
    if (claimTimer) clearTimeout(claimTimer);
    retryAlarms[Symbol.dispose]();
    await Promise.all([polling, claiming]);
    const quiet = new Promise<void>(resolve => {
      onQuiet = resolve;
    });
    await giveBack(lanes.takeAllJobs());
    const kill = () => killing.abort();
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
    if (lanes.inFlight > 0) await quiet;
    await settling.drain(signal);
    await reactions.settled();
    signal.removeEventListener('abort', kill);
  }

  return {
    isTurning: () => performance.now() - lastTurnMs < turningMs,
    drain(signal) {
      drained ??= drain(signal);
      return drained;
    },
  };
}
