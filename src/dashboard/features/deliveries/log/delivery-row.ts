import type { DeliveryOrder, RowDetailsFragment, RowScalarsFragment } from '../../../generated/graphql.ts';

/** A row of the delivery log. It is immutable: a change creates a new object. */
export interface DeliveryRow extends RowScalarsFragment {
  /** The fields of the row that the feed does not contain. Null until they are loaded. */
  readonly details: RowDetailsFragment | null;
  /** The version of the delivery to which `details` belong. -1 if the details must be loaded again. */
  readonly detailsVersion: number;
  /**
   * Whether the delivery no longer matches the filter. The row is removed once the list is not on hold: see
   * `DeliveryLog.hold`.
   */
  readonly hasLeft: boolean;
}

export function rowOfNode(node: RowScalarsFragment & RowDetailsFragment): DeliveryRow {
  const { endpoint, event, lastAttempt, waitingFor, ...scalars } = node;
  return {
    ...scalars,
    details: { endpoint, event, lastAttempt, waitingFor },
    detailsVersion: node.version,
    hasLeft: false,
  };
}

export function rowOfUpdate(scalars: RowScalarsFragment): DeliveryRow {
  return { ...scalars, details: null, detailsVersion: -1, hasLeft: false };
}

const statusOrder = { PENDING: 0, PROCESSING: 1, RETRYING: 2, SUCCEEDED: 3, FAILED: 4 } as const;

/**
 * Returns a function that compares rows in the order of the server: ties are sorted by id in the same direction, and
 * rows without a value are last in both directions.
 */
export function compareRows({ field, direction }: DeliveryOrder): (a: DeliveryRow, b: DeliveryRow) => number {
  const sign = direction === 'ASC' ? 1 : -1;
  const byId = (a: DeliveryRow, b: DeliveryRow) => (a.id < b.id ? -sign : a.id > b.id ? sign : 0);
  if (field === 'CREATED_AT') return byId;
  const sortValue = (row: DeliveryRow) => {
    if (field === 'STATUS') return statusOrder[row.status];
    return field === 'LATENCY' ? row.latencyMs : row.responseStatus;
  };
  return (a, b) => {
    const [one, other] = [sortValue(a), sortValue(b)];
    if (one === other) return byId(a, b);
    if (one === null) return 1;
    if (other === null) return -1;
    return sign * (one - other);
  };
}
