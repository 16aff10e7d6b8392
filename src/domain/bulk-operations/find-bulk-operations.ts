import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { readSized, type SizedRow } from '../byte-budget.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';
import { type BulkOperationRow, visibleOperations } from './bulk-operation-row.ts';

/**
 * The Prisma condition for the bulk operation with this id (a UUID), if the actor can see it.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export function whereBulkOperation({ actor }: Pick<DomainContext, 'actor'>, id: string) {
  authorize(actor, 'bulkOperation');
  return { ...visibleOperations(actor), id };
}

/**
 * Loads the bulk operations with these ids (UUIDs) as a map by id, without their filters. Ids that the actor cannot see
 * are missing.
 *
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadBulkOperations(
  { services, actor }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, BulkOperationRow>> {
  authorize(actor, 'bulkOperation');
  const where = { ...visibleOperations(actor), id: { in: [...ids] } };
  const rows = await services.prisma.bulkOperation.findMany({ where });
  return new Map(rows.map(row => [row.id, row]));
}

type FilterRow = SizedRow & { readonly id: string; readonly filter: unknown };

const filtersStatement = defineStatement<[tenantId: string, ids: string, maxBytes: number], FilterRow>({
  name: 'bulk-filters-load',
  text: `
SELECT id, bytes, is_loaded AS "isLoaded", CASE WHEN is_loaded THEN filter END AS filter
FROM (
  SELECT id, filter, octet_length(filter::text) AS bytes, sum(octet_length(filter::text)) OVER (ORDER BY id) <= $3 AS is_loaded
  FROM bulk_operation WHERE id = ANY ($2::uuid[]) AND tenant_id = $1) AS sized`,
});

/**
 * Loads the filters of the tenant's bulk operations with these ids (UUIDs) as a map by id. A filter is as the client
 * sent it.
 *
 * @throws ForbiddenError without DELIVERIES_READ; AnswerTooLargeError if the filters exceed the byte budget of the
 *   GraphQL operation.
 */
export async function loadBulkFilters(
  { services, actor, budget }: DomainContext,
  ids: readonly string[],
): Promise<Map<string, unknown>> {
  authorize(actor, 'bulkOperation');
  const rows = await readSized(
    budget,
    ids,
    (some, maxBytes) => filtersStatement(services.pool, [actor.tenantId, encodePlainArray(some), maxBytes]),
    row => row.id,
  );
  return new Map(rows.map(row => [row.id, row.filter]));
}
