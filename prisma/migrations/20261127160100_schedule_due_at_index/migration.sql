-- In a migration of its own, so that the table is not locked against reads while the index is built.
CREATE INDEX delivery_live_schedule_due ON delivery_live (endpoint_id) WHERE schedule_due_at IS NOT NULL;
