import type { Pool } from 'pg';
import { isUnavailable } from '../../database/failures.ts';
import type { Feed } from '../../feed/feed.ts';
import { announceCreated } from '../announcements/announce-created.ts';
import type { Announcer } from '../announcements/announcer.ts';
import { insertEvents, type NewEvent } from './insert-events.ts';

/** Writes events with their deliveries, announces them and wakes the senders. */
export interface EventWriter {
  /**
   * All of these events or none, once they are committed. Calls of one tenant that come while another is being written
   * share the next commit.
   *
   * @returns false where the routing has changed since, and nothing was written.
   */
  write(tenantId: string, routingRevision: number, events: readonly NewEvent[]): Promise<boolean>;
}

interface Call {
  readonly events: readonly NewEvent[];
  resolve(isWritten: boolean): void;
  reject(error: unknown): void;
}

/** The calls that go with the next commit, by tenant and revision; one commit of each is under way at a time. */
interface Line {
  readonly waiting: Call[];
}

const maxEventsPerCommit = 1000;

export function createEventWriter(options: {
  readonly pool: Pool;
  readonly announcer: Announcer;
  readonly feed: Feed;
}): EventWriter {
  const { pool } = options;
  const lines = new Map<string, Line>();

  async function commit(tenantId: string, routingRevision: number, calls: readonly Call[]): Promise<void> {
    try {
      const events = calls.flatMap(call => call.events);
      const announcement = await insertEvents(pool, tenantId, routingRevision, events);
      if (announcement) announceCreated(options, announcement);
      for (const call of calls) call.resolve(announcement !== null);
    } catch (error) {
      // What the database refuses of one call must not fail the others; what it can't take just now fails them all.
      if (calls.length > 1 && !isUnavailable(error)) {
        for (const call of calls) await commit(tenantId, routingRevision, [call]);
      } else for (const call of calls) call.reject(error);
    }
  }

  async function run(key: string, line: Line, tenantId: string, routingRevision: number): Promise<void> {
    while (line.waiting.length > 0) await commit(tenantId, routingRevision, takeCalls(line.waiting));
    lines.delete(key);
  }

  return {
    write(tenantId, routingRevision, events) {
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const key = `${tenantId}/${routingRevision}`;
      const line = lines.get(key);
      const call = { events, resolve, reject };
      if (line) line.waiting.push(call);
      else {
        const opened: Line = { waiting: [call] };
        lines.set(key, opened);
        void run(key, opened, tenantId, routingRevision);
      }
      return promise;
    },
  };
}

/** Whole calls, up to about 1,000 events; at least one. */
function takeCalls(waiting: Call[]): Call[] {
  let events = 0;
  let count = 0;
  for (const call of waiting) {
    events += call.events.length;
    if (count > 0 && events > maxEventsPerCommit) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
