import {
  attemptErrorCodes,
  type DeliverySnapshot,
  deliveryStatuses,
  failureReasons,
  type PreviousState,
  type Transition,
} from './transition.ts';

/**
 * How transitions travel through Redis: a batch is a JSON array whose first element is the format and each further one a
 * transition, its fields by place (about 40 % smaller than by name, and checked as they are read). The tenant is not
 * written: channel and key name it.
 *
 * A live message is `["<epoch>",<position of the first>,<batch>]`; the stream holds the batch alone.
 */
const format = 1;

/** Longer messages are not even parsed; 1,000 transitions with long names are a tenth of it. */
export const maxMessageBytes = 16 * 1024 * 1024;

export interface LiveMessage {
  readonly epoch: string;
  readonly first: number;
  readonly transitions: readonly Transition[];
}

export function encodeBatch(transitions: readonly Transition[]): string {
  return JSON.stringify([format, ...transitions.map(toFields)]);
}

/** The transitions of a parsed batch, or null where it is anything else. */
export function decodeBatch(tenantId: string, batch: unknown): Transition[] | null {
  if (!Array.isArray(batch) || batch[0] !== format) return null;
  const transitions: Transition[] = [];
  for (let i = 1; i < batch.length; i++) {
    const transition = fromFields(tenantId, batch[i]);
    if (!transition) return null;
    transitions.push(transition);
  }
  return transitions;
}

/** A parsed live message, or null where it is anything else. */
export function decodeLiveMessage(tenantId: string, message: unknown): LiveMessage | null {
  if (!Array.isArray(message) || message.length !== 3) return null;
  const [epoch, first, batch] = message as unknown[];
  if (typeof epoch !== 'string' || !isCount(first) || first < 1) return null;
  const transitions = decodeBatch(tenantId, batch);
  return transitions && transitions.length > 0 ? { epoch, first, transitions } : null;
}

/** Parses JSON of at most `maxMessageBytes`; undefined where it is too long or no JSON. Never throws. */
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
    delivery.version,
    previous && [previous.status, previous.failureReason, previous.responseStatus, previous.errorCode],
    occurredAt,
    endpointName,
    endpointUrl,
  ];
}

function fromFields(tenantId: string, fields: unknown): Transition | null {
  if (!Array.isArray(fields) || fields.length !== 22) return null;
  const f = fields as unknown[];
  const strings =
    isString(f[0]) && isString(f[1]) && isString(f[2]) && isString(f[3]) && isString(f[20]) && isString(f[21]);
  const counts = isCount(f[6]) && isCount(f[7]) && isCount(f[17]) && (f[17] as number) >= 1;
  const state = isState(f[4], f[5], f[8], f[9]) && isNullOr(isString, f[10]) && isNullOr(isString, f[16]);
  const times =
    isNullOr(isTime, f[11]) && isTime(f[12]) && isNullOr(isTime, f[13]) && isNullOr(isTime, f[14]) && isTime(f[19]);
  const previous = toPrevious(f[18]);
  if (!strings || !counts || !state || !times || typeof f[15] !== 'boolean' || previous === undefined) return null;
  const delivery = {
    id: f[0],
    tenantId,
    endpointId: f[1],
    eventId: f[2],
    eventType: f[3],
    status: f[4],
    failureReason: f[5],
    attemptCount: f[6],
    maxAttempts: f[7],
    responseStatus: f[8],
    errorCode: f[9],
    errorMessage: f[10],
    nextAttemptAt: f[11],
    updatedAt: f[12],
    finishedAt: f[13],
    lastFailedAt: f[14],
    isTest: f[15],
    replayOf: f[16],
    version: f[17],
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
  if (!Array.isArray(fields) || fields.length !== 4) return undefined;
  const [status, failureReason, responseStatus, errorCode] = fields as unknown[];
  if (!isState(status, failureReason, responseStatus, errorCode)) return undefined;
  return { status, failureReason, responseStatus, errorCode } as PreviousState;
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
