/**
 * Returns a CTE `announced` that writes the outbox row of a statement, unless `source` is empty.
 *
 * @param source SQL: the changed deliveries with `id`, `version` and `status`, for a FROM.
 * @param previousStatus SQL: the status of a delivery before the change. NULL if it was created.
 */
export function insertOutbox(source: string, previousStatus: string): string {
  return `announced AS (
  INSERT INTO outbox (delivery_ids, versions, statuses, previous_statuses)
  SELECT array_agg(id), array_agg(version), array_agg(status), array_agg(${previousStatus}::delivery_status)
  FROM ${source} HAVING count(*) > 0
  RETURNING id
)`;
}
