import { Prisma } from '../../database/generated/client.ts';
import { isScanned, narrowScan, type Scan } from '../deliveries/filter-sql.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';
import { countCells } from './count-cells.ts';

/*
 * PostgreSQL assumes that failures and response statuses are independent, so it expects few rows for "failed with 4xx".
 * It then fetches all of them and sorts, which takes longer the more days are kept. The precomputed counts tell how old
 * the newest `size` rows can be.
 */

/**
 * Limits scans of failures with a range of response statuses to the newest ids, among which there are certainly `size`
 * matching rows. Use it for statements that read the newest rows. Other scans stay unchanged, because an index returns
 * their rows in order.
 */
export function endAtNewest(
  tenantId: string,
  filter: ResolvedFilter,
  scans: readonly Scan[],
  size: number,
): readonly Scan[] {
  const isRange = filter.responseStatuses?.some(({ from, to }) => from < to) ?? false;
  const isCut = ({ table, statuses }: Scan) => table === 'history' && !statuses.includes('SUCCEEDED');
  if (!isRange || isScanned(filter) || !scans.some(isCut)) return scans;
  const cells = countCells(tenantId, filter, { tables: ['history'] });
  if (!cells) return scans;
  const startsAt = Prisma.sql`SELECT max(start_ms) FROM (
  SELECT start_ms, sum(count) OVER (ORDER BY start_ms DESC) AS newer FROM ${cells} AS cell) AS cell
WHERE newer >= ${size}::int`;
  const floor = Prisma.sql`d.id >= (SELECT rpad(lpad(to_hex(coalesce((${startsAt}), 0)), 12, '0'), 32, '0')::uuid)`;
  return scans.map(scan => (isCut(scan) ? narrowScan(scan, floor) : scan));
}
