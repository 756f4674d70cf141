-- The server's store. Every table is keyed by the realm first, so that it can be distributed by it (PostgreSQL,
-- Citus). `realm.number` is the server's own short name of a realm; ledger indexes and sequence numbers start at 0.
-- Hashes and keys are raw bytes, instants are milliseconds since 1970 UTC.

CREATE TABLE realm (
  number     INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE,
  address    BLOB NOT NULL UNIQUE,   -- 128-bit capability
  card       BLOB NOT NULL,
  quota      INTEGER NOT NULL,       -- bytes; 0: no limit
  state      INTEGER NOT NULL,       -- 1 open, 2 suspended
  size       INTEGER NOT NULL DEFAULT 0,  -- of the ledger
  checkpoint TEXT NOT NULL DEFAULT '',    -- signed note for that size
  used       INTEGER NOT NULL DEFAULT 0,  -- bytes of bodies
  wraps      INTEGER NOT NULL DEFAULT 0   -- the next wrap's number
) STRICT;

-- The ledger: what the Merkle tree hashes, 42 bytes each (schema/wire/ledger.md).
CREATE TABLE entry (
  realm INTEGER NOT NULL,
  idx   INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (realm, idx)
) STRICT, WITHOUT ROWID;

-- Full hash tiles of the tree (C2SP tlog-tiles); the growing ones follow from these and from entry.
CREATE TABLE tile (
  realm  INTEGER NOT NULL,
  level  INTEGER NOT NULL,
  n      INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (realm, level, n)
) STRICT;

CREATE TABLE statement (
  realm   INTEGER NOT NULL,
  idx     INTEGER NOT NULL,
  receipt INTEGER NOT NULL,
  bytes   BLOB NOT NULL,
  PRIMARY KEY (realm, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  realm      INTEGER NOT NULL,
  idx        INTEGER NOT NULL,
  receipt    INTEGER NOT NULL,
  feed       BLOB NOT NULL,
  seq        INTEGER NOT NULL,
  unit       BLOB NOT NULL,
  checkpoint INTEGER NOT NULL,  -- ledger size that the header names
  size       INTEGER NOT NULL,  -- of bytes
  previous   BLOB NOT NULL,
  hash       BLOB NOT NULL,
  bytes      BLOB NOT NULL      -- as in a run, see schema/wire/segment.md
) STRICT;
CREATE UNIQUE INDEX segment_by_feed ON segment (realm, feed, seq);
-- Covers the planning of a response, which must not touch the bodies.
CREATE UNIQUE INDEX segment_by_unit ON segment (realm, unit, idx, feed, seq, checkpoint, size);

-- The head of every feed that has a segment. Derived; kept so that opening a realm does not read its segments.
CREATE TABLE feed (
  realm       INTEGER NOT NULL,
  feed        BLOB NOT NULL,
  device      BLOB NOT NULL,
  unit        BLOB NOT NULL,
  next        INTEGER NOT NULL,
  hash        BLOB NOT NULL,
  idx         INTEGER NOT NULL,
  receipt     INTEGER NOT NULL,
  roster_size INTEGER NOT NULL,
  checkpoint  INTEGER NOT NULL,
  PRIMARY KEY (realm, feed)
) STRICT, WITHOUT ROWID;

CREATE TABLE wrap (
  realm     INTEGER NOT NULL,
  number    INTEGER NOT NULL,
  recipient BLOB NOT NULL,
  issuer    BLOB NOT NULL,
  hash      BLOB NOT NULL,
  bytes     BLOB NOT NULL,
  PRIMARY KEY (realm, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX wrap_by_recipient ON wrap (realm, recipient, number);
CREATE UNIQUE INDEX wrap_by_hash ON wrap (realm, hash);

-- Encrypted pieces of attachments, addressed by their hash; one row per unit that may read it.
CREATE TABLE chunk (
  realm INTEGER NOT NULL,
  hash  BLOB NOT NULL,
  unit  BLOB NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunk_by_hash ON chunk (realm, hash, unit);
