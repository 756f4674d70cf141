// What is left of deleted rows in a table's pages, and that writing the table anew leaves nothing.
#include "storage/write_anew.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "support/folder.hpp"
#include "support/seams.hpp"

using namespace gandan;
using gandan::test::file_bytes;
using gandan::test::Folder;

namespace {

std::size_t times(const Bytes& file, const Bytes& what) {
  std::size_t count = 0;
  for (auto at = file.begin();; ++at, ++count) {
    at = std::search(at, file.end(), what.begin(), what.end());
    if (at == file.end()) return count;
  }
}

}  // namespace

TEST_CASE("a page split leaves copies of a key that deleting it does not reach, and writing anew does") {
  test::SeededRandom random(7);
  const Folder folder;
  storage::Options options;
  options.path = folder.path() + "/some.db";
  options.mode = storage::Mode::create;
  auto opened = storage::Database::open(options);
  REQUIRE(opened.ok());
  auto& db = *opened;
  const auto done = [](const Status& status) { REQUIRE(status.ok()); };
  done(
      db.execute("CREATE TABLE secret (name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                 "CREATE TABLE secret_copy (name BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                 "PRAGMA synchronous = OFF"));
  CHECK(*db.integer("PRAGMA secure_delete") == 1);
  const auto blob = [&](std::size_t size) {
    Bytes out(size);
    random.fill(out);
    return out;
  };
  const auto below = [&](std::size_t end) {
    const Bytes some = blob(4);
    return (std::size_t{some[0]} << 16 | std::size_t{some[1]} << 8 | some[2]) % end;
  };
  std::vector<std::pair<Bytes, Bytes>> rows;
  const auto padded = [&](Bytes value) {
    value.resize(value.size() + below(1200));
    return value;
  };
  {
    auto transaction = storage::Transaction::begin(db);
    REQUIRE(transaction.ok());
    for (int i = 0; i < 1500; ++i) {
      rows.emplace_back(blob(16), blob(32));
      done(db.run("INSERT INTO secret (name, value) VALUES (?, ?)", ByteView(rows.back().first),
                  ByteView(padded(rows.back().second))));
      const auto& [name, value] = rows[below(rows.size())];
      if (below(3) == 0)
        done(db.run("UPDATE secret SET value = ? WHERE name = ?", ByteView(padded(value)), ByteView(name)));
    }
    done(transaction->commit());
  }
  done(db.checkpoint());
  const Bytes before = file_bytes(options.path);
  std::vector<Bytes> deleted;
  for (const auto& [name, value] : rows) {
    if (deleted.size() == 5 || times(before, value) < 2) continue;
    done(db.run("DELETE FROM secret WHERE name = ?", ByteView(name)));
    deleted.push_back(value);
  }
  REQUIRE(!deleted.empty());
  done(db.checkpoint());
  const auto left = [&] {
    const Bytes file = file_bytes(options.path);
    return std::count_if(deleted.begin(), deleted.end(),
                         [&](const Bytes& value) { return times(file, value) != 0; });
  };
  CHECK(left() != 0);

  const auto rest = *db.integer("SELECT count(*) FROM secret");
  {
    auto transaction = storage::Transaction::begin(db);
    REQUIRE(transaction.ok());
    done(storage::write_anew(db, "secret"));
    done(transaction->commit());
  }
  done(db.checkpoint());
  CHECK(left() == 0);
  CHECK(*db.integer("SELECT count(*) FROM secret") == rest);
  CHECK(*db.integer("SELECT count(*) FROM secret_copy") == 0);
  CHECK(db.check_integrity().ok());
}
