import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { advisoryLocks } from '../../database/advisory-locks.ts';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement, withTransaction } from '../../database/pool.ts';
import type { DeliverySnapshot, DeliveryStatus, Transition } from '../../delivery.ts';
import { UnavailableError } from '../../errors.ts';
import type { Feed } from '../../feed/feed.ts';
import type { Logger } from '../../log.ts';
import { snapshotColumns } from '../deliveries/delivery-columns.ts';
import { FailedRows, processRows, reportLoopErrors } from '../failed-rows.ts';

interface OutboxRow {
  id: number;
  createdAtMs: number;
  deliveryIds: string[];
  versions: number[];
  statuses: string;
  previousStatuses: string;
}

type DeliveryWithEndpoint = DeliverySnapshot & { endpointName: string; endpointUrl: string };

/** Rows younger than this are left to the process that wrote them, which normally announces them immediately. */
const graceSeconds = 1;
const intervalMs = 1000;
const rowsPerRound = 50;
/** The longest time in ms from the start of a round to the publication of its rows. A slower round is abandoned. */
const maxRoundMs = 5_000;

const takeStatement = defineStatement<[graceSeconds: number, limit: number, skipped: string], OutboxRow>({
  name: 'outbox-take',
  text: `
WITH dispatch AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(${advisoryLocks.recoverOutbox}) AS is_ours), oldest AS MATERIALIZED (
  SELECT * FROM outbox WHERE (SELECT is_ours FROM dispatch) AND id <> ALL ($3::bigint[]) ORDER BY id LIMIT $2
)
SELECT id, round(date_part('epoch', created_at) * 1000) AS "createdAtMs", delivery_ids AS "deliveryIds", versions,
  statuses::text, previous_statuses::text AS "previousStatuses"
FROM oldest WHERE id < ALL (SELECT id FROM oldest WHERE created_at >= now() - $1 * interval '1 s') ORDER BY id`,
});

const readStatement = defineStatement<[ids: string], DeliveryWithEndpoint>({
  name: 'outbox-read',
  text: `
SELECT ${snapshotColumns('d')}, e.name AS "endpointName", e.url AS "endpointUrl"
FROM delivery d JOIN endpoint e ON e.id = d.endpoint_id WHERE d.id = ANY ($1::uuid[])`,
});

const deleteStatement = defineStatement<[ids: string], never>({
  name: 'outbox-forget',
  text: 'DELETE FROM outbox WHERE id = ANY ($1::bigint[])',
});

/**
 * Publishes committed transitions that were not announced, because a process died, the feed was unavailable, or the
 * feed rejected them. Every process runs a recovery, and an advisory lock lets one of them work at a time.
 *
 * It reads all outbox rows in the order of their ids. These ascend with the versions of a delivery, so each version is
 * published after all earlier ones. The status and version of a transition come from the outbox row. The other fields
 * of the delivery are read at the time of the announcement.
 *
 * A row that cannot be announced is skipped and tried again later (`FailedRows`), so that later rows do not wait for
 * it.
 */
export function openOutboxRecovery(pool: Pool, feed: Feed, log: Logger): AsyncDisposable {
  const stopping = new AbortController();
  const failed = new FailedRows('outbox', log);
  const report = reportLoopErrors(log);
  const loop = run();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        // A full round means that more rows may be waiting, so the next round follows immediately.
        while ((await recoverOnce(pool, feed, failed)) === rowsPerRound && !stopping.signal.aborted);
      } catch (error) {
        report('announcing the outbox', error);
      }
      await delay(intervalMs * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await loop;
    },
  };
}

/** Announces one batch of rows. Returns the number of rows that were read, or 0 if none of them could be announced. */
async function recoverOnce(pool: Pool, feed: Feed, failed: FailedRows): Promise<number> {
  return withTransaction(pool, async client => {
    const beganMs = performance.now();
    const rows = await takeStatement(client, [graceSeconds, rowsPerRound, encodePlainArray(failed.waitingIds())]);
    const announced = await processRows(client, rows, failed, async part => {
      const transitions = await readTransitions(client, part);
      // A process that was suspended may have lost its advisory lock. Another one may then have announced the rows that
      // it read.
      if (performance.now() - beganMs > maxRoundMs) throw new UnavailableError('The database took too long.');
      await feed.publish(transitions, { areEarlierAnnounced: true });
      await deleteStatement(client, [encodePlainArray(part.map(row => row.id))]);
    });
    return announced.length > 0 ? rows.length : 0;
  });
}

async function readTransitions(client: PoolClient, rows: readonly OutboxRow[]): Promise<Transition[]> {
  const ids = [...new Set(rows.flatMap(row => row.deliveryIds))];
  const deliveries = new Map((await readStatement(client, [encodePlainArray(ids)])).map(row => [row.id, row]));
  const transitions: Transition[] = [];
  for (const row of rows) {
    const statuses = splitEnumArray(row.statuses);
    const previousStatuses = splitEnumArray(row.previousStatuses);
    row.deliveryIds.forEach((id, index) => {
      const current = deliveries.get(id);
      const status = statuses[index];
      const version = row.versions[index];
      if (!current || !status || version === undefined) return;
      transitions.push(describe(current, version, status, previousStatuses[index] ?? null, row.createdAtMs));
    });
  }
  return transitions;
}

function describe(
  current: DeliveryWithEndpoint,
  version: number,
  status: DeliveryStatus,
  previousStatus: DeliveryStatus | null,
  occurredAt: number,
): Transition {
  const { endpointName, endpointUrl, ...delivery } = current;
  const waiting = status === 'PENDING' || status === 'RETRYING';
  return {
    delivery: {
      ...delivery,
      version,
      status,
      failureReason: status === 'FAILED' ? delivery.failureReason : null,
      nextAttemptAt: waiting ? delivery.nextAttemptAt : null,
      updatedAt: Math.min(occurredAt, delivery.updatedAt),
    },
    previous: previousStatus && {
      status: previousStatus,
      failureReason: null,
      responseStatus: delivery.responseStatus,
      errorCode: delivery.errorCode,
      bulkOperationId: delivery.bulkOperationId,
      latencyMs: delivery.latencyMs,
    },
    occurredAt,
    endpointName,
    endpointUrl,
  };
}

/** Parses an array of enum labels, for which `pg` has no parser. The labels are never quoted. */
function splitEnumArray(text: string): (DeliveryStatus | null)[] {
  return text
    .slice(1, -1)
    .split(',')
    .map(label => (label === 'NULL' ? null : (label as DeliveryStatus)));
}
