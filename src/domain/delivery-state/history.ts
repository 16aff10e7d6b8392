/** The columns that are copied from the live row of a finished delivery to its row in the history. */
const kept = [
  ...['id', 'tenant_id', 'endpoint_id', 'event_id', 'replay_of', 'bulk_operation_id', 'is_test', 'event_type'],
  ...['attempt_count', 'max_attempts', 'schedule_step', 'last_failed_at', 'response_status', 'error_code'],
  ...['error_message', 'duration_ms'],
] as const;
/** The columns that get another value when a delivery is finished. */
const changed = { live: 'false', updated_at: 'now()', finished_at: 'now()', version: 'version + 1' };

type Values = Partial<Record<(typeof kept)[number], string>> & Record<'status' | 'failure_reason', string>;

/**
 * Returns an INSERT, for use in a CTE, that writes deliveries that were just deleted from `delivery_live` to
 * `delivery_history`.
 *
 * @param source a CTE with the rows of `delivery_live`.
 * @param values SQL for the columns that differ from the live row.
 */
export function insertHistory(source: string, values: Values): string {
  const all: Readonly<Record<string, string>> = {
    ...Object.fromEntries(kept.map(column => [column, column])),
    ...changed,
    ...values,
  };
  return `INSERT INTO delivery_history (${Object.keys(all).join(', ')})
  SELECT ${Object.values(all).join(', ')} FROM ${source}`;
}
