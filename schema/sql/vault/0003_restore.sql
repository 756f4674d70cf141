-- What a vault must know to notice that it was restored or copied, and to go on; see core/vault/restore.cpp.

-- Of a feed of this device: the first sequence number that another copy of this vault wrote.
ALTER TABLE feed ADD COLUMN fork INTEGER;
-- Of a segment that was sealed here: the feed's id_counter then. Earlier ones: no later than now.
ALTER TABLE segment ADD COLUMN id_counter INTEGER NOT NULL DEFAULT 0;
UPDATE segment SET id_counter = (SELECT id_counter FROM feed WHERE feed.number = segment.feed);
