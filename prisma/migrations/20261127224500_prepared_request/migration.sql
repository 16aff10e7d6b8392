-- The method of a request that was prepared but not sent, because the connection failed. request_method stays null then.
-- request_url, request_headers and request_body contain the prepared request.
ALTER TABLE attempt ADD COLUMN prepared_method http_method;
