-- Deleting a tenant: deleted_at ends everything that the tenant does. The janitor then removes its rows in batches, counts
-- them in removed_rows, and sets purged_at when none is left. The row of the tenant itself is deleted 30 days later.
ALTER TABLE tenant
  ADD COLUMN deleted_at timestamptz(3),
  ADD COLUMN purged_at timestamptz(3),
  ADD COLUMN removed_rows bigint NOT NULL DEFAULT 0;

-- Counting towards the quota reads only tenants that are not deleted.
CREATE INDEX tenant_undeleted ON tenant (id) WHERE deleted_at IS NULL;
CREATE INDEX tenant_deleted ON tenant (deleted_at) WHERE deleted_at IS NOT NULL;
