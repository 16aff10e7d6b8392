import { type DeliverySnapshot, type DeliveryStatus, deliveryStatuses } from '../../feed/transition.ts';
import type { CursorScope } from '../pages.ts';
import { restrictStatuses, type Scan, type SqlParameters } from './filter-sql.ts';

export type DeliveryOrderField = 'CREATED_AT' | 'STATUS' | 'RESPONSE_STATUS';

/** Ties are broken by id, in the same direction. STATUS is in the enum's order; no RESPONSE_STATUS is last both ways. */
export interface DeliveryOrder {
  readonly field: DeliveryOrderField;
  readonly direction: 'ASC' | 'DESC';
}

/** What a row is sorted by: the status, the response status, or null for CREATED_AT, which the id holds; then the id. */
export type DeliveryKey = readonly [value: DeliveryStatus | number | null, id: string];

export const defaultOrder: DeliveryOrder = { field: 'CREATED_AT', direction: 'DESC' };

/** What the cursors of a connection in this order are good for. */
export function deliveryCursors(kind: string, tenantId: string, order: DeliveryOrder): CursorScope<DeliveryKey> {
  return {
    kind,
    order: `${order.field} ${order.direction}`,
    tenantId,
    isKey: (values): values is DeliveryKey =>
      values.length === 2 && isValue(order.field, values[0]) && isUuid(values[1]),
  };
}

export function keyOf({ field }: DeliveryOrder, row: DeliverySnapshot): DeliveryKey {
  if (field === 'CREATED_AT') return [null, row.id];
  return [field === 'STATUS' ? row.status : row.responseStatus, row.id];
}

/**
 * ORDER BY for rows `d` of several scans, from the end for `backward`.
 *
 * @param within for the rows of one scan: what it doesn't say, `splitScans` has made so.
 */
export function orderBy({ field, direction }: DeliveryOrder, backward: boolean, within: 'scan' | 'page'): string {
  const ascending = (direction === 'ASC') !== backward;
  const way = ascending ? 'ASC' : 'DESC';
  if (field === 'CREATED_AT') return `d.id ${way}`;
  if (field === 'STATUS') return `d.status ${way}, d.id ${way}`;
  const nulls = within === 'page' ? ` NULLS ${backward ? 'FIRST' : 'LAST'}` : '';
  return `d.response_status ${way}${nulls}, d.id ${way}`;
}

/** Splits scans until an index of history has each one's rows in this order. Together they have the same rows. */
export function splitScans({ field }: DeliveryOrder, scans: readonly Scan[]): Scan[] {
  if (field === 'CREATED_AT') return [...scans];
  if (field === 'RESPONSE_STATUS') {
    return scans.flatMap(scan => {
      const some: Scan = {
        ...scan,
        responses: 'some',
        conditions: [...scan.conditions, 'd.response_status IS NOT NULL'],
      };
      const none: Scan = { ...scan, responses: 'none', conditions: [...scan.conditions, 'd.response_status IS NULL'] };
      return scan.responses === 'some' ? [some] : [some, none];
    });
  }
  // The live statuses stay together: no index could tell them apart, and one look at the rows does for all three.
  return scans.flatMap(scan =>
    scan.home === 'live' || scan.statuses.length === 1
      ? [scan]
      : scan.statuses.map(status => restrictStatuses(scan, [status])),
  );
}

/**
 * The rows of a scan that come after, or before, a key; null where none can. Row values compare as one, so that an index
 * finds the place.
 */
export function boundScan(
  order: DeliveryOrder,
  scan: Scan,
  side: 'after' | 'before',
  key: DeliveryKey,
  parameters: SqlParameters,
): Scan | null {
  const [value, id] = key;
  const sign = (side === 'after') === (order.direction === 'ASC') ? '>' : '<';
  const where = (condition: string): Scan => ({ ...scan, conditions: [...scan.conditions, condition] });
  const byId = () => where(`d.id ${sign} ${parameters.add(id, 'uuid')}`);
  const byRow = (column: string, type: string) =>
    where(`(d.${column}, d.id) ${sign} (${parameters.add(value as string, type)}, ${parameters.add(id, 'uuid')})`);

  if (order.field === 'CREATED_AT') return byId();
  if (order.field === 'RESPONSE_STATUS') {
    const isNull = scan.responses === 'none';
    if (isNull && value === null) return byId();
    if (!isNull && value !== null) return byRow('response_status', 'smallint');
    return isNull === (side === 'after') ? scan : null;
  }
  const rank = deliveryStatuses.indexOf(value as DeliveryStatus);
  const distances = scan.statuses.map(status => (deliveryStatuses.indexOf(status) - rank) * (sign === '>' ? 1 : -1));
  if (distances.every(distance => distance > 0)) return scan;
  if (distances.every(distance => distance < 0)) return null;
  return distances.length === 1 ? byId() : byRow('status', 'delivery_status');
}

function isValue(field: DeliveryOrderField, value: unknown): boolean {
  if (field === 'CREATED_AT') return value === null;
  if (field === 'STATUS') return (deliveryStatuses as readonly unknown[]).includes(value);
  return value === null || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 32_767);
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
