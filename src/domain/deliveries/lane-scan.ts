/**
 * A CTE named `lane` with the id of every endpoint that has live deliveries (`endpoint_id`). Put it after WITH
 * RECURSIVE. It is a loose index scan, which reads one index entry per endpoint, however long the endpoint's queue is.
 * Its last row is null.
 */
export const laneScan = `lane AS (
  (SELECT endpoint_id FROM delivery_live ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.endpoint_id FROM delivery_live d WHERE d.endpoint_id > lane.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
  FROM lane WHERE lane.endpoint_id IS NOT NULL
)`;
