-- Outbox ids must ascend with the versions of each delivery, whichever connections write them: a connection must not
-- draw a block of ids in advance. One id is drawn a statement, so this costs nothing that can be measured.
ALTER TABLE outbox ALTER COLUMN id SET CACHE 1;
