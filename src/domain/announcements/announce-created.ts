import type { Services } from '../context.ts';
import type { Announcement } from './announcer.ts';

/** Announces deliveries that were created just now, and wakes the senders for them. */
export function announceCreated(
  services: Pick<Services, 'announcer' | 'feed' | 'routing'>,
  announcement: Announcement,
): void {
  const { announcer, feed, routing } = services;
  feed.wake([...new Set(announcement.transitions.map(({ delivery }) => delivery.endpointId))]);
  const { renamedInTenantId: tenantId = null } = announcement;
  if (tenantId === null) {
    announcer.announce(announcement);
    return;
  }
  void routing.read(tenantId, true).then(
    ({ routes }) => {
      const transitions = announcement.transitions.map(transition => {
        const route = routes.get(transition.delivery.endpointId);
        return route ? { ...transition, endpointName: route.name, endpointUrl: route.url } : transition;
      });
      announcer.announce({ ...announcement, transitions });
    },
    // The old names are better than nothing; only searches of subscriptions look at them.
    () => announcer.announce(announcement),
  );
}
