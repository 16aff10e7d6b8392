import { setTimeout as delay } from 'node:timers/promises';
import type { FeedItems } from '../feed/feed.ts';
import { type DeliveryUpdate, selectUpdate } from '../graphql/delivery-updated.ts';
import { encodeNextFrames } from './next-frames.ts';
import type { GroupMember, SubscriptionGroup, SubscriptionGroupOptions, UpdateSink } from './subscription-group.ts';

export interface ReplayThenJoinOptions
  extends Pick<SubscriptionGroupOptions, 'filter' | 'execute' | 'acquireRoom' | 'isHeavy' | 'maxBufferedBytes'> {
  readonly group: SubscriptionGroup;
  readonly sink: UpdateSink;
  /** The subscriber's own feed, from its cursor on. */
  readonly items: FeedItems;
  /** The group calls it if the subscriber falls behind after joining, and is then removed from the group. */
  readonly onDetached: () => void;
}

/** The milliseconds to wait before checking again whether the credential has too many unread bytes. */
const fullMs = 100;
/** The number of items that are executed together and share what they load from the database. */
const batchItems = 16;

/**
 * Sends a subscriber the updates after its cursor, from its own feed and as fast as the client reads. Once the group
 * keeps all later updates, the subscriber joins the group. The subscriber's feed and the group have the same positions,
 * so no update is missed or repeated.
 *
 * @returns the member of the group, or null if its feed ended first.
 */
export async function replayThenJoin(options: ReplayThenJoinOptions): Promise<GroupMember | null> {
  const { group, sink, items, filter, isHeavy, onDetached } = options;
  const join = () => (group.epoch === items.epoch ? group.join(sink, onDetached, items.position) : null);
  let skipped = 0;
  const atOnce = join();
  if (atOnce) {
    await items.return();
    return atOnce;
  }
  for await (const first of items) {
    const batch = [first, ...items.takeReady(isHeavy ? 0 : batchItems - 1)];
    const updates: DeliveryUpdate[] = [];
    for (const item of batch) {
      skipped += item.skipped;
      const update = selectUpdate(item, filter);
      if (!update) continue;
      updates.push({ ...update, skipped });
      skipped = 0;
    }
    if (updates.length > 0) await writeUpdates(options, updates);
    // Skipped updates delay joining, because their number must first be reported with the next update.
    const member = skipped === 0 ? join() : null;
    // Returning from the loop closes the subscriber's own feed.
    if (member) return member;
  }
  return null;
}

/** Executes and writes updates. First waits until the client has read the previous ones and there is capacity. */
async function writeUpdates(
  { sink, execute, acquireRoom, isHeavy, maxBufferedBytes }: ReplayThenJoinOptions,
  updates: readonly DeliveryUpdate[],
): Promise<void> {
  const isFull = () => sink.bufferedBytes > maxBufferedBytes;
  for (let isWritten = false; !isWritten; ) {
    if (isHeavy && isFull()) {
      await sink.whenTaken();
      // This client has read everything, but other connections of its credential may have too many unread bytes.
      if (isFull()) await delay(fullMs);
    }
    using _room = await acquireRoom(updates.length);
    // Check again, because other operations of the socket may have written during the wait.
    if (isHeavy && isFull()) continue;
    for (const payload of await Promise.all(updates.map(execute))) {
      sink.write(...encodeNextFrames(sink.prefix, [payload]));
      if (!isHeavy && isFull()) await sink.whenTaken();
    }
    isWritten = true;
  }
  if (isFull()) await sink.whenTaken();
}
