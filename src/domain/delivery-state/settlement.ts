import { encodeByteArray, encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import type { AttemptErrorCode, AttemptTrigger, DeliverySnapshot, NextStep } from '../../delivery.ts';
import type { AttemptTimings } from '../../egress/attempt-outcome.ts';

/** The record of one attempt, as it is stored. */
export interface AttemptRecord {
  readonly trigger: AttemptTrigger;
  /** When the attempt began, in Unix milliseconds by the database's clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** How long the delivery was due before the attempt. Default: not known. */
  readonly queueMs?: number;
  /** The durations of the exchange's phases. Absent if none was tried, or if its outcome is not known. */
  readonly timings?: AttemptTimings;
  /** Whether the request was sent a second time, because the receiver had closed the reused connection. */
  readonly isResent?: boolean;
  /** The request. Null or absent if none was sent, or if that is not known. */
  readonly request?: {
    readonly method: 'POST' | 'PUT' | 'PATCH';
    readonly url: string;
    /** The headers as JSON: [[name, value], ...]. The value of a secret header is null. */
    readonly headersJson: string;
    /** The request body. Null if the payload was sent unchanged. */
    readonly body: Uint8Array | null;
    /** False if no byte of the request was written, because the connection failed. */
    readonly isSent: boolean;
  } | null;
  /** The response. Null or absent if there was none, or if it is not known. */
  readonly response?: {
    readonly status: number;
    /** The headers as JSON: [[name, value], ...]. */
    readonly headersJson: string;
    /** The response body. Null if the endpoint does not store bodies. */
    readonly body: Uint8Array | null;
    /** The first 500 bytes of the body if the endpoint does not store bodies, otherwise null. */
    readonly excerpt: Uint8Array | null;
    readonly bodyTruncated: boolean;
  } | null;
  readonly error: { readonly code: AttemptErrorCode; readonly message: string } | null;
}

/** The end of one attempt: the delivery as it was claimed, the record of the attempt, and the next step. */
export interface Settlement {
  readonly claimed: DeliverySnapshot;
  readonly endpointName: string;
  readonly endpointUrl: string;
  readonly attempt: AttemptRecord;
  readonly next: NextStep;
}

/** Estimates the bytes that a settlement takes in memory. */
export function measureSettlement({ attempt: { request, response, error } }: Settlement): number {
  const length = (held: { readonly length: number } | null | undefined) => held?.length ?? 0;
  const requestBytes = length(request?.url) + length(request?.headersJson) + length(request?.body);
  const responseBytes = length(response?.headersJson) + length(response?.body) + length(response?.excerpt);
  const fixedBytes = 1024;
  return fixedBytes + requestBytes + responseBytes + length(error?.message);
}

type Plain = string | number | boolean;

/** One array parameter of the settle statement, with one value for each settlement. */
interface Column {
  readonly name: string;
  readonly type: string;
  readonly encode: (settlements: readonly Settlement[]) => string;
}

/**
 * Returns a function that declares array parameters, whose values `encodeAll` encodes. A parameter that contains only
 * nulls is sent as an empty array, which unnest fills with nulls.
 */
function declare<Value extends Plain | Uint8Array>(encodeAll: (values: (Value | null)[]) => string) {
  return (name: string, type: string, read: (settlement: Settlement) => Value | null | undefined): Column => ({
    ...{ name, type },
    encode: settlements => {
      const values = settlements.map(settlement => read(settlement) ?? null);
      return values.some(value => value !== null) ? encodeAll(values) : '{}';
    },
  });
}

const plain = declare<Plain>(encodePlainArray);
const text = declare<string>(encodeTextArray);
const bytes = declare<Uint8Array>(encodeByteArray);
const retrying = ({ next }: Settlement) => (next.status === 'RETRYING' ? next : null);
const failed = ({ next }: Settlement) => (next.status === 'FAILED' ? next : null);

const sharedColumns: readonly Column[] = [
  plain('delivery_id', 'uuid', s => s.claimed.id),
  plain('response_status', 'smallint', s => s.attempt.response?.status),
  plain('error_code', 'attempt_error_code', s => s.attempt.error?.code),
  text('error_message', 'text', s => s.attempt.error?.message),
  plain('duration_ms', 'int', s => s.attempt.durationMs),
];

/** The columns that change the delivery. */
const stateColumns: readonly Column[] = [
  ...sharedColumns,
  plain('version', 'int', s => s.claimed.version),
  plain('status', 'delivery_status', s => s.next.status),
  plain('failure_reason', 'failure_reason', s => failed(s)?.failureReason),
  plain('delay_ms', 'float8', s => retrying(s)?.delayMs),
  plain('schedule_delay_ms', 'float8', s => retrying(s)?.scheduleDelayMs),
  plain('max_attempts', 'int', s => retrying(s)?.maxAttempts),
  plain('schedule_step', 'smallint', s => retrying(s)?.scheduleStep),
  plain('interruptions', 'smallint', s => retrying(s)?.interruptions),
];

/** The columns of the table `attempt`. */
const attemptColumns: readonly Column[] = [
  ...sharedColumns,
  plain('number', 'int', s => s.claimed.attemptCount),
  plain('started_at', 'timestamptz', s => new Date(Math.round(s.attempt.startedAt)).toISOString()),
  plain('queue_ms', 'int', s => s.attempt.queueMs),
  plain('dns_ms', 'int', s => s.attempt.timings?.dnsMs),
  plain('connect_ms', 'int', s => s.attempt.timings?.connectMs),
  plain('tls_ms', 'int', s => s.attempt.timings?.tlsMs),
  plain('first_byte_ms', 'int', s => s.attempt.timings?.firstByteMs),
  plain('trigger', 'attempt_trigger', s => s.attempt.trigger),
  plain('is_resent', 'bool', s => s.attempt.isResent || null),
  plain('request_method', 'http_method', s => (s.attempt.request?.isSent ? s.attempt.request.method : null)),
  plain('prepared_method', 'http_method', s => (s.attempt.request?.isSent === false ? s.attempt.request.method : null)),
  text('request_url', 'text', s => s.attempt.request?.url),
  text('request_headers', 'text', s => s.attempt.request?.headersJson),
  bytes('request_body', 'bytea', s => s.attempt.request?.body),
  text('response_headers', 'text', s => s.attempt.response?.headersJson),
  bytes('response_body', 'bytea', s => s.attempt.response?.body),
  bytes('response_excerpt', 'bytea', s => s.attempt.response?.excerpt),
  plain('response_truncated', 'bool', s => s.attempt.response?.bodyTruncated ?? false),
];

const columns = [...new Set([...stateColumns, ...attemptColumns])];

/** Encodes settlements as the parameters of the settle statement. */
export function encodeSettlements(settlements: readonly Settlement[]): string[] {
  return columns.map(column => column.encode(settlements));
}

const listNames = (part: readonly Column[]) => part.map(({ name }) => name).join(', ');

function unnest(part: readonly Column[]): string {
  const parameters = part.map(column => `$${columns.indexOf(column) + 1}::${column.type}[]`);
  return `unnest(${parameters.join(', ')}) AS r (${listNames(part)})`;
}

/** A FROM item `r` with the columns that change the delivery: one row for each settlement. */
export const unnestResults = unnest(stateColumns);

/** An INSERT of all attempts, without a WHERE. The attempt of a row is of the delivery `r.delivery_id`. */
export const insertAttempts = `INSERT INTO attempt (${listNames(attemptColumns)})
  SELECT * FROM ${unnest(attemptColumns)}`;
