-- The bulk operation that retried a delivery last or, for a replay, that created it. Null: none did. Operations that ended
-- before this migration have no deliveries.
ALTER TABLE delivery ADD COLUMN bulk_operation_id uuid;

-- The deliveries of one operation, in the order of lists. Claims do not change the column, so they stay HOT updates.
CREATE INDEX delivery_live_bulk ON delivery_live (bulk_operation_id, id) WHERE bulk_operation_id IS NOT NULL;
CREATE INDEX delivery_history_bulk ON delivery_history (bulk_operation_id, id) WHERE bulk_operation_id IS NOT NULL;
