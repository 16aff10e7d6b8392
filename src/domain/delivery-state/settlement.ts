import { encodeByteArray, encodePlainArray, encodeTextArray } from '../../database/arrays.ts';
import type { AttemptErrorCode, AttemptTrigger, DeliverySnapshot, NextStep } from '../../delivery.ts';

/** The record of one attempt, as it is stored. */
export interface AttemptRecord {
  readonly trigger: AttemptTrigger;
  /** When the attempt began, in Unix milliseconds by the database's clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly queueMs: number | null;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
  /** Whether the request was sent a second time, because the receiver had closed the reused connection. */
  readonly isResent: boolean;
  /** The request. Null if the attempt ended before one was prepared, or if the sender was lost. */
  readonly request: {
    readonly method: 'POST' | 'PUT' | 'PATCH';
    readonly url: string;
    /** The headers as JSON: [[name, value], ...]. The value of a secret header is null. */
    readonly headersJson: string;
    /** The request body. Null if the payload was sent unchanged. */
    readonly body: Uint8Array | null;
  } | null;
  readonly response: {
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
  const texts = [request?.url, request?.headersJson, response?.headersJson, error?.message];
  const bodies = [request?.body, response?.body, response?.excerpt];
  const fixedBytes = 1024;
  return [...texts, ...bodies].reduce((sum, held) => sum + (held?.length ?? 0), fixedBytes);
}

type Plain = string | number | boolean | null;

/** One array parameter of the settle statement, with one value for each settlement. */
interface Column {
  readonly name: string;
  readonly type: string;
  readonly encode: (settlements: readonly Settlement[]) => string;
  /**
   * The part of the statement that reads the parameter: the change of the delivery, the insert into `attempt`, or both.
   */
  readonly usedBy: 'state' | 'attempt' | 'both';
  /** The column of `attempt` and the SQL for its value, if they differ from the parameter's name and value. */
  readonly stored?: { readonly column: string; readonly value: string };
}

/**
 * Returns a function that declares array parameters, whose values `encodeAll` encodes. A parameter that contains only
 * nulls is sent as an empty array, which unnest fills with nulls.
 */
function declare<Value extends Plain | Uint8Array>(encodeAll: (values: (Value | null)[]) => string) {
  return (
    usedBy: Column['usedBy'],
    name: string,
    type: string,
    read: (settlement: Settlement) => Value | null,
    stored?: Column['stored'],
  ): Column => ({
    ...{ usedBy, name, type },
    encode: settlements => {
      const values = settlements.map(read);
      return values.some(value => value !== null) ? encodeAll(values) : '{}';
    },
    ...(stored && { stored }),
  });
}

const plain = declare<NonNullable<Plain>>(encodePlainArray);
const text = declare<string>(encodeTextArray);
const bytes = declare<Uint8Array>(encodeByteArray);
const retrying = ({ next }: Settlement) => (next.status === 'RETRYING' ? next : null);

/** The parameters of the settle statement, in order. */
const columns: readonly Column[] = [
  plain('both', 'id', 'uuid', s => s.claimed.id, { column: 'delivery_id', value: 'r.id' }),
  plain('both', 'number', 'int', s => s.claimed.attemptCount),
  plain('state', 'version', 'int', s => s.claimed.version),
  plain('state', 'status', 'delivery_status', s => s.next.status),
  plain('state', 'failure_reason', 'failure_reason', ({ next }) =>
    next.status === 'FAILED' ? next.failureReason : null,
  ),
  plain('state', 'delay_ms', 'float8', s => retrying(s)?.delayMs ?? null),
  plain('state', 'schedule_delay_ms', 'float8', s => retrying(s)?.scheduleDelayMs ?? null),
  plain('state', 'max_attempts', 'int', s => retrying(s)?.maxAttempts ?? null),
  plain('state', 'schedule_step', 'smallint', s => retrying(s)?.scheduleStep ?? null),
  plain('state', 'interruptions', 'smallint', s => retrying(s)?.interruptions ?? null),
  plain('both', 'response_status', 'smallint', s => s.attempt.response?.status ?? null),
  plain('both', 'error_code', 'attempt_error_code', s => s.attempt.error?.code ?? null),
  text('both', 'error_message', 'text', s => s.attempt.error?.message ?? null),
  plain('both', 'duration_ms', 'int', s => s.attempt.durationMs),
  plain('attempt', 'started_ms', 'float8', s => s.attempt.startedAt, {
    column: 'started_at',
    value: 'to_timestamp(r.started_ms / 1000)',
  }),
  plain('attempt', 'queue_ms', 'int', s => s.attempt.queueMs),
  plain('attempt', 'dns_ms', 'int', s => s.attempt.dnsMs),
  plain('attempt', 'connect_ms', 'int', s => s.attempt.connectMs),
  plain('attempt', 'tls_ms', 'int', s => s.attempt.tlsMs),
  plain('attempt', 'first_byte_ms', 'int', s => s.attempt.firstByteMs),
  plain('attempt', 'trigger', 'attempt_trigger', s => s.attempt.trigger),
  plain('attempt', 'request_method', 'http_method', s => s.attempt.request?.method ?? null),
  plain('attempt', 'response_truncated', 'bool', s => s.attempt.response?.bodyTruncated ?? false),
  text('attempt', 'request_url', 'text', s => s.attempt.request?.url ?? null),
  text('attempt', 'request_headers', 'text', s => s.attempt.request?.headersJson ?? null),
  bytes('attempt', 'request_body', 'bytea', s => s.attempt.request?.body ?? null),
  text('attempt', 'response_headers', 'text', s => s.attempt.response?.headersJson ?? null),
  bytes('attempt', 'response_body', 'bytea', s => s.attempt.response?.body ?? null),
  bytes('attempt', 'response_excerpt', 'bytea', s => s.attempt.response?.excerpt ?? null),
  plain('attempt', 'is_resent', 'bool', s => s.attempt.isResent || null),
];

/** Encodes settlements as the parameters of the settle statement. */
export function encodeSettlements(settlements: readonly Settlement[]): string[] {
  return columns.map(column => column.encode(settlements));
}

const parameters = columns.map((column, index) => ({ ...column, parameter: `$${index + 1}::${column.type}[]` }));

/** Returns a FROM item `r` with the columns that this part of the statement reads, and one row for each settlement. */
export function unnestColumns(part: 'state' | 'attempt'): string {
  const used = parameters.filter(({ usedBy }) => usedBy === part || usedBy === 'both');
  return `unnest(${used.map(({ parameter }) => parameter).join(', ')}) AS r (${used.map(({ name }) => name).join(', ')})`;
}

const attemptColumns = columns.filter(({ usedBy }) => usedBy !== 'state');

/** An INSERT into `attempt` of the columns of `unnestColumns('attempt')`, without a WHERE. */
export const insertAttempts = `INSERT INTO attempt (${attemptColumns.map(({ name, stored }) => stored?.column ?? name).join(', ')})
  SELECT ${attemptColumns.map(({ name, stored }) => stored?.value ?? `r.${name}`).join(', ')}
  FROM ${unnestColumns('attempt')}`;
