// Reading: each on a connection of the pool.
#include "store/sqlite_parts.hpp"

namespace gandan::server {

using namespace sqlite;

namespace {

Result<SegmentRow> segment_row(const Statement& row) {
  SegmentRow out;
  out.index = count_of(row, 0);
  out.receipt_ms = row.integer(1);
  GANDAN_TRY(out.feed, id_of<FeedId>(row, 2));
  out.sequence = count_of(row, 3);
  GANDAN_TRY(out.unit, id_of<UnitId>(row, 4));
  out.checkpoint_size = count_of(row, 5);
  GANDAN_TRY(out.previous, id_of<Hash>(row, 6));
  GANDAN_TRY(out.hash, id_of<Hash>(row, 7));
  out.bytes = to_bytes(row.blob(8));
  return out;
}

}  // namespace

Result<Progress> SqliteStore::progress(RealmNumber realm) {
  GANDAN_TRY(auto db, reader());
  GANDAN_TRY(auto rows,
             all<Progress>(
                 db->query("SELECT size, checkpoint, used, wraps, keys FROM realm WHERE number = ?", realm),
                 [](const Statement& row) -> Result<Progress> {
                   return Progress{count_of(row, 0), std::string(row.text(1)), count_of(row, 2),
                                   count_of(row, 3), count_of(row, 4)};
                 }));
  if (rows.empty()) return Code::not_found;
  return std::move(rows.front());
}

Result<std::vector<FeedRow>> SqliteStore::feeds(RealmNumber realm) {
  GANDAN_TRY(auto db, reader());
  return all<FeedRow>(
      db->query("SELECT feed, device, unit, next, hash, idx, receipt, roster_size, checkpoint "
                "FROM feed WHERE realm = ?",
                realm),
      [](const Statement& row) -> Result<FeedRow> {
        FeedRow out;
        GANDAN_TRY(out.feed, id_of<FeedId>(row, 0));
        GANDAN_TRY(out.device, id_of<DeviceId>(row, 1));
        GANDAN_TRY(out.unit, id_of<UnitId>(row, 2));
        out.next = count_of(row, 3);
        GANDAN_TRY(out.hash, id_of<Hash>(row, 4));
        out.index = count_of(row, 5);
        out.receipt_ms = row.integer(6);
        out.roster_size = count_of(row, 7);
        out.checkpoint_size = count_of(row, 8);
        return out;
      });
}

Result<std::vector<EntryRow>> SqliteStore::entries(RealmNumber realm, std::uint64_t from, std::size_t limit) {
  GANDAN_TRY(auto db, reader());
  return all<EntryRow>(
      db->query("SELECT idx, bytes FROM entry WHERE realm = ? AND idx >= ? ORDER BY idx LIMIT ?", realm,
                bound(from), limit),
      [](const Statement& row) -> Result<EntryRow> {
        EntryRow out{count_of(row, 0), {}};
        const ByteView bytes = row.blob(1);
        if (bytes.size() != out.bytes.size()) return Error{Code::store_damaged, "an entry of a wrong size"};
        std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
        return out;
      });
}

Result<std::vector<StatementRow>> SqliteStore::statements(RealmNumber realm, std::uint64_t from,
                                                          std::size_t limit) {
  GANDAN_TRY(auto db, reader());
  return all<StatementRow>(
      db->query("SELECT idx, receipt, bytes FROM statement WHERE realm = ? AND idx >= ? ORDER BY idx LIMIT ?",
                realm, bound(from), limit),
      [](const Statement& row) -> Result<StatementRow> {
        return StatementRow{count_of(row, 0), row.integer(1), to_bytes(row.blob(2))};
      });
}

namespace {

Result<Bytes> one_blob(Result<Statement> query) {
  GANDAN_TRY(auto rows, all<Bytes>(std::move(query), [](const Statement& row) -> Result<Bytes> {
               return to_bytes(row.blob(0));
             }));
  if (rows.empty()) return Code::not_found;
  return std::move(rows.front());
}

template <class Id>
Result<std::vector<std::pair<Id, std::uint64_t>>> last_by(Result<Statement> query) {
  return all<std::pair<Id, std::uint64_t>>(std::move(query),
                                           [](const Statement& row) -> Result<std::pair<Id, std::uint64_t>> {
                                             GANDAN_TRY(const auto id, id_of<Id>(row, 0));
                                             return std::pair{id, count_of(row, 1)};
                                           });
}

}  // namespace

Result<Bytes> SqliteStore::tile(RealmNumber realm, std::uint8_t level, std::uint64_t index) {
  GANDAN_TRY(auto db, reader());
  return one_blob(db->query("SELECT hashes FROM tile WHERE realm = ? AND level = ? AND n = ?", realm, level,
                            bound(index)));
}

Result<std::vector<SegmentKey>> SqliteStore::segment_keys(RealmNumber realm, const UnitId& unit,
                                                          std::uint64_t from, std::uint64_t below,
                                                          std::size_t limit) {
  GANDAN_TRY(auto db, reader());
  return all<SegmentKey>(
      db->query("SELECT idx, feed, seq, checkpoint, size FROM segment "
                "WHERE realm = ? AND unit = ? AND idx >= ? AND idx < ? ORDER BY idx LIMIT ?",
                realm, unit, bound(from), bound(below), limit),
      [](const Statement& row) -> Result<SegmentKey> {
        SegmentKey out;
        out.index = count_of(row, 0);
        GANDAN_TRY(out.feed, id_of<FeedId>(row, 1));
        out.sequence = count_of(row, 2);
        out.checkpoint_size = count_of(row, 3);
        out.bytes = count_of(row, 4);
        return out;
      });
}

Result<std::vector<SegmentRow>> SqliteStore::segments(RealmNumber realm, const UnitId& unit,
                                                      std::uint64_t from, std::uint64_t below,
                                                      std::size_t limit) {
  GANDAN_TRY(auto db, reader());
  return all<SegmentRow>(
      db->query("SELECT idx, receipt, feed, seq, unit, checkpoint, previous, hash, bytes FROM "
                "segment WHERE realm = ? AND unit = ? AND idx >= ? AND idx < ? ORDER BY idx LIMIT ?",
                realm, unit, bound(from), bound(below), limit),
      segment_row);
}

Result<std::vector<SegmentRow>> SqliteStore::feed_segments(RealmNumber realm, const FeedId& feed,
                                                           std::uint64_t from, std::size_t limit) {
  GANDAN_TRY(auto db, reader());
  return all<SegmentRow>(
      db->query("SELECT idx, receipt, feed, seq, unit, checkpoint, previous, hash, bytes FROM "
                "segment WHERE realm = ? AND feed = ? AND seq >= ? ORDER BY seq LIMIT ?",
                realm, feed, bound(from), limit),
      segment_row);
}

Result<std::optional<SegmentPlace>> SqliteStore::find_segment(RealmNumber realm, const FeedId& feed,
                                                              std::uint64_t sequence) {
  GANDAN_TRY(auto db, reader());
  GANDAN_TRY(auto rows,
             all<SegmentPlace>(
                 db->query("SELECT idx, receipt, hash FROM segment WHERE realm = ? AND feed = ? AND seq = ?",
                           realm, feed, bound(sequence)),
                 [](const Statement& row) -> Result<SegmentPlace> {
                   SegmentPlace out{count_of(row, 0), row.integer(1), {}, 0};
                   GANDAN_TRY(out.hash, id_of<Hash>(row, 2));
                   return out;
                 }));
  if (rows.empty()) return std::optional<SegmentPlace>();
  rows.front().sequence = sequence;
  return std::optional<SegmentPlace>(rows.front());
}

Result<std::optional<SegmentPlace>> SqliteStore::segment_before(RealmNumber realm, const FeedId& feed,
                                                                std::uint64_t below) {
  GANDAN_TRY(auto db, reader());
  // Along a feed the index grows: the index by feed is read backwards, from its end to the first that is
  // below.
  GANDAN_TRY(
      auto rows,
      all<SegmentPlace>(db->query("SELECT idx, receipt, hash, seq FROM segment WHERE realm = ? AND feed = ? "
                                  "AND idx < ? ORDER BY seq DESC LIMIT 1",
                                  realm, feed, bound(below)),
                        [](const Statement& row) -> Result<SegmentPlace> {
                          SegmentPlace out{count_of(row, 0), row.integer(1), {}, count_of(row, 3)};
                          GANDAN_TRY(out.hash, id_of<Hash>(row, 2));
                          return out;
                        }));
  if (rows.empty()) return std::optional<SegmentPlace>();
  return std::optional<SegmentPlace>(rows.front());
}

Result<std::vector<std::pair<UnitId, std::uint64_t>>> SqliteStore::last_of_units(RealmNumber realm) {
  GANDAN_TRY(auto db, reader());
  return last_by<UnitId>(db->query("SELECT unit, max(idx) FROM feed WHERE realm = ? GROUP BY unit", realm));
}

Result<std::vector<std::uint64_t>> SqliteStore::wraps_for(RealmNumber realm,
                                                          const protocol::RecipientId& recipient,
                                                          std::uint64_t from, std::uint64_t below) {
  GANDAN_TRY(auto db, reader());
  return all<std::uint64_t>(
      db->query("SELECT number FROM wrap WHERE realm = ? AND recipient = ? AND number >= ? AND "
                "number < ? ORDER BY number",
                realm, recipient, bound(from), bound(below)),
      [](const Statement& row) -> Result<std::uint64_t> { return count_of(row, 0); });
}

Result<WrapRow> SqliteStore::wrap(RealmNumber realm, std::uint64_t number) {
  GANDAN_TRY(auto db, reader());
  GANDAN_TRY(
      auto rows,
      all<WrapRow>(
          db->query("SELECT number, recipient, issuer, hash, bytes FROM wrap WHERE realm = ? AND number = ?",
                    realm, bound(number)),
          [](const Statement& row) -> Result<WrapRow> {
            WrapRow out;
            out.number = count_of(row, 0);
            GANDAN_TRY(out.recipient, id_of<protocol::RecipientId>(row, 1));
            GANDAN_TRY(out.issuer, id_of<DeviceId>(row, 2));
            GANDAN_TRY(out.hash, id_of<Hash>(row, 3));
            out.bytes = to_bytes(row.blob(4));
            return out;
          }));
  if (rows.empty()) return Code::not_found;
  return std::move(rows.front());
}

Result<bool> SqliteStore::has_wrap(RealmNumber realm, const Hash& hash) {
  GANDAN_TRY(auto db, reader());
  GANDAN_TRY(const auto found,
             translated(db->integer("SELECT 1 FROM wrap WHERE realm = ? AND hash = ?", realm, hash)));
  return found.has_value();
}

Result<std::vector<std::pair<protocol::RecipientId, std::uint64_t>>> SqliteStore::last_wraps(
    RealmNumber realm) {
  GANDAN_TRY(auto db, reader());
  return last_by<protocol::RecipientId>(
      db->query("SELECT recipient, max(number) FROM wrap WHERE realm = ? GROUP BY recipient", realm));
}

Result<std::vector<std::pair<KeyId, std::uint64_t>>> SqliteStore::keys_of(RealmNumber realm,
                                                                          const RecordId& record,
                                                                          const DeviceId& device) {
  GANDAN_TRY(auto db, reader());
  return last_by<KeyId>(
      db->query("SELECT key, number FROM record_key WHERE realm = ? AND record = ? AND device = ?", realm,
                record, device));
}

Result<std::vector<std::uint64_t>> SqliteStore::keys_in(RealmNumber realm, const UnitId& unit,
                                                        std::uint64_t from, std::uint64_t below) {
  GANDAN_TRY(auto db, reader());
  return all<std::uint64_t>(
      db->query("SELECT number FROM record_key WHERE realm = ? AND unit = ? AND number >= ? AND number < ? "
                "ORDER BY number",
                realm, unit, bound(from), bound(below)),
      [](const Statement& row) -> Result<std::uint64_t> { return count_of(row, 0); });
}

Result<Bytes> SqliteStore::key(RealmNumber realm, std::uint64_t number) {
  GANDAN_TRY(auto db, reader());
  return one_blob(
      db->query("SELECT bytes FROM record_key WHERE realm = ? AND number = ?", realm, bound(number)));
}

Result<std::vector<std::pair<UnitId, std::uint64_t>>> SqliteStore::last_keys(RealmNumber realm) {
  GANDAN_TRY(auto db, reader());
  return last_by<UnitId>(
      db->query("SELECT unit, max(number) FROM record_key WHERE realm = ? GROUP BY unit", realm));
}

Result<std::vector<CosignatureRow>> SqliteStore::cosignatures(RealmNumber realm) {
  GANDAN_TRY(auto db, reader());
  return all<CosignatureRow>(
      db->query("SELECT witness, size, note FROM cosignature WHERE realm = ? ORDER BY size DESC, witness",
                realm),
      [](const Statement& row) -> Result<CosignatureRow> {
        CosignatureRow out;
        GANDAN_TRY(out.witness, id_of<DeviceId>(row, 0));
        out.size = count_of(row, 1);
        out.note = std::string(row.text(2));
        return out;
      });
}

Result<std::vector<UnitId>> SqliteStore::chunk_units(RealmNumber realm, const Hash& hash) {
  GANDAN_TRY(auto db, reader());
  return all<UnitId>(db->query("SELECT unit FROM chunk WHERE realm = ? AND hash = ?", realm, hash),
                     [](const Statement& row) -> Result<UnitId> { return id_of<UnitId>(row, 0); });
}

Result<Bytes> SqliteStore::chunk(RealmNumber realm, const Hash& hash) {
  GANDAN_TRY(auto db, reader());
  return one_blob(db->query("SELECT bytes FROM chunk WHERE realm = ? AND hash = ? LIMIT 1", realm, hash));
}

Result<std::vector<KeyRow>> SqliteStore::key_rows(RealmNumber realm, std::uint64_t from, std::size_t limit) {
  GANDAN_TRY(auto db, reader());
  return all<KeyRow>(db->query("SELECT number, unit, record, key, device, bytes FROM record_key "
                               "WHERE realm = ? AND number >= ? ORDER BY number LIMIT ?",
                               realm, bound(from), limit),
                     [](const Statement& row) -> Result<KeyRow> {
                       KeyRow out;
                       out.number = count_of(row, 0);
                       GANDAN_TRY(out.unit, id_of<UnitId>(row, 1));
                       GANDAN_TRY(out.record, id_of<RecordId>(row, 2));
                       GANDAN_TRY(out.key, id_of<KeyId>(row, 3));
                       GANDAN_TRY(out.device, id_of<DeviceId>(row, 4));
                       out.bytes = to_bytes(row.blob(5));
                       return out;
                     });
}

Result<std::vector<ChunkPlace>> SqliteStore::chunks(RealmNumber realm, const std::optional<ChunkPlace>& after,
                                                    std::size_t limit) {
  const ByteView hash = after ? after->hash.view() : ByteView();
  const ByteView unit = after ? after->unit.view() : ByteView();
  GANDAN_TRY(auto db, reader());
  return all<ChunkPlace>(db->query("SELECT hash, unit FROM chunk WHERE realm = ? AND (hash, unit) > (?, ?) "
                                   "ORDER BY hash, unit LIMIT ?",
                                   realm, hash, unit, limit),
                         [](const Statement& row) -> Result<ChunkPlace> {
                           ChunkPlace out;
                           GANDAN_TRY(out.hash, id_of<Hash>(row, 0));
                           GANDAN_TRY(out.unit, id_of<UnitId>(row, 1));
                           return out;
                         });
}

}  // namespace gandan::server
