import type { DatabaseClock } from '../database/clock.ts';
import { isStatementTimeout, isUnavailable } from '../database/failures.ts';
import type { AttemptResult } from '../delivery.ts';
import { excerptBytes } from '../domain/deliveries/read-attempts.ts';
import {
  type AttemptRecord,
  type ClaimedDelivery,
  describeInterrupted,
  describeSettlement,
  isLeaseTooShort,
  type Settlement,
} from '../domain/delivery-state/index.ts';
import type { AttemptOutcome, AttemptResponse } from '../egress/attempt-outcome.ts';
import { parseDestination } from '../egress/destination.ts';
import { buildHeaders } from '../egress/request-headers.ts';
import type { AttemptRequest, Send } from '../egress/send.ts';
import type { Templates } from '../egress/templates/messages.ts';
import type { TemplateRenderer } from '../egress/templates/renderer.ts';
import { formatId, uuidTime } from '../ids.ts';
import type { BodyBytes } from './body-bytes.ts';
import type { Job } from './lane.ts';
import type { PayloadLoader } from './payload-loader.ts';
import type { Target } from './target.ts';

export interface AttemptTools {
  /** Loads payloads that were too long for the claim to return. */
  readonly payloads: PayloadLoader;
  /** Counts the bytes of bodies that are loaded or rendered. */
  readonly bodyBytes: Pick<BodyBytes, 'add'>;
  readonly send: Send;
  readonly templates: TemplateRenderer;
  readonly clock: DatabaseClock;
  readonly userAgent: string;
  /**
   * Called right before the request is written. If it returns false, the delivery is released. Default: always sent.
   */
  readonly mayStart?: () => boolean;
  /**
   * Awaited before the request is sent again on a new connection, so that `mayStart` then compares with current
   * settings.
   */
  readonly verify?: () => Promise<void>;
}

/** The reason why no request can be made for a delivery. */
interface Unsendable {
  readonly error: { readonly code: 'TEMPLATE' | 'DECRYPTION'; readonly message: string };
  /**
   * The reason with which the delivery fails. Null if a later attempt may succeed, so that it follows its retry
   * schedule.
   */
  readonly failureReason: 'UNSENDABLE' | 'EXPIRED' | null;
}

interface PreparedRequest {
  readonly request: Omit<AttemptRequest, 'mayStart' | 'verify'> & { readonly body: Buffer };
  readonly headersJson: string;
  /** The rendered body. Null if the payload is sent unchanged. */
  readonly body: Buffer | null;
}

/** A body counts as at least this many bytes until it is rendered. Few rendered bodies are as large. */
const unrenderedBytes = 2 ** 20;
/** The largest value of the column `queue_ms`, 24 days. Deliveries of a paused endpoint may wait longer. */
const maxQueueMs = 2 ** 31 - 1;

/**
 * Makes one attempt: renders, signs and sends the request, and decides the next step. It never rejects because of the
 * receiver.
 *
 * @returns null if the delivery has to be released, because its lease is too short or no request was written.
 */
export async function makeAttempt(tools: AttemptTools, job: Job, signal: AbortSignal): Promise<Settlement | null> {
  const { claimed, target } = job;
  const { clock, mayStart, verify } = tools;
  if (isLeaseTooShort(claimed)) return null;
  if (target.decryptionProblem !== null) {
    const error = { code: 'DECRYPTION', message: target.decryptionProblem } as const;
    return settleUnsendable(job, { error, failureReason: null }, clock.now(), clock.now());
  }
  const bodyBytes = Math.max(target.templates ? unrenderedBytes : 0, isLarge(claimed) ? claimed.payloadBytes : 0);
  using body = bodyBytes > 0 ? tools.bodyBytes.add(claimed.delivery.tenantId, bodyBytes) : null;
  const startedAt = clock.now();
  const prepared = await prepare(tools, job, startedAt);
  if (prepared === null) return null;
  if ('error' in prepared) return settleUnsendable(job, prepared, startedAt, clock.now());
  body?.resize(prepared.request.body.length);
  const outcome = await tools.send({ ...prepared.request, mayStart, verify }, signal);
  if (outcome.kind !== 'aborted') return settleOutcome(job, prepared, outcome, startedAt, clock.now());
  return outcome.requestWritten ? describeInterrupted(job, startedAt, clock.now()) : null;
}

/** Whether the payload was too long for the claim to return, and has to be loaded. */
function isLarge(claimed: ClaimedDelivery): claimed is ClaimedDelivery & { readonly payloadBytes: number } {
  return claimed.payload === null && claimed.payloadBytes !== null;
}

/** Returns how long the delivery was due before its attempt began, in ms. */
function measureQueueMs({ dueAtMs }: ClaimedDelivery, startedAt: number): number {
  return Math.min(Math.max(0, Math.round(startedAt - dueAtMs)), maxQueueMs);
}

/** Describes the end of an attempt that got a response or a connection error. */
function settleOutcome(
  job: Job,
  { request, headersJson, body }: PreparedRequest,
  outcome: Exclude<AttemptOutcome, { kind: 'aborted' }>,
  startedAt: number,
  endedAt: number,
): Settlement {
  const { method } = job.target;
  const isSent = outcome.kind === 'response' || outcome.requestSent;
  const attempt = {
    startedAt,
    durationMs: outcome.durationMs,
    queueMs: measureQueueMs(job.claimed, startedAt),
    timings: outcome.timings,
    isResent: outcome.isResent,
    request: { method, url: request.url, headersJson, body, isSent },
    response: outcome.kind === 'response' ? recordResponse(outcome, job.target) : null,
    error: describeError(outcome),
  };
  const result: AttemptResult =
    outcome.kind === 'response' ? outcome : { kind: 'error', failureReason: outcome.isPermanent ? 'UNSENDABLE' : null };
  return describeSettlement(job, attempt, result, endedAt);
}

/** Describes the end of an attempt for which no request could be made. */
function settleUnsendable(
  job: Job,
  { error, failureReason }: Unsendable,
  startedAt: number,
  endedAt: number,
): Settlement {
  const durationMs = Math.max(0, Math.round(endedAt - startedAt));
  const attempt = { startedAt, durationMs, queueMs: measureQueueMs(job.claimed, startedAt), error };
  return describeSettlement(job, attempt, { kind: 'error', failureReason }, startedAt);
}

/** Prepares the request. Returns null if the delivery has to be released. */
async function prepare(
  tools: AttemptTools,
  { claimed, target }: Job,
  nowMs: number,
): Promise<PreparedRequest | Unsendable | null> {
  const { delivery } = claimed;
  const payload = await loadPayload(tools, claimed);
  if (payload === undefined) return null;
  if (payload === null) {
    return failTemplate('The payload has been purged by retention: there is nothing to send.', 'EXPIRED');
  }
  const eventId = formatId('evt', delivery.eventId);
  const rendered = target.templates && (await render(tools.templates, target.templates, claimed, payload, target));
  if (rendered === 'release') return null;
  if (rendered && 'error' in rendered) return rendered;
  const url = rendered?.url ?? target.url;
  const timestamp = Math.floor(nowMs / 1000);
  const destination = parseDestination(url);
  const bytes = Buffer.from(rendered?.body ?? payload);
  const headers = buildHeaders({
    host: destination?.url.host ?? '',
    contentLength: bytes.length,
    eventId,
    eventType: delivery.eventType,
    deliveryId: formatId('dlv', delivery.id),
    attemptNumber: delivery.attemptCount,
    timestamp,
    signatures: target.signerAt(nowMs).sign(eventId, timestamp, bytes),
    customHeaders: target.headers,
    userAgent: tools.userAgent,
  });
  const { method, timeoutMs } = target;
  return {
    request: { method, url: destination?.text ?? url, headers: headers.sent, body: bytes, timeoutMs },
    headersJson: encodeHeaders(headers.recorded),
    body: rendered && rendered.body !== null ? bytes : null,
  };
}

/**
 * Returns the payload of the delivery: null if retention has deleted it, undefined if the delivery must be released.
 */
async function loadPayload({ payloads }: AttemptTools, claimed: ClaimedDelivery): Promise<string | null | undefined> {
  if (!isLarge(claimed)) return claimed.payload;
  try {
    const payload = await payloads.load(claimed.delivery.id);
    return isLeaseTooShort(claimed) ? undefined : payload;
  } catch (error) {
    if (isUnavailable(error) || isStatementTimeout(error)) return undefined;
    throw error;
  }
}

/**
 * Renders the templates of an endpoint. A template that does not fit the event fails the delivery as UNSENDABLE,
 * because every attempt would fail. A rendering that was ended is a failed attempt that is retried, because the load of
 * the machine may be the cause. If the rendering did not begin, the delivery is released.
 */
async function render(
  renderer: TemplateRenderer,
  templates: Templates,
  { delivery }: ClaimedDelivery,
  payloadText: string,
  target: Target,
): Promise<Templates | Unsendable | 'release'> {
  const outcome = await renderer.render(delivery.tenantId, templates, {
    event: {
      id: formatId('evt', delivery.eventId),
      type: delivery.eventType,
      createdAt: new Date(uuidTime(delivery.eventId)).toISOString(),
      payloadText,
    },
    delivery: { id: formatId('dlv', delivery.id), attempt: delivery.attemptCount },
    endpoint: { id: formatId('ep', target.endpointId), name: target.name },
  });
  if ('endedBecause' in outcome) {
    return outcome.hasBegun ? failTemplate(`The rendering ${outcome.endedBecause}.`, null) : 'release';
  }
  if (outcome.problem === null) return outcome.rendered;
  const { part, message } = outcome.problem;
  return failTemplate(`${part === 'url' ? 'URL' : 'Body'} template: ${message}`, 'UNSENDABLE');
}

function failTemplate(message: string, failureReason: Unsendable['failureReason']): Unsendable {
  return { error: { code: 'TEMPLATE', message }, failureReason };
}

function recordResponse(outcome: AttemptResponse, target: Target): NonNullable<AttemptRecord['response']> {
  return {
    status: outcome.status,
    headersJson: encodeHeaders(outcome.headers),
    body: target.storesResponseBody ? outcome.body : null,
    excerpt: target.storesResponseBody ? null : outcome.body.subarray(0, excerptBytes),
    bodyTruncated: outcome.bodyTruncated,
  };
}

function encodeHeaders(headers: readonly { readonly name: string; readonly value: string | null }[]): string {
  return JSON.stringify(headers.map(({ name, value }) => [name, value]));
}

function describeError(outcome: Exclude<AttemptOutcome, { kind: 'aborted' }>): AttemptRecord['error'] {
  if (outcome.kind === 'error') return { code: outcome.code, message: outcome.message };
  if (outcome.status >= 200 && outcome.status <= 299) return null;
  return { code: 'HTTP_STATUS', message: `HTTP ${outcome.status}` };
}
