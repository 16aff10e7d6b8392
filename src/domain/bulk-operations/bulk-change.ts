import type { DeliverySnapshot, PreviousState } from '../../delivery.ts';
import type { Announcement } from '../announcements/announcer.ts';
import { type ChangedDelivery, type ChangeOrigin, describeTransition } from '../deliveries/announce-change.ts';

/** The changes that one chunk of a bulk operation made. They are announced after the chunk is committed. */
export interface BulkChange {
  /** The deliveries (UUIDs) that the chunk made due now. */
  readonly queuedIds: readonly string[];
  readonly endpointIds: readonly string[];
  readonly announcement: Announcement;
}

/** Combines changed rows into a `BulkChange`. All rows have the same outbox row. */
export function toBulkChange<Row extends ChangedDelivery & ChangeOrigin>(
  rows: readonly Row[],
  split: (row: Omit<Row, 'outboxId' | keyof ChangeOrigin>) => {
    readonly delivery: DeliverySnapshot;
    readonly previous: PreviousState | null;
  },
): BulkChange {
  const transitions = rows.map(({ outboxId, endpointName, endpointUrl, ...row }) => {
    const { delivery, previous } = split(row);
    return describeTransition(previous, delivery, { endpointName, endpointUrl });
  });
  return {
    queuedIds: rows.map(row => row.id),
    endpointIds: rows.map(row => row.endpointId),
    announcement: { outboxId: rows[0]?.outboxId ?? null, transitions },
  };
}
