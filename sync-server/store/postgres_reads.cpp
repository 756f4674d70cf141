// Reading, and the few rows that are not a realm's sequencer's to write.
#include "store/postgres_parts.hpp"

namespace gandan::server {
namespace {

constexpr std::size_t kMostNews = 65536;  // ledger entries; beyond, reading all of it anew is shorter

template <class Row, class Read>
Result<std::vector<Row>> pg_all(const PgRows& rows, Read read) {
  std::vector<Row> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    GANDAN_TRY(auto row, read(rows, i));
    out.push_back(std::move(row));
  }
  return out;
}
template <class Row, class Read>
Result<std::vector<Row>> pg_all(const Result<PgRows>& rows, Read read) {
  if (!rows.ok()) return rows.error();
  return pg_all<Row>(*rows, read);
}

Result<EntryRow> pg_entry_row(const PgRows& rows, std::size_t i) {
  EntryRow out{rows.count(i, 0), {}};
  const ByteView bytes = rows.bytes(i, 1);
  if (bytes.size() != out.bytes.size()) return Error{Code::store_damaged, "an entry of a wrong size"};
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

Result<StatementRow> pg_statement_row(const PgRows& rows, std::size_t i) {
  return StatementRow{rows.count(i, 0), rows.integer(i, 1), to_bytes(rows.bytes(i, 2))};
}

Result<FeedRow> pg_feed_row(const PgRows& rows, std::size_t i) {
  FeedRow out;
  GANDAN_TRY(out.feed, rows.id<FeedId>(i, 0));
  GANDAN_TRY(out.device, rows.id<DeviceId>(i, 1));
  GANDAN_TRY(out.unit, rows.id<UnitId>(i, 2));
  out.next = rows.count(i, 3);
  GANDAN_TRY(out.hash, rows.id<Hash>(i, 4));
  out.index = rows.count(i, 5);
  out.receipt_ms = rows.integer(i, 6);
  out.roster_size = rows.count(i, 7);
  out.checkpoint_size = rows.count(i, 8);
  return out;
}

Result<SegmentRow> pg_segment_row(const PgRows& rows, std::size_t i) {
  SegmentRow out;
  out.index = rows.count(i, 0);
  out.receipt_ms = rows.integer(i, 1);
  GANDAN_TRY(out.feed, rows.id<FeedId>(i, 2));
  out.sequence = rows.count(i, 3);
  GANDAN_TRY(out.unit, rows.id<UnitId>(i, 4));
  out.checkpoint_size = rows.count(i, 5);
  GANDAN_TRY(out.previous, rows.id<Hash>(i, 6));
  GANDAN_TRY(out.hash, rows.id<Hash>(i, 7));
  out.bytes = to_bytes(rows.bytes(i, 8));
  return out;
}

Result<CosignatureRow> pg_cosignature_row(const PgRows& rows, std::size_t i) {
  CosignatureRow out;
  GANDAN_TRY(out.witness, rows.id<DeviceId>(i, 0));
  out.size = rows.count(i, 1);
  out.note = rows.text(i, 2);
  return out;
}

Result<WrapRow> pg_wrap_row(const PgRows& rows, std::size_t i) {
  WrapRow out;
  out.number = rows.count(i, 0);
  GANDAN_TRY(out.recipient, rows.id<protocol::RecipientId>(i, 1));
  GANDAN_TRY(out.issuer, rows.id<DeviceId>(i, 2));
  GANDAN_TRY(out.hash, rows.id<Hash>(i, 3));
  out.bytes = to_bytes(rows.bytes(i, 4));
  return out;
}

Result<std::uint64_t> pg_number_of(const PgRows& rows, std::size_t i) { return rows.count(i, 0); }

Progress pg_progress_of(const PgRows& rows, std::size_t i) {
  return {rows.count(i, 0), rows.text(i, 1),  rows.count(i, 2),
          rows.count(i, 3), rows.count(i, 4), rows.count(i, 5)};
}

template <class Id>
Result<std::vector<std::pair<Id, std::uint64_t>>> pg_last_by(const Result<PgRows>& rows) {
  using Pair = std::pair<Id, std::uint64_t>;
  return pg_all<Pair>(rows, [](const PgRows& found, std::size_t i) -> Result<Pair> {
    GANDAN_TRY(const auto id, found.id<Id>(i, 0));
    return Pair{id, found.count(i, 1)};
  });
}

Result<Bytes> pg_one_blob(const Result<PgRows>& rows) {
  if (!rows.ok()) return rows.error();
  if (rows->size() == 0) return Code::not_found;
  return to_bytes(rows->bytes(0, 0));
}

#define GANDAN_PG_PROGRESS "SELECT size, checkpoint, used, wraps, keys, version FROM ledger WHERE realm = $1"
#define GANDAN_PG_FEED \
  "SELECT feed, device, unit, next, hash, idx, receipt, roster_size, checkpoint FROM feed WHERE realm = $1"
#define GANDAN_PG_SEGMENT \
  "SELECT idx, receipt, feed, seq, unit, checkpoint, previous, hash, bytes FROM segment WHERE realm = $1"
#define GANDAN_PG_COSIGNATURE \
  "SELECT witness, size, note FROM cosignature WHERE realm = $1 ORDER BY size DESC, witness"

}  // namespace

Result<PgRows> PostgresStore::read(std::string_view sql, const PgParams& params) {
  for (;;) {
    GANDAN_TRY(auto db, borrow());
    auto rows = db->run(sql, params);
    if (rows.ok() || db->alive() || !db.used() || frozen_) return rows;
  }
}

Result<RealmNumber> PostgresStore::admit(const RealmRow& realm) {
  GANDAN_TRY(auto db, borrow());
  db->queue("BEGIN");
  db->queue(
      "INSERT INTO realm (number, id, address, card, quota, state) "
      "SELECT coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5::bigint::smallint FROM realm "
      "ON CONFLICT (id) DO UPDATE SET quota = excluded.quota, state = excluded.state, "
      "revision = realm.revision + 1 RETURNING number",
      PgParams()
          .add(realm.id.view())
          .add(realm.address.view())
          .add(ByteView(realm.card))
          .add(realm.quota)
          .add(static_cast<std::int64_t>(realm.state)));
  auto inserted = db->flush();
  if (!inserted.ok()) return roll_back(*db, inserted.error()).error();
  const RealmNumber number = (*inserted)[1].integer(0, 0);
  db->queue("INSERT INTO ledger (realm) VALUES ($1) ON CONFLICT (realm) DO NOTHING", PgParams().add(number));
  db->queue("COMMIT");
  if (auto done = db->flush(); !done.ok()) return roll_back(*db, done.error()).error();
  return number;
}

Result<std::vector<RealmRow>> PostgresStore::realms() {
  return pg_all<RealmRow>(
      read("SELECT number, id, address, card, quota, state FROM realm ORDER BY number", {}),
      [](const PgRows& rows, std::size_t i) -> Result<RealmRow> {
        RealmRow out;
        out.number = rows.integer(i, 0);
        GANDAN_TRY(out.id, rows.id<RealmId>(i, 1));
        GANDAN_TRY(out.address, rows.id<roster::RealmAddress>(i, 2));
        out.card = to_bytes(rows.bytes(i, 3));
        out.quota = rows.count(i, 4);
        out.state = static_cast<RealmState>(rows.integer(i, 5));
        return out;
      });
}

Result<std::int64_t> PostgresStore::version() {
  GANDAN_TRY(const auto rows, read("SELECT coalesce(sum(revision), 0)::bigint FROM realm", {}));
  return rows.integer(0, 0);
}

Result<Progress> PostgresStore::progress(RealmNumber realm) {
  GANDAN_TRY(const auto rows, read(GANDAN_PG_PROGRESS, PgParams().add(realm)));
  if (rows.size() == 0) return Code::not_found;
  return pg_progress_of(rows, 0);
}

Result<std::optional<Batch>> PostgresStore::news(RealmNumber realm, const Progress& known) {
  const std::string_view kQueries[] = {
      GANDAN_PG_PROGRESS,
      "SELECT idx, bytes FROM entry WHERE realm = $1 AND idx >= $2 ORDER BY idx LIMIT $3",
      "SELECT idx, receipt, bytes FROM statement WHERE realm = $1 AND idx >= $2 ORDER BY idx LIMIT $3",
      GANDAN_PG_FEED " AND feed IN (SELECT feed FROM segment WHERE realm = $1 AND idx >= $2 LIMIT $3)",
      "SELECT number, recipient, issuer, hash, ''::bytea FROM wrap WHERE realm = $1 AND number >= $2 "
      "ORDER BY number",
      "SELECT number, unit FROM record_key WHERE realm = $1 AND number >= $2 ORDER BY number",
      GANDAN_PG_COSIGNATURE};
  const auto since = [&](std::uint64_t from) { return PgParams().add(realm).add(from); };
  const auto few = [&] { return since(known.size).add(std::uint64_t{kMostNews + 1}); };
  const PgParams params[] = {
      PgParams().add(realm), few(), few(), few(), since(known.wraps), since(known.keys),
      PgParams().add(realm)};
  GANDAN_TRY(auto db, borrow());
  db->take_warning();
  db->queue("BEGIN ISOLATION LEVEL REPEATABLE READ");
  for (std::size_t i = 0; i < std::size(kQueries); ++i) db->queue(kQueries[i], params[i]);
  queue_pulse(*db, realm);
  db->queue("COMMIT");
  db->queue("SELECT " GANDAN_PG_PROMISE);
  auto answers = db->flush();
  if (!answers.ok()) return roll_back(*db, answers.error()).error();
  const auto& rows = *answers;
  GANDAN_CHECK(settled(*db, rows[std::size(kQueries) + 1], rows.back()));
  if (rows[1].size() != 1) return Error{Code::not_found, "the realm has no ledger"};
  if (rows[2].size() > kMostNews) return std::optional<Batch>();
  Batch out;
  out.progress = pg_progress_of(rows[1], 0);
  GANDAN_TRY(out.entries, pg_all<EntryRow>(rows[2], pg_entry_row));
  GANDAN_TRY(out.statements, pg_all<StatementRow>(rows[3], pg_statement_row));
  GANDAN_TRY(out.feeds, pg_all<FeedRow>(rows[4], pg_feed_row));
  GANDAN_TRY(out.wraps, pg_all<WrapRow>(rows[5], pg_wrap_row));
  GANDAN_TRY(out.keys, pg_all<KeyRow>(rows[6], [](const PgRows& found, std::size_t i) -> Result<KeyRow> {
               KeyRow key;
               key.number = found.count(i, 0);
               GANDAN_TRY(key.unit, found.id<UnitId>(i, 1));
               return key;
             }));
  GANDAN_TRY(out.cosignatures, pg_all<CosignatureRow>(rows[7], pg_cosignature_row));
  return std::optional<Batch>(std::move(out));
}

Result<std::vector<FeedRow>> PostgresStore::feeds(RealmNumber realm) {
  return pg_all<FeedRow>(read(GANDAN_PG_FEED, PgParams().add(realm)), pg_feed_row);
}

Result<std::vector<EntryRow>> PostgresStore::entries(RealmNumber realm, std::uint64_t from,
                                                     std::size_t limit) {
  return pg_all<EntryRow>(
      read("SELECT idx, bytes FROM entry WHERE realm = $1 AND idx >= $2 ORDER BY idx LIMIT $3",
           PgParams().add(realm).add(from).add(limit)),
      pg_entry_row);
}

Result<std::vector<StatementRow>> PostgresStore::statements(RealmNumber realm, std::uint64_t from,
                                                            std::size_t limit) {
  return pg_all<StatementRow>(
      read("SELECT idx, receipt, bytes FROM statement WHERE realm = $1 AND idx >= $2 ORDER BY idx LIMIT $3",
           PgParams().add(realm).add(from).add(limit)),
      pg_statement_row);
}

Result<Bytes> PostgresStore::tile(RealmNumber realm, std::uint8_t level, std::uint64_t index) {
  return pg_one_blob(read("SELECT hashes FROM tile WHERE realm = $1 AND level = $2 AND n = $3",
                          PgParams().add(realm).add(std::int64_t{level}).add(index)));
}

Result<std::vector<SegmentKey>> PostgresStore::segment_keys(RealmNumber realm, const UnitId& unit,
                                                            std::uint64_t from, std::uint64_t below,
                                                            std::size_t limit) {
  return pg_all<SegmentKey>(read("SELECT idx, feed, seq, checkpoint, size FROM segment WHERE realm = $1 AND "
                                 "unit = $2 AND idx >= $3 AND idx < $4 ORDER BY idx LIMIT $5",
                                 PgParams().add(realm).add(unit.view()).add(from).add(below).add(limit)),
                            [](const PgRows& rows, std::size_t i) -> Result<SegmentKey> {
                              SegmentKey out;
                              out.index = rows.count(i, 0);
                              GANDAN_TRY(out.feed, rows.id<FeedId>(i, 1));
                              out.sequence = rows.count(i, 2);
                              out.checkpoint_size = rows.count(i, 3);
                              out.bytes = rows.count(i, 4);
                              return out;
                            });
}

Result<std::vector<SegmentRow>> PostgresStore::segments(RealmNumber realm, const UnitId& unit,
                                                        std::uint64_t from, std::uint64_t below,
                                                        std::size_t limit) {
  return pg_all<SegmentRow>(
      read(GANDAN_PG_SEGMENT " AND unit = $2 AND idx >= $3 AND idx < $4 ORDER BY idx LIMIT $5",
           PgParams().add(realm).add(unit.view()).add(from).add(below).add(limit)),
      pg_segment_row);
}

Result<std::vector<SegmentRow>> PostgresStore::feed_segments(RealmNumber realm, const FeedId& feed,
                                                             std::uint64_t from, std::size_t limit) {
  return pg_all<SegmentRow>(read(GANDAN_PG_SEGMENT " AND feed = $2 AND seq >= $3 ORDER BY seq LIMIT $4",
                                 PgParams().add(realm).add(feed.view()).add(from).add(limit)),
                            pg_segment_row);
}

Result<std::optional<SegmentPlace>> PostgresStore::find_segment(RealmNumber realm, const FeedId& feed,
                                                                std::uint64_t sequence) {
  GANDAN_TRY(const auto rows,
             read("SELECT idx, receipt, hash FROM segment WHERE realm = $1 AND feed = $2 AND seq = $3",
                  PgParams().add(realm).add(feed.view()).add(sequence)));
  if (rows.size() == 0) return std::optional<SegmentPlace>();
  SegmentPlace out{rows.count(0, 0), rows.integer(0, 1), {}, sequence};
  GANDAN_TRY(out.hash, rows.id<Hash>(0, 2));
  return std::optional<SegmentPlace>(out);
}

Result<std::optional<SegmentPlace>> PostgresStore::segment_before(RealmNumber realm, const FeedId& feed,
                                                                  std::uint64_t below) {
  GANDAN_TRY(const auto rows,
             read("SELECT idx, receipt, hash, seq FROM segment WHERE realm = $1 AND feed = $2 AND idx < $3 "
                  "ORDER BY seq DESC LIMIT 1",
                  PgParams().add(realm).add(feed.view()).add(below)));
  if (rows.size() == 0) return std::optional<SegmentPlace>();
  SegmentPlace out{rows.count(0, 0), rows.integer(0, 1), {}, rows.count(0, 3)};
  GANDAN_TRY(out.hash, rows.id<Hash>(0, 2));
  return std::optional<SegmentPlace>(out);
}

Result<std::vector<std::pair<UnitId, std::uint64_t>>> PostgresStore::last_of_units(RealmNumber realm) {
  return pg_last_by<UnitId>(
      read("SELECT unit, max(idx) FROM feed WHERE realm = $1 GROUP BY unit", PgParams().add(realm)));
}

Result<std::vector<std::uint64_t>> PostgresStore::wraps_for(RealmNumber realm,
                                                            const protocol::RecipientId& recipient,
                                                            std::uint64_t from, std::uint64_t below) {
  return pg_all<std::uint64_t>(read("SELECT number FROM wrap WHERE realm = $1 AND recipient = $2 AND "
                                    "number >= $3 AND number < $4 ORDER BY number",
                                    PgParams().add(realm).add(recipient.view()).add(from).add(below)),
                               pg_number_of);
}

Result<WrapRow> PostgresStore::wrap(RealmNumber realm, std::uint64_t number) {
  GANDAN_TRY(const auto rows,
             read("SELECT number, recipient, issuer, hash, bytes FROM wrap WHERE realm = $1 AND number = $2",
                  PgParams().add(realm).add(number)));
  if (rows.size() == 0) return Code::not_found;
  return pg_wrap_row(rows, 0);
}

Result<bool> PostgresStore::has_wrap(RealmNumber realm, const Hash& hash) {
  GANDAN_TRY(const auto rows, read("SELECT true FROM wrap WHERE realm = $1 AND hash = $2",
                                   PgParams().add(realm).add(hash.view())));
  return rows.size() != 0;
}

Result<std::vector<std::pair<protocol::RecipientId, std::uint64_t>>> PostgresStore::last_wraps(
    RealmNumber realm) {
  return pg_last_by<protocol::RecipientId>(read(
      "SELECT recipient, max(number) FROM wrap WHERE realm = $1 GROUP BY recipient", PgParams().add(realm)));
}

Result<std::vector<std::pair<KeyId, std::uint64_t>>> PostgresStore::keys_of(RealmNumber realm,
                                                                            const RecordId& record,
                                                                            const DeviceId& device) {
  return pg_last_by<KeyId>(
      read("SELECT key, number FROM record_key WHERE realm = $1 AND record = $2 AND device = $3",
           PgParams().add(realm).add(record.view()).add(device.view())));
}

Result<std::vector<std::uint64_t>> PostgresStore::keys_in(RealmNumber realm, const UnitId& unit,
                                                          std::uint64_t from, std::uint64_t below) {
  return pg_all<std::uint64_t>(read("SELECT number FROM record_key WHERE realm = $1 AND unit = $2 AND "
                                    "number >= $3 AND number < $4 ORDER BY number",
                                    PgParams().add(realm).add(unit.view()).add(from).add(below)),
                               pg_number_of);
}

Result<Bytes> PostgresStore::key(RealmNumber realm, std::uint64_t number) {
  return pg_one_blob(read("SELECT bytes FROM record_key WHERE realm = $1 AND number = $2",
                          PgParams().add(realm).add(number)));
}

Result<std::vector<std::pair<UnitId, std::uint64_t>>> PostgresStore::last_keys(RealmNumber realm) {
  return pg_last_by<UnitId>(
      read("SELECT unit, max(number) FROM record_key WHERE realm = $1 GROUP BY unit", PgParams().add(realm)));
}

Result<std::vector<CosignatureRow>> PostgresStore::cosignatures(RealmNumber realm) {
  return pg_all<CosignatureRow>(read(GANDAN_PG_COSIGNATURE, PgParams().add(realm)), pg_cosignature_row);
}

Result<std::vector<UnitId>> PostgresStore::chunk_units(RealmNumber realm, const Hash& hash) {
  return pg_all<UnitId>(
      read("SELECT unit FROM chunk WHERE realm = $1 AND hash = $2", PgParams().add(realm).add(hash.view())),
      [](const PgRows& rows, std::size_t i) { return rows.id<UnitId>(i, 0); });
}

Result<Bytes> PostgresStore::chunk(RealmNumber realm, const Hash& hash) {
  return pg_one_blob(read("SELECT bytes FROM chunk WHERE realm = $1 AND hash = $2 LIMIT 1",
                          PgParams().add(realm).add(hash.view())));
}

Result<std::vector<KeyRow>> PostgresStore::key_rows(RealmNumber realm, std::uint64_t from,
                                                    std::size_t limit) {
  return pg_all<KeyRow>(
      read("SELECT number, unit, record, key, device, bytes FROM record_key WHERE realm = $1 AND "
           "number >= $2 ORDER BY number LIMIT $3",
           PgParams().add(realm).add(from).add(limit)),
      [](const PgRows& rows, std::size_t i) -> Result<KeyRow> {
        KeyRow out;
        out.number = rows.count(i, 0);
        GANDAN_TRY(out.unit, rows.id<UnitId>(i, 1));
        GANDAN_TRY(out.record, rows.id<RecordId>(i, 2));
        GANDAN_TRY(out.key, rows.id<KeyId>(i, 3));
        GANDAN_TRY(out.device, rows.id<DeviceId>(i, 4));
        out.bytes = to_bytes(rows.bytes(i, 5));
        return out;
      });
}

Result<std::vector<ChunkPlace>> PostgresStore::chunks(RealmNumber realm,
                                                      const std::optional<ChunkPlace>& after,
                                                      std::size_t limit) {
  const ByteView hash = after ? after->hash.view() : ByteView();
  const ByteView unit = after ? after->unit.view() : ByteView();
  return pg_all<ChunkPlace>(read("SELECT hash, unit FROM chunk WHERE realm = $1 AND (hash, unit) > ($2, $3) "
                                 "ORDER BY hash, unit LIMIT $4",
                                 PgParams().add(realm).add(hash).add(unit).add(limit)),
                            [](const PgRows& rows, std::size_t i) -> Result<ChunkPlace> {
                              ChunkPlace out;
                              GANDAN_TRY(out.hash, rows.id<Hash>(i, 0));
                              GANDAN_TRY(out.unit, rows.id<UnitId>(i, 1));
                              return out;
                            });
}

}  // namespace gandan::server
