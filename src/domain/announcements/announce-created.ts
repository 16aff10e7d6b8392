import type { Transition } from '../../delivery.ts';
import type { Services } from '../context.ts';
import type { Announcement } from './announcer.ts';

/** Announces new deliveries, and notifies the senders. */
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
