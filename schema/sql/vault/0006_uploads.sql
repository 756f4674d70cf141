-- Attachments that come in pieces and are not whole yet; see core/vault/uploads.hpp. Chunks are sealed as they come,
-- and lie here, not in `chunk`, so that nothing of an upload that is given up is ever sent.
CREATE TABLE upload (
  id         BLOB PRIMARY KEY,
  record     BLOB NOT NULL,
  unit       BLOB NOT NULL,
  name       TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size       INTEGER NOT NULL,           -- of the whole file
  key        BLOB NOT NULL,
  about      TEXT NOT NULL,              -- what the app will write beside it, JSON
  touched_ms INTEGER NOT NULL            -- when the last piece came
) WITHOUT ROWID;

CREATE TABLE upload_chunk (
  upload BLOB NOT NULL,
  number INTEGER NOT NULL,               -- from 0
  hash   BLOB NOT NULL,
  data   BLOB NOT NULL,
  PRIMARY KEY (upload, number)
);
CREATE TRIGGER upload_gone AFTER DELETE ON upload BEGIN
  DELETE FROM upload_chunk WHERE upload = old.id;
END;
