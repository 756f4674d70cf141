-- The key box: keys of records' personal fields (schema/wire/personal.md). No projection: a rebuild leaves it alone,
-- and what is deleted here is nowhere else in the vault.
CREATE TABLE record_key (
  record  BLOB NOT NULL,
  key     BLOB NOT NULL,                -- its name
  unit    BLOB NOT NULL,
  secret  BLOB,                         -- the key itself; absent: its epoch's secret is not here (yet)
  entry   BLOB,                         -- as the server gave it, until it opens
  to_send INTEGER NOT NULL,             -- 1 until the server is known to have it
  PRIMARY KEY (record, key)
) WITHOUT ROWID;
CREATE INDEX record_key_unsent ON record_key (record, key) WHERE to_send = 1;
CREATE INDEX record_key_closed ON record_key (record, key) WHERE secret IS NULL;
