-- Events that an application published with livehook.publish_event, in its own transaction. The janitor turns each into an
-- event with deliveries as soon as that transaction is committed, and deletes the row in the same transaction.
CREATE TABLE event_inbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL,
  -- The id of the event, which the application was told
  event_id uuid NOT NULL,
  type text NOT NULL,
  -- As it was given: redaction follows
  payload text NOT NULL,
  idempotency_key text,
  -- Null: all endpoints that receive the type
  endpoint_ids uuid[]
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
CREATE UNIQUE INDEX event_inbox_event ON event_inbox (event_id);

-- The limits of the server that started last, for livehook.publish_event.
CREATE TABLE publish_limits (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  max_payload_bytes integer NOT NULL,
  max_event_types integer NOT NULL
);
INSERT INTO publish_limits (max_payload_bytes, max_event_types) VALUES (262144, 5000);

CREATE SCHEMA IF NOT EXISTS livehook;

-- A TypeID such as evt_01h455vb4pex5vsknk084sn02q.
CREATE FUNCTION livehook.format_id(prefix text, id uuid) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT prefix || '_' || string_agg(
    substr('0123456789abcdefghjkmnpqrstvwxyz', substring(bits FROM 5 * digit + 1 FOR 5)::bit(5)::integer + 1, 1), ''
    ORDER BY digit)
  FROM (SELECT B'00' || ('x' || replace(id::text, '-', ''))::bit(128) AS bits) AS id_bits, generate_series(0, 25) AS digit
$$;

-- The UUID of a TypeID. Null if it is malformed or has another prefix.
CREATE FUNCTION livehook.parse_id(prefix text, id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(substring(bits FROM 3 FOR 64)::bit(64)::bigint), 16, '0')
    || lpad(to_hex(substring(bits FROM 67 FOR 64)::bit(64)::bigint), 16, '0'))::uuid
  FROM (
    SELECT string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', digit) - 1)::bit(5)::text, '' ORDER BY place) AS bits
    FROM regexp_split_to_table(substr(id, length(prefix) + 2), '') WITH ORDINALITY AS digits (digit, place)
  ) AS id_bits
  WHERE id ~ ('^' || prefix || '_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$')
$$;

-- How deeply objects and arrays are nested in valid JSON.
CREATE FUNCTION livehook.count_levels(payload text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(max(level), 0) FROM (
    SELECT sum(CASE WHEN bracket IN ('{', '[') THEN 1 ELSE -1 END) OVER (ORDER BY place) AS level
    FROM regexp_split_to_table(
      regexp_replace(regexp_replace(payload, '"(?:[^"\\]|\\.)*"', '', 'g'), '[^][{}]', '', 'g'), ''
    ) WITH ORDINALITY AS brackets (bracket, place)
    WHERE bracket <> ''
  ) AS levels
$$;

-- Ends the caller's statement. The column of the error names the argument, and its detail is the code of the error.
CREATE FUNCTION livehook.reject(code text, sqlstate_code text, argument text, problem text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = sqlstate_code, MESSAGE = argument || ': ' || problem, DETAIL = code, COLUMN = argument,
    SCHEMA = 'livehook';
END
$$;

-- The UUID of a tenant that is not deleted.
CREATE FUNCTION livehook.require_tenant(tenant text) RETURNS uuid LANGUAGE plpgsql STABLE AS $$
DECLARE
  found uuid;
BEGIN
  SELECT t.id INTO found FROM tenant t
  WHERE t.deleted_at IS NULL AND t.id = CASE WHEN require_tenant.tenant = 'default' THEN '01900000-0000-7000-8000-000000000000'
    ELSE livehook.parse_id('tnt', require_tenant.tenant) END;
  IF found IS NULL THEN
    PERFORM livehook.reject('NOT_FOUND', '22023', 'tenant',
      'must be the id of a tenant, such as tnt_01h455vb4pex5vsknk084sn02q, or default');
  END IF;
  RETURN found;
END
$$;

CREATE FUNCTION livehook.require_event_type(tenant_id uuid, type text) RETURNS void LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  max_types integer;
BEGIN
  IF require_event_type.type IS NULL OR length(require_event_type.type) > 128
    OR require_event_type.type !~ '^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$' THEN
    PERFORM livehook.reject('BAD_USER_INPUT', '22023', 'type',
      'must be words of letters, digits, "_" and "-" joined by dots, such as payment.completed, at most 128 characters');
  END IF;
  IF starts_with(require_event_type.type || '.', 'livehook.') THEN
    PERFORM livehook.reject('BAD_USER_INPUT', '22023', 'type', 'must not begin with livehook.: that prefix is reserved');
  END IF;
  IF EXISTS (SELECT FROM event_type known WHERE known.tenant_id = require_event_type.tenant_id
    AND known.type = require_event_type.type) THEN
    RETURN;
  END IF;
  SELECT max_event_types INTO max_types FROM publish_limits;
  IF (SELECT count(*) FROM (SELECT FROM event_type known WHERE known.tenant_id = require_event_type.tenant_id
    AND NOT starts_with(known.type, 'livehook.') LIMIT max_types) AS counted) >= max_types THEN
    PERFORM livehook.reject('QUOTA_EXCEEDED', '53400', 'type',
      'is new, and the tenant may have at most ' || max_types || ' event types (MAX_EVENT_TYPES)');
  END IF;
END
$$;

CREATE FUNCTION livehook.require_payload(payload text) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
  max_bytes integer := (SELECT max_payload_bytes FROM publish_limits);
BEGIN
  IF payload IS NULL THEN
    PERFORM livehook.reject('BAD_USER_INPUT', '22023', 'payload', 'must not be null; for the JSON value null, give the text null');
  END IF;
  IF octet_length(payload) > max_bytes THEN
    PERFORM livehook.reject('PAYLOAD_TOO_LARGE', '22023', 'payload',
      'must have at most ' || max_bytes || ' bytes; these are ' || octet_length(payload));
  END IF;
  BEGIN
    PERFORM payload::json;
  EXCEPTION WHEN invalid_text_representation OR statement_too_complex THEN
    PERFORM livehook.reject('BAD_USER_INPUT', '22023', 'payload', 'must be valid JSON');
  END;
  -- Most payloads have too few brackets to be nested so deeply.
  IF length(payload) - length(translate(payload, '[{', '')) > 1000 AND livehook.count_levels(payload) > 1000 THEN
    PERFORM livehook.reject('BAD_USER_INPUT', '22023', 'payload',
      'is nested too deeply: at most 1000 levels of objects and arrays');
  END IF;
END
$$;

CREATE FUNCTION livehook.require_endpoints(tenant_id uuid, endpoint_ids text[]) RETURNS uuid[] LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
  wrong text;
BEGIN
  IF cardinality(require_endpoints.endpoint_ids) > 1000 THEN
    PERFORM livehook.reject('BAD_USER_INPUT', '22023', 'endpoint_ids', 'must have at most 1000 entries');
  END IF;
  SELECT coalesce(given.id, 'null') INTO wrong FROM unnest(require_endpoints.endpoint_ids) AS given (id)
  WHERE NOT EXISTS (SELECT FROM endpoint e WHERE e.id = livehook.parse_id('ep', given.id)
    AND e.tenant_id = require_endpoints.tenant_id AND e.deleted_at IS NULL AND e.status <> 'DISABLED') LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM livehook.reject('NOT_FOUND', '22023', 'endpoint_ids',
      'must be ids of endpoints of the tenant that are not disabled; got ' || left(wrong, 100));
  END IF;
  RETURN ARRAY (SELECT DISTINCT livehook.parse_id('ep', given.id) FROM unnest(require_endpoints.endpoint_ids) AS given (id));
END
$$;

-- Claims an idempotency key for a new event.
-- Returns null if the key is claimed now, or the event that was published with it before. Another transaction that has
-- claimed the key and not ended is waited for.
CREATE FUNCTION livehook.claim_key(
  tenant_id uuid, idempotency_key text, event_id uuid, type text, payload text, endpoint_ids uuid[]
) RETURNS uuid LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  known uuid;
  is_same boolean;
BEGIN
  IF trim(claim_key.idempotency_key) = '' OR length(claim_key.idempotency_key) > 255
    OR claim_key.idempotency_key ~ '[\u0001-\u001f\u007f-\u009f]' THEN
    PERFORM livehook.reject('BAD_USER_INPUT', '22023', 'idempotency_key',
      'must have 1 to 255 characters, without control characters');
  END IF;
  INSERT INTO idempotency_key AS claimed (tenant_id, key, event_id, fingerprint)
  VALUES (claim_key.tenant_id, claim_key.idempotency_key, claim_key.event_id, '')
  ON CONFLICT (tenant_id, key) DO UPDATE SET event_id = excluded.event_id, fingerprint = '', created_at = now()
  WHERE claimed.created_at < now() - interval '7 days';
  IF FOUND THEN
    RETURN NULL;
  END IF;
  SELECT k.event_id INTO known FROM idempotency_key k
  WHERE k.tenant_id = claim_key.tenant_id AND k.key = claim_key.idempotency_key;
  -- Of an event whose payload was redacted, the payload is not known any more.
  SELECT bool_and(same) INTO is_same FROM (
    SELECT i.type = claim_key.type AND i.payload = claim_key.payload
      AND i.endpoint_ids IS NOT DISTINCT FROM claim_key.endpoint_ids AS same
    FROM event_inbox i WHERE i.event_id = known
    UNION ALL
    SELECT e.type = claim_key.type AND (e.payload = claim_key.payload OR strpos(e.payload, '[REDACTED]') > 0)
    FROM event e WHERE e.id = known
  ) AS compared;
  IF NOT is_same THEN
    PERFORM livehook.reject('IDEMPOTENCY_CONFLICT', '23505', 'idempotency_key',
      'was used for another type, payload or list of endpoints within the last 7 days, for the event '
        || livehook.format_id('evt', known));
  END IF;
  RETURN known;
END
$$;

-- Publishes an event as a part of the caller's transaction. Returns its id, such as evt_01h455vb4pex5vsknk084sn02q.
CREATE FUNCTION livehook.publish_event(
  tenant text, type text, payload text, idempotency_key text DEFAULT NULL, endpoint_ids text[] DEFAULT NULL
) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
  tenant_uuid uuid := livehook.require_tenant(publish_event.tenant);
  -- A UUIDv7 of this moment.
  new_id uuid := lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14);
  endpoint_uuids uuid[];
  known uuid;
BEGIN
  PERFORM livehook.require_event_type(tenant_uuid, publish_event.type);
  PERFORM livehook.require_payload(publish_event.payload);
  IF publish_event.endpoint_ids IS NOT NULL THEN
    endpoint_uuids := livehook.require_endpoints(tenant_uuid, publish_event.endpoint_ids);
  END IF;
  IF publish_event.idempotency_key IS NOT NULL THEN
    known := livehook.claim_key(tenant_uuid, publish_event.idempotency_key, new_id, publish_event.type,
      publish_event.payload, endpoint_uuids);
    IF known IS NOT NULL THEN
      RETURN livehook.format_id('evt', known);
    END IF;
  END IF;
  INSERT INTO event_inbox (tenant_id, event_id, type, payload, idempotency_key, endpoint_ids)
  VALUES (tenant_uuid, new_id, publish_event.type, publish_event.payload, publish_event.idempotency_key, endpoint_uuids);
  RETURN livehook.format_id('evt', new_id);
END
$$;

-- With a payload of the types json and jsonb. The text of json stays as it is; jsonb has no white space of its own.
CREATE FUNCTION livehook.publish_event(
  tenant text, type text, payload json, idempotency_key text DEFAULT NULL, endpoint_ids text[] DEFAULT NULL
) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT livehook.publish_event(tenant, type, payload::text, idempotency_key, endpoint_ids)
$$;
CREATE FUNCTION livehook.publish_event(
  tenant text, type text, payload jsonb, idempotency_key text DEFAULT NULL, endpoint_ids text[] DEFAULT NULL
) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT livehook.publish_event(tenant, type, payload::text, idempotency_key, endpoint_ids)
$$;

REVOKE ALL ON SCHEMA livehook FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA livehook FROM PUBLIC;

-- Names in the function that runs with the rights of its owner are looked up in the schema of the tables and in pg_catalog
-- alone, in the order of this session. Temporary tables, which any caller can create, come last. The functions that it calls
-- inherit the path.
DO $$
BEGIN
  EXECUTE (
    SELECT 'ALTER FUNCTION livehook.publish_event(text, text, text, text, text[]) SET search_path = '
      || string_agg(quote_ident(name), ', ' ORDER BY place) || ', pg_temp'
    FROM unnest(current_schemas(true)) WITH ORDINALITY AS path (name, place)
    WHERE name IN ('pg_catalog', current_schema())
  );
END
$$;
