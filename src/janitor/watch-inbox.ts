import type { Pool } from 'pg';
import { defineStatement } from '../database/pool.ts';
import { uuidTime } from '../ids.ts';
import type { Logger } from '../log.ts';

/** The backlog is counted only up to this number, so that counting stays cheap. */
const maxCounted = 100_000;

export interface InboxBacklog {
  /** The number of waiting events, at most 100,000. */
  readonly events: number;
  /** The age of the oldest waiting event in seconds. 0 if none waits. */
  readonly oldestSeconds: number;
}

const backlogStatement = defineStatement<[], { events: number; oldestId: string | null; nowMs: number }>({
  name: 'event-inbox-backlog',
  text: `
SELECT (SELECT count(*)::integer FROM (SELECT FROM event_inbox LIMIT ${maxCounted}) AS counted) AS events,
  (SELECT event_id FROM event_inbox ORDER BY id LIMIT 1) AS "oldestId",
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS "nowMs"`,
});

export interface WatchInboxOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly record: (backlog: InboxBacklog) => void;
  /** The age of the oldest event at which a warning is logged. Default: 60. */
  readonly warnAfterSeconds?: number;
}

/**
 * Measures the backlog of events that `livehook.publish_event` has written to `event_inbox`, and logs a warning if the
 * oldest event is older than `warnAfterSeconds`.
 */
export async function watchInbox({ pool, log, record, warnAfterSeconds = 60 }: WatchInboxOptions): Promise<void> {
  const [found] = await backlogStatement(pool, []);
  const { events = 0, oldestId = null, nowMs = 0 } = found ?? {};
  const oldestSeconds = oldestId === null ? 0 : Math.max(0, (nowMs - uuidTime(oldestId)) / 1000);
  record({ events, oldestSeconds });
  if (oldestId === null || oldestSeconds < warnAfterSeconds) return;
  log.warn(
    { events, oldestSeconds: Math.round(oldestSeconds) },
    'events that applications published with livehook.publish_event have waited too long; they stay in event_inbox until the janitor can publish them',
  );
}
