/**
 * The end of a statement's deliveries being in flight, for the endpoints that count them (`maxConcurrency`): CTEs named
 * `uncounting` and `uncounted`, to stand behind the one that holds them.
 *
 * The counters are locked in order, so that two statements never wait for each other.
 *
 * @param source a CTE with the column `endpoint_id`, a row for each delivery.
 */
export function uncount(source: string): string {
  return `uncounting AS MATERIALIZED (
  SELECT endpoint_id FROM endpoint_in_flight WHERE endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM ${source}))
  ORDER BY endpoint_id FOR NO KEY UPDATE
), uncounted AS (
  UPDATE endpoint_in_flight f SET in_flight = GREATEST(0, f.in_flight - n.ended)
  FROM (SELECT endpoint_id, count(*)::int AS ended FROM ${source} JOIN uncounting USING (endpoint_id)
    GROUP BY endpoint_id) n
  WHERE f.endpoint_id = ANY (ARRAY (SELECT endpoint_id FROM uncounting)) AND f.endpoint_id = n.endpoint_id
)`;
}
