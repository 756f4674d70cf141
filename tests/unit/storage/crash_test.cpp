// What was acknowledged survives: power loss and kill at every single write, sync, truncate and delete, a
// full disk, a failing disk, exhausted memory.
#include <set>

#include "storage/database.hpp"
#include "support/catch.hpp"
#include "support/crash_vfs.hpp"
#include "support/folder.hpp"
#include "support/malloc_fault.hpp"

using namespace gandan;
using namespace gandan::storage;
using gandan::test::CrashVfs;
using gandan::test::Folder;

namespace {

const Bytes kKey(32, 0x5c);
const Migration kSteps[] = {
    {"0001_start.sql",
     "CREATE TABLE part (round INTEGER, part INTEGER, body BLOB); CREATE INDEX i ON part (round);"}};
constexpr int kRounds = 7;
constexpr int kParts = 4;

Options options(const Folder& folder, const CrashVfs& disk, bool encrypted, bool wal) {
  Options out;
  out.path = folder / "vault.db";
  if (encrypted) out.key = kKey;
  out.mode = Mode::open_or_create;
  out.wal = wal;
  out.page_size = 1024;
  out.vfs = disk.name();
  return out;
}

// Rounds of several rows each; a round whose commit returned ok is acknowledged.
struct Work {
  std::set<std::int64_t> acknowledged;
  std::set<Code> errors;
};
Status one_round(Database& db, std::int64_t round) {
  GANDAN_TRY(auto transaction, Transaction::begin(db));
  for (int part = 0; part < kParts; ++part)
    GANDAN_CHECK(db.run("INSERT INTO part VALUES (?, ?, zeroblob(700))", round, part));
  if (round % 3 == 2) GANDAN_CHECK(db.run("UPDATE part SET body = randomblob(900) WHERE round < ?", round));
  return transaction.commit();
}
Work work(const Options& o, int rounds = kRounds) {
  Work out;
  auto db = Database::open(o, kSteps);
  if (!db) {
    out.errors.insert(db.error().code);
    return out;
  }
  // Small enough that checkpoints happen between rounds; one is asked for, too.
  (void)db->execute("PRAGMA wal_autocheckpoint = 20");
  for (std::int64_t round = 0; round < rounds; ++round) {
    auto done = one_round(*db, round);
    if (done.ok())
      out.acknowledged.insert(round);
    else
      out.errors.insert(done.error().code);
    if (round == 4)
      if (auto moved = db->checkpoint(); !moved.ok()) out.errors.insert(moved.error().code);
  }
  return out;
}

std::set<std::int64_t> rounds_in(Database& db) {
  auto rows = db.query("SELECT round, count(*) FROM part GROUP BY round");
  REQUIRE(rows.ok());
  std::set<std::int64_t> found;
  for (;;) {
    auto more = rows->step();
    REQUIRE(more.ok());
    if (!*more) break;
    if (rows->integer(1) != kParts) FAIL("half a transaction: round " << rows->integer(0));
    found.insert(rows->integer(0));
  }
  return found;
}

void check_kept(const Options& o, const std::set<std::int64_t>& acknowledged) {
  auto db = Database::open(o, kSteps);
  if (!db) FAIL(info(db.error().code).text << ": " << db.error().detail);
  const auto whole = db->check_integrity();
  if (!whole.ok()) FAIL(whole.error().detail);
  const auto found = rounds_in(*db);
  for (const auto round : acknowledged)
    if (found.count(round) == 0) FAIL("lost: round " << round);
}

void crash_everywhere(bool encrypted, bool wal, CrashVfs::Loss loss) {
  const Folder folder;
  CrashVfs disk;
  const auto o = options(folder, disk, encrypted, wal);
  std::uint64_t n = 1;
  for (;; ++n) {
    CAPTURE(n);
    folder.clear();
    disk.forget();
    disk.cut_power_at(n);
    const auto done = work(o);
    if (!disk.power_is_cut()) {
      CHECK(done.acknowledged.size() == kRounds);
      break;
    }
    disk.restore_power(loss, n);
    check_kept(o, done.acknowledged);
  }
  CHECK(n > 100);  // the loop did go through something
}

}  // namespace

TEST_CASE("nothing acknowledged is lost, whatever the operation at which the power goes") {
  for (const bool encrypted : {true, false})
    for (const auto loss : {CrashVfs::Loss::nothing, CrashVfs::Loss::unsynced, CrashVfs::Loss::torn}) {
      CAPTURE(encrypted, static_cast<int>(loss));
      crash_everywhere(encrypted, true, loss);
    }
}

TEST_CASE("nor with a rollback journal") {
  for (const auto loss : {CrashVfs::Loss::nothing, CrashVfs::Loss::unsynced, CrashVfs::Loss::torn}) {
    CAPTURE(static_cast<int>(loss));
    crash_everywhere(true, false, loss);
  }
}

TEST_CASE("a power cut during recovery loses nothing either") {
  const Folder folder;
  CrashVfs disk;
  const auto o = options(folder, disk, true, true);
  for (std::uint64_t first = 5;; first += 29) {
    folder.clear();
    disk.forget();
    disk.cut_power_at(first);
    const auto done = work(o);
    if (!disk.power_is_cut()) break;
    disk.restore_power(CrashVfs::Loss::torn, first);
    for (std::uint64_t second = 1;; ++second) {
      CAPTURE(first, second);
      disk.cut_power_at(second);
      { auto db = Database::open(o, kSteps); }
      if (!disk.power_is_cut()) break;
      disk.restore_power(CrashVfs::Loss::torn, second);
    }
    disk.forget();
    check_kept(o, done.acknowledged);
  }
}

TEST_CASE("what is shown after a kill does not go when the power goes after that") {
  const Folder folder;
  CrashVfs disk;
  std::size_t beyond = 0;  // what was shown and had not been acknowledged
  for (const bool encrypted : {true, false}) {
    const auto o = options(folder, disk, encrypted, true);
    for (std::uint64_t n = 1;; ++n) {
      CAPTURE(encrypted, n);
      folder.clear();
      disk.forget();
      disk.cut_power_at(n);
      const auto done = work(o);
      if (!disk.power_is_cut()) break;
      disk.restore_power(CrashVfs::Loss::killed);
      std::set<std::int64_t> shown;
      {
        auto db = Database::open(o, kSteps);
        REQUIRE(db.ok());
        shown = rounds_in(*db);
        disk.cut_power_at(1);
      }
      disk.restore_power(CrashVfs::Loss::unsynced);
      check_kept(o, shown);
      beyond += shown.size() - done.acknowledged.size();
    }
  }
  CHECK(beyond > 10);
}

TEST_CASE("a full or failing disk refuses a save and keeps the others") {
  const Folder folder;
  CrashVfs disk;
  struct Case {
    CrashVfs::Fault fault;
    Code code;
  };
  for (const bool encrypted : {true, false})
    for (const Case& c : {Case{CrashVfs::Fault::disk_full, Code::disk_full},
                          Case{CrashVfs::Fault::write_error, Code::disk_failed},
                          Case{CrashVfs::Fault::sync_error, Code::disk_failed},
                          Case{CrashVfs::Fault::read_error, Code::disk_failed}}) {
      const auto o = options(folder, disk, encrypted, true);
      std::set<Code> seen;
      for (std::uint64_t n = 1; n < 150; n += 5) {
        CAPTURE(encrypted, static_cast<int>(c.fault), n);
        folder.clear();
        disk.forget();
        disk.fail_at(c.fault, n, 2);
        const auto done = work(o, 8);
        seen.insert(done.errors.begin(), done.errors.end());
        disk.restore_power(CrashVfs::Loss::nothing);
        check_kept(o, done.acknowledged);
      }
      CAPTURE(encrypted, static_cast<int>(c.fault));
      CHECK(seen == std::set<Code>{c.code});
    }
}

TEST_CASE("a disk that stays full still lets the vault be read") {
  const Folder folder;
  CrashVfs disk;
  const auto o = options(folder, disk, true, true);
  const auto done = work(o);
  auto db = Database::open(o, kSteps);
  REQUIRE(db.ok());
  disk.fail_at(CrashVfs::Fault::disk_full, 1, ~std::uint64_t{0});
  CHECK(one_round(*db, 100).error().code == Code::disk_full);
  CHECK(*db->integer("SELECT count(*) FROM part") == kRounds * kParts);
  disk.fail_at(CrashVfs::Fault::none, 0);
  CHECK(one_round(*db, 101).ok());
}

TEST_CASE("exhausted memory refuses a save and keeps the others") {
  const Folder folder;
  CrashVfs disk;
  const auto o = options(folder, disk, true, true);
  std::set<Code> seen;
  std::uint64_t n = 1;
  for (;; n += 7) {
    CAPTURE(n);
    folder.clear();
    disk.forget();
    std::set<std::int64_t> acknowledged;
    {
      auto db = Database::open(o, kSteps);
      REQUIRE(db.ok());
      test::fail_malloc_at(n, 3);
      for (std::int64_t round = 0; round < 4; ++round) {
        auto done = one_round(*db, round);
        if (done.ok())
          acknowledged.insert(round);
        else
          seen.insert(done.error().code);
      }
      const bool struck = test::malloc_failed();
      test::fail_malloc_at(0);
      if (!struck) break;
    }
    check_kept(o, acknowledged);
  }
  CHECK(n > 10);
  CHECK(seen == std::set<Code>{Code::out_of_memory});
}
