import type { Transition } from '../../delivery.ts';
import type { Services } from '../context.ts';
import type { Announcement } from './announcer.ts';

/** Publishes new deliveries to the live feed, and notifies the senders of their endpoints. */
export function announceCreated(
  { announcer, feed }: Pick<Services, 'announcer' | 'feed'>,
  announcement: Announcement,
): void {
  const byEndpoint = Map.groupBy(announcement.transitions, ({ delivery }) => delivery.endpointId);
  feed.notifySenders(
    Array.from(byEndpoint, ([endpointId, created]) => ({
      endpointId,
      tenantId: (created[0] as Transition).delivery.tenantId,
      count: created.length,
    })),
  );
  announcer.announce(announcement);
}
