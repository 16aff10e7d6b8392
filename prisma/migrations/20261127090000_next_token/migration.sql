-- When an endpoint with a slow rate limit may be sent its next request, as the sender that sent the last one has recorded.
-- Only an estimate for readers: senders keep their token buckets elsewhere. Endpoints that were never paced have no row.
CREATE TABLE endpoint_next_token (
  endpoint_id uuid PRIMARY KEY REFERENCES endpoint (id) ON DELETE CASCADE,
  next_token_at timestamptz(3) NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);
