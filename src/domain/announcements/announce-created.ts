import type { Services } from '../context.ts';
import type { Announcement } from './announcer.ts';

/** Announces deliveries that were made just now, and wakes the senders for them. */
export function announceCreated(services: Pick<Services, 'announcer' | 'feed'>, announcement: Announcement): void {
  services.announcer.announce(announcement);
  services.feed.wake([...new Set(announcement.transitions.map(({ delivery }) => delivery.endpointId))]);
}
