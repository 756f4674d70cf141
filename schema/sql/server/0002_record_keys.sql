-- The key box (schema/wire/personal.md): keys of records, wrapped under their units' epochs. In no ledger, so that what
-- is deleted is gone. Numbers are given in the order of arrival and never twice. After an erasure the table is written
-- anew by way of its copy, which is empty otherwise (core/storage/write_anew.hpp).
ALTER TABLE realm ADD COLUMN keys INTEGER NOT NULL DEFAULT 0;  -- the next entry's number
CREATE TABLE record_key (
  realm  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  unit   BLOB NOT NULL,
  record BLOB NOT NULL,
  key    BLOB NOT NULL,
  device BLOB NOT NULL,                 -- that brought it
  bytes  BLOB NOT NULL,
  PRIMARY KEY (realm, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX record_key_by_record ON record_key (realm, record, device, key);
CREATE UNIQUE INDEX record_key_by_unit ON record_key (realm, unit, number);
CREATE TABLE record_key_copy (
  realm  INTEGER NOT NULL,
  number INTEGER NOT NULL,
  unit   BLOB NOT NULL,
  record BLOB NOT NULL,
  key    BLOB NOT NULL,
  device BLOB NOT NULL,
  bytes  BLOB NOT NULL,
  PRIMARY KEY (realm, number)
) STRICT, WITHOUT ROWID;
