-- The audit log holds the URLs of endpoints without their queries, which often hold secrets.
UPDATE audit_entry SET changes = jsonb_set(changes, '{url}', to_jsonb(split_part(changes->>'url', '?', 1) || '?[HIDDEN]'))
WHERE action IN ('ENDPOINT_CREATED', 'ENDPOINT_UPDATED') AND strpos(changes->>'url', '?') > 0;
