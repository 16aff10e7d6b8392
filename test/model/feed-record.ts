import { expect, vi } from 'vitest';
import type { DeliverySnapshot, DeliveryStatus, Transition } from '../../src/delivery.ts';
import type { Feed } from '../../src/feed/feed.ts';
import type { Model } from './model.ts';

/** The transitions of a tenant in the order in which a subscriber gets them. */
export interface FeedRecord extends AsyncDisposable {
  readonly transitions: readonly Transition[];
}

export async function recordFeed(feed: Feed, tenantId: string): Promise<FeedRecord> {
  const closing = new AbortController();
  const transitions: Transition[] = [];
  const items = await feed.subscribe(tenantId, { signal: closing.signal });
  const reading = (async () => {
    for await (const { transition, skipped } of items) {
      expect(skipped).toBe(0);
      transitions.push(transition);
    }
  })();
  return {
    transitions,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await reading;
    },
  };
}

const legal: Readonly<Record<DeliveryStatus, readonly DeliveryStatus[]>> = {
  PENDING: ['PROCESSING', 'FAILED'],
  PROCESSING: ['SUCCEEDED', 'RETRYING', 'FAILED'],
  RETRYING: ['PROCESSING', 'FAILED'],
  SUCCEEDED: [],
  FAILED: ['PENDING'],
};

/**
 * Checks that the transitions of each delivery were announced as versions 1, 2, 3 and so on, that each starts with the
 * status in which the previous one ended, and that the last one equals the database.
 */
export async function checkFeed(
  record: FeedRecord,
  model: Model,
  stored: ReadonlyMap<string, DeliverySnapshot>,
): Promise<void> {
  const total = model.deliveries.reduce((sum, delivery) => sum + delivery.version, 0);
  await vi.waitFor(() => expect(record.transitions, 'announced').toHaveLength(total), { timeout: 20_000, interval: 2 });
  const byDelivery = Map.groupBy(record.transitions, ({ delivery }) => delivery.id);
  expect(byDelivery.size).toBe(model.deliveries.length);
  for (const [id, transitions] of byDelivery) {
    let before: DeliverySnapshot | null = null;
    for (const [index, { delivery, previous }] of transitions.entries()) {
      expect(delivery.version).toBe(index + 1);
      expect(previous && previousStateOf(previous)).toEqual(before && previousStateOf(before));
      if (before) expect(legal[before.status]).toContain(delivery.status);
      else expect(delivery.status).toBe('PENDING');
      before = delivery;
    }
    expect(before && withoutTimes(before)).toEqual(withoutTimes(stored.get(id) as DeliverySnapshot));
  }
}

/**
 * Returns the fields that describe the previous status. The bulk operation is not one of them, because expediting a
 * delivery stores it without a transition.
 */
function previousStateOf({
  status,
  failureReason,
  responseStatus,
  errorCode,
}: Pick<DeliverySnapshot, 'status' | 'failureReason' | 'responseStatus' | 'errorCode'>) {
  return { status, failureReason, responseStatus, errorCode };
}

/**
 * A delivery without due times, which the tests move themselves, and without the bulk operation, which is stored
 * without a transition when a delivery is expedited.
 */
function withoutTimes(delivery: DeliverySnapshot) {
  const { nextAttemptAt, finishedAt, lastFailedAt, updatedAt: _, bulkOperationId: __, ...rest } = delivery;
  return {
    ...rest,
    isWaiting: nextAttemptAt !== null,
    isFinished: finishedAt !== null,
    hasFailed: lastFailedAt !== null,
  };
}
