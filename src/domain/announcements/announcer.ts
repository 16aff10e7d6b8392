import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { Feed } from '../../feed/feed.ts';
import type { Transition } from '../../feed/transition.ts';
import type { Logger } from '../../log.ts';

/** Transitions that are committed, with the outbox row that was written in the same statement. */
export interface Announcement {
  /** Null where nothing was committed. */
  readonly outboxId: number | null;
  readonly transitions: readonly Transition[];
}

/**
 * Hands committed transitions to the feed, then deletes their outbox rows. Announcing never delays or fails what it
 * announces: where the feed can't take them, the outbox row stays and `openOutboxRecovery` (of any process) announces
 * them again.
 */
export interface Announcer extends AsyncDisposable {
  announce(announcement: Announcement): void;
}

const deleteStatement = defineStatement<[ids: string], never>({
  name: 'outbox-delete',
  text: 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])',
});

/** How long announced rows are collected before they are deleted together. */
const deleteDelayMs = 100;

export function createAnnouncer(pool: Pool, feed: Feed, log: Logger): Announcer {
  const underWay = new Set<Promise<void>>();
  let announced: number[] = [];
  let timer: NodeJS.Timeout | null = null;

  const track = (work: Promise<void>) => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };

  const deleteAnnounced = async () => {
    timer = null;
    const ids = announced;
    announced = [];
    try {
      await deleteStatement(pool, [encodePlainArray(ids)]);
    } catch (error) {
      // They stay, and are announced once more: subscribers drop the versions they have seen.
      log.warn({ err: error, rows: ids.length }, 'announced outbox rows could not be deleted');
    }
  };

  const publish = async ({ outboxId, transitions }: Announcement) => {
    try {
      await feed.publish(transitions);
    } catch (error) {
      log.debug(
        { err: error, transitions: transitions.length },
        'the feed did not take transitions; they stay in the outbox',
      );
      return;
    }
    if (outboxId === null) return;
    announced.push(outboxId);
    timer ??= setTimeout(() => track(deleteAnnounced()), deleteDelayMs);
  };

  return {
    announce(announcement) {
      if (announcement.transitions.length > 0) track(publish(announcement));
    },
    async [Symbol.asyncDispose]() {
      while (underWay.size > 0) await Promise.all(underWay);
      if (timer) {
        clearTimeout(timer);
        await deleteAnnounced();
      }
    },
  };
}
