/**
 * A CTE named `lane` with every endpoint that has live deliveries (`endpoint_id`), to stand behind WITH RECURSIVE: a loose
 * scan that takes one step down the lane index per endpoint, whatever the length of its queue. Its last row is null.
 */
export const laneScan = `lane AS (
  (SELECT endpoint_id FROM delivery_live ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT (SELECT d.endpoint_id FROM delivery_live d WHERE d.endpoint_id > lane.endpoint_id ORDER BY d.endpoint_id LIMIT 1)
  FROM lane WHERE lane.endpoint_id IS NOT NULL
)`;
