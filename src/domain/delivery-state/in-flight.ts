import type { PrismaClient } from '../../database/client.ts';

/*
 * The in-flight counter: how many requests all senders together have in flight to an endpoint with a limit
 * (`maxConcurrency`, or FIFO). Only this file reads or writes it. At all times
 *
 *     endpoint_in_flight.in_flight = the endpoint's deliveries that are PROCESSING and is_counted
 *
 * - A trigger creates the counter's row together with the endpoint, so that no statement misses a row that was added
 *   meanwhile.
 * - A claim sets `is_counted` on the deliveries that it adds, and only while the endpoint has a limit.
 * - A settlement or release subtracts the deliveries that it ends and that are `is_counted` in the row version that it
 *   locks. Both sides thus count the same deliveries if a limit is switched on or off meanwhile.
 * - Switching a limit on counts the deliveries in flight by setting the flag of each row while it is locked.
 *
 * `is_counted` has no meaning for a delivery that is not PROCESSING. The next claim sets it.
 */

/** Returns SQL for whether endpoint `alias` has a limit that all senders share. */
export function hasSharedLimit(alias: string): string {
  return `(${alias}.max_concurrency IS NOT NULL OR ${alias}.ordering = 'FIFO')`;
}

/**
 * Returns a SELECT, for use in a CTE, that locks the counters of those of `endpointIds` (SQL, a uuid[]) that have a
 * limit, and reads their latest values. It skips counters that another claim has locked.
 */
export function lockCounters(endpointIds: string): string {
  return `SELECT endpoint_id, in_flight FROM endpoint_in_flight
  WHERE endpoint_id = ANY (ARRAY (SELECT e.id FROM endpoint e WHERE e.id = ANY (${endpointIds}) AND ${hasSharedLimit('e')}))
  ORDER BY endpoint_id FOR NO KEY UPDATE SKIP LOCKED`;
}

/**
 * Returns an UPDATE, for use in a CTE, that adds a claim's deliveries to the counters that it has locked.
 *
 * @param source a CTE with `endpoint_id` and `is_counted`, a row for each delivery that became PROCESSING.
 */
export function incrementInFlight(source: string): string {
  return `UPDATE endpoint_in_flight f SET in_flight = f.in_flight + n.claimed
  FROM (SELECT endpoint_id, count(*)::int AS claimed FROM ${source} WHERE is_counted GROUP BY endpoint_id) n
  WHERE f.endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM ${source} WHERE is_counted)) AND n.endpoint_id = f.endpoint_id`;
}

/**
 * Returns the CTEs `decrementing` and `decremented`, which subtract deliveries that are no longer PROCESSING. The
 * counters are locked in order, so that two statements do not deadlock.
 *
 * @param source a CTE with `endpoint_id` and `is_counted`, a row for each delivery. It must come first.
 */
export function decrementInFlight(source: string): string {
  return `decrementing AS MATERIALIZED (
  SELECT endpoint_id FROM endpoint_in_flight
  WHERE endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM ${source} WHERE is_counted))
  ORDER BY endpoint_id FOR NO KEY UPDATE
), decremented AS (
  UPDATE endpoint_in_flight f SET in_flight = GREATEST(0, f.in_flight - n.ended)
  FROM (SELECT endpoint_id, count(*)::int AS ended FROM ${source} JOIN decrementing USING (endpoint_id) WHERE is_counted
    GROUP BY endpoint_id) n
  WHERE f.endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM decrementing)) AND f.endpoint_id = n.endpoint_id
)`;
}

/** The number of rows that are searched for deliveries in flight, in each order by which deliveries are claimed. */
const searchedRows = 10_000;

/**
 * Counts the deliveries in flight to an endpoint whose limit was just switched on. Call it in the transaction that sets
 * the limit. Does nothing if all are counted, or if there is no limit.
 */
export async function countInFlight(prisma: Pick<PrismaClient, '$executeRaw'>, endpointId: string): Promise<void> {
  const counted = await prisma.$executeRaw`
    UPDATE delivery_live SET is_counted = true
    WHERE status = 'PROCESSING' AND NOT is_counted
      AND EXISTS (SELECT FROM endpoint WHERE id = ${endpointId}::uuid AND (max_concurrency IS NOT NULL OR ordering = 'FIFO'))
      AND id = ANY (ARRAY (
        SELECT id FROM (SELECT id, status FROM delivery_live WHERE endpoint_id = ${endpointId}::uuid
          ORDER BY due_at, id LIMIT ${searchedRows}) oldest WHERE status = 'PROCESSING'
        UNION ALL
        SELECT id FROM (SELECT id, status FROM delivery_live WHERE endpoint_id = ${endpointId}::uuid
          AND (is_test OR trigger = 'MANUAL') ORDER BY due_at, id LIMIT ${searchedRows}) express WHERE status = 'PROCESSING'))`;
  // The counter is changed after the deliveries, in the same order as by a settlement, so that the two do not deadlock.
  if (counted === 0) return;
  await prisma.$executeRaw`
    UPDATE endpoint_in_flight SET in_flight = in_flight + ${counted}::int WHERE endpoint_id = ${endpointId}::uuid`;
}
