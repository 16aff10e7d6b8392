-- The number of endpoints up to which the holder of a portal token may create endpoints. Null: the holder creates none.
ALTER TABLE portal_token ADD COLUMN max_endpoints integer;
