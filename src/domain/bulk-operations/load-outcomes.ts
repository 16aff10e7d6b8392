import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { isStatementTimeout } from '../../database/failures.ts';
import { defineStatement, withTransaction } from '../../database/pool.ts';
import { requireInteger } from '../arguments.ts';
import type { DomainContext } from '../context.ts';
import { authorize } from '../verbs.ts';

/** The deliveries that a bulk operation retried or created, counted by their current status. */
export interface BulkOutcomes {
  /** The number of deliveries that are PENDING or PROCESSING. */
  readonly queued: number;
  /** The number of deliveries that are RETRYING. */
  readonly waiting: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Whether all deliveries were counted. False if counting stopped at the limit. */
  readonly exact: boolean;
}

const defaultMax = 10_000;
const maxMax = 100_000;
const timeoutMs = 1000;

/**
 * Checks the argument `max`. Returns 10,000 if it is null.
 *
 * @throws BadUserInputError (`max`) outside 0 to 100,000.
 */
export function requireOutcomesMax(max: number | null | undefined): number {
  return requireInteger(max ?? defaultMax, 'max', 0, maxMax);
}

type OutcomesRow = Omit<BulkOutcomes, 'exact'> & { readonly id: string; readonly counted: number };

export const outcomesStatement = defineStatement<[tenantId: string, ids: string, limit: number], OutcomesRow>({
  name: 'bulk-outcomes',
  text: `
SELECT o.id, c.*
FROM unnest($2::uuid[]) AS o (id) CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE status IN ('PENDING', 'PROCESSING'))::int AS queued,
    count(*) FILTER (WHERE status = 'RETRYING')::int AS waiting,
    count(*) FILTER (WHERE status = 'SUCCEEDED')::int AS succeeded,
    count(*) FILTER (WHERE status = 'FAILED')::int AS failed, count(*)::int AS counted
  FROM (
    SELECT status FROM (
      (SELECT status FROM delivery_live WHERE bulk_operation_id = o.id AND tenant_id = $1 LIMIT $3)
      UNION ALL
      (SELECT status FROM delivery_history WHERE bulk_operation_id = o.id AND tenant_id = $1 LIMIT $3)
    ) d LIMIT $3
  ) d
) c`,
});

/**
 * Counts the outcomes of bulk operations (UUIDs) of the tenant. Returns a map by the id of the operation. The map is
 * empty if counting takes longer than a second.
 *
 * @param max the largest number of deliveries of each operation to count.
 * @throws ForbiddenError without DELIVERIES_READ.
 */
export async function loadOutcomes(
  { services, actor }: DomainContext,
  ids: readonly string[],
  max: number,
): Promise<Map<string, BulkOutcomes>> {
  authorize(actor, 'bulkOperation');
  const rows = await readOutcomes(services.pool, [actor.tenantId, encodePlainArray(ids), max + 1]);
  return new Map(rows.map(({ id, counted, ...counts }) => [id, { ...counts, exact: counted <= max }]));
}

async function readOutcomes(
  pool: Pool,
  values: [tenantId: string, ids: string, limit: number],
): Promise<OutcomesRow[]> {
  try {
    return await withTransaction(pool, async client => {
      await client.query(`SET LOCAL statement_timeout = ${timeoutMs}`);
      return outcomesStatement(client, values);
    });
  } catch (error) {
    if (isStatementTimeout(error)) return [];
    throw error;
  }
}
