-- What counting towards a tenant's quotas reads: only rows that count, whatever was deleted, revoked or has expired.
CREATE INDEX endpoint_undeleted ON endpoint (tenant_id) WHERE deleted_at IS NULL;
CREATE INDEX api_key_usable ON api_key (tenant_id, (coalesce(expires_at, 'infinity'))) WHERE revoked_at IS NULL;
CREATE INDEX portal_token_tenant ON portal_token (tenant_id, expires_at);
CREATE INDEX bulk_operation_running_tenant ON bulk_operation (tenant_id) WHERE status = 'RUNNING';

-- When an event of this type was last published, to the day. The janitor deletes types that retention has forgotten.
ALTER TABLE event_type ADD COLUMN last_used_at timestamptz(3) NOT NULL DEFAULT now();

-- The API key that created this one. Null: the root key did, or it is not known.
ALTER TABLE api_key ADD COLUMN parent_id uuid REFERENCES api_key (id) ON DELETE SET NULL;
CREATE INDEX api_key_parent ON api_key (parent_id) WHERE parent_id IS NOT NULL;
-- The audit log knows the creators of existing keys, by the ids that clients see: 130 bits, five to a character.
UPDATE api_key k SET parent_id = creator.id
FROM audit_entry a JOIN api_key creator ON creator.id = a.api_key_id
WHERE a.tenant_id = k.tenant_id AND creator.tenant_id = k.tenant_id AND a.action = 'API_KEY_CREATED'
  AND a.target_ids[1] = 'key_' || (
    SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz',
      1 + substring(B'00' || ('x' || replace(k.id::text, '-', ''))::bit(128) FROM 1 + 5 * n FOR 5)::bit(5)::int, 1), '' ORDER BY n)
    FROM generate_series(0, 25) AS n);

-- Event types and prefixes that the token may subscribe its endpoints to, besides those they have.
ALTER TABLE portal_token ADD COLUMN event_types text[] NOT NULL DEFAULT '{}';
