import { randomUUID } from 'node:crypto';
import type { DeliveryStatus, Transition } from '../../src/delivery.ts';
import type { DueNotification, Feed, FeedItem } from '../../src/feed/feed.ts';
import { newUuid } from '../../src/ids.ts';

/** A transition as a sender would announce it, of a delivery made this moment unless `id` says otherwise. */
export function makeTransition(
  tenantId: string,
  { id = newUuid(Date.now()), version = 1, status = 'PENDING' as DeliveryStatus, eventType = 'payment.completed' } = {},
): Transition {
  const now = Date.now();
  return {
    delivery: {
      id,
      tenantId,
      endpointId: newUuid(now),
      eventId: newUuid(now),
      eventType,
      status,
      failureReason: null,
      attemptCount: version - 1,
      maxAttempts: 10,
      responseStatus: null,
      errorCode: null,
      errorMessage: null,
      nextAttemptAt: now,
      updatedAt: now,
      finishedAt: null,
      lastFailedAt: null,
      isTest: false,
      replayOf: null,
      bulkOperationId: null,
      latencyMs: null,
      version,
    },
    previous:
      version === 1
        ? null
        : {
            status: 'PENDING',
            failureReason: null,
            responseStatus: 503,
            errorCode: 'HTTP_STATUS',
            bulkOperationId: null,
            latencyMs: null,
          },
    occurredAt: now,
    endpointName: 'Billing',
    endpointUrl: 'https://example.com/hooks/billing',
  };
}

export function makeTransitions(tenantId: string, count: number): Transition[] {
  return Array.from({ length: count }, () => makeTransition(tenantId));
}

/** An id whose UUIDv7 says that the delivery was made an hour ago. */
export function oldDeliveryId(): string {
  const ms = (Date.now() - 3_600_000).toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${randomUUID().slice(15)}`;
}

export const newTenantId = (): string => randomUUID();

/** `<delivery>:<version>`, by which tests compare what came with what was announced. */
export const nameOf = ({ delivery }: Transition): string => `${delivery.id}:${delivery.version}`;

/** The next `count` items; rejects where they have not come within `timeoutMs`. */
export async function take(items: AsyncIterator<FeedItem>, count: number, timeoutMs = 60_000): Promise<FeedItem[]> {
  const taken: FeedItem[] = [];
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Only ${taken.length} of ${count} items came.`)), timeoutMs);
  try {
    while (taken.length < count) {
      const result = await Promise.race([items.next(), late]);
      if (result.done) throw new Error(`The feed ended after ${taken.length} of ${count} items.`);
      taken.push(result.value);
    }
    return taken;
  } finally {
    clearTimeout(timer);
  }
}

/** Announces a transition of its own, and gives everything that comes before it: all that was published until then. */
export async function takeUntilMarker(
  feed: Feed,
  tenantId: string,
  items: AsyncIterator<FeedItem>,
): Promise<FeedItem[]> {
  const marker = makeTransition(tenantId, { id: oldDeliveryId() });
  await feed.publish([marker]);
  const taken: FeedItem[] = [];
  for (;;) {
    const [item] = await take(items, 1);
    if (!item || nameOf(item.transition) === nameOf(marker)) return taken;
    taken.push(item);
  }
}

/**
 * Announces these one by one, as processes with an outbox do: what the feed refuses is announced again behind each one
 * that it takes. @returns what it has refused in the end.
 */
export async function announceAll(feed: Feed, transitions: readonly Transition[]): Promise<readonly Transition[]> {
  let waiting: readonly Transition[] = [];
  for (const transition of transitions) waiting = await feed.publish([transition, ...waiting]);
  for (let before = -1; waiting.length !== before; ) {
    before = waiting.length;
    waiting = await feed.publish(waiting);
  }
  return waiting;
}

/** A notification of one delivery for each of these endpoints. */
export const due = (...endpointIds: string[]): DueNotification[] =>
  endpointIds.map(endpointId => ({ endpointId, tenantId: 'tenant', count: 1 }));

export const nameEndpoint = ({ endpointId }: DueNotification): string => endpointId;
