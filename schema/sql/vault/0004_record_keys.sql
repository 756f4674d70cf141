-- The key box: keys of records' personal fields (schema/wire/personal.md). No projection: a rebuild leaves it alone,
-- and what is deleted here is nowhere else in the vault: after an erasure each table is written anew by way of its
-- copy, which is empty otherwise (core/storage/write_anew.hpp).
CREATE TABLE record_key (
  record    BLOB NOT NULL,
  key       BLOB NOT NULL,              -- its name
  unit      BLOB NOT NULL,
  secret    BLOB NOT NULL,              -- the key itself
  made_here INTEGER NOT NULL,           -- 1: by this device
  to_send   INTEGER NOT NULL,           -- 0: the server is known to have it; else 1 and how often it did not take it
  PRIMARY KEY (record, key)
) WITHOUT ROWID;
CREATE INDEX record_key_unsent ON record_key (to_send, record, key) WHERE to_send > 0;
CREATE TABLE record_key_copy (
  record    BLOB NOT NULL,
  key       BLOB NOT NULL,
  unit      BLOB NOT NULL,
  secret    BLOB NOT NULL,
  made_here INTEGER NOT NULL,
  to_send   INTEGER NOT NULL,
  PRIMARY KEY (record, key)
) WITHOUT ROWID;

-- Entries as the server gave them whose epoch's secret is not here (yet).
CREATE TABLE key_entry (
  record BLOB NOT NULL,
  entry  BLOB NOT NULL,
  PRIMARY KEY (record, entry)
) WITHOUT ROWID;
CREATE TABLE key_entry_copy (
  record BLOB NOT NULL,
  entry  BLOB NOT NULL,
  PRIMARY KEY (record, entry)
) WITHOUT ROWID;
