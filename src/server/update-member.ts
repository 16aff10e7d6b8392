import type { CheckedFilter } from '../domain/deliveries/delivery-filter.ts';
import type { FeedItems } from '../feed/feed.ts';
import { selectUpdate } from '../graphql/delivery-updated.ts';
import { encodeNextFrames } from './next-frames.ts';
import type { GroupMember, UpdateGroup, UpdateSink } from './update-group.ts';

/**
 * Brings a subscriber what follows its cursor, from a feed of its own, until that is live; then lets it join the group,
 * at the very transition at which its own feed stands: neither gap nor duplicate.
 *
 * @returns its membership; null where its feed ended first.
 */
export async function catchUp(
  group: UpdateGroup,
  sink: UpdateSink,
  items: FeedItems,
  filter: CheckedFilter,
  maxBufferedBytes: number,
): Promise<GroupMember | null> {
  let skipped = 0;
  for await (const item of items) {
    skipped += item.skipped;
    const update = selectUpdate(item, filter);
    if (update) {
      const payload = await group.execute({ ...update, skipped }, item);
      skipped = 0;
      sink.write(encodeNextFrames(sink.prefix, [payload]));
      // Its own feed waits where it reads the log, and counts as skipped what comes too fast once it is live.
      if (sink.bufferedBytes > maxBufferedBytes) await sink.whenTaken();
    }
    const member = items.isLive && skipped === 0 ? group.joinBehind(sink, item.transition) : null;
    // Leaving the loop ends its own feed.
    if (member) return member;
  }
  return null;
}
