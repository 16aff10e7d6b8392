-- Portal tokens: a key lends some of its permissions, for some endpoints, for a short while. Deleted by the janitor once
-- they have expired.
CREATE TABLE portal_token (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  -- The key that issued it, and takes it along when it ends. Null: the root key
  api_key_id uuid REFERENCES api_key (id),
  permissions permission[] NOT NULL,
  endpoint_ids uuid[] NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX portal_token_expiry ON portal_token (expires_at);

-- Who did what. Kept for a year by the janitor. No foreign keys: it outlives what it tells of.
CREATE TABLE audit_entry (
  -- A UUIDv7: when it happened
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL,
  -- The key that did it, or that issued the portal token that did. Both null: the root key
  api_key_id uuid,
  portal_token_id uuid,
  action text NOT NULL,
  -- Ids as clients know them, such as ep_01h455vb4pex5vsknk084sn02q
  target_ids text[] NOT NULL,
  -- Never a secret, nor the value of a header
  changes jsonb NOT NULL
);
CREATE INDEX audit_entry_tenant ON audit_entry (tenant_id, id);
CREATE INDEX audit_entry_target ON audit_entry USING gin (target_ids);
