import type { Page } from '../pages.ts';
import { snapshotColumns } from './delivery-columns.ts';
import {
  type Bound,
  boundScan,
  type DeliveryKey,
  type DeliveryOrder,
  orderOverall,
  orderWithin,
  reaches,
  splitScan,
} from './delivery-order.ts';
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
 * stops; only those few are then merged. MATERIALIZED, since PostgreSQL 17 and 18 plan the arms of a sorted UNION ALL for
 * their first row alone: of an endpoint without live deliveries they walk the whole backlog (100,000 rows: 45 ms, not 1).
 */
export function pageStatement(
  tenantId: string,
  filter: ResolvedFilter,
  order: DeliveryOrder,
  page: Page<DeliveryKey>,
): PageStatement | null {
  const parameters = new SqlParameters();
  const bounds = boundsOf(page);
  const scans = planScans(parameters, tenantId, filter)
    .flatMap(scan => splitScan(order, scan))
    .filter(scan => bounds.every(bound => reaches(order, scan, bound)))
    .map(scan => bounds.reduce((bounded, bound) => boundScan(order, bounded, bound, parameters), scan));
  if (scans.length === 0) return null;
  const limit = parameters.add(page.size + 1, 'int');
  const parts = scans.map(
    (scan, index) => `part_${index} AS MATERIALIZED (
  SELECT d.* FROM ${scan.from}
  WHERE ${scan.conditions.join(' AND ')}
  ORDER BY ${orderWithin(order, scan, page.backward)} LIMIT ${limit}
)`,
  );
  const text = `
WITH ${parts.join(', ')}
SELECT ${snapshotColumns('d')}
FROM (${parts.map((_, index) => `TABLE part_${index}`).join(' UNION ALL ')}) d
ORDER BY ${orderOverall(order, page.backward)} LIMIT ${limit}`;
  return parameters.bind(text);
}

function boundsOf({ after, before }: Page<DeliveryKey>): Bound[] {
  return [
    ...(after ? [{ side: 'after' as const, key: after }] : []),
    ...(before ? [{ side: 'before' as const, key: before }] : []),
  ];
}
