import { availableParallelism } from 'node:os';
import { LRUCache } from 'lru-cache';
import { type ChildOutcome, RenderingChild } from './child.ts';
import type { RenderingRequest, RenderingResult, TemplateContext, Templates } from './messages.ts';

/** The result of a rendering or a check. */
export type RenderingOutcome =
  | RenderingResult
  /**
   * Nothing was rendered, but the same request may succeed later. `endedBecause` completes a sentence that begins with
   * "the rendering".
   */
  | {
      readonly endedBecause: string;
      /**
       * True if the rendering exceeded its time or memory. False if it waited too long, or the server is shutting down.
       */
      readonly hasBegun: boolean;
    };

/** Renders templates in separate processes. The first template starts the first process. */
export interface TemplateRenderer extends AsyncDisposable {
  /** Renders the templates of an endpoint. Errors of the templates are part of the result, never a rejection. */
  render(tenantId: string, templates: Templates, context: TemplateContext): Promise<RenderingOutcome>;
  /**
   * Checks that the templates can be compiled and, with `mustRenderJson`, that the body template can render valid JSON.
   */
  check(tenantId: string, templates: Templates, mustRenderJson: boolean): Promise<RenderingOutcome>;
  /**
   * Returns how long to wait, in ms, before the tenant's next rendering can start or this method should be called
   * again. 0 means no wait. Call it before acquiring a scarce resource, such as a slot of the sender.
   */
  readWaitMs(tenantId: string): number;
}

export interface TemplateRendererOptions {
  /** The processor time in ms that one tenant may use for rendering per second. */
  readonly budgetMsPerSecond: number;
  readonly maxPayloadBytes: number;
}

interface Job {
  readonly tenantId: string;
  readonly request: RenderingRequest;
  readonly resolve: (outcome: RenderingOutcome) => void;
  timer: NodeJS.Timeout | null;
}

const maxChildren = Math.min(2, Math.max(1, availableParallelism()));
/** The largest number of waiting renderings of one tenant, and of all tenants together. */
const maxWaitingPerTenant = 256;
const maxWaiting = 4096;
/** If this many renderings of its tenant wait, a sender should not add one now, but ask again after `askAgainMs`. */
const sufficientWaiting = 16;
const askAgainMs = 20;
const maxWaitMs = 10_000;
/** A tenant that has not rendered for a while may use the budget of this many seconds at once. */
const burstSeconds = 4;
/**
 * The processor time in ms that replacing a killed process costs, charged to the tenant whose template caused the kill.
 */
const replacementMs = 100;
/** After a process failed to start, the wait in ms before the next start. */
const restartDelayMs = 500;
const knownTenants = 10_000;
const baseHeapMegabytes = 128;
/** The largest number of heap bytes that one byte of a payload's JSON needs after parsing. */
const heapPerPayloadByte = 64;

/**
 * Opens the renderer. Tenants take turns, and one tenant uses one process at a time. A tenant that has used up its
 * processor time waits until its budget is refilled, without delaying other tenants.
 */
export function openTemplateRenderer(options: TemplateRendererOptions): TemplateRenderer {
  const { budgetMsPerSecond, maxPayloadBytes } = options;
  const capacityMs = budgetMsPerSecond * burstSeconds;
  const maxHeapMegabytes = baseHeapMegabytes + Math.ceil((maxPayloadBytes * heapPerPayloadByte) / 2 ** 20);
  const children = new Set<RenderingChild>();
  /** The waiting renderings by tenant. The first tenant is served next. */
  const waiting = new Map<string, Job[]>();
  const rendering = new Set<string>();
  const budgets = new LRUCache<string, { balanceMs: number; readonly atMs: number }>({ max: knownTenants });
  let waitingCount = 0;
  let isClosed = false;
  let wakeUp: NodeJS.Timeout | null = null;
  let startNoSoonerMs = 0;

  function readBalanceMs(tenantId: string): number {
    const budget = budgets.get(tenantId);
    if (!budget) return capacityMs;
    const earnedMs = ((performance.now() - budget.atMs) / 1000) * budgetMsPerSecond;
    return Math.min(capacityMs, budget.balanceMs + earnedMs);
  }

  function charge(tenantId: string, ms: number): void {
    budgets.set(tenantId, { balanceMs: readBalanceMs(tenantId) - ms, atMs: performance.now() });
  }

  /** Returns the wait in ms until the tenant has budget again. */
  function readBudgetWaitMs(tenantId: string): number {
    return Math.ceil((Math.max(0, -readBalanceMs(tenantId)) / budgetMsPerSecond) * 1000);
  }

  function submit(tenantId: string, request: RenderingRequest): Promise<RenderingOutcome> {
    const { promise, resolve } = Promise.withResolvers<RenderingOutcome>();
    if (isClosed) resolve({ endedBecause: closedMessage, hasBegun: false });
    else if ((waiting.get(tenantId)?.length ?? 0) >= maxWaitingPerTenant || waitingCount >= maxWaiting) {
      resolve({ endedBecause: 'was not begun: too many renderings wait', hasBegun: false });
    } else {
      const job: Job = { tenantId, request, resolve, timer: null };
      const jobs = waiting.get(tenantId);
      if (jobs) jobs.push(job);
      else waiting.set(tenantId, [job]);
      waitingCount += 1;
      dispatch();
      // Only a rendering that did not start immediately needs a timer.
      if (waiting.get(tenantId)?.includes(job)) job.timer = setTimeout(() => giveUp(job), maxWaitMs);
    }
    return promise;
  }

  function giveUp(job: Job): void {
    remove(job);
    const endedBecause = `was not begun within ${maxWaitMs} ms: earlier renderings took too long`;
    job.resolve({ endedBecause, hasBegun: false });
  }

  function remove(job: Job): void {
    const jobs = waiting.get(job.tenantId);
    const index = jobs?.indexOf(job) ?? -1;
    if (!jobs || index < 0) return;
    jobs.splice(index, 1);
    waitingCount -= 1;
    if (job.timer) clearTimeout(job.timer);
    if (jobs.length === 0) waiting.delete(job.tenantId);
  }

  /** Removes and returns the next job that may start. If none may, returns the number of ms until one may. */
  function takeJob(): Job | number {
    let waitMs = Number.POSITIVE_INFINITY;
    for (const [tenantId, jobs] of waiting) {
      if (rendering.has(tenantId)) continue;
      const budgetWaitMs = readBudgetWaitMs(tenantId);
      const [job] = jobs;
      if (budgetWaitMs === 0 && job) {
        remove(job);
        // Moves the tenant to the end of the map, so that the other tenants are served first.
        if (waiting.delete(tenantId)) waiting.set(tenantId, jobs);
        return job;
      }
      waitMs = Math.min(waitMs, budgetWaitMs);
    }
    return waitMs;
  }

  function dispatch(): void {
    while (!isClosed && waitingCount > 0) {
      const child = findIdleChild();
      if (!child) return;
      const job = takeJob();
      if (typeof job === 'number') {
        if (Number.isFinite(job)) wakeIn(job);
        return;
      }
      void run(child, job);
    }
  }

  function wakeIn(ms: number): void {
    if (wakeUp) clearTimeout(wakeUp);
    wakeUp = setTimeout(dispatch, ms).unref();
  }

  /** Returns an idle process. If there is none, starts one more, up to the limit, and returns null. */
  function findIdleChild(): RenderingChild | null {
    for (const child of children) if (child.isIdle) return child;
    const delayMs = startNoSoonerMs - performance.now();
    if (delayMs > 0) wakeIn(delayMs);
    else if (children.size < maxChildren && children.size < waiting.size + rendering.size) start();
    return null;
  }

  function start(): void {
    let hasStarted = false;
    const child = new RenderingChild(maxHeapMegabytes, () => {
      hasStarted = true;
      dispatch();
    });
    children.add(child);
    void child.ended.then(() => {
      children.delete(child);
      if (!hasStarted) startNoSoonerMs = performance.now() + restartDelayMs;
      dispatch();
    });
  }

  async function run(child: RenderingChild, { tenantId, request, resolve }: Job): Promise<void> {
    rendering.add(tenantId);
    const outcome: ChildOutcome = await child.run(request);
    rendering.delete(tenantId);
    charge(tenantId, outcome.usedMs + (outcome.kind === 'ended' ? replacementMs : 0));
    resolve(outcome.kind === 'finished' ? outcome.result : { endedBecause: outcome.message, hasBegun: !isClosed });
    dispatch();
  }

  return {
    render: (tenantId, templates, context) => submit(tenantId, { kind: 'render', templates, context }),
    check: (tenantId, templates, mustRenderJson) => submit(tenantId, { kind: 'check', templates, mustRenderJson }),
    readWaitMs(tenantId) {
      if ((waiting.get(tenantId)?.length ?? 0) >= sufficientWaiting) return askAgainMs;
      return Math.min(readBudgetWaitMs(tenantId), 1000);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      if (wakeUp) clearTimeout(wakeUp);
      for (const jobs of [...waiting.values()]) {
        for (const job of [...jobs]) {
          remove(job);
          job.resolve({ endedBecause: closedMessage, hasBegun: false });
        }
      }
      for (const child of children) child.kill(closedMessage);
      await Promise.all([...children].map(child => child.ended));
    },
  };
}

const closedMessage = 'was ended: the server is shutting down';
