-- Deliveries by how long their last attempt took: the slowest first, and those that took at least so long.
CREATE INDEX delivery_history_latency ON delivery_history (tenant_id, duration_ms, id);
