// Opening, readers and realms. Commits: sqlite_commit.cpp; reading: sqlite_reads.cpp.
#include "store/sqlite_store.hpp"

#include "sql/server.hpp"
#include "store/sqlite_parts.hpp"

namespace gandan::server {

using namespace sqlite;

namespace {

constexpr int kWriterCacheKib = 32768;
constexpr int kReaderCacheKib = 8192;

storage::Options options_for(const std::filesystem::path& file, storage::Mode mode, int cache_kib) {
  storage::Options options;
  options.path = file.string();
  options.mode = mode;
  options.exclusive = false;
  options.busy_timeout_ms = kBusyMs;
  options.cache_kib = cache_kib;
  return options;
}

}  // namespace

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

Status SqliteStore::copy_to(const std::filesystem::path& path) {
  GANDAN_TRY(auto db, reader());
  // A transaction that has read keeps its moment: without one, each commit of another process would begin the
  // copy anew, and under load it would never end.
  const auto run = [&]() -> Status {
    GANDAN_CHECK(db->run("BEGIN"));
    GANDAN_TRY([[maybe_unused]] const auto first, db->integer("SELECT count(*) FROM realm"));
    auto copied = db->backup_to(path.string(), {});
    GANDAN_CHECK(db->run("ROLLBACK"));
    return copied;
  };
  if (auto done = run(); !done.ok()) return server_error(done.error());
  return {};
}

Status SqliteStore::check_pages() {
  GANDAN_TRY(auto db, reader());
  if (auto whole = db->check_integrity(); !whole.ok()) return server_error(whole.error());
  return {};
}

Result<std::int64_t> SqliteStore::version() {
  const std::lock_guard lock(write_mutex_);  // the writer's own commits do not move its data_version
  GANDAN_TRY(const auto version, translated(writer_.integer("PRAGMA data_version")));
  return version.value_or(0);
}

}  // namespace gandan::server
