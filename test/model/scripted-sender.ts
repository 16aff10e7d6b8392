import { claim, describeInterrupted, release, type Settlement } from '../../src/domain/delivery-state/index.ts';
import { disableGoneEndpoint, startReceiverPause } from '../../src/domain/endpoints/endpoint-reactions.ts';
import type { AttemptOutcome } from '../../src/egress/attempt-outcome.ts';
import type { AttemptRequest } from '../../src/egress/send.ts';
import { makeAttempt } from '../../src/sender/attempt.ts';
import { BodyBytes } from '../../src/sender/body-bytes.ts';
import type { Job } from '../../src/sender/lane.ts';
import { createPayloadLoader } from '../../src/sender/payload-loader.ts';
import { SettleQueue } from '../../src/sender/settle-queue.ts';
import { TargetCache } from '../../src/sender/target.ts';
import type { ModelClaim, Outcome } from './model-settle.ts';
import type { Workbench } from './workbench.ts';

/** A claimed delivery, with the data of the model about the claim. */
export interface ScriptedJob {
  readonly job: Job;
  readonly claim: ModelClaim;
  /** The result of the attempt, once it has ended and waits to be written. */
  end: { readonly settlement: Settlement; readonly outcome: Exclude<Outcome, 'unwritten'> } | null;
}

/** A sender that acts only on command. It uses those parts of src/sender that access the database, one at a time. */
export class ScriptedSender {
  readonly #bench: Workbench;
  readonly #targets: TargetCache;
  jobs: ScriptedJob[] = [];

  constructor(bench: Workbench) {
    const { limits, encryption, log } = bench.services;
    this.#bench = bench;
    this.#targets = new TargetCache({ ...limits, pool: bench.senderPool, encryption, log });
  }

  /** @param describe returns the data of the model about the claim of this delivery. */
  async claim(
    endpointIds: readonly string[],
    slots: number,
    describe: (deliveryId: string) => ModelClaim,
  ): Promise<readonly string[]> {
    const { services, senderPool } = this.#bench;
    const beginning = { after: null };
    const lanes = endpointIds.map(endpointId => ({ endpointId, slots, ...beginning }));
    const { outboxId, claimed } = await claim(senderPool, lanes, services.limits.defaultTimeoutMs);
    const revisions = new Map(claimed.map(item => [item.delivery.endpointId, item.endpointRevision]));
    const found = await this.#targets.read(revisions);
    const transitions = [];
    for (const item of claimed) {
      const { delivery, previousStatus, isInterrupted } = item;
      const target = found.get(delivery.endpointId);
      if (!target) throw new Error(`the endpoint ${delivery.endpointId} was not found`);
      const job = { claimed: item, target };
      const end = isInterrupted && {
        settlement: describeInterrupted(job, item.claimedAtMs, services.clock.now()),
        outcome: 'interrupted' as const,
      };
      this.jobs.push({ job, claim: describe(delivery.id), end: end || null });
      if (isInterrupted) continue;
      const { responseStatus, errorCode, latencyMs } = delivery;
      transitions.push({
        delivery,
        previous: {
          status: previousStatus,
          failureReason: null,
          responseStatus,
          errorCode,
          bulkOperationId: null,
          latencyMs,
        },
        occurredAt: delivery.updatedAt,
        endpointName: target.name,
        endpointUrl: target.url,
      });
    }
    services.announcer.announce({ outboxId, transitions });
    return claimed.map(item => item.delivery.id);
  }

  /** Makes the attempt of a job with this outcome. @returns whether the job must be released. */
  async send(item: ScriptedJob, outcome: Outcome, onRequest: (request: AttemptRequest) => void): Promise<boolean> {
    const { clock, templates } = this.#bench.services;
    const send = async (request: AttemptRequest): Promise<AttemptOutcome> => {
      onRequest(request);
      return script(outcome, clock.now());
    };
    const payloads = createPayloadLoader(this.#bench.senderPool);
    const bodyBytes = new BodyBytes();
    const tools = { payloads, bodyBytes, send, templates, clock, userAgent: 'Livehook/test' };
    const settlement = await makeAttempt(tools, item.job, new AbortController().signal);
    if (!settlement || outcome === 'unwritten') return true;
    item.end = { settlement, outcome };
    return false;
  }

  /**
   * Writes the results of attempts, and applies their effects to the endpoints.
   *
   * @returns the results that were accepted.
   */
  async settle(): Promise<ReadonlySet<Settlement>> {
    const { services, senderPool } = this.#bench;
    const accepted = new Set<Settlement>();
    const onSettled = (settlement: Settlement) => void accepted.add(settlement);
    const { announcer, log } = services;
    const queue = new SettleQueue({
      pool: senderPool,
      announcer,
      log,
      maxUnwritten: 1,
      onSettled,
      onFlushed: () => undefined,
    });
    for (const { end } of this.jobs) if (end) queue.add(end.settlement);
    await queue.drain(new AbortController().signal);
    this.jobs = this.jobs.filter(({ end }) => end === null);
    for (const { claimed, endpointUrl, next } of accepted) {
      if (next.status === 'SUCCEEDED') continue;
      if (next.pauseEndpointMs !== null)
        await startReceiverPause(senderPool, claimed.endpointId, next.pauseEndpointMs, endpointUrl);
      if (next.status === 'FAILED' && next.failureReason === 'GONE') {
        await disableGoneEndpoint(senderPool, claimed.endpointId, claimed.id, endpointUrl);
      }
    }
    return accepted;
  }

  /** Releases jobs whose requests were not written. */
  async release(items: readonly ScriptedJob[]): Promise<void> {
    if (items.length === 0) return;
    const jobs = items.map(({ job }) => job);
    this.#bench.services.announcer.announce(await release(this.#bench.senderPool, jobs));
    this.jobs = this.jobs.filter(job => !items.includes(job));
  }
}

function script(outcome: Outcome, startedAt: number): AttemptOutcome {
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null };
  const finished = { timings, startedAt, durationMs: 1, isResent: false };
  switch (outcome) {
    case 'unwritten':
    case 'interrupted':
      return { kind: 'aborted', requestWritten: outcome === 'interrupted' };
    case 'refused': {
      const failure = { code: 'CONNECTION_REFUSED', message: 'refused', isPermanent: false } as const;
      return { kind: 'error', ...finished, ...failure, requestSent: false };
    }
    case 'unsendable': {
      const failure = { code: 'BLOCKED_ADDRESS', message: 'blocked', isPermanent: true } as const;
      return { kind: 'error', ...finished, ...failure, requestSent: false };
    }
    default: {
      const retryAfter = outcome === '429' ? '60' : null;
      const response = { headers: [], body: Buffer.alloc(0), bodyTruncated: false, retryAfter };
      return { kind: 'response', ...finished, ...response, status: Number(outcome) };
    }
  }
}
