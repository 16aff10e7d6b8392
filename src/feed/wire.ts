import {
  attemptErrorCodes,
  type DeliverySnapshot,
  deliveryStatuses,
  failureReasons,
  type PreviousState,
  type Transition,
} from '../delivery.ts';
import { withoutQuery } from '../egress/url.ts';
import type { FeedBatch, FeedEntry } from './feed-log.ts';

/**
 * The version of the format in which transitions are stored and sent. A transition is a JSON array of its fields, which
 * is about 40% smaller than an object. The delivery's id and version come first, because the script that appends to
 * Redis reads them without parsing. A batch is a JSON array: the format, then transitions, or numbers of versions that
 * are missing at that place. The tenant is not included, because the channel and the key contain it.
 *
 * A live message is `["<epoch>",<first position>,<batch>]`.
 */
export const wireFormat = 2;

/** The largest message that is parsed. Longer ones are ignored. */
export const maxMessageBytes = 16 * 1024 * 1024;

export interface LiveMessage extends FeedBatch {
  readonly epoch: string;
}

export function encodeTransition(transition: Transition): string {
  return JSON.stringify(toFields(transition));
}

/**
 * Encodes a batch.
 *
 * @param parts encoded transitions, and numbers of missing versions.
 */
export function encodeBatch(parts: readonly (string | number)[]): string {
  return `[${wireFormat},${parts.join(',')}]`;
}

/** Returns the entries of a parsed batch that begins at position `first`. Null if `batch` is not a valid batch. */
export function decodeBatch(tenantId: string, first: number, batch: unknown): FeedEntry[] | null {
  if (!Array.isArray(batch) || batch[0] !== wireFormat) return null;
  const entries: FeedEntry[] = [];
  let position = first;
  for (let i = 1; i < batch.length; i++) {
    const part: unknown = batch[i];
    if (isCount(part)) {
      position += part as number;
      continue;
    }
    const transition = fromFields(tenantId, part);
    if (!transition) return null;
    entries.push({ position, transition });
    position += 1;
  }
  return entries;
}

/** Returns the content of a parsed live message. Null if `message` is not a valid one. */
export function decodeLiveMessage(tenantId: string, message: unknown): LiveMessage | null {
  if (!Array.isArray(message) || message.length !== 3) return null;
  const [epoch, first, batch] = message as unknown[];
  if (typeof epoch !== 'string' || !isCount(first) || (first as number) < 1) return null;
  const entries = decodeBatch(tenantId, first as number, batch);
  const last = entries?.at(-1)?.position;
  return entries && last !== undefined ? { epoch, first: first as number, last, entries } : null;
}

/** Parses JSON. Returns undefined if the text is invalid or longer than `maxMessageBytes`. Never throws. */
export function parseMessage(text: Buffer | string): unknown {
  if (text.length > maxMessageBytes) return undefined;
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

function toFields({ delivery, previous, occurredAt, endpointName, endpointUrl }: Transition): unknown[] {
  return [
    delivery.id,
    delivery.version,
    delivery.endpointId,
    delivery.eventId,
    delivery.eventType,
    delivery.status,
    delivery.failureReason,
    delivery.attemptCount,
    delivery.maxAttempts,
    delivery.responseStatus,
    delivery.errorCode,
    delivery.errorMessage,
    delivery.nextAttemptAt,
    delivery.updatedAt,
    delivery.finishedAt,
    delivery.lastFailedAt,
    delivery.isTest,
    delivery.replayOf,
    previous && toPreviousFields(previous),
    occurredAt,
    endpointName,
    withoutQuery(endpointUrl),
    ...toOptionalFields(delivery),
  ];
}

function toPreviousFields(previous: PreviousState): unknown[] {
  const { status, failureReason, responseStatus, errorCode } = previous;
  return [status, failureReason, responseStatus, errorCode, ...toOptionalFields(previous)];
}

/** Returns the fields that later versions added, without nulls at the end. Older entries do not have these fields. */
function toOptionalFields({ bulkOperationId, latencyMs }: Pick<PreviousState, 'bulkOperationId' | 'latencyMs'>) {
  if (latencyMs !== null) return [bulkOperationId, latencyMs];
  return bulkOperationId === null ? [] : [bulkOperationId];
}

function fromFields(tenantId: string, fields: unknown): Transition | null {
  if (!Array.isArray(fields) || fields.length < 22 || fields.length > 24) return null;
  const f = fields as unknown[];
  const strings =
    isString(f[0]) && isString(f[2]) && isString(f[3]) && isString(f[4]) && isString(f[20]) && isString(f[21]);
  const counts = isCount(f[7]) && isCount(f[8]) && isCount(f[1]) && (f[1] as number) >= 1;
  const state = isState(f[5], f[6], f[9], f[10]) && isNullOr(isString, f[11]) && isNullOr(isString, f[17]);
  const [operation = null, latencyMs = null] = f.slice(22);
  const times =
    isNullOr(isTime, f[12]) && isTime(f[13]) && isNullOr(isTime, f[14]) && isNullOr(isTime, f[15]) && isTime(f[19]);
  const previous = toPrevious(f[18]);
  if (!strings || !counts || !state || !times || typeof f[16] !== 'boolean' || previous === undefined) return null;
  if (!isNullOr(isString, operation) || !isNullOr(isCount, latencyMs)) return null;
  const delivery = {
    id: f[0],
    tenantId,
    version: f[1],
    endpointId: f[2],
    eventId: f[3],
    eventType: f[4],
    status: f[5],
    failureReason: f[6],
    attemptCount: f[7],
    maxAttempts: f[8],
    responseStatus: f[9],
    errorCode: f[10],
    errorMessage: f[11],
    nextAttemptAt: f[12],
    updatedAt: f[13],
    finishedAt: f[14],
    lastFailedAt: f[15],
    isTest: f[16],
    replayOf: f[17],
    bulkOperationId: operation,
    latencyMs,
  } as DeliverySnapshot;
  return {
    delivery,
    previous,
    occurredAt: f[19] as number,
    endpointName: f[20] as string,
    endpointUrl: f[21] as string,
  };
}

function toPrevious(fields: unknown): PreviousState | null | undefined {
  if (fields === null) return null;
  if (!Array.isArray(fields) || fields.length < 4 || fields.length > 6) return undefined;
  const [status, failureReason, responseStatus, errorCode, bulkOperationId = null, latencyMs = null] =
    fields as unknown[];
  const isComplete = isNullOr(isString, bulkOperationId) && isNullOr(isCount, latencyMs);
  if (!isState(status, failureReason, responseStatus, errorCode) || !isComplete) return undefined;
  return { status, failureReason, responseStatus, errorCode, bulkOperationId, latencyMs } as PreviousState;
}

function isState(status: unknown, failureReason: unknown, responseStatus: unknown, errorCode: unknown): boolean {
  return (
    isOneOf(deliveryStatuses, status) &&
    (failureReason === null || isOneOf(failureReasons, failureReason)) &&
    isNullOr(isCount, responseStatus) &&
    (errorCode === null || isOneOf(attemptErrorCodes, errorCode))
  );
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isTime = (value: unknown): value is number => typeof value === 'number';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isNullOr = (check: (value: unknown) => boolean, value: unknown): boolean => value === null || check(value);
const isOneOf = (words: readonly string[], value: unknown): boolean => words.includes(value as string);
