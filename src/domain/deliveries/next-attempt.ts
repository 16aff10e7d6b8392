import type { Pool } from 'pg';
import { encodePlainArray } from '../../database/arrays.ts';
import { defineStatement } from '../../database/pool.ts';
import { snapshotColumns } from './delivery-columns.ts';

/*
 * Estimates when a delivery that waits for the rate limit of its endpoint will be sent. Senders record when the
 * endpoint's next token is available. The estimate adds one token interval for each delivery that will be sent earlier.
 */

/**
 * The largest number of deliveries ahead of this one that are counted in each of two indexes. If more are ahead, the
 * estimated time is too early.
 */
const countedAhead = 500;

/**
 * Returns SQL that reads at most `countedAhead` waiting deliveries of the endpoint. `order` makes PostgreSQL use the
 * index with that order.
 */
function waiting(conditions: string, order: string): string {
  return `(SELECT FROM delivery_live a WHERE a.endpoint_id = e.id AND ${conditions} AND a.status <> 'PROCESSING'
      ORDER BY ${order} LIMIT ${countedAhead})`;
}

/**
 * Returns SQL that counts the deliveries that are sent before `from`, in the order of claims
 * (src/domain/delivery-state/claim.ts). The count has four parts, and PostgreSQL does not execute those that do not
 * apply to the delivery.
 */
function countAhead(from: string): string {
  const isExpress = `(${from}.is_test OR (${from}.trigger = 'MANUAL' AND e.ordering <> 'FIFO'))`;
  const express = "(a.is_test OR a.trigger = 'MANUAL')";
  const position = `(${from}.due_at, ${from}.id)`;
  return `SELECT count(*) AS ahead FROM (
    ${waiting(`${isExpress} AND ${express} AND (a.due_at, a.id) < ${position}`, 'a.due_at DESC, a.id DESC')}
    UNION ALL ${waiting(
      `NOT ${isExpress} AND e.ordering <> 'FIFO' AND (a.due_at, a.id) < ${position}`,
      'a.due_at DESC, a.id DESC',
    )}
    UNION ALL ${waiting(
      `NOT ${isExpress} AND e.ordering <> 'FIFO' AND ${express} AND (a.due_at, a.id) > ${position} AND a.due_at <= now()`,
      'a.due_at, a.id',
    )}
    UNION ALL ${waiting(`NOT ${isExpress} AND e.ordering = 'FIFO' AND a.id < ${from}.id`, 'a.id DESC')}) w`;
}

/**
 * Returns the columns of `snapshotColumns`, with an estimated `nextAttemptAt` if the delivery's endpoint is enabled and
 * has a rate limit. For other deliveries it only costs a look-up of the endpoint.
 *
 * @param from the alias of the row, with all columns of `delivery`.
 */
export function readerColumns(from: string): string {
  // The recorded time may come from a slower rate limit that was changed since. LEAST limits it to one interval of the
  // current limit.
  return snapshotColumns(
    from,
    `GREATEST(${from}.due_at, (
  SELECT GREATEST(t.next_token_at, CASE WHEN r.ahead > 0 THEN now() END) + r.ahead * i.token_interval
  FROM endpoint e
  CROSS JOIN LATERAL (SELECT interval '1 second' / e.rate_limit_per_second AS token_interval) i
  LEFT JOIN LATERAL (SELECT LEAST(n.next_token_at, now() + i.token_interval) AS next_token_at
    FROM endpoint_next_token n WHERE n.endpoint_id = e.id) t ON true
  CROSS JOIN LATERAL (${countAhead(from)}) r
  WHERE e.id = ${from}.endpoint_id AND e.rate_limit_per_second IS NOT NULL AND e.status = 'ENABLED' LIMIT 1))`,
  );
}

const recordStatement = defineStatement<[endpointIds: string, waitsMs: string], never>({
  name: 'next-tokens-record',
  text: `
INSERT INTO endpoint_next_token (endpoint_id, next_token_at)
SELECT e.id, now() + w.wait_ms * interval '1 ms'
FROM unnest($1::uuid[], $2::float8[]) AS w (endpoint_id, wait_ms) JOIN endpoint e ON e.id = w.endpoint_id
ORDER BY e.id
ON CONFLICT (endpoint_id) DO UPDATE SET next_token_at = EXCLUDED.next_token_at`,
});

/**
 * Records when each endpoint's next token is available, so that `readerColumns` can use it.
 *
 * @param waits milliseconds from now by the endpoint's id (UUID).
 */
export async function recordNextTokens(pool: Pool, waits: ReadonlyMap<string, number>): Promise<void> {
  await recordStatement(pool, [encodePlainArray([...waits.keys()]), encodePlainArray([...waits.values()])]);
}
