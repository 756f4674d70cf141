-- The server's store in PostgreSQL, for several servers side by side (sync-server/POSTGRESQL.md). Names and meanings are
-- those of schema/sql/server. Every table but store_version is keyed by the realm first, so that it can be distributed
-- by it; realm itself is small and read whole, a reference table where there are any.

CREATE TABLE store_version (
  version integer PRIMARY KEY           -- number of the last of these files; one row
);

CREATE TABLE realm (
  number   bigint PRIMARY KEY,
  id       bytea NOT NULL UNIQUE,
  address  bytea NOT NULL UNIQUE,       -- 128-bit capability
  card     bytea NOT NULL,
  quota    bigint NOT NULL,             -- bytes; 0: no limit
  state    smallint NOT NULL,           -- 1 open, 2 suspended
  revision bigint NOT NULL DEFAULT 1    -- grows with every change of this row
);

-- Where a realm stands, and who may write it. One row is all that a commit locks: it moves by compare-and-set of fence,
-- version and size. Instants are milliseconds since 1970 by the database's clock.
CREATE TABLE ledger (
  realm      bigint PRIMARY KEY,
  size       bigint NOT NULL DEFAULT 0,
  checkpoint text NOT NULL DEFAULT '',  -- signed note for that size
  used       bigint NOT NULL DEFAULT 0, -- bytes of bodies
  wraps      bigint NOT NULL DEFAULT 0, -- the next wrap's number
  keys       bigint NOT NULL DEFAULT 0, -- the next number in the key box
  version    bigint NOT NULL DEFAULT 0, -- commits so far
  fence      bigint NOT NULL DEFAULT 0, -- grows whenever the sequencer changes
  holder     bytea NOT NULL DEFAULT '', -- the server that is the sequencer
  since      bigint NOT NULL DEFAULT 0, -- of its hold
  until      bigint NOT NULL DEFAULT 0, -- undisturbed until then
  next       bytea NOT NULL DEFAULT '', -- the server that waits for it
  next_until bigint NOT NULL DEFAULT 0  -- how long its place is kept
) WITH (fillfactor = 50);

-- A server's sign of life in a realm. That it is committed says that all that was read before is on the synchronous
-- replica, too.
CREATE TABLE pulse (
  realm  bigint NOT NULL,
  server bytea NOT NULL,
  at     bigint NOT NULL,
  PRIMARY KEY (realm, server)
) WITH (fillfactor = 50);

CREATE TABLE entry (
  realm bigint NOT NULL,
  idx   bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (realm, idx)
);

CREATE TABLE tile (
  realm  bigint NOT NULL,
  level  smallint NOT NULL,
  n      bigint NOT NULL,
  hashes bytea NOT NULL,
  PRIMARY KEY (realm, level, n)
);
-- Hashes and what is encrypted cannot be compressed.
ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE statement (
  realm   bigint NOT NULL,
  idx     bigint NOT NULL,
  receipt bigint NOT NULL,
  bytes   bytea NOT NULL,
  PRIMARY KEY (realm, idx)
);

CREATE TABLE segment (
  realm      bigint NOT NULL,
  idx        bigint NOT NULL,
  receipt    bigint NOT NULL,
  feed       bytea NOT NULL,
  seq        bigint NOT NULL,
  unit       bytea NOT NULL,
  checkpoint bigint NOT NULL,
  size       bigint NOT NULL,
  previous   bytea NOT NULL,
  hash       bytea NOT NULL,
  bytes      bytea NOT NULL,
  PRIMARY KEY (realm, idx)
);
ALTER TABLE segment ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX segment_by_feed ON segment (realm, feed, seq);
CREATE UNIQUE INDEX segment_by_unit ON segment (realm, unit, idx) INCLUDE (feed, seq, checkpoint, size);

CREATE TABLE feed (
  realm       bigint NOT NULL,
  feed        bytea NOT NULL,
  device      bytea NOT NULL,
  unit        bytea NOT NULL,
  next        bigint NOT NULL,
  hash        bytea NOT NULL,
  idx         bigint NOT NULL,
  receipt     bigint NOT NULL,
  roster_size bigint NOT NULL,
  checkpoint  bigint NOT NULL,
  PRIMARY KEY (realm, feed)
) WITH (fillfactor = 70);

CREATE TABLE wrap (
  realm     bigint NOT NULL,
  number    bigint NOT NULL,
  recipient bytea NOT NULL,
  issuer    bytea NOT NULL,
  hash      bytea NOT NULL,
  bytes     bytea NOT NULL,
  PRIMARY KEY (realm, number)
);
CREATE UNIQUE INDEX wrap_by_recipient ON wrap (realm, recipient, number);
CREATE UNIQUE INDEX wrap_by_hash ON wrap (realm, hash);

-- After an erasure the table is written anew (VACUUM FULL), so that no page keeps what was deleted.
CREATE TABLE record_key (
  realm  bigint NOT NULL,
  number bigint NOT NULL,
  unit   bytea NOT NULL,
  record bytea NOT NULL,
  key    bytea NOT NULL,
  device bytea NOT NULL,
  bytes  bytea NOT NULL,
  PRIMARY KEY (realm, number)
);
CREATE UNIQUE INDEX record_key_by_record ON record_key (realm, record, device, key);
CREATE UNIQUE INDEX record_key_by_unit ON record_key (realm, unit, number);

CREATE TABLE cosignature (
  realm   bigint NOT NULL,
  witness bytea NOT NULL,
  size    bigint NOT NULL,
  note    text NOT NULL,
  PRIMARY KEY (realm, witness)
);

CREATE TABLE chunk (
  realm bigint NOT NULL,
  hash  bytea NOT NULL,
  unit  bytea NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (realm, hash, unit)
);
ALTER TABLE chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
