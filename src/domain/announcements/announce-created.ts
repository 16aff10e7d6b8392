import type { Services } from '../context.ts';
import type { Announcement } from './announcer.ts';

/** Announces deliveries that were created just now, and wakes the senders for them. */
export function announceCreated(
  { announcer, feed }: Pick<Services, 'announcer' | 'feed'>,
  announcement: Announcement,
): void {
  feed.wake([...new Set(announcement.transitions.map(({ delivery }) => delivery.endpointId))]);
  announcer.announce(announcement);
}
