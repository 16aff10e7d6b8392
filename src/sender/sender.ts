import type { Pool } from 'pg';
import type { DatabaseClock } from '../database/clock.ts';
import type { Encryption } from '../database/encryption.ts';
import type { Announcer } from '../domain/announcements/announcer.ts';
import type { Settlement } from '../domain/delivery-state/index.ts';
import type { TemplateRenderer } from '../egress/templates/renderer.ts';
import type { Feed } from '../feed/feed.ts';
import type { Logger } from '../log.ts';
import { makeAttempt, maxQueuedMs } from './attempt.ts';
import { ByteLimit } from './byte-limit.ts';
import { Claimer } from './claimer.ts';
import { EndpointReactions } from './endpoint-reactions.ts';
import type { Job, Lane } from './lane.ts';
import { Lanes } from './lanes.ts';
import { createPayloadLoader } from './payload-loader.ts';
import { Poller } from './poller.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { Releaser } from './releaser.ts';
import { RetryTimer } from './retry-timer.ts';
import type { Send } from './send.ts';
import { type CheckedEndpoint, SettingsChecks } from './settings-checks.ts';
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

/**
 * Requests that are begun in one turn of the event loop. The answers that are there already come in between, so that a
 * quick receiver is served over few connections, which stay warm, and a slow one gets all that it may.
 */
const startsPerTurn = 16;
const turningMs = 10_000;
/** What the bodies of requests in flight take at most, where payloads are long. */
const maxInFlightBytes = 32 * 2 ** 20;
/** Results that are not written yet, for each slot of the sender. */
const unwrittenPerSlot = 4;
const refreshRetryMs = 250;

/**
 * Starts sending. It claims per lane, for many lanes in one statement, sends by turns, and settles in batches. Wake-ups
 * of the feed make it quick; polling makes it right.
 */
export function openSender(options: SenderOptions): Sender {
  const { pool, clock, feed, announcer, log, concurrency } = options;
  const targets = new TargetCache({ ...options, defaults: options });
  const releaser = new Releaser({ pool, announcer, log });
  const tokenRecorder = new TokenRecorder(pool, log);
  const lanes = new Lanes({
    limit: options.endpointConcurrency,
    concurrency,
    readRenderingWaitMs: ({ claimed, target }) =>
      // A job that has waited for too long is taken, and released.
      target.templates && clock.now() - claimed.claimedAtMs <= maxQueuedMs
        ? options.templates.readWaitMs(claimed.delivery.tenantId)
        : 0,
    rateLimiter: options.rateLimiter,
    peekTarget: endpointId => targets.peek(endpointId),
    onReady: turn,
    onUnverified: endpointId => checks.request(endpointId),
    onTokenUsed: (endpointId, nextMs) => tokenRecorder.record(endpointId, nextMs),
    onLongWait: jobs => void release(jobs),
  });
  const payloads = createPayloadLoader(pool);
  const inFlightBytes = new ByteLimit(maxInFlightBytes);
  const killing = new AbortController();
  const retryTimer = new RetryTimer(rewind);
  const reactions = new EndpointReactions({
    pool,
    log,
    release: endpointId => release(lanes.takeOrdinaryJobs(endpointId)),
    notify: (endpointId, tenantId) => feed.notifySenders([{ endpointId, tenantId, count: null }]),
  });
  let isDraining = false;
  let isTurnSet = false;
  let lastTurnMs = Number.NEGATIVE_INFINITY;
  let onQuiet = () => {};

  const checks = new SettingsChecks({
    pool,
    log,
    onChecked(endpoints, validFromMs) {
      const changed = endpoints.filter(({ endpointId, revision }) => lanes.isOutdated(endpointId, revision));
      if (changed.length > 0) void refresh(changed);
      for (const { endpointId, revision, isHeld } of endpoints) {
        releaseStale(lanes.recordRevision(endpointId, revision, validFromMs));
        if (isHeld) void release(lanes.takeOrdinaryJobs(endpointId));
      }
      turn();
    },
  });

  const settling = new SettleQueue({
    ...{ pool, announcer, log },
    maxUnwritten: concurrency * unwrittenPerSlot,
    onSettled: react,
    onFlushed: turn,
  });
  const claimer = new Claimer({
    ...{ pool, clock, announcer, log, lanes, targets, releaser },
    defaultTimeoutMs: options.defaultTimeoutMs,
    settle: settlement => settling.add(settlement),
    onStale: releaseStale,
    onClaimed: noteTurn,
    onReady: turn,
  });

  /** Soon, once in this turn of the event loop however often it is asked for. */
  function turn(): void {
    if (isTurnSet) return;
    isTurnSet = true;
    setImmediate(takeTurn);
  }

  function noteTurn(): void {
    lastTurnMs = performance.now();
  }

  /** Sends what may be sent, and claims what there is room for. */
  function takeTurn(): void {
    isTurnSet = false;
    const nowMs = performance.now();
    for (let starts = 0; !isDraining && !settling.isFull; starts += 1) {
      if (starts === startsPerTurn) {
        turn();
        break;
      }
      const next = lanes.takeJob(nowMs);
      if (!next) break;
      void run(next.lane, next.job);
    }
    if (!isDraining) claimer.claimSoon();
    if (lanes.inFlight === 0) onQuiet();
  }

  async function run(lane: Lane, job: Job): Promise<void> {
    if (clock.now() - job.claimed.claimedAtMs > maxQueuedMs) {
      await release([job]);
      lanes.cancelStart(lane, job);
      return turn();
    }
    const startedMs = performance.now();
    let isConnectionFailure = false;
    try {
      let isLate = false;
      const mayStart = () => {
        isLate = !lane.mayStart(job, performance.now());
        return !isLate;
      };
      const verify = async () => {
        if (!lane.isVerified(performance.now())) await checks.check(lane.endpointId);
      };
      const tools = { ...options, inFlightBytes, payloads, mayStart, verify };
      const end = await makeAttempt(tools, job, killing.signal);
      if (end.kind === 'release') {
        const isStale = job.claimed.endpointRevision !== lane.revision;
        if (isLate && !isStale && !isDraining) return lanes.putBack(lane, job);
        if (isStale && !isDraining) releaseStale([job]);
        else await release([job]);
        return lanes.cancelStart(lane, job);
      } else {
        isConnectionFailure = end.isConnectionFailure;
        settling.add(end.settlement, lane.isShared);
      }
    } catch (error) {
      log.error(
        { err: error, delivery: job.claimed.delivery.id },
        'an attempt failed by a bug; its lease will run out',
      );
    } finally {
      turn();
    }
    lanes.endJob(lane, job, performance.now() - startedMs, isConnectionFailure);
  }

  /** What an accepted result means for its endpoint, and when its lane has work again. */
  function react(settlement: Settlement): void {
    const { claimed, next } = settlement;
    lanes.recheckShared(claimed.endpointId);
    if (next.status === 'RETRYING' && !isDraining) retryTimer.schedule(claimed.endpointId, next.delayMs);
    reactions.react(settlement);
  }

  function release(jobs: readonly Job[]): Promise<void> {
    return releaser.release(jobs.map(({ claimed, target }) => ({ claimed, endpoint: target })));
  }

  /** Reads changed endpoints, so that their lanes claim by their new limits. */
  async function refresh(endpoints: readonly CheckedEndpoint[]): Promise<void> {
    try {
      const found = await targets.read(new Map(endpoints.map(({ endpointId, revision }) => [endpointId, revision])));
      for (const target of found.values()) lanes.setTarget(target);
    } catch (error) {
      log.warn({ err: error }, 'changed endpoints could not be read; trying again');
      // Until then their lanes may wait for a limit that is no longer there.
      if (!isDraining) setTimeout(() => void refresh(endpoints), refreshRetryMs).unref();
    }
    turn();
  }

  /** Releases what was claimed at an older revision of its endpoint, and claims it anew by the present one. */
  function releaseStale(jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    const endpointIds = new Set(jobs.map(({ target }) => target.endpointId));
    void release(jobs).then(() => {
      rewind(endpointIds);
    });
  }

  function rewind(endpointIds: Iterable<string>): void {
    for (const endpointId of endpointIds) lanes.rewind(endpointId);
    turn();
  }

  const notifications = feed.onNotification(items => {
    for (const item of items) lanes.notify(item);
    turn();
  });
  const poller = new Poller({ pool, clock, log, lanes, onFound: noteTurn, onPolled: turn });

  let drained: Promise<void> | null = null;
  async function drain(signal: AbortSignal): Promise<void> {
    isDraining = true;
    notifications[Symbol.dispose]();
    retryTimer[Symbol.dispose]();
    checks[Symbol.dispose]();
    await Promise.all([poller[Symbol.asyncDispose](), claimer[Symbol.asyncDispose]()]);
    const quiet = new Promise<void>(resolve => {
      onQuiet = resolve;
    });
    const kill = () => killing.abort();
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
    void release(lanes.takeAllJobs());
    await releaser.drain(signal);
    if (lanes.inFlight > 0) await quiet;
    await settling.drain(signal);
    await releaser.drain(signal);
    await Promise.all([reactions.settled(), tokenRecorder.settled()]);
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
