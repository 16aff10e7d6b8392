import { encodePlainArray } from '../../database/arrays.ts';
import type { Prisma } from '../../database/generated/client.ts';
import { defineStatement } from '../../database/pool.ts';
import type { DeliverySnapshot } from '../../delivery.ts';
import { uuidLowerBound, uuidTime } from '../../ids.ts';
import { canAccessEndpoint, type DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { idBounds } from './id-bounds.ts';
import { readerColumns } from './next-attempt.ts';

/**
 * Returns the Prisma condition for the delivery with this id (UUID), if the actor can access it.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export function whereDelivery({ actor }: Pick<DomainContext, 'actor'>, id: string): Prisma.DeliveryWhereUniqueInput {
  authorize(actor, 'delivery');
  return { id, tenantId: actor.tenantId, ...(actor.endpointIds && { endpointId: { in: [...actor.endpointIds] } }) };
}

/*
 * BETWEEN makes a generic plan skip partitions, which it cannot do with ANY alone. OFFSET 0 makes PostgreSQL compute
 * the estimated `nextAttemptAt` after the scan instead of in the scan of each partition.
 */
export const deliveriesStatement = defineStatement<
  [tenantId: string, ids: string, first: string, last: string],
  DeliverySnapshot
>({
  name: 'deliveries-load',
  text: `
SELECT ${readerColumns('d')} FROM (
  SELECT * FROM delivery WHERE id = ANY ($2::uuid[]) AND id BETWEEN $3 AND $4 AND tenant_id = $1 OFFSET 0) d`,
});

/**
 * Loads the deliveries with these ids (UUIDs) as a map by id. An id is missing if it is unknown or purged, belongs to
 * another tenant, or the actor cannot access its endpoint.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadDeliveries(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, DeliverySnapshot>> {
  authorize(actor, 'delivery');
  const bounds = idBounds(ids);
  if (!bounds) return new Map();
  const rows = await deliveriesStatement(services.pool, [actor.tenantId, encodePlainArray(ids), ...bounds]);
  return new Map(rows.filter(row => canAccessEndpoint(actor, row.endpointId)).map(row => [row.id, row]));
}

/*
 * Finds replays through the event, because replays have an index by event. They are created later, so their ids are
 * greater than that of the original.
 */
const replaysStatement = defineStatement<
  [tenantId: string, ids: string, first: string, last: string, from: string, limit: number, endpointIds: string | null],
  DeliverySnapshot & { replayOf: string }
>({
  name: 'deliveries-replays',
  text: `
SELECT ${readerColumns('d')} FROM (
  SELECT d.*, row_number() OVER (PARTITION BY d.replay_of ORDER BY d.id) AS place FROM delivery d
  WHERE d.event_id = ANY (ARRAY (
      SELECT o.event_id FROM delivery o
      WHERE o.id = ANY ($2::uuid[]) AND o.id BETWEEN $3 AND $4 AND o.tenant_id = $1))
    AND d.replay_of IS NOT NULL AND d.replay_of = ANY ($2::uuid[]) AND d.id >= $5 AND d.tenant_id = $1
    AND ($7::uuid[] IS NULL OR d.endpoint_id = ANY ($7::uuid[]))) d
WHERE d.place <= $6
ORDER BY d.id`,
});

/**
 * Loads the oldest `limit` direct replays of each of these deliveries (UUIDs), oldest first, by the id of the original.
 * A delivery without replays is missing.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadReplays(
  { services, actor }: DomainContext,
  ids: readonly string[],
  limit: number,
): Promise<Map<string, DeliverySnapshot[]>> {
  authorize(actor, 'delivery');
  const bounds = idBounds(ids);
  if (!bounds) return new Map();
  const from = uuidLowerBound(uuidTime(bounds[0]));
  const reached = actor.endpointIds && encodePlainArray([...actor.endpointIds]);
  const values = [actor.tenantId, encodePlainArray(ids), ...bounds, from, limit, reached] as const;
  return Map.groupBy(await replaysStatement(services.pool, [...values]), row => row.replayOf);
}
