import { setTimeout as delay } from 'node:timers/promises';
import type { FeedItems } from '../feed/feed.ts';
import { type DeliveryUpdate, selectUpdate } from '../graphql/delivery-updated.ts';
import { encodeNextFrames } from './next-frames.ts';
import type { GroupMember, UpdateGroup, UpdateGroupOptions, UpdateSink } from './update-group.ts';

export interface CatchUp
  extends Pick<UpdateGroupOptions, 'filter' | 'execute' | 'acquireRoom' | 'isHeavy' | 'maxBufferedBytes'> {
  readonly group: UpdateGroup;
  readonly sink: UpdateSink;
  /** The subscriber's own feed, from its cursor on. */
  readonly items: FeedItems;
  /** For the membership that follows. */
  readonly onDetached: () => void;
}

/** How long to wait for room in the budget of a credential. */
const fullMs = 100;
/** Items that are executed together, and share what they load from the database. */
const batchItems = 16;

/**
 * Brings a subscriber what follows its cursor, from a feed of its own and as fast as the client takes it, until the group
 * still has everything behind that. Then it joins the group: both count by the feed's positions, so there is neither
 * gap nor duplicate.
 *
 * @returns its membership; null if its feed ended first.
 */
export async function catchUp(options: CatchUp): Promise<GroupMember | null> {
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
    // What was skipped is still to be told with an update.
    const member = skipped === 0 ? join() : null;
    // Leaving the loop ends its own feed.
    if (member) return member;
  }
  return null;
}

/** Executes updates once there is room for them and the client has taken the last ones, and writes them. */
async function writeUpdates(
  { sink, execute, acquireRoom, isHeavy, maxBufferedBytes }: CatchUp,
  updates: readonly DeliveryUpdate[],
): Promise<void> {
  const isFull = () => sink.bufferedBytes > maxBufferedBytes;
  for (let isWritten = false; !isWritten; ) {
    if (isHeavy && isFull()) {
      await sink.whenTaken();
      // Others with the same credential may have left too much.
      if (isFull()) await delay(fullMs);
    }
    using _room = await acquireRoom(updates.length);
    // While this waited for room, others may have written to the same socket.
    if (isHeavy && isFull()) continue;
    for (const payload of await Promise.all(updates.map(execute))) {
      sink.write(...encodeNextFrames(sink.prefix, [payload]));
      if (!isHeavy && isFull()) await sink.whenTaken();
    }
    isWritten = true;
  }
  if (isFull()) await sink.whenTaken();
}
