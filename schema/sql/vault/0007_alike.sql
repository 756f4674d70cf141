-- Records with a title like another's, without comparing all: base/likeness.hpp, alike_keys. NULL: written before there
-- were keys; vault::alike_rows gives them theirs. 0: nothing is like it.
ALTER TABLE record ADD COLUMN alike_first INTEGER;
ALTER TABLE record ADD COLUMN alike_second INTEGER;
CREATE INDEX record_alike_first ON record (alike_first, kind, unit, date);
CREATE INDEX record_alike_second ON record (alike_second, kind, unit, date);
