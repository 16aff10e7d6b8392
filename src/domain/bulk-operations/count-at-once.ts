import type { Pool } from 'pg';
import { isStatementTimeout } from '../../database/failures.ts';
import { withTransaction } from '../../database/pool.ts';
import type { CheckedFilter } from '../deliveries/delivery-filter.ts';
import { resolveSearch } from '../deliveries/resolve-search.ts';
import { bulkCountStatement, type IdWindow } from './bulk-statements.ts';

const timeoutMs = 300;

/**
 * Counts the deliveries that match a filter in a window. Returns null if that takes longer than 300 ms; the background
 * steps of the bulk operation then count them.
 */
export async function countAtOnce(
  pool: Pool,
  tenantId: string,
  filter: CheckedFilter,
  window: IdWindow,
): Promise<number | null> {
  try {
    const statement = bulkCountStatement(tenantId, await resolveSearch(pool, tenantId, filter), window);
    if (!statement) return 0;
    return await withTransaction(pool, async client => {
      await client.query(`SET LOCAL statement_timeout = ${timeoutMs}`);
      const { rows } = await client.query<{ value: number }>(statement.text, statement.values);
      return rows[0]?.value ?? 0;
    });
  } catch (error) {
    if (isStatementTimeout(error)) return null;
    throw error;
  }
}
