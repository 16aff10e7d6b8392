import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { AttemptErrorCode, AttemptTrigger } from '../../feed/transition.ts';
import { type DomainContext, requirePermission } from '../context.ts';
import { idBounds } from './id-bounds.ts';

/** An attempt as it is stored, without its bodies: see `loadAttemptBodies`. Times are unix milliseconds. */
export interface AttemptRow {
  readonly deliveryId: string;
  readonly number: number;
  readonly trigger: AttemptTrigger;
  readonly startedAt: number;
  /** 0 where INTERRUPTED. */
  readonly durationMs: number;
  readonly queueMs: number | null;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly firstByteMs: number | null;
  /** Null, as are the other request fields, where no request was made or none is known. */
  readonly requestMethod: 'POST' | 'PUT' | 'PATCH' | null;
  readonly requestUrl: string | null;
  /** JSON: [[name, value], ...], value null where it is a secret header's. */
  readonly requestHeaders: string | null;
  /** Null, as are the other response fields, where no response came. */
  readonly responseStatus: number | null;
  /** JSON: [[name, value], ...]. */
  readonly responseHeaders: string | null;
  /** The first 500 bytes of the body, which may cut a character. */
  readonly responseExcerpt: Buffer | null;
  readonly responseTruncated: boolean;
  readonly errorCode: AttemptErrorCode | null;
  readonly errorMessage: string | null;
  /** Whether the request was sent a second time, because a kept connection had been closed by the receiver. */
  readonly isResent: boolean;
}

/** The part of a response body that lists show, and that is kept where an endpoint stores no bodies. */
export const excerptBytes = 500;

const attemptColumns = `a.delivery_id AS "deliveryId", a.number, a.trigger,
  round(date_part('epoch', a.started_at) * 1000) AS "startedAt", a.duration_ms AS "durationMs",
  a.queue_ms AS "queueMs", a.dns_ms AS "dnsMs", a.connect_ms AS "connectMs", a.tls_ms AS "tlsMs",
  a.first_byte_ms AS "firstByteMs", a.request_method AS "requestMethod", a.request_url AS "requestUrl",
  a.request_headers AS "requestHeaders", a.response_status AS "responseStatus",
  a.response_headers AS "responseHeaders", coalesce(a.response_excerpt, substring(a.response_body from 1 for ${excerptBytes})) AS "responseExcerpt",
  a.response_truncated AS "responseTruncated", a.error_code AS "errorCode", a.error_message AS "errorMessage",
  a.is_resent IS TRUE AS "isResent"`;

/* An attempt has no tenant of its own. The bounds keep a plan made without the values to the partitions of the ids. */
const ownDeliveries = `ARRAY (
    SELECT d.id FROM delivery d WHERE d.id = ANY ($2::uuid[]) AND d.id BETWEEN $3 AND $4 AND d.tenant_id = $1)`;

type IdValues = [tenantId: string, ids: string, first: string, last: string];

const allStatement = defineStatement<IdValues, AttemptRow>({
  name: 'attempts-load',
  text: `
SELECT ${attemptColumns} FROM attempt a
WHERE a.delivery_id = ANY (${ownDeliveries}) AND a.delivery_id BETWEEN $3 AND $4
ORDER BY a.delivery_id, a.number`,
});

const lastStatement = defineStatement<IdValues, AttemptRow>({
  name: 'attempts-load-last',
  text: `
SELECT a.* FROM unnest(${ownDeliveries}) AS own (id) CROSS JOIN LATERAL (
  SELECT ${attemptColumns} FROM attempt a WHERE a.delivery_id = own.id ORDER BY a.number DESC LIMIT 1) a`,
});

/**
 * The recorded attempts of the tenant's deliveries among these (UUIDs), by delivery, ascending number. One without
 * attempts is missing.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadAttempts(
  ctx: DomainContext,
  deliveryIds: readonly string[],
): Promise<Map<string, AttemptRow[]>> {
  return Map.groupBy(await readAttempts(ctx, allStatement, deliveryIds), row => row.deliveryId);
}

/** The last recorded attempt of each. As `loadAttempts` in all else. */
export async function loadLastAttempts(
  ctx: DomainContext,
  deliveryIds: readonly string[],
): Promise<Map<string, AttemptRow>> {
  return new Map((await readAttempts(ctx, lastStatement, deliveryIds)).map(row => [row.deliveryId, row]));
}

async function readAttempts(
  { services, actor }: DomainContext,
  statement: typeof allStatement,
  deliveryIds: readonly string[],
): Promise<AttemptRow[]> {
  requirePermission(actor, 'DELIVERIES_READ');
  const bounds = idBounds(deliveryIds);
  return bounds ? statement(services.pool, [actor.tenantId, encodePlainArray(deliveryIds), ...bounds]) : [];
}
