import type { DeliverySnapshot, PreviousState } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import type { ChangedDelivery, ChangeOrigin } from '../deliveries/announce-change.ts';

/** What a chunk has changed, to be announced once it is committed. */
export interface BulkChange {
  /** The deliveries that are due now, UUIDs. */
  readonly released: readonly string[];
  readonly endpointIds: readonly string[];
  readonly announcement: Announcement;
}

/** The change of these rows, which share an outbox row. */
export function toBulkChange<Row extends ChangedDelivery & ChangeOrigin>(
  rows: readonly Row[],
  split: (row: Omit<Row, 'outboxId' | keyof ChangeOrigin>) => {
    readonly delivery: DeliverySnapshot;
    readonly previous: PreviousState | null;
  },
): BulkChange {
  const transitions = rows.map(({ outboxId, endpointName, endpointUrl, ...row }) => {
    const { delivery, previous } = split(row);
    return { delivery, previous, occurredAt: delivery.updatedAt, endpointName, endpointUrl };
  });
  return {
    released: rows.map(row => row.id),
    endpointIds: rows.map(row => row.endpointId),
    announcement: { outboxId: rows[0]?.outboxId ?? null, transitions },
  };
}
