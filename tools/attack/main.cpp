// gandan-attack: what somebody who owns the server's disk and its keys could try, one attack a call, on a
// COPY of its folder. For the demonstration and the tests: devices and supervisors must detect each.
//
//   remove     drops a segment's bytes; the ledger still counts it
//   receipt    moves a segment's receipt time an hour back
//   swap       exchanges the bytes of two segments of one feed
//   flip       flips one bit in a segment's ciphertext
//   stranger   appends a segment by a key that nobody enrolled, and signs a new checkpoint over it with the
//   server's key backdate   rewrites an entry's receipt time in the ledger, and signs a new checkpoint of the
//   same size over it
//
// `remove` ... `flip` take the newest feed with at least two segments, so that honest copies hold what is
// attacked.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/entry.hpp"
#include "ledger/tree.hpp"
#include "protocol/segment.hpp"
#include "roster/statement.hpp"
#include "storage/database.hpp"

namespace {

using namespace gandan;

constexpr std::int64_t kHourMs = 3'600'000;

struct Target {
  std::filesystem::path folder;
  storage::Database db;
  RealmId realm;
};

Result<Target> open(const std::filesystem::path& folder) {
  storage::Options options;
  options.path = (folder / "server.db").string();
  options.exclusive = false;
  GANDAN_TRY(auto db, storage::Database::open(options));
  RealmId realm;
  {
    GANDAN_TRY(auto row, db.query("SELECT id FROM realm WHERE number = 1"));
    GANDAN_TRY(const bool there, row.step());
    if (!there) return Error{Code::not_found, "no realm in this store"};
    realm = RealmId::from(row.blob(0));
  }
  return Target{folder, std::move(db), realm};
}

struct Victim {
  Bytes feed;
  std::int64_t sequence = 0;
  std::int64_t index = 0;
  Bytes bytes;
};

// The last two segments of the newest feed that has two.
Result<std::pair<Victim, Victim>> victims(storage::Database& db) {
  std::vector<Victim> found;
  GANDAN_TRY(auto rows,
             db.query("SELECT feed, seq, idx, bytes FROM segment WHERE realm = 1 AND feed = "
                      "(SELECT feed FROM segment WHERE realm = 1 GROUP BY feed HAVING count(*) >= 2 "
                      "ORDER BY max(idx) DESC LIMIT 1) ORDER BY seq DESC LIMIT 2"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) break;
    found.push_back({to_bytes(rows.blob(0)), rows.integer(1), rows.integer(2), to_bytes(rows.blob(3))});
  }
  if (found.size() != 2) return Error{Code::not_found, "no feed with two segments"};
  return std::pair(found[1], found[0]);
}

Status set_bytes(storage::Database& db, const Victim& victim, ByteView bytes) {
  return db.run("UPDATE segment SET bytes = ?, size = ? WHERE realm = 1 AND idx = ?", bytes, bytes.size(),
                victim.index);
}

Status remove(Target& target) {
  GANDAN_TRY(const auto pair, victims(target.db));
  return target.db.run("DELETE FROM segment WHERE realm = 1 AND idx = ?", pair.first.index);
}

Status receipt(Target& target) {
  GANDAN_TRY(const auto pair, victims(target.db));
  return target.db.run("UPDATE segment SET receipt = receipt - ? WHERE realm = 1 AND idx = ?", kHourMs,
                       pair.second.index);
}

Status swap(Target& target) {
  GANDAN_TRY(const auto pair, victims(target.db));
  GANDAN_CHECK(set_bytes(target.db, pair.first, pair.second.bytes));
  return set_bytes(target.db, pair.second, pair.first.bytes);
}

Status flip(Target& target) {
  GANDAN_TRY(auto pair, victims(target.db));
  Bytes bytes = pair.second.bytes;
  bytes[bytes.size() - bytes.size() / 3] ^= 1;
  return set_bytes(target.db, pair.second, bytes);
}

Result<std::vector<ledger::Entry>> entries(storage::Database& db) {
  std::vector<ledger::Entry> out;
  GANDAN_TRY(auto rows, db.query("SELECT bytes FROM entry WHERE realm = 1 ORDER BY idx"));
  for (;;) {
    GANDAN_TRY(const bool more, rows.step());
    if (!more) return out;
    GANDAN_TRY(const auto entry, ledger::parse_entry(rows.blob(0)));
    out.push_back(entry);
  }
}

// The server's own key signs what the attacker made of the ledger; the signer's memory is wiped, too.
Status sign_anew(Target& target, const std::vector<ledger::Entry>& all) {
  std::ifstream in(target.folder / "ledger-key", std::ios::binary);
  std::string seed((std::istreambuf_iterator<char>(in)), {});
  GANDAN_TRY(const auto key, crypto::SigningKey::from_seed(as_bytes(seed)));
  ledger::MemoryTree tree;
  for (const auto& entry : all) tree.append(ledger::entry_leaf(entry));
  GANDAN_TRY(const Hash root, ledger::root_at(tree.size(), tree));
  const std::string note =
      ledger::sign_checkpoint({roster::ledger_origin(target.realm), tree.size(), root}, key);
  GANDAN_CHECK(
      target.db.run("UPDATE realm SET size = ?, checkpoint = ? WHERE number = 1", tree.size(), note));
  std::error_code ignored;
  std::filesystem::remove_all(target.folder / "ledger-high", ignored);
  std::filesystem::create_directory(target.folder / "ledger-high", ignored);
  return {};
}

Status stranger(Target& target) {
  GANDAN_TRY(auto all, entries(target.db));
  GANDAN_TRY(const auto pair, victims(target.db));
  auto& random = crypto::system_random();
  const auto key = crypto::SigningKey::generate(random);
  protocol::Segment segment;
  segment.header.feed = random_id<FeedId>(random);
  segment.header.epoch = 1;
  segment.header.op_count = 1;
  segment.header.opened_bytes = 64;
  segment.ciphertext.resize(96);
  random.fill(segment.ciphertext);
  const Hash content = crypto::sha256({segment.ciphertext});
  segment.signature =
      key.sign(protocol::signed_message(target.realm, segment.header, segment.previous, content));
  const Hash hash = protocol::segment_hash(target.realm, segment);
  const Bytes bytes = protocol::encode_in_run(segment);
  const ledger::Entry entry{ledger::EntryType::segment, hash, all.back().receipt_ms};
  const auto raw = ledger::entry_bytes(entry);
  GANDAN_CHECK(
      target.db.run("INSERT INTO entry (realm, idx, bytes) VALUES (1, ?, ?)", all.size(), ByteView(raw)));
  GANDAN_CHECK(target.db.run(
      "INSERT INTO segment (realm, idx, receipt, feed, seq, unit, checkpoint, size, previous, hash, bytes) "
      "SELECT 1, ?, ?, ?, 0, unit, 0, ?, ?, ?, ? FROM segment WHERE realm = 1 AND idx = ?",
      all.size(), entry.receipt_ms, segment.header.feed, bytes.size(), segment.previous, hash,
      ByteView(bytes), pair.second.index));
  // The server's note of that feed's head, so that it hands the segment out.
  GANDAN_CHECK(target.db.run(
      "INSERT INTO feed (realm, feed, device, unit, next, hash, idx, receipt, roster_size, checkpoint) "
      "SELECT 1, ?, device, unit, 1, ?, ?, ?, 0, 0 FROM feed WHERE realm = 1 AND feed = ?",
      segment.header.feed, hash, all.size(), entry.receipt_ms, ByteView(pair.second.feed)));
  all.push_back(entry);
  return sign_anew(target, all);
}

Status backdate(Target& target) {
  GANDAN_TRY(auto all, entries(target.db));
  GANDAN_TRY(const auto pair, victims(target.db));
  auto& entry = all[static_cast<std::size_t>(pair.second.index)];
  entry.receipt_ms -= 1;
  const auto raw = ledger::entry_bytes(entry);
  GANDAN_CHECK(target.db.run("UPDATE entry SET bytes = ? WHERE realm = 1 AND idx = ?", ByteView(raw),
                             pair.second.index));
  GANDAN_CHECK(target.db.run("UPDATE segment SET receipt = ? WHERE realm = 1 AND idx = ?", entry.receipt_ms,
                             pair.second.index));
  GANDAN_CHECK(target.db.run("DELETE FROM tile WHERE realm = 1"));
  return sign_anew(target, all);
}

Status attack(std::string_view name, const std::filesystem::path& folder) {
  GANDAN_TRY(auto target, open(folder));
  if (name == "remove") return remove(target);
  if (name == "receipt") return receipt(target);
  if (name == "swap") return swap(target);
  if (name == "flip") return flip(target);
  if (name == "stranger") return stranger(target);
  if (name == "backdate") return backdate(target);
  return Error{Code::bad_request, "remove, receipt, swap, flip, stranger or backdate"};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "gandan-attack remove|receipt|swap|flip|stranger|backdate COPY-OF-THE-SERVERS-FOLDER\n";
    return 2;
  }
  const auto done = attack(argv[1], argv[2]);
  if (done.ok()) return 0;
  std::cerr << info(done.error().code).en << " " << done.error().detail << "\n";
  return info(done.error().code).exit_code;
}
