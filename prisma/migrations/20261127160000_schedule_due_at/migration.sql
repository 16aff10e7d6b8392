-- When a delivery would be due by its schedule alone, where `Retry-After` made it later (RETRYING only). The receiver that
-- asked for the wait may be replaced: another URL of the endpoint makes the delivery due at this time.
ALTER TABLE delivery ADD COLUMN schedule_due_at timestamptz(3);
