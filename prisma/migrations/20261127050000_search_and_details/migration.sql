-- Bumped when an endpoint of the tenant gets another name or URL. Publishers describe deliveries by them, and choose none
-- by them: so this is no change of the routing.
ALTER TABLE tenant ADD COLUMN endpoint_details_revision bigint NOT NULL DEFAULT 1;
