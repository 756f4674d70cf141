-- Lists, counts and queues without reading every record and every chunk.
CREATE INDEX record_date ON record (date);
CREATE INDEX record_conflict ON record (date) WHERE flags & 4 <> 0;
CREATE INDEX record_deleted ON record (flags) WHERE flags & 1 <> 0;
CREATE INDEX chunk_unsent ON chunk (hash) WHERE state = 0;
