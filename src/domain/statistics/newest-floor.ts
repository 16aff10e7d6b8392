import { Prisma } from '../../database/generated/client.ts';
import { isWalked, narrowScan, type Scan } from '../deliveries/filter-sql.ts';
import type { ResolvedFilter } from '../deliveries/resolve-search.ts';
import { countCells } from './count-cells.ts';

/*
 * PostgreSQL multiplies how rare failures are with how rare their responses are, and so takes "failed with 4xx" for a few
 * rows, which it fetches and sorts: a number that grows with all that is kept. The sums tell how far back the newest lie.
 */

/**
 * Limits scans of failures in a range of responses to where they have `size` rows, for statements that read the newest
 * rows. Other scans do not change, because an index has their rows in order.
 */
export function endAtNewest(
  tenantId: string,
  filter: ResolvedFilter,
  scans: readonly Scan[],
  size: number,
): readonly Scan[] {
  const isRange = filter.responseStatuses?.some(({ from, to }) => from < to) ?? false;
  const isCut = ({ home, statuses }: Scan) => home === 'history' && !statuses.includes('SUCCEEDED');
  if (!isRange || isWalked(filter) || !scans.some(isCut)) return scans;
  const cells = countCells(tenantId, filter, { homes: ['history'] });
  if (!cells) return scans;
  const startsAt = Prisma.sql`SELECT max(start_ms) FROM (
  SELECT start_ms, sum(count) OVER (ORDER BY start_ms DESC) AS newer FROM ${cells} AS cell) AS cell
WHERE newer >= ${size}::int`;
  const floor = Prisma.sql`d.id >= (SELECT rpad(lpad(to_hex(coalesce((${startsAt}), 0)), 12, '0'), 32, '0')::uuid)`;
  return scans.map(scan => (isCut(scan) ? narrowScan(scan, floor) : scan));
}
