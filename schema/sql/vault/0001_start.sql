-- The vault of one device. Pages are encrypted; see core/vault. Ids and hashes are blobs.

-- Single values: device keys, realm address, highest checkpoint, HLC, current holder.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- Every statement, in the order it arrived. Authority follows ledger_index; without one it is provisional.
CREATE TABLE statement (
  position     INTEGER PRIMARY KEY,
  hash         BLOB NOT NULL UNIQUE,
  bytes        BLOB NOT NULL,
  ledger_index INTEGER UNIQUE,
  receipt_ms   INTEGER
);

-- Epoch secrets that this device could open, and the wraps it holds for itself and others.
CREATE TABLE epoch_secret (
  unit   BLOB NOT NULL,
  epoch  INTEGER NOT NULL,
  secret BLOB NOT NULL,
  PRIMARY KEY (unit, epoch)
) WITHOUT ROWID;
CREATE TABLE wrap (
  id     INTEGER PRIMARY KEY,
  bytes  BLOB NOT NULL UNIQUE,
  to_send INTEGER NOT NULL              -- 1 until the server has it, then 3; 2 from another by hand
);

-- Feeds, own and others'. next and head: as stored here; sent_*: as the server is known to hold them.
CREATE TABLE feed (
  number    INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  device    BLOB NOT NULL,
  unit      BLOB NOT NULL,
  own       INTEGER NOT NULL,           -- 1: this incarnation is written here
  next      INTEGER NOT NULL DEFAULT 0,
  head      BLOB NOT NULL,
  sent_next INTEGER NOT NULL DEFAULT 0,
  sent_head BLOB NOT NULL,
  id_counter INTEGER NOT NULL DEFAULT 0 -- of record and item ids made in this feed
);

-- The op store: what was sealed here and what was received.
CREATE TABLE segment (
  feed         INTEGER NOT NULL REFERENCES feed (number),
  sequence     INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  previous     BLOB NOT NULL,
  roster_head  BLOB NOT NULL,           -- what the segment signs and does not carry: the roster's head …
  root         BLOB NOT NULL,           -- … and the checkpoint's root
  bytes        BLOB NOT NULL,           -- as in a run, see schema/wire/segment.md
  ledger_index INTEGER,                 -- absent: not received by the server, or not known to be
  receipt_ms   INTEGER,
  last_hlc     INTEGER NOT NULL DEFAULT 0,
  open_save    INTEGER NOT NULL DEFAULT 0, -- 1: the last save goes on in the next segment
  state        INTEGER NOT NULL,        -- vault::SegmentState
  UNIQUE (feed, sequence)
);
CREATE INDEX segment_unsent ON segment (feed, sequence) WHERE ledger_index IS NULL;
CREATE INDEX segment_hlc ON segment (feed, last_hlc);
CREATE INDEX segment_state ON segment (state) WHERE state <> 0;

-- Own ops that are not sealed yet, in order.
CREATE TABLE pending (
  position INTEGER PRIMARY KEY,
  feed     INTEGER NOT NULL REFERENCES feed (number),
  saved_ms INTEGER NOT NULL,
  op       BLOB NOT NULL
);

-- Projections: rebuilt byte-equal from segment and pending.
CREATE TABLE record (
  number    INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  unit      BLOB NOT NULL,
  kind      TEXT NOT NULL,
  title     TEXT NOT NULL,
  date      TEXT NOT NULL,              -- YYYY-MM-DD of the event, or empty
  flags     INTEGER NOT NULL,           -- vault::RecordFlag
  state     BLOB NOT NULL,              -- changelog::RecordState
  document  TEXT NOT NULL,              -- JSON, records::document_json
  searched  TEXT NOT NULL               -- the text that the search index has the words of, for snippets
);
CREATE INDEX record_list ON record (kind, date);
CREATE INDEX record_numbered ON record (number) WHERE flags & 16 <> 0;
CREATE INDEX record_reviewed ON record (number) WHERE flags & 32 <> 0;
-- Which records a record names, so that links are followed backwards, too.
CREATE TABLE link (
  target BLOB NOT NULL,                 -- id; perhaps not here
  source INTEGER NOT NULL,              -- record.number
  path   TEXT NOT NULL,                 -- of the link's field
  PRIMARY KEY (target, source, path)
) WITHOUT ROWID;
CREATE INDEX link_source ON link (source);
-- Words, as base/search_text makes them, and what filters ask: vault/search_index. Withdrawn records, too.
CREATE VIRTUAL TABLE search USING fts5 (
  exact, folded, facets, content = '', contentless_delete = 1, tokenize = "ascii"
);

-- Attachments: encrypted chunks by the hash of their ciphertext.
CREATE TABLE chunk (
  hash  BLOB PRIMARY KEY,
  unit  BLOB NOT NULL,
  data  BLOB NOT NULL,
  state INTEGER NOT NULL                -- 0 to be sent, 1 the server has it
);

-- Chunks that a record names and that are not here.
CREATE TABLE wanted_chunk (
  hash BLOB PRIMARY KEY,
  unit BLOB NOT NULL
) WITHOUT ROWID;

-- What the ledger has shown: roots of verified checkpoints by size; per unit how far it was pulled; for supervisors
-- every entry.
CREATE TABLE root_seen (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL
);
CREATE TABLE cursor (
  unit BLOB PRIMARY KEY,
  next INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE leaf (
  idx   INTEGER PRIMARY KEY,
  entry BLOB NOT NULL
);

-- What a supervisor must hear of: forks, changed receipts, segments that were refused.
CREATE TABLE finding (
  id       INTEGER PRIMARY KEY,
  found_ms INTEGER NOT NULL,
  code     TEXT NOT NULL,               -- stable error code
  feed     BLOB,
  sequence INTEGER,
  detail   TEXT NOT NULL,
  evidence BLOB
);
