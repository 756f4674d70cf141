-- Of each witness the largest checkpoint that it cosigned: a note with the log's line and its own (schema/wire/ledger.md).
CREATE TABLE cosignature (
  realm   INTEGER NOT NULL,
  witness BLOB NOT NULL,                -- a device
  size    INTEGER NOT NULL,
  note    TEXT NOT NULL,
  PRIMARY KEY (realm, witness)
) STRICT, WITHOUT ROWID;
