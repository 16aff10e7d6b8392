import { randomUUID } from 'node:crypto';
import type { DeliveryStatus, Transition } from '../../src/delivery.ts';
import type { DueNotification, Feed, FeedItem } from '../../src/feed/feed.ts';
import { newUuid } from '../../src/ids.ts';

/** Creates a transition as a sender announces it. Its delivery was created just now, unless `id` is given. */
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

/** Creates the id of a delivery that was created an hour ago. */
export function oldDeliveryId(): string {
  const ms = (Date.now() - 3_600_000).toString(16).padStart(12, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${randomUUID().slice(15)}`;
}

export const newTenantId = (): string => randomUUID();

/** Identifies a transition as `<delivery>:<version>`, so that tests can compare received with announced ones. */
export const nameOf = ({ delivery }: Transition): string => `${delivery.id}:${delivery.version}`;

/** Reads the next `count` items. Rejects if they do not arrive within `timeoutMs`. */
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

/** Announces a marker transition, and reads all items before it: everything that was announced until then. */
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
 * Announces transitions one by one, as processes with an outbox do: those that the feed rejects are announced again
 * together with each following one.
 * @returns those that the feed still rejects in the end.
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

/** Creates a notification of one due delivery for each of these endpoints. */
export const due = (...endpointIds: string[]): DueNotification[] =>
  endpointIds.map(endpointId => ({ endpointId, tenantId: 'tenant', count: 1 }));

export const nameEndpoint = ({ endpointId }: DueNotification): string => endpointId;
