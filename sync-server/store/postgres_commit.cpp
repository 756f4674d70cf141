// Commits: one row by compare-and-set under the fence, then the rows of the batch, one statement a table.
#include "store/postgres_parts.hpp"

namespace gandan::server {

Status PostgresStore::commit(RealmNumber realm, const Batch& batch) {
  if (disagreed_) return unreplicated("another server of this database is set up otherwise");
  std::optional<std::uint64_t> fence;
  {
    const std::lock_guard lock(held_mutex_);
    if (const auto held = held_.find(realm); held != held_.end()) fence = held->second.fence;
  }
  if (!fence) return Error{Code::server_busy, "another server is the realm's sequencer"};
  GANDAN_TRY(auto db, borrow());
  if (auto done = commit_over(*db, realm, batch, *fence); !done.ok()) {
    let_go(realm);  // whether it was committed, reading again tells
    return roll_back(*db, done.error());
  }
  erased_ = erased_ || !batch.erased.empty();
  if (erased_) forget_erased(*db);
  tell(realm);
  return {};
}

Status PostgresStore::commit_over(PgConnection& db, RealmNumber realm, const Batch& batch,
                                  std::uint64_t fence) {
  const auto& progress = batch.progress;
  const auto start = std::chrono::steady_clock::now();
  db.take_warning();
  db.queue("BEGIN");
  db.queue(
      "UPDATE ledger SET size = $5, checkpoint = $6, used = $7, wraps = $8, keys = $9, version = version + "
      "1, "
      "until = CASE WHEN next NOT IN ('', $10) AND next_until > " GANDAN_PG_NOW " AND " GANDAN_PG_NOW
      " - since >= $11 THEN " GANDAN_PG_NOW " ELSE " GANDAN_PG_NOW
      " + $11 END "
      "WHERE realm = $1 AND fence = $2 AND version = $3 AND size = $4 AND ($12 = '' OR checkpoint = $12) "
      "RETURNING until - " GANDAN_PG_NOW ", " GANDAN_PG_PROMISE,
      PgParams()
          .add(realm)
          .add(fence)
          .add(progress.version - 1)
          .add(progress.size - batch.entries.size())
          .add(progress.size)
          .add_text(progress.checkpoint)
          .add(progress.used_bytes)
          .add(progress.wraps)
          .add(progress.keys)
          .add(me_.view())
          .add(kHoldMs)
          .add_text(batch.stands_on));
  GANDAN_TRY(const auto begun, db.flush());
  const auto& moved = begun[1];
  if (moved.size() != 1) return Error{Code::server_busy, "deposed: another server is the realm's sequencer"};
  GANDAN_CHECK(promised(moved, 1, moved, 1));
  queue_rows(db, realm, batch);
  db.queue("COMMIT");
  db.queue("SELECT " GANDAN_PG_PROMISE);  // a list that becomes empty ends the wait without a word
  GANDAN_TRY(const auto done, db.flush());
  if (auto warning = db.take_warning(); !warning.empty()) return unreplicated(warning);
  GANDAN_CHECK(promised(moved, 1, done.back(), 0));
  const std::lock_guard lock(held_mutex_);
  held_[realm] = {fence, progress.version,
                  start + std::chrono::milliseconds(moved.integer(0, 0)) - kTurnMargin};
  return {};
}

namespace {

template <class Rows, class Get>
std::vector<std::int64_t> pg_integers(const Rows& rows, Get get) {
  std::vector<std::int64_t> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(static_cast<std::int64_t>(get(row)));
  return out;
}
template <class Rows, class Get>
std::vector<ByteView> pg_views(const Rows& rows, Get get) {
  std::vector<ByteView> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(get(row));
  return out;
}

}  // namespace

void PostgresStore::queue_rows(PgConnection& db, RealmNumber realm, const Batch& batch) const {
#define GANDAN_PG_INTS(rows, member) pg_integers(rows, [](const auto& row) { return row.member; })
#define GANDAN_PG_IDS(rows, member) pg_views(rows, [](const auto& row) { return row.member.view(); })
#define GANDAN_PG_BYTES(rows, member) pg_views(rows, [](const auto& row) { return ByteView(row.member); })
  if (const auto& rows = batch.entries; !rows.empty())
    db.queue("INSERT INTO entry (realm, idx, bytes) SELECT $1, * FROM unnest($2::bigint[], $3::bytea[])",
             PgParams().add(realm).add(GANDAN_PG_INTS(rows, index)).add(GANDAN_PG_BYTES(rows, bytes)));
  if (const auto& rows = batch.tiles; !rows.empty())
    db.queue(
        "INSERT INTO tile (realm, level, n, hashes) "
        "SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_INTS(rows, level))
            .add(GANDAN_PG_INTS(rows, index))
            .add(GANDAN_PG_BYTES(rows, hashes)));
  if (const auto& rows = batch.statements; !rows.empty())
    db.queue(
        "INSERT INTO statement (realm, idx, receipt, bytes) "
        "SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_INTS(rows, index))
            .add(GANDAN_PG_INTS(rows, receipt_ms))
            .add(GANDAN_PG_BYTES(rows, bytes)));
  if (const auto& rows = batch.segments; !rows.empty())
    db.queue(
        "INSERT INTO segment (realm, idx, receipt, feed, seq, unit, checkpoint, size, previous, hash, bytes) "
        "SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::bigint[], $6::bytea[], "
        "$7::bigint[], $8::bigint[], $9::bytea[], $10::bytea[], $11::bytea[])",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_INTS(rows, index))
            .add(GANDAN_PG_INTS(rows, receipt_ms))
            .add(GANDAN_PG_IDS(rows, feed))
            .add(GANDAN_PG_INTS(rows, sequence))
            .add(GANDAN_PG_IDS(rows, unit))
            .add(GANDAN_PG_INTS(rows, checkpoint_size))
            .add(GANDAN_PG_INTS(rows, bytes.size()))
            .add(GANDAN_PG_IDS(rows, previous))
            .add(GANDAN_PG_IDS(rows, hash))
            .add(GANDAN_PG_BYTES(rows, bytes)));
  if (const auto& rows = batch.bodies; !rows.empty())
    db.queue(
        "UPDATE segment SET size = length(new.bytes), bytes = new.bytes "
        "FROM unnest($2::bytea[], $3::bigint[], $4::bytea[]) AS new (feed, seq, bytes) "
        "WHERE segment.realm = $1 AND segment.feed = new.feed AND segment.seq = new.seq",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_IDS(rows, feed))
            .add(GANDAN_PG_INTS(rows, sequence))
            .add(GANDAN_PG_BYTES(rows, bytes)));
  if (const auto& rows = batch.feeds; !rows.empty())
    db.queue(
        "INSERT INTO feed (realm, feed, device, unit, next, hash, idx, receipt, roster_size, checkpoint) "
        "SELECT $1, * FROM unnest($2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bytea[], "
        "$7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[]) "
        "ON CONFLICT (realm, feed) DO UPDATE SET next = excluded.next, hash = excluded.hash, "
        "idx = excluded.idx, receipt = excluded.receipt, roster_size = excluded.roster_size, "
        "checkpoint = excluded.checkpoint",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_IDS(rows, feed))
            .add(GANDAN_PG_IDS(rows, device))
            .add(GANDAN_PG_IDS(rows, unit))
            .add(GANDAN_PG_INTS(rows, next))
            .add(GANDAN_PG_IDS(rows, hash))
            .add(GANDAN_PG_INTS(rows, index))
            .add(GANDAN_PG_INTS(rows, receipt_ms))
            .add(GANDAN_PG_INTS(rows, roster_size))
            .add(GANDAN_PG_INTS(rows, checkpoint_size)));
  if (const auto& rows = batch.wraps; !rows.empty())
    db.queue(
        "INSERT INTO wrap (realm, number, recipient, issuer, hash, bytes) "
        "SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_INTS(rows, number))
            .add(GANDAN_PG_IDS(rows, recipient))
            .add(GANDAN_PG_IDS(rows, issuer))
            .add(GANDAN_PG_IDS(rows, hash))
            .add(GANDAN_PG_BYTES(rows, bytes)));
  if (const auto& rows = batch.keys; !rows.empty())
    db.queue(
        "INSERT INTO record_key (realm, number, unit, record, key, device, bytes) "
        "SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], "
        "$7::bytea[])",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_INTS(rows, number))
            .add(GANDAN_PG_IDS(rows, unit))
            .add(GANDAN_PG_IDS(rows, record))
            .add(GANDAN_PG_IDS(rows, key))
            .add(GANDAN_PG_IDS(rows, device))
            .add(GANDAN_PG_BYTES(rows, bytes)));
  if (!batch.erased.empty())
    db.queue(
        "DELETE FROM record_key WHERE realm = $1 AND record = ANY($2)",
        PgParams().add(realm).add(pg_views(batch.erased, [](const auto& record) { return record.view(); })));
  if (const auto& rows = batch.chunks; !rows.empty())
    db.queue(
        "INSERT INTO chunk (realm, hash, unit, bytes) "
        "SELECT $1, * FROM unnest($2::bytea[], $3::bytea[], $4::bytea[])",
        PgParams()
            .add(realm)
            .add(GANDAN_PG_IDS(rows, hash))
            .add(GANDAN_PG_IDS(rows, unit))
            .add(GANDAN_PG_BYTES(rows, bytes)));
  for (const auto& row : batch.cosignatures)
    db.queue(
        "INSERT INTO cosignature (realm, witness, size, note) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (realm, witness) DO UPDATE SET size = excluded.size, note = excluded.note",
        PgParams().add(realm).add(row.witness.view()).add(row.size).add_text(row.note));
#undef GANDAN_PG_INTS
#undef GANDAN_PG_IDS
#undef GANDAN_PG_BYTES
}

// Writes the key box's table anew, so that no page keeps what was deleted. Where it cannot be done now (who
// set the tables up owns them; another server reads them) it is tried again with every commit.
void PostgresStore::forget_erased(PgConnection& db) {
  if (!db.script("SET lock_timeout = '200ms'").ok()) return;
  erased_ = !db.script("VACUUM (FULL) record_key").ok();
  (void)db.script("SET lock_timeout = 0").ok();
}

}  // namespace gandan::server
