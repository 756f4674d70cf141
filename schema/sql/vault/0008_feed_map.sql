-- Feed maps (schema/wire/ledger.md section 8): those of the ledger that is kept here are found by their type.
CREATE INDEX leaf_map ON leaf (idx) WHERE substr(entry, 2, 1) = x'03';

-- Lines of the last one that was fetched, in pieces as they came; of a newer one beside it until that is whole. A device
-- that reads the whole tree has none: it knows what stands in them.
CREATE TABLE map_lines (
  map   INTEGER NOT NULL,               -- its index in the ledger
  first INTEGER NOT NULL,               -- number of the first line
  count INTEGER NOT NULL,               -- of lines in the whole map
  lines BLOB NOT NULL,                  -- 56 bytes each
  PRIMARY KEY (map, first)
) WITHOUT ROWID;
