-- What a vault must know to notice that it was restored or copied, and to go on; see core/vault/restore.cpp.

-- Of a feed of this device: the first sequence number that another copy of this vault wrote.
ALTER TABLE feed ADD COLUMN fork INTEGER;
-- Of a segment that was sealed here: the feed's id_counter then. Earlier ones: no later than now.
ALTER TABLE segment ADD COLUMN id_counter INTEGER NOT NULL DEFAULT 0;
UPDATE segment SET id_counter = (SELECT id_counter FROM feed WHERE feed.number = segment.feed);

-- Of a segment that was carried here: 1 when the server said that its place is another one's. It is kept, and not sent again.
ALTER TABLE segment ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;

-- Segments that lost their place in their feed to another one of the same author, whole: evidence of a fork,
-- and what their author says again when it gets them back; see core/vault/displaced.cpp.
CREATE TABLE displaced (
  hash        BLOB PRIMARY KEY,
  feed        INTEGER NOT NULL REFERENCES feed (number),
  sequence    INTEGER NOT NULL,
  previous    BLOB NOT NULL,
  roster_head BLOB NOT NULL,
  root        BLOB NOT NULL,
  bytes       BLOB NOT NULL,            -- as in a run
  moved_to    INTEGER                   -- the own feed in which this device said it again; absent: not done
) WITHOUT ROWID;
CREATE INDEX displaced_place ON displaced (feed, sequence);
