import type { Page } from '../pages.ts';
import { snapshotColumns } from './delivery-columns.ts';
import { boundScan, type DeliveryKey, type DeliveryOrder, orderBy, splitScans } from './delivery-order.ts';
import { planScans, SqlParameters } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-search.ts';

/** A statement to be run unnamed: its text depends on which parts of the filter are there. */
export interface PageStatement {
  readonly text: string;
  readonly values: unknown[];
}

/**
 * Reads `size + 1` rows of a page, in its direction of reading. Null where nothing can match.
 *
 * Each scan brings at most that many rows, in order, so that newest-first walks an index of the newest partition and
 * stops; only those few are then merged.
 */
export function pageStatement(
  tenantId: string,
  filter: ResolvedFilter,
  order: DeliveryOrder,
  page: Page<DeliveryKey>,
): PageStatement | null {
  const parameters = new SqlParameters();
  const { after, before } = page;
  const scans = splitScans(order, planScans(parameters, tenantId, filter))
    .map(scan => (after ? boundScan(order, scan, 'after', after, parameters) : scan))
    .map(scan => (scan && before ? boundScan(order, scan, 'before', before, parameters) : scan))
    .filter(scan => scan !== null);
  if (scans.length === 0) return null;
  const limit = parameters.add(page.size + 1, 'int');
  const parts = scans.map(
    scan => `(SELECT d.* FROM ${scan.from}
    WHERE ${scan.conditions.join(' AND ')}
    ORDER BY ${orderBy(order, page.backward, 'scan')} LIMIT ${limit})`,
  );
  const text = `
SELECT ${snapshotColumns('d')}
FROM (
  ${parts.join('\n  UNION ALL\n  ')}
) d
ORDER BY ${orderBy(order, page.backward, 'page')} LIMIT ${limit}`;
  return { text, values: parameters.values };
}
