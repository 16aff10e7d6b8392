import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { AttemptErrorCode, AttemptTrigger } from '../../delivery.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { idBounds } from './id-bounds.ts';

/**
 * A stored attempt without its long texts, which `loadAttemptTexts` and `loadRequestBodies` load. Times are Unix
 * milliseconds.
 */
export interface AttemptRow {
  readonly deliveryId: string;
  readonly number: number;
  readonly trigger: AttemptTrigger;
  readonly startedAt: number;
  /** The duration of the attempt in ms. 0 if the error code is INTERRUPTED. */
  readonly durationMs: number;
  readonly queueMs: number | null;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
  /** The HTTP method. Null if no request was made, or if the sender was lost before it recorded the request. */
  readonly requestMethod: 'POST' | 'PUT' | 'PATCH' | null;
  /** The HTTP method of a request that was prepared, but not sent because the connection failed. Null otherwise. */
  readonly preparedMethod: 'POST' | 'PUT' | 'PATCH' | null;
  /** The HTTP status code. Null if there was no response. */
  readonly responseStatus: number | null;
  readonly responseTruncated: boolean;
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** Whether the request was sent a second time, because the receiver had closed the reused connection. */
  readonly isResent: boolean;
}

/**
 * The number of bytes of a response body that lists show. They are stored even if the endpoint does not store bodies.
 */
export const excerptBytes = 500;

const attemptColumns = `a.delivery_id AS "deliveryId", a.number, a.trigger,
  round(date_part('epoch', a.started_at) * 1000) AS "startedAt", a.duration_ms AS "durationMs",
  a.queue_ms AS "queueMs", a.dns_ms AS "dnsMs", a.connect_ms AS "connectMs", a.tls_ms AS "tlsMs",
  a.first_byte_ms AS "firstByteMs", a.request_method AS "requestMethod",
  a.prepared_method AS "preparedMethod",
  a.response_status AS "responseStatus", a.response_truncated AS "responseTruncated", a.error_code AS "errorCode",
  a.error_message AS "errorMessage", a.is_resent IS TRUE AS "isResent"`;

/*
 * The tenant is checked through the delivery, because attempts do not contain it. BETWEEN limits a generic plan to the
 * partitions of the ids.
 */
const ownDeliveries = `ARRAY (
    SELECT d.id FROM delivery d WHERE d.id = ANY ($2::uuid[]) AND d.id BETWEEN $3 AND $4 AND d.tenant_id = $1)`;

type AttemptValues = [tenantId: string, ids: string, first: string, last: string, limit: number];

const attemptsStatement = defineStatement<AttemptValues, AttemptRow>({
  name: 'attempts-load',
  text: `
SELECT a.* FROM unnest(${ownDeliveries}) AS own (id) CROSS JOIN LATERAL (
  SELECT ${attemptColumns} FROM attempt a WHERE a.delivery_id = own.id ORDER BY a.number DESC LIMIT $5) a`,
});

/**
 * Loads the newest `limit` recorded attempts of each of these deliveries (UUIDs) of the tenant, in ascending order of
 * their numbers, as a map by delivery id. A delivery without attempts is missing.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadAttempts(
  { services, actor }: DomainContext,
  deliveryIds: readonly string[],
  limit: number,
): Promise<Map<string, AttemptRow[]>> {
  authorize(actor, 'delivery');
  const bounds = idBounds(deliveryIds);
  if (!bounds) return new Map();
  const values = [actor.tenantId, encodePlainArray(deliveryIds), ...bounds, limit] as const;
  const newestFirst = await attemptsStatement(services.pool, [...values]);
  return Map.groupBy(newestFirst.reverse(), row => row.deliveryId);
}

/** Loads the last recorded attempt of each delivery, with the same rules as `loadAttempts`. */
export async function loadLastAttempts(
  ctx: DomainContext,
  deliveryIds: readonly string[],
): Promise<Map<string, AttemptRow>> {
  const attempts = await loadAttempts(ctx, deliveryIds, 1);
  return new Map([...attempts.values()].flat().map(row => [row.deliveryId, row]));
}
