import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Announcer } from '../domain/announcements/announcer.ts';
import type { SignInFailure } from './failed-sign-ins.ts';
import type { MetricsSource } from './server.ts';

/**
 * The content of `/metrics` in the Prometheus text format: figures of the process, and the transitions that it has
 * committed.
 */
export interface Metrics extends MetricsSource {
  readonly registry: Registry;
  /** Wraps an announcer, so that the metrics count the transitions that it announces. */
  count(announcer: Announcer): Announcer;
  /** Counts a failed sign-in. */
  readonly countFailedSignIn: (reason: SignInFailure) => void;
  /** Records the age of the oldest database snapshot, in seconds. */
  readonly recordOldestSnapshot: (seconds: number) => void;
  /** Records how many events of `livehook.publish_event` wait, and for how long the oldest of them has waited. */
  readonly recordInboxBacklog: (backlog: { readonly events: number; readonly oldestSeconds: number }) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const transitions = new Counter({
    name: 'livehook_delivery_transitions_total',
    help: 'Transitions of deliveries that this process has committed, by the status they led to.',
    labelNames: ['status'],
    registers: [registry],
  });
  const failedSignIns = new Counter({
    name: 'livehook_failed_sign_ins_total',
    help: 'Requests and sockets that were rejected because of their credentials: missing, malformed, unknown (also revoked or expired), or limited (the address has failed too often).',
    labelNames: ['reason'],
    registers: [registry],
  });
  const oldestSnapshot = new Gauge({
    name: 'livehook_database_oldest_snapshot_seconds',
    help: 'For how long the oldest transaction of the database has held its snapshot, as the janitor saw it in the last minute. Above 300, sending becomes slower with each delivery until that transaction ends. 0 without the role janitor.',
    aggregator: 'max',
    registers: [registry],
  });
  const inboxEvents = new Gauge({
    name: 'livehook_event_inbox_events',
    help: 'Events that applications published with livehook.publish_event and that the janitor has not processed yet, at most 100,000, as it saw them in the last 10 seconds. 0 without the role janitor.',
    aggregator: 'max',
    registers: [registry],
  });
  const inboxOldest = new Gauge({
    name: 'livehook_event_inbox_oldest_seconds',
    help: 'How long ago the oldest event was published that waits in event_inbox. Above 60, the janitor warns. 0 if none waits, and without the role janitor.',
    aggregator: 'max',
    registers: [registry],
  });
  return {
    recordInboxBacklog({ events, oldestSeconds }) {
      inboxEvents.set(events);
      inboxOldest.set(oldestSeconds);
    },
    recordOldestSnapshot: seconds => oldestSnapshot.set(seconds),
    countFailedSignIn: reason => failedSignIns.inc({ reason }),
    registry,
    contentType: registry.contentType,
    render: () => registry.metrics(),
    count: announcer => ({
      announce(announcement) {
        for (const { delivery } of announcement.transitions) transitions.inc({ status: delivery.status });
        announcer.announce(announcement);
      },
      [Symbol.asyncDispose]: () => announcer[Symbol.asyncDispose](),
    }),
  };
}
