import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import type { Transition } from '../../delivery.ts';
import type { Feed } from '../../feed/feed.ts';
import type { Logger } from '../../log.ts';
import type { Routing } from '../events/routing.ts';
import { reportLoopErrors } from '../failed-rows.ts';

/** Committed status changes of deliveries, and the outbox row that the same statement wrote for them. */
export interface Announcement {
  /** The id of the outbox row. Null if no row was written. */
  readonly outboxId: number | null;
  readonly transitions: readonly Transition[];
  /**
   * Set if endpoints of this tenant were renamed, so that names or URLs in `transitions` may be outdated. Default:
   * null.
   */
  readonly renamedInTenantId?: string | null;
}

/**
 * Publishes committed transitions to the feed, then deletes their outbox rows. The statement that made the change never
 * waits for it, and its errors do not affect the change. If the feed rejects a transition, its outbox row stays, and
 * `openOutboxRecovery` publishes it, in this or another process.
 */
export interface Announcer extends AsyncDisposable {
  announce(announcement: Announcement): void;
}

const deleteStatement = defineStatement<[ids: string], never>({
  name: 'outbox-delete',
  text: 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])',
});

/*
 * Finds earlier versions of deliveries that are not announced yet. Each outbox id is drawn while the delivery's row is
 * locked, so ids ascend with the delivery's versions, and an unannounced earlier version has a row with a lower id.
 */
const earlierStatement = defineStatement<
  [outboxId: number, deliveryIds: string, limit: number],
  { isOpen: boolean; isBacklogged: boolean; waitingIds: string[] }
>({
  name: 'outbox-earlier',
  text: `
WITH earlier AS MATERIALIZED (SELECT delivery_ids FROM outbox WHERE id < $1 ORDER BY id DESC LIMIT $3)
SELECT EXISTS (SELECT FROM outbox WHERE id = $1) AS "isOpen", (SELECT count(*) FROM earlier) >= $3 AS "isBacklogged",
  ARRAY (SELECT DISTINCT each.id FROM earlier, unnest(earlier.delivery_ids) AS each (id)
    WHERE each.id = ANY ($2::uuid[])) AS "waitingIds"`,
});

/** The ids of announced outbox rows are collected for this time in ms, and their rows then deleted in one statement. */
const deleteDelayMs = 100;
/**
 * The delays in ms after which a transition that the feed rejected is published again. After the last one, it is left
 * to `openOutboxRecovery`.
 */
const retryDelaysMs = [20, 80, 320];
/**
 * The largest number of rejected transitions that wait for another try in memory. Others are left to
 * `openOutboxRecovery`.
 */
const maxWaiting = 20_000;
/**
 * The number of earlier outbox rows in which unannounced versions of the same deliveries are searched for. If there are
 * more rows, the transition is left to `openOutboxRecovery`, which publishes all rows in order.
 */
const maxEarlierRows = 500;

export function createAnnouncer(pool: Pool, feed: Feed, log: Logger, routing: Pick<Routing, 'read'>): Announcer {
  const underWay = new Set<Promise<void>>();
  let announced: number[] = [];
  let timer: NodeJS.Timeout | null = null;
  const report = reportLoopErrors(log);
  const announceRefused = createRefusedAnnouncer(pool, feed);

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
      // The rows are published again by `openOutboxRecovery`. The feed ignores transitions that it already contains.
      log.warn({ err: error, rows: ids.length }, 'announced outbox rows could not be deleted');
    }
  };

  /**
   * Replaces names and URLs in the transitions by the current ones. Returns the transitions unchanged if the endpoints
   * cannot be read.
   */
  const rename = async (tenantId: string, transitions: readonly Transition[]): Promise<readonly Transition[]> => {
    try {
      const { routes } = await routing.read(tenantId, true);
      return transitions.map(transition => {
        const route = routes.get(transition.delivery.endpointId);
        return route ? { ...transition, endpointName: route.name, endpointUrl: route.url } : transition;
      });
    } catch (error) {
      // Outdated names are acceptable, because only subscriptions with a search use them.
      report('reading the new names of endpoints', error);
      return transitions;
    }
  };

  const publish = async (announcement: Announcement) => {
    const { outboxId, renamedInTenantId = null } = announcement;
    let { transitions } = announcement;
    if (renamedInTenantId !== null) transitions = await rename(renamedInTenantId, transitions);
    try {
      const refused = await feed.publish(transitions);
      if (outboxId === null || (refused.length > 0 && !(await announceRefused(outboxId, refused)))) return;
    } catch (error) {
      report('announcing transitions, which stay in the outbox,', error);
      return;
    }
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

type AnnounceRefused = (outboxId: number, refused: readonly Transition[]) => Promise<boolean>;

/**
 * Publishes rejected transitions again, once all earlier versions of their deliveries have been announced. Returns
 * false if it gave up and `openOutboxRecovery` has to publish them.
 */
function createRefusedAnnouncer(pool: Pool, feed: Feed): AnnounceRefused {
  let waiting = 0;

  const announceOnce = async (
    outboxId: number,
    refused: readonly Transition[],
  ): Promise<readonly Transition[] | null> => {
    const ids = encodePlainArray([...new Set(refused.map(({ delivery }) => delivery.id))]);
    const [earlier] = await earlierStatement(pool, [outboxId, ids, maxEarlierRows]);
    // The outbox row is gone, because the recovery of another process has announced it.
    if (!earlier?.isOpen) return [];
    if (earlier.isBacklogged) return null;
    const waitingIds = new Set(earlier.waitingIds);
    const [follows, begins] = partition(refused, ({ delivery }) => waitingIds.has(delivery.id));
    return [...(await feed.publish(begins, { areEarlierAnnounced: true })), ...(await feed.publish(follows))];
  };

  return async (outboxId, refused) => {
    if (waiting + refused.length > maxWaiting) return false;
    waiting += refused.length;
    try {
      let rest: readonly Transition[] | null = refused;
      for (const delayMs of retryDelaysMs) {
        await delay(delayMs);
        rest = await announceOnce(outboxId, rest);
        if (rest === null || rest.length === 0) return rest !== null;
      }
      return false;
    } finally {
      waiting -= refused.length;
    }
  };
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  const { first = [], second = [] } = Object.groupBy(items, item => (isFirst(item) ? 'first' : 'second'));
  return [first, second];
}
