#include "store/sqlite_store.hpp"

#include "storage/write_anew.hpp"

#include "sql/server.hpp"

namespace gandan::server {
namespace {

using storage::Database;
using storage::Statement;

constexpr int kBusyMs = 10'000;  // another process admits a realm or takes a backup
constexpr int kCutMs = 200;      // that a commit waits for readers to be out of the log's way
constexpr int kWriterCacheKib = 32768;
constexpr int kReaderCacheKib = 8192;

// Storage speaks of vaults; whoever runs a server should read of its store.
Error server_error(Error error) {
  switch (error.code) {
    case Code::vault_missing:
      error.code = Code::server_not_set_up;
      break;
    case Code::vault_locked:
      error.code = Code::server_busy;
      break;
    case Code::vault_damaged:
    case Code::wrong_passphrase:
      error.code = Code::store_damaged;
      break;
    default:
      break;
  }
  return error;
}

template <class T>
Result<T> translated(Result<T> result) {
  if (result.ok()) return result;
  return server_error(result.error());
}

storage::Options options_for(const std::filesystem::path& file, storage::Mode mode, int cache_kib) {
  storage::Options options;
  options.path = file.string();
  options.mode = mode;
  options.exclusive = false;
  options.busy_timeout_ms = kBusyMs;
  options.cache_kib = cache_kib;
  return options;
}

std::uint64_t count_of(const Statement& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

template <class Id>
Result<Id> id_of(const Statement& row, int column) {
  const auto id = row.id<Id>(column);
  if (!id) return Error{Code::store_damaged, "an id of a wrong size"};
  return *id;
}

// SQLite's integers are signed; a bound beyond them means "no bound".
std::int64_t bound(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

template <class Row, class Read>
Result<std::vector<Row>> all(Result<Statement> query, Read read) {
  if (!query.ok()) return server_error(query.error());
  std::vector<Row> out;
  for (;;) {
    GANDAN_TRY(const bool more, translated(query->step()));
    if (!more) return out;
    GANDAN_TRY(auto row, read(*query));
    out.push_back(std::move(row));
  }
}

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

// Gives its connection back when it goes.
class SqliteStore::Reader {
 public:
  Reader(SqliteStore& store, std::unique_ptr<Database> db) : store_(&store), db_(std::move(db)) {}
  Reader(Reader&&) = default;
  Reader& operator=(Reader&&) = delete;
  ~Reader() {
    if (!db_) return;
    const std::lock_guard lock(store_->pool_mutex_);
    store_->idle_.push_back(std::move(db_));
  }
  Database* operator->() { return db_.get(); }

 private:
  SqliteStore* store_;
  std::unique_ptr<Database> db_;
};

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& data, Mode mode) {
  const auto file = data / "server.db";
  const auto how = mode == Mode::create      ? storage::Mode::create
                   : mode == Mode::read_only ? storage::Mode::read_only
                                             : storage::Mode::open;
  GANDAN_TRY(auto writer, translated(Database::open(options_for(file, how, kWriterCacheKib), sql::server)));
  return std::unique_ptr<SqliteStore>(new SqliteStore(file, std::move(writer)));
}

Result<SqliteStore::Reader> SqliteStore::reader() {
  {
    const std::lock_guard lock(pool_mutex_);
    if (!idle_.empty()) {
      auto db = std::move(idle_.back());
      idle_.pop_back();
      return Reader(*this, std::move(db));
    }
  }
  GANDAN_TRY(auto db, translated(Database::open(options_for(file_, storage::Mode::read_only, kReaderCacheKib),
                                                sql::server)));
  return Reader(*this, std::make_unique<Database>(std::move(db)));
}

Result<RealmNumber> SqliteStore::admit(const RealmRow& realm) {
  const std::lock_guard lock(write_mutex_);
  const auto run = [&]() -> Result<RealmNumber> {
    GANDAN_TRY(auto transaction, storage::Transaction::begin(writer_));
    GANDAN_CHECK(writer_.run(
        "INSERT INTO realm (id, address, card, quota, state) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET quota = excluded.quota, state = excluded.state",
        realm.id, realm.address, ByteView(realm.card), realm.quota, static_cast<int>(realm.state)));
    GANDAN_TRY(const auto number, writer_.integer("SELECT number FROM realm WHERE id = ?", realm.id));
    GANDAN_CHECK(transaction.commit());
    return number.value_or(0);
  };
  return translated(run());
}

Result<std::vector<RealmRow>> SqliteStore::realms() {
  GANDAN_TRY(auto db, reader());
  return all<RealmRow>(db->query("SELECT number, id, address, card, quota, state FROM realm ORDER BY number"),
                       [](const Statement& row) -> Result<RealmRow> {
                         RealmRow out;
                         out.number = row.integer(0);
                         GANDAN_TRY(out.id, id_of<RealmId>(row, 1));
                         GANDAN_TRY(out.address, id_of<roster::RealmAddress>(row, 2));
                         out.card = to_bytes(row.blob(3));
                         out.quota = count_of(row, 4);
                         out.state = static_cast<RealmState>(row.integer(5));
                         return out;
                       });
}

Result<std::int64_t> SqliteStore::version() {
  const std::lock_guard lock(write_mutex_);  // the writer's own commits do not move its data_version
  GANDAN_TRY(const auto version, translated(writer_.integer("PRAGMA data_version")));
  return version.value_or(0);
}

Status SqliteStore::commit(RealmNumber realm, const Batch& batch) {
  const std::lock_guard lock(write_mutex_);
  if (auto done = commit_rows(realm, batch); !done.ok()) return server_error(done.error());
  // Deleted pages are zeros (write_anew); what the log has of them goes, too. Where a reader is in the way it
  // is tried again with every commit, and SQLite does it when the store is closed.
  log_to_forget_ |= !batch.erased.empty();
  if (log_to_forget_) log_to_forget_ = !cut_log().ok();
  return {};
}

Status SqliteStore::cut_log() {
  GANDAN_CHECK(writer_.execute("PRAGMA busy_timeout = " + std::to_string(kCutMs)));
  const auto cut = writer_.checkpoint();
  GANDAN_CHECK(writer_.execute("PRAGMA busy_timeout = " + std::to_string(kBusyMs)));
  return cut;
}

Status SqliteStore::commit_rows(RealmNumber realm, const Batch& batch) {
  GANDAN_TRY(auto transaction, storage::Transaction::begin(writer_));
  if (!batch.entries.empty()) {
    GANDAN_TRY(auto insert, writer_.prepare("INSERT INTO entry (realm, idx, bytes) VALUES (?, ?, ?)"));
    for (const auto& row : batch.entries) {
      insert.bind_all(realm, row.index, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.tiles.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO tile (realm, level, n, hashes) VALUES (?, ?, ?, ?)"));
    for (const auto& row : batch.tiles) {
      insert.bind_all(realm, row.level, row.index, ByteView(row.hashes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.statements.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO statement (realm, idx, receipt, bytes) VALUES (?, ?, ?, ?)"));
    for (const auto& row : batch.statements) {
      insert.bind_all(realm, row.index, row.receipt_ms, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.segments.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare(
                   "INSERT INTO segment (realm, idx, receipt, feed, seq, unit, checkpoint, size, previous, "
                   "hash, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.segments) {
      insert.bind_all(realm, row.index, row.receipt_ms, row.feed, row.sequence, row.unit, row.checkpoint_size,
                      row.bytes.size(), row.previous, row.hash);
      insert.bind_view(11, row.bytes);
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.feeds.empty()) {
    GANDAN_TRY(
        auto insert,
        writer_.prepare("INSERT OR REPLACE INTO feed (realm, feed, device, unit, next, hash, idx, receipt, "
                        "roster_size, checkpoint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.feeds) {
      insert.bind_all(realm, row.feed, row.device, row.unit, row.next, row.hash, row.index, row.receipt_ms,
                      row.roster_size, row.checkpoint_size);
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.wraps.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO wrap (realm, number, recipient, issuer, hash, bytes) "
                               "VALUES (?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.wraps) {
      insert.bind_all(realm, row.number, row.recipient, row.issuer, row.hash, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  if (!batch.keys.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO record_key (realm, number, unit, record, key, device, bytes) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?)"));
    for (const auto& row : batch.keys) {
      insert.bind_all(realm, row.number, row.unit, row.record, row.key, row.device, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  for (const auto& record : batch.erased)
    GANDAN_CHECK(writer_.run("DELETE FROM record_key WHERE realm = ? AND record = ?", realm, record));
  if (!batch.erased.empty()) GANDAN_CHECK(storage::write_anew(writer_, "record_key"));
  if (!batch.chunks.empty()) {
    GANDAN_TRY(auto insert,
               writer_.prepare("INSERT INTO chunk (realm, hash, unit, bytes) VALUES (?, ?, ?, ?)"));
    for (const auto& row : batch.chunks) {
      insert.bind_all(realm, row.hash, row.unit, ByteView(row.bytes));
      GANDAN_CHECK(insert.run());
    }
  }
  for (const auto& row : batch.cosignatures)
    GANDAN_CHECK(
        writer_.run("INSERT OR REPLACE INTO cosignature (realm, witness, size, note) VALUES (?, ?, ?, ?)",
                    realm, row.witness, row.size, std::string_view(row.note)));
  const auto& progress = batch.progress;
  GANDAN_CHECK(
      writer_.run("UPDATE realm SET size = ?, checkpoint = ?, used = ?, wraps = ?, keys = ? WHERE number = ?",
                  progress.size, std::string_view(progress.checkpoint), progress.used_bytes, progress.wraps,
                  progress.keys, realm));
  return transaction.commit();
}

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
                   SegmentPlace out{count_of(row, 0), row.integer(1), {}};
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
