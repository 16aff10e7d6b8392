-- When the token was revoked. Null: it was not.
ALTER TABLE portal_token ADD COLUMN revoked_at timestamptz(3);

-- Counting towards the quota reads only tokens that can be used.
DROP INDEX portal_token_tenant;
CREATE INDEX portal_token_usable ON portal_token (tenant_id, expires_at) WHERE revoked_at IS NULL;
-- The list of a tenant's tokens, newest first.
CREATE INDEX portal_token_tenant ON portal_token (tenant_id, id);
