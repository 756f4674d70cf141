#include "storage/database.hpp"

#include <chrono>

#include "support/catch.hpp"
#include "support/folder.hpp"

namespace database_test {

using namespace gandan;
using namespace gandan::storage;
using gandan::test::file_bytes;
using gandan::test::Folder;

namespace {

const Bytes kKey(32, 0xa7);

Options options(const std::string& path, ByteView key = kKey) {
  Options out;
  out.path = path;
  out.key = key;
  out.mode = Mode::open_or_create;
  return out;
}

template <class T>
T take(Result<T> result) {
  if (!result) FAIL(info(result.error().code).text << ": " << result.error().detail);
  return std::move(*result);
}
void take(const Status& status) {
  if (!status.ok()) FAIL(info(status.error().code).text << ": " << status.error().detail);
}

Code open_error(const Options& o, MigrationSet migrations = {}) {
  auto result = Database::open(o, migrations);
  REQUIRE_FALSE(result.ok());
  return result.error().code;
}

bool contains(const Bytes& haystack, std::string_view needle) {
  return as_text(haystack).find(needle) != std::string_view::npos;
}

}  // namespace

TEST_CASE("values of every type come back as they went in") {
  auto db = take(Database::open(options(":memory:", {})));
  take(db.execute("CREATE TABLE t (a, b, c, d, e, f)"));
  const RecordId id = RecordId::from(Bytes(16, 7));
  take(db.run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", std::int64_t{-5}, std::string_view("Lạng Sơn"),
              ByteView(kKey), id, std::optional<std::int64_t>(), ByteView()));
  CHECK(db.changes() == 1);
  auto row = take(db.query("SELECT a, b, c, d, e, f, typeof(f) FROM t"));
  REQUIRE(take(row.step()));
  CHECK(row.integer(0) == -5);
  CHECK(row.text(1) == "Lạng Sơn");
  CHECK(equal(row.blob(2), kKey));
  CHECK(row.id<RecordId>(3) == id);
  CHECK_FALSE(row.id<Hash>(3).has_value());
  CHECK(row.is_null(4));
  CHECK(row.blob(5).empty());
  CHECK(row.text(6) == "blob");
  CHECK_FALSE(take(row.step()));
}

TEST_CASE("the same text may be in use twice at once, and returns clean") {
  auto db = take(Database::open(options(":memory:", {})));
  take(db.execute("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2)"));
  const std::string_view sql = "SELECT n FROM t WHERE n >= ? ORDER BY n";
  {
    auto outer = take(db.query(sql, 1));
    REQUIRE(take(outer.step()));
    auto inner = take(db.query(sql, 2));
    REQUIRE(take(inner.step()));
    CHECK(inner.integer(0) == 2);
    CHECK(outer.integer(0) == 1);
    REQUIRE(take(outer.step()));
    CHECK(outer.integer(0) == 2);
  }
  auto unbound = take(db.prepare(sql));
  CHECK_FALSE(take(unbound.step()));  // n >= NULL: no binding is left over
}

TEST_CASE("wrong SQL and wrong parameters are internal errors") {
  auto db = take(Database::open(options(":memory:", {})));
  CHECK(db.run("SELEKT 1").error().code == Code::internal);
  CHECK(db.run("SELECT 1; SELECT 2").error().code == Code::internal);
  CHECK(db.run("SELECT ?", 1, 2).error().code == Code::internal);
  CHECK(db.run("SELECT \"no such column\"").error().code == Code::internal);
}

TEST_CASE("a search for odd words does not repeat them in the error") {
  auto db = take(Database::open(options(":memory:", {})));
  take(db.execute("CREATE VIRTUAL TABLE s USING fts5 (words)"));
  const auto status = db.run("SELECT * FROM s WHERE s MATCH ?", "\"secret");
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().detail.find("secret") == std::string::npos);
}

TEST_CASE("a transaction is all or nothing") {
  auto db = take(Database::open(options(":memory:", {})));
  take(db.execute("CREATE TABLE t (n UNIQUE)"));
  {
    auto transaction = take(Transaction::begin(db));
    take(db.run("INSERT INTO t VALUES (1)"));
    CHECK_FALSE(Transaction::begin(db).ok());
  }
  CHECK(take(db.integer("SELECT count(*) FROM t")) == 0);
  {
    auto transaction = take(Transaction::begin(db));
    take(db.run("INSERT INTO t VALUES (1)"));
    CHECK_FALSE(db.run("INSERT INTO t VALUES (1)").ok());
    take(transaction.commit());
    CHECK_FALSE(transaction.commit().ok());
  }
  CHECK(take(db.integer("SELECT count(*) FROM t")) == 1);
}

TEST_CASE("a second opener is told at once that the vault is open") {
  const Folder folder;
  for (const bool wal : {true, false}) {
    auto o = options(folder / (wal ? "wal.db" : "journal.db"));
    o.wal = wal;
    auto first = take(Database::open(o));
    take(first.execute("CREATE TABLE t (n)"));
    const auto start = std::chrono::steady_clock::now();
    CHECK(open_error(o) == Code::vault_locked);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(500));
    take(first.run("INSERT INTO t VALUES (1)"));
    { auto gone = std::move(first); }
    CHECK(take(take(Database::open(o)).integer("SELECT count(*) FROM t")) == 1);
  }
}

TEST_CASE("opening, creating and reading say what is missing or in the way") {
  const Folder folder;
  auto o = options(folder / "a.db");
  o.mode = Mode::open;
  CHECK(open_error(o) == Code::vault_missing);
  o.mode = Mode::read_only;
  CHECK(open_error(o) == Code::vault_missing);
  o.mode = Mode::create;
  { take(take(Database::open(o)).execute("CREATE TABLE t (n); INSERT INTO t VALUES (3)")); }
  CHECK(open_error(o) == Code::vault_exists);
  o.mode = Mode::read_only;
  auto reader = take(Database::open(o));
  CHECK(take(reader.integer("SELECT n FROM t")) == 3);
  CHECK_FALSE(reader.run("INSERT INTO t VALUES (4)").ok());
  o.path = folder / "no/such/folder.db";
  o.mode = Mode::create;
  CHECK(open_error(o) == Code::disk_failed);
  o.key = ByteView(kKey).first(31);
  CHECK(open_error(o) == Code::bad_key);
}

TEST_CASE("a wrong key changes nothing, even with a journal left by a crash") {
  const Folder folder;
  const auto o = options(folder / "a.db");
  const std::string copy = folder / "copy.db";
  {
    auto db = take(Database::open(o));
    take(db.execute("CREATE TABLE t (n); INSERT INTO t VALUES (1)"));
    take(db.checkpoint());
    take(db.execute("INSERT INTO t VALUES (2)"));
    std::filesystem::copy_file(o.path, copy);  // as a crash would leave them
    std::filesystem::copy_file(o.path + "-wal", copy + "-wal");
  }
  const Bytes file = file_bytes(copy), journal = file_bytes(copy + "-wal");
  REQUIRE_FALSE(journal.empty());
  const Bytes wrong(32, 0xa8);
  CHECK(open_error(options(copy, wrong)) == Code::wrong_passphrase);
  CHECK(open_error(options(copy, {})) == Code::vault_damaged);
  CHECK(file_bytes(copy) == file);
  CHECK(file_bytes(copy + "-wal") == journal);
  CHECK(take(take(Database::open(options(copy))).integer("SELECT count(*) FROM t")) == 2);
}

TEST_CASE("no words of a record reach the disk") {
  const Folder folder;
  for (const bool wal : {true, false})
    for (const bool encrypted : {true, false}) {
      auto o = options(folder / (std::string("d") + (wal ? "1" : "0") + (encrypted ? "1" : "0")),
                       encrypted ? ByteView(kKey) : ByteView());
      o.wal = wal;
      auto db = take(Database::open(o));
      take(db.execute("CREATE TABLE t (words TEXT); CREATE VIRTUAL TABLE s USING fts5 (words)"));
      bool found = false;
      const auto look = [&] {
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
          if (entry.path().string().rfind(o.path, 0) == 0)
            found = found || contains(file_bytes(entry.path().string()), "giaiphongmatbang");
      };
      {
        auto transaction = take(Transaction::begin(db));
        for (int i = 0; i < 2000; ++i) {
          take(db.run("INSERT INTO t VALUES (?)", "giaiphongmatbang"));
          take(db.run("INSERT INTO s VALUES (?)", "giaiphongmatbang"));
        }
        look();
        take(transaction.commit());
      }
      take(db.run("UPDATE t SET words = words || 'x'"));
      look();
      take(db.checkpoint());
      look();
      CHECK(found == !encrypted);  // in clear the same search finds them
    }
}

TEST_CASE("what was deleted is not left in the file") {
  const Folder folder;
  auto db = take(Database::open(options(folder / "a.db", {})));
  take(db.execute("CREATE TABLE t (words TEXT)"));
  for (int i = 0; i < 100; ++i) take(db.run("INSERT INTO t VALUES (?)", "giaiphongmatbang"));
  take(db.run("DELETE FROM t"));
  take(db.checkpoint());
  CHECK_FALSE(contains(file_bytes(folder / "a.db"), "giaiphongmatbang"));
  CHECK(file_bytes(folder / "a.db-wal").empty());
}

TEST_CASE("opening with a raw key derives nothing: it takes less than 5 ms") {
  const Folder folder;
  { take(take(Database::open(options(folder / "a.db"))).execute("CREATE TABLE t (n)")); }
  auto best = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < 20; ++i) {
    const auto start = std::chrono::steady_clock::now();
    auto db = Database::open(options(folder / "a.db"));
    best = std::min(best, std::chrono::steady_clock::now() - start);
    REQUIRE(db.ok());
  }
  CHECK(best < std::chrono::milliseconds(5));  // one Argon2id of SQLite3MultipleCiphers takes about 20
}

TEST_CASE("a flipped byte in any page is found") {
  const Folder folder;
  const auto o = options(folder / "a.db");
  {
    auto db = take(Database::open(o));
    take(db.execute("CREATE TABLE t (n, b); CREATE INDEX i ON t (n)"));
    for (int i = 0; i < 50; ++i) take(db.run("INSERT INTO t VALUES (?, randomblob(900))", i));
    take(db.check_integrity());
  }
  const Bytes good = file_bytes(o.path);
  const std::size_t page = 8192;
  REQUIRE(good.size() >= 4 * page);
  for (std::size_t at = page / 2; at < good.size(); at += page) {
    Bytes bad = good;
    bad[at] ^= 1;
    std::ofstream(o.path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bad.data()), static_cast<std::streamsize>(bad.size()));
    auto db = Database::open(o);
    if (!db) {
      CHECK(at < page);
      CHECK(db.error().code == Code::wrong_passphrase);  // the first page: nobody can tell
      continue;
    }
    const auto checked = db->check_integrity();
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().code == Code::vault_damaged);
  }
}

TEST_CASE("a backup is a whole copy under its key, made while work goes on") {
  const Folder folder;
  for (const bool encrypted : {true, false}) {
    const ByteView key = encrypted ? ByteView(kKey) : ByteView();
    const std::string name = encrypted ? "e" : "p";
    auto db = take(Database::open(options(folder / name, key)));
    take(db.execute("CREATE TABLE t (n, b)"));
    {
      auto transaction = take(Transaction::begin(db));
      for (int i = 0; i < 600; ++i) take(db.run("INSERT INTO t VALUES (?, randomblob(8000))", i));
      take(transaction.commit());
    }
    int asked = 0;
    take(db.backup_to(folder / (name + "-copy"), key, [&] {
      if (++asked == 1) take(db.run("INSERT INTO t VALUES (600, NULL)"));
      return true;
    }));
    CHECK(asked > 1);
    CHECK(db.backup_to(folder / (name + "-copy"), key).error().code == Code::vault_exists);
    CHECK(db.backup_to(folder / (name + "-stopped"), key, [] { return false; }).error().code ==
          Code::cancelled);
    auto copy = take(Database::open(options(folder / (name + "-copy"), key)));
    take(copy.check_integrity());
    CHECK(take(copy.integer("SELECT count(*) FROM t")) == 601);
  }
}

namespace {
const Migration kSteps[] = {
    {"0001_start.sql", "CREATE TABLE t (n);\nINSERT INTO t VALUES (1); -- a comment\n"},
    {"0002_more.sql", "ALTER TABLE t ADD COLUMN m; UPDATE t SET m = n + 1;"},
    {"0003_broken.sql", "CREATE TABLE u (n); INSERT INTO nowhere VALUES (1);"},
};
const MigrationSet kOne(kSteps, 1), kTwo(kSteps, 2), kBroken(kSteps, 3);
}  // namespace

TEST_CASE("migrations run once each, whole or not at all") {
  const Folder folder;
  const auto o = options(folder / "a.db");
  { CHECK(take(take(Database::open(o, kOne)).integer("PRAGMA user_version")) == 1); }
  auto broken = Database::open(o, kBroken);
  REQUIRE_FALSE(broken.ok());
  CHECK(broken.error().detail.find("0003_broken.sql") != std::string::npos);
  auto db = take(Database::open(o, kTwo));
  CHECK(take(db.integer("PRAGMA user_version")) == 2);
  CHECK(take(db.integer("SELECT m FROM t")) == 2);
  CHECK(take(db.integer("SELECT count(*) FROM sqlite_schema")) == 1);
}

TEST_CASE("a newer vault is left untouched") {
  const Folder folder;
  const auto o = options(folder / "a.db");
  { take(Database::open(o, kTwo)); }
  const Bytes before = file_bytes(o.path);
  CHECK(open_error(o, kOne) == Code::vault_newer);
  CHECK(file_bytes(o.path) == before);
  CHECK(take(take(Database::open(o, kTwo)).integer("SELECT m FROM t")) == 2);
}

TEST_CASE("a file that is no database is damaged, and kept") {
  const Folder folder;
  { std::ofstream(folder / "a.db") << std::string(10000, 'x'); }
  CHECK(open_error(options(folder / "a.db", {})) == Code::vault_damaged);
  CHECK(open_error(options(folder / "a.db")) == Code::wrong_passphrase);
  CHECK(file_bytes(folder / "a.db") == Bytes(10000, 'x'));
}

}  // namespace database_test
