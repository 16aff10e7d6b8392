import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { type DomainContext, requirePermission } from '../context.ts';

export interface AttemptKey {
  readonly deliveryId: string;
  readonly number: number;
}

export interface AttemptBodies extends AttemptKey {
  /** What was sent; null where no request was made, none is known, or retention has purged the payload. */
  readonly requestBody: Buffer | null;
  /** What came, up to `MAX_RESPONSE_BYTES`; null where nothing did, or the endpoint stores no bodies. */
  readonly responseBody: Buffer | null;
}

/* A payload sent as it is was not stored again. OFFSET 0 keeps the planner from hashing whole tables. */
const bodiesStatement = defineStatement<[tenantId: string, deliveryIds: string, numbers: string], AttemptBodies>({
  name: 'attempt-bodies-load',
  text: `
SELECT a.delivery_id AS "deliveryId", a.number, a.response_body AS "responseBody",
  CASE WHEN a.request_method IS NOT NULL THEN coalesce(a.request_body, convert_to(d.payload, 'UTF8'), (
    SELECT convert_to(e.payload, 'UTF8') FROM event e WHERE e.id = d.event_id)) END AS "requestBody"
FROM unnest($2::uuid[], $3::int[]) AS wanted (delivery_id, number)
CROSS JOIN LATERAL (
  SELECT d.event_id, d.payload FROM delivery d WHERE d.id = wanted.delivery_id AND d.tenant_id = $1 OFFSET 0) d
CROSS JOIN LATERAL (
  SELECT * FROM attempt a WHERE a.delivery_id = wanted.delivery_id AND a.number = wanted.number OFFSET 0) a`,
});

/**
 * The bodies of the tenant's attempts among these, in no order. They are large (up to `MAX_PAYLOAD_BYTES` and
 * `MAX_RESPONSE_BYTES` each): ask only for those that are shown.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadAttemptBodies(
  { services, actor }: DomainContext,
  keys: readonly AttemptKey[],
): Promise<AttemptBodies[]> {
  requirePermission(actor, 'DELIVERIES_READ');
  if (keys.length === 0) return [];
  const deliveryIds = encodePlainArray(keys.map(key => key.deliveryId));
  return bodiesStatement(services.pool, [actor.tenantId, deliveryIds, encodePlainArray(keys.map(key => key.number))]);
}
