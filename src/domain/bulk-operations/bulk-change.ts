import type { DeliverySnapshot, PreviousState } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import type { ChangedDelivery, ChangeOrigin } from '../deliveries/announce-change.ts';

/** The changes of a chunk. They are announced once the chunk is committed. */
export interface BulkChange {
  /** The deliveries (UUIDs) that are due now. */
  readonly queuedIds: readonly string[];
  readonly endpointIds: readonly string[];
  readonly announcement: Announcement;
}

/** The change that consists of these rows. They share an outbox row. */
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
    queuedIds: rows.map(row => row.id),
    endpointIds: rows.map(row => row.endpointId),
    announcement: { outboxId: rows[0]?.outboxId ?? null, transitions },
  };
}
