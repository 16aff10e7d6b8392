-- The table gets the name that the documentation uses. Processes of the previous version go on writing and reading it
-- under its old name through the view; their janitor also reads ctid. The view can be dropped in the version after this one.
ALTER TABLE news RENAME TO operational_event;
ALTER INDEX news_pkey RENAME TO operational_event_pkey;
ALTER SEQUENCE news_id_seq RENAME TO operational_event_id_seq;
CREATE VIEW news AS SELECT *, ctid FROM operational_event;
