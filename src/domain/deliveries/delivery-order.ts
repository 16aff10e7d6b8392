import { Prisma } from '../../database/generated/client.ts';
import { type DeliverySnapshot, type DeliveryStatus, deliveryStatuses } from '../../delivery.ts';
import type { CursorScope } from '../pages.ts';
import { narrowScan, narrowStatuses, type Scan } from './filter-sql.ts';

export type DeliveryOrderField = 'CREATED_AT' | 'STATUS' | 'RESPONSE_STATUS' | 'LATENCY';

/**
 * The order of a list. Ties are broken by id, in the same direction. STATUS follows the order of `deliveryStatuses`.
 * Deliveries without a response status or latency come last in both directions.
 */
export interface DeliveryOrder {
  readonly field: DeliveryOrderField;
  readonly direction: 'ASC' | 'DESC';
}

export const defaultOrder: DeliveryOrder = { field: 'CREATED_AT', direction: 'DESC' };

/**
 * The value by which a delivery is sorted, before its id. Null for CREATED_AT, where the id alone decides, and if the
 * delivery has no response status or latency.
 */
type SortValue = DeliveryStatus | number | null;
export type DeliveryKey = readonly [value: SortValue, id: string];

/** A scan whose rows an index can return in order. */
export interface OrderedScan extends Scan {
  /**
   * The sort value that all rows of the scan have, so that their ids alone decide the order. `mixed`: the rows have
   * different values, none of them null.
   */
  readonly value: SortValue | 'mixed';
}

/** The sortable numeric columns, which may be null. */
const numbers = {
  RESPONSE_STATUS: { column: 'response_status', type: 'smallint', max: 32_767 },
  LATENCY: { column: 'duration_ms', type: 'int', max: 2 ** 31 - 1 },
} as const;

/** Returns the scope of cursors for a list in this order. A cursor is valid only in the scope that created it. */
export function deliveryCursors(kind: string, tenantId: string, order: DeliveryOrder): CursorScope<DeliveryKey> {
  return {
    kind,
    order: `${order.field} ${order.direction}`,
    tenantId,
    isKey: (values): values is DeliveryKey => values.length === 2 && isValue(order, values[0]) && isUuid(values[1]),
  };
}

export function keyOf({ field }: DeliveryOrder, row: DeliverySnapshot): DeliveryKey {
  if (field === 'CREATED_AT') return [null, row.id];
  if (field === 'STATUS') return [row.status, row.id];
  return [field === 'LATENCY' ? row.latencyMs : row.responseStatus, row.id];
}

/**
 * Splits a scan until an index of the history table returns the rows of each part in order. Rows with response status
 * 200 are a part of their own. The index on `response_status` leaves them out, because nearly all rows have this
 * status.
 */
export function splitScan({ field }: DeliveryOrder, scan: Scan): OrderedScan[] {
  if (field === 'CREATED_AT') return [{ ...scan, value: null }];
  if (field === 'STATUS') return scan.statuses.map(status => ({ ...narrowStatuses(scan, [status]), value: status }));
  const part = (condition: string, value: OrderedScan['value'], from: Scan = scan): OrderedScan =>
    narrowScan({ ...from, value }, Prisma.raw(condition));
  const { column } = numbers[field];
  const none = (from: Scan) => part(`d.${column} IS NULL`, null, from);
  const some = () => part(`d.${column} IS NOT NULL`, 'mixed');
  // One index of the history contains every latency. No index of the live table is ordered by a sort value. Two parts
  // are then enough: rows with a value and rows without one.
  if (field === 'LATENCY' || scan.table === 'live') return [some(), none(scan)];
  const parts = [part('d.response_status = 200', 200), part('d.response_status <> 200', 'mixed')];
  // SUCCEEDED deliveries always have a response, so only FAILED ones can have none. FAILED has its own index.
  if (!scan.statuses.includes('FAILED')) return parts;
  return [...parts, none(narrowStatuses(scan, ['FAILED']))];
}

/** One bound of a page: only rows strictly after, or before, the key. */
export interface Bound {
  readonly side: 'after' | 'before';
  readonly key: DeliveryKey;
}

/** Whether a scan can have rows within the bound. It decides by the scan's `value` alone. */
export function reaches(order: DeliveryOrder, { value }: OrderedScan, { side, key }: Bound): boolean {
  const isOpen = value === 'mixed' && key[0] !== null;
  return isOpen || value === key[0] || isAfter(order, value, key[0]) === (side === 'after');
}

/**
 * Restricts a scan to the rows within a bound. It compares (value, id) as one row value, so that PostgreSQL starts at
 * that position of the index.
 */
export function boundScan(order: DeliveryOrder, scan: OrderedScan, { side, key: [value, id] }: Bound): OrderedScan {
  const sign = Prisma.raw((side === 'after') === (order.direction === 'ASC') ? '>' : '<');
  if (scan.value === 'mixed' && value !== null) {
    const { column, type } = numbersOf(order);
    const [of, as] = [Prisma.raw(`d.${column}`), Prisma.raw(type)];
    return narrowScan(scan, Prisma.sql`(${of}, d.id) ${sign} (${value}::${as}, ${id}::uuid)`);
  }
  return scan.value === value ? narrowScan(scan, Prisma.sql`d.id ${sign} ${id}::uuid`) : scan;
}

/** Returns the ORDER BY of the rows `d` of one scan. `backward` reverses it. */
export function orderWithin(order: DeliveryOrder, scan: OrderedScan, backward: boolean): Prisma.Sql {
  const way = wayOf(order, backward);
  return Prisma.raw(scan.value === 'mixed' ? `d.${numbersOf(order).column} ${way}, d.id ${way}` : `d.id ${way}`);
}

/** Returns the ORDER BY of the rows `d` of all scans together. `backward` reverses it. */
export function orderOverall(order: DeliveryOrder, backward: boolean): Prisma.Sql {
  const way = wayOf(order, backward);
  if (order.field === 'CREATED_AT') return Prisma.raw(`d.id ${way}`);
  if (order.field === 'STATUS') return Prisma.raw(`d.status ${way}, d.id ${way}`);
  return Prisma.raw(`d.${numbersOf(order).column} ${way} NULLS ${backward ? 'FIRST' : 'LAST'}, d.id ${way}`);
}

function numbersOf({ field }: DeliveryOrder) {
  return numbers[field === 'LATENCY' ? field : 'RESPONSE_STATUS'];
}

function wayOf({ direction }: DeliveryOrder, backward: boolean): 'ASC' | 'DESC' {
  return (direction === 'ASC') !== backward ? 'ASC' : 'DESC';
}

/** Whether the first value comes after the second. The values must differ. */
function isAfter({ field, direction }: DeliveryOrder, value: OrderedScan['value'], other: SortValue): boolean {
  if (value === null || other === null) return value === null;
  const rank = (of: SortValue | 'mixed') =>
    field === 'STATUS' ? deliveryStatuses.indexOf(of as DeliveryStatus) : Number(of);
  return (direction === 'ASC') === rank(value) > rank(other);
}

function isValue({ field }: DeliveryOrder, value: unknown): boolean {
  if (field === 'CREATED_AT') return value === null;
  if (field === 'STATUS') return (deliveryStatuses as readonly unknown[]).includes(value);
  const { max } = numbers[field];
  return value === null || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max);
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
