-- Since when an endpoint has its status. Whoever changes the status need not think of it.
ALTER TABLE endpoint ADD COLUMN status_changed_at timestamptz(3) NOT NULL DEFAULT now();
-- The last change of anything is the best that is known of those that are there.
UPDATE endpoint SET status_changed_at = updated_at;

CREATE FUNCTION note_status_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.status_changed_at := now();
  RETURN NEW;
END
$$;
CREATE TRIGGER endpoint_status_changed BEFORE UPDATE ON endpoint
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_status_change();

-- The key that started a bulk operation, or that made the portal token which did. Null: the root key.
ALTER TABLE bulk_operation ADD COLUMN api_key_id uuid;
-- The audit log knows it of those that are there, by their id as clients know it: 130 bits, five to a character.
UPDATE bulk_operation o SET api_key_id = a.api_key_id
FROM audit_entry a WHERE a.tenant_id = o.tenant_id AND a.action IN ('BULK_RETRY_STARTED', 'BULK_REPLAY_STARTED')
  AND a.target_ids[1] = 'blk_' || (
    SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz',
      1 + substring(B'00' || ('x' || replace(o.id::text, '-', ''))::bit(128) FROM 1 + 5 * n FOR 5)::bit(5)::int, 1), '' ORDER BY n)
    FROM generate_series(0, 25) AS n);
