-- Whether a tenant's routing is at this revision. If it is, the redaction of the tenant does not change before the
-- transaction of the caller ends: updateRedaction takes the same advisory lock exclusively.
-- The revision is read by a statement of its own, after the lock was granted. The caller's snapshot may be older.
CREATE FUNCTION lock_routing_revision(tenant uuid, revision bigint) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(1380272961, hashtext(tenant::text));
  RETURN EXISTS (SELECT FROM tenant t WHERE t.id = tenant AND t.routing_revision = revision);
END
$$;

-- Waits until every transaction that accepted events under the tenant's present redaction has ended, and keeps others
-- from accepting events until the caller's transaction ends.
CREATE FUNCTION lock_redaction(tenant uuid) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1380272961, hashtext(tenant::text));
END
$$;
