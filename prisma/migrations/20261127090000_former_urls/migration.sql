-- The URLs that an endpoint had before, each without its query, so that searches find its deliveries by them. The newest 20
-- of each endpoint are kept.
CREATE TABLE endpoint_former_url (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES endpoint (id) ON DELETE CASCADE,
  url text NOT NULL
);

CREATE INDEX endpoint_former_url_endpoint ON endpoint_former_url (endpoint_id, id);
