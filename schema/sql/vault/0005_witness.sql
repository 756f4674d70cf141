-- What vouches for one ledger being shown to all; see core/vault/witness.hpp. Notes are signed notes of checkpoints
-- (schema/wire/ledger.md); all of them hold under the ledger's key.

-- Of each witness the largest checkpoint that it cosigned and that this device has seen to be of its own ledger.
CREATE TABLE cosigned (
  witness BLOB PRIMARY KEY,             -- a device
  size    INTEGER NOT NULL,
  root    BLOB NOT NULL,
  time_s  INTEGER NOT NULL,             -- the witness's word
  note    TEXT NOT NULL,
  to_send INTEGER NOT NULL              -- 1: this device's own, and no answer has come since it was made
) WITHOUT ROWID;

-- Checkpoints that came by hand: the server has yet to show that they are of the ledger that it shows here.
CREATE TABLE carried_checkpoint (
  size INTEGER PRIMARY KEY,
  root BLOB NOT NULL,
  note TEXT NOT NULL
);

-- Two checkpoints that the ledger's key signed and that nobody could show to be of one ledger: evidence.
CREATE TABLE split_view (
  first_size  INTEGER NOT NULL,
  first_root  BLOB NOT NULL,
  second_size INTEGER NOT NULL,
  second_root BLOB NOT NULL,
  first       TEXT NOT NULL,            -- the notes
  second      TEXT NOT NULL,
  found_ms    INTEGER NOT NULL,
  PRIMARY KEY (first_size, first_root, second_size, second_root)
) WITHOUT ROWID;
