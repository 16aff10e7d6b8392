-- The first bytes of a response whose endpoint does not store bodies; null where response_body holds them.
ALTER TABLE attempt ADD COLUMN response_excerpt bytea;

-- True where the request was sent a second time because a kept connection had been closed by the receiver.
ALTER TABLE attempt ADD COLUMN is_resent boolean;
