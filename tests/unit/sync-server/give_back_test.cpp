// A store that was restored from an old backup gets its lost entries back from a ledger that somebody kept,
// or is told why not. On either store.
#include "relay/give_back.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "crypto/hash.hpp"
#include "party.hpp"
#include "protocol/kept_ledger.hpp"
#include "protocol/series.hpp"

namespace gandan::server::test {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

// What a supervisor who keeps the ledger has of it.
struct Kept {
  std::vector<protocol::KeptEntry> entries;
  std::string note;

  static Kept of(TestServer& server) {
    const auto store = server.open();
    Kept out;
    const auto progress = must(store->progress(1));
    out.note = progress.checkpoint;
    for (const auto& row : must(store->entries(1, 0, 100'000))) {
      protocol::KeptEntry entry;
      entry.index = row.index;
      entry.bytes = row.bytes;
      entry.entry = must(ledger::parse_entry(row.bytes));
      out.entries.push_back(std::move(entry));
    }
    for (auto& row : must(store->statements(1, 0, 100'000))) out.entries.at(row.index).body = row.bytes;
    for (const auto& feed : must(store->feeds(1)))
      for (auto& row : must(store->feed_segments(1, feed.feed, 0, 100'000))) {
        auto& entry = out.entries.at(row.index);
        entry.feed = row.feed;
        entry.sequence = row.sequence;
        entry.body = row.bytes;
      }
    return out;
  }
  // As if the ledger had ended there, or had other entries: the key signs it.
  void sign(TestServer& server) {
    std::vector<Hash> leaves;
    for (auto& entry : entries) {
      entry.bytes = ledger::entry_bytes(entry.entry);
      leaves.push_back(ledger::leaf_hash(entry.bytes));
    }
    note = ledger::sign_checkpoint({server.note_key().name, entries.size(), ledger::root_of(leaves)},
                                   server.key);
  }
  Bytes bytes(std::uint64_t from = 0) const {
    Bytes out;
    protocol::KeptLedgerWriter writer([&out](ByteView piece) {
      append(out, piece);
      return Status();
    });
    must(writer.begin(note));
    for (std::size_t at = static_cast<std::size_t>(from); at < entries.size();) {
      const std::size_t count = std::min<std::size_t>(100, entries.size() - at);
      Bytes group;
      for (std::size_t i = 0; i < count; ++i) append(group, entries[at + i].bytes);
      must(writer.group(at, std::move(group)));
      for (std::size_t i = 0; i < count; ++i, ++at) {
        const auto& entry = entries[at];
        if (entry.entry.type == ledger::EntryType::statement) must(writer.statement(entry.body));
        if (entry.entry.type == ledger::EntryType::segment)
          must(writer.segment(entry.feed, entry.sequence, entry.body));
      }
    }
    must(writer.finish());
    return out;
  }
};

// A server that took more after its backup, and then had only that. Its ledger was kept.
struct Behind : Party {
  Behind() {
    pushed(3);
    server.stop();
    server.back_up();
    server.start();
  }
  Response pushed(std::size_t count) {
    auto request = push(count);
    auto response = server.send(request);
    REQUIRE(response.rejected() == "");
    return response;
  }
  void lose() {
    server.stop();
    kept = Kept::of(server);
    server.restore();
    before = size();
  }
  std::uint64_t size() const { return must(server.open()->progress(1)).size; }
  Result<GivenBack> give(ByteView file, const GiveBackOptions& options = {}) {
    const std::string path = server.folder.path("kept");
    {
      std::ofstream out(path, std::ios::binary);
      out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    }
    Signer signer(must(load_ledger_key(server.data())), server.data());
    const auto store = must(open_store(server.data(), server.choice, Purpose::copy));
    return give_back(*store, signer, path, options);
  }
  // Refused, and nothing was taken.
  std::string refuses(ByteView file) {
    const auto given = give(file);
    REQUIRE(!given.ok());
    CHECK(size() == before);
    return info(given.error().code).text;
  }
  std::string opens() {
    const auto opened = Relay::open(server.options(), server.clock);
    return opened.ok() ? std::string("ok") : info(opened.error().code).text;
  }
  ledger::Checkpoint highest() const {
    return must(Signer(must(load_ledger_key(server.data())), server.data()).highest(server.realm.id));
  }
  std::vector<std::string> found() {
    std::vector<std::string> out;
    for (const auto& finding : verify().findings) out.push_back(finding.what);
    return out;
  }

  Kept kept;
  std::uint64_t before = 0;
};

// More than a full tile, feed maps, and a removal.
struct LongBehind : Behind {
  LongBehind() {
    server.clock.advance(2 * kHourMs);
    pushed(300);
    auto& second = server.realm.device(roster::Role::cadre, server.realm.commune);
    TestFeed other = server.realm.open_feed(second, server.realm.commune);
    introduce(server);
    RequestBuilder request(server.realm, second);
    request.run(other.id, 0, Hash{});
    for (int i = 0; i < 20; ++i) request.segment(server.realm.segment(second, other));
    REQUIRE(server.send(request).rejected() == "");
    server.realm.revoke(second, server.realm.commune);
    introduce(server);
    server.clock.advance(2 * kHourMs);
    last = pushed(300);
    lose();
  }
  Response last;
};

}  // namespace

TEST_CASE_METHOD(LongBehind,
                 "a store that is behind gets its entries back, at their places and times, and opens again") {
  const auto maps = std::count_if(
      kept.entries.begin(), kept.entries.end(),
      [](const protocol::KeptEntry& one) { return one.entry.type == ledger::EntryType::feed_map; });
  CHECK(maps == 2);
  CHECK(opens() == "server.ledger_behind");
  const auto high = highest();
  REQUIRE(high == last.checkpoint);
  const auto given = must(give(kept.bytes()));
  CHECK(given.before == before);
  CHECK(given.size == high.size);
  CHECK(given.given_out == high.size);
  CHECK(given.segments == 620);
  CHECK(found().empty());
  CHECK(highest() == high);
  const auto again = Kept::of(server);
  CHECK(again.note == kept.note);
  REQUIRE(again.entries.size() == kept.entries.size());
  for (std::size_t i = 0; i < again.entries.size(); ++i) {
    CHECK(again.entries[i].bytes == kept.entries[i].bytes);
    CHECK(again.entries[i].body == kept.entries[i].body);
  }
  // It goes on from there.
  server.start();
  auto next = push(1);
  next.hello.checkpoint_size = high.size;
  const auto after = server.send(next);
  CHECK(after.rejected() == "");
  CHECK(ledger::verify_consistency(high.size, high.root, after.checkpoint.size, after.checkpoint.root,
                                   after.welcome.consistency.path)
            .ok());
  check_own(after, feed);
  server.stop();
  CHECK(found().empty());
  // Once more there is nothing to give.
  const auto once_more = must(give(kept.bytes()));
  CHECK(once_more.size == size());
  CHECK(once_more.before == size());
}

TEST_CASE_METHOD(LongBehind,
                 "what a stop in the middle leaves is a closed store that has more, and goes on") {
  GiveBackOptions options;
  options.batch_entries = 50;
  std::uint64_t reached = before;
  for (int round = 0; round < 3; ++round) {
    int commits = 0;
    options.committed = [&] { return ++commits == 2 ? Status(Code::disk_failed) : Status(); };
    CHECK(give(kept.bytes(), options).error().code == Code::disk_failed);
    CHECK(size() == reached + 100);
    reached = size();
    CHECK(opens() == "server.ledger_behind");
    const auto report = verify();  // it is cut, and nothing else
    for (const auto& finding : report.findings) CHECK(finding.code == Code::ledger_behind);
  }
  options.committed = {};
  CHECK(must(give(kept.bytes(reached), options)).size == kept.entries.size());
  CHECK(found().empty());
  CHECK(opens() == "ok");
}

TEST_CASE_METHOD(LongBehind, "what a kill in the middle leaves is given the rest") {
  const Bytes file = kept.bytes();
  for (int round = 1; round <= 2; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      int commits = 0;
      GiveBackOptions options;
      options.batch_entries = 64;
      options.committed = [&commits, round] {
        if (++commits == round) ::kill(::getpid(), SIGKILL);
        return Status();
      };
      (void)give(file, options).ok();
      ::_exit(3);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
  }
  CHECK(size() == before + 3 * 64);
  CHECK(opens() == "server.ledger_behind");
  CHECK(must(give(file)).size == kept.entries.size());
  CHECK(found().empty());
  CHECK(opens() == "ok");
}

TEST_CASE_METHOD(LongBehind, "numbers of what stands in no ledger go on in the next series") {
  const auto old = must(server.open()->progress(1));
  CHECK(protocol::series_of(old.wraps) == 0);
  GiveBackOptions options;
  options.committed = [&] {
    // Not before all of it is there: who asks then has to hear of it.
    const auto now = must(server.open()->progress(1));
    CHECK((protocol::series_of(now.wraps) == 1) == (now.size == kept.entries.size()));
    return Status();
  };
  must(give(kept.bytes(), options));
  const auto now = must(server.open()->progress(1));
  CHECK(now.wraps == protocol::next_series(old.wraps));
  CHECK(now.keys == now.wraps);
}

TEST_CASE_METHOD(Behind, "a file that is cut, changed or of something else is refused whole") {
  pushed(5);
  lose();
  const Bytes whole = kept.bytes();
  for (std::size_t cut = 0; cut < whole.size(); cut += 97) {
    const auto code = refuses(ByteView(whole).first(cut));
    CHECK((code == "format.truncated" || code == "format.malformed"));
  }
  const Bytes missing =
      kept.bytes(before);  // what the store has is compared, and its bodies are of no interest
  for (std::size_t place = 0; place < missing.size(); place += 7) {
    Bytes changed = missing;
    changed[place] ^= 0x10;
    (void)refuses(changed);
  }
  Bytes longer = whole;
  longer.push_back(0);
  CHECK(refuses(longer) == "format.malformed");
  Bytes newer = whole;
  newer[14] = 2;
  CHECK(refuses(newer) == "format.newer");
  TestServer other;
  other.stop();
  CHECK(refuses(Kept::of(other).bytes()) ==
        (other.realm.id == server.realm.id ? "crypto.bad_signature" : "roster.wrong_realm"));
  CHECK(refuses(kept.bytes(before + 1)) == "ledger.incomplete");  // a gap
  CHECK(opens() == "server.ledger_behind");
  CHECK(must(give(missing)).size == kept.entries.size());  // without a gap
  CHECK(opens() == "ok");
}

TEST_CASE_METHOD(Behind, "what was not the ledger's is refused, though its own key had signed it") {
  server.realm.device(roster::Role::cadre, server.realm.commune);
  introduce(server);
  pushed(2);
  lose();
  std::filesystem::remove_all(server.data() + "/ledger-high");  // it would tell
  auto& statement = kept.entries.at(before);
  REQUIRE(statement.entry.type == ledger::EntryType::statement);
  auto& segment = kept.entries.back();
  REQUIRE(segment.entry.type == ledger::EntryType::segment);
  const auto hash_of = [&](const Bytes& bytes) {
    return roster::statement_hash(server.realm.id, must(roster::decode_statement(bytes)));
  };
  SECTION("a statement that nobody signed") {
    statement.body.back() ^= 1;
    statement.entry.hash = hash_of(statement.body);
    kept.sign(server);
    CHECK(refuses(kept.bytes()) == "crypto.bad_signature");
  }
  SECTION("a statement by who may not say it") {
    auto wrong = server.realm.sign(
        phone.id(), phone.key,
        roster::UnitBody{random_id<UnitId>(server.realm.random), server.realm.top, server.realm.epoch()});
    statement.body = roster::encode_statement(wrong);
    statement.entry.hash = hash_of(statement.body);
    kept.sign(server);
    CHECK(!refuses(kept.bytes()).empty());
  }
  SECTION("another statement than the entry names") {
    statement.body = server.realm.by_admin(
        roster::UnitBody{random_id<UnitId>(server.realm.random), server.realm.top, server.realm.epoch()});
    CHECK(!refuses(kept.bytes()).empty());
  }
  SECTION("a segment that its author did not sign") {
    segment.body[40] ^= 1;
    CHECK(refuses(kept.bytes()) == "crypto.bad_signature");
  }
  SECTION("a segment twice") {
    auto twice = segment;
    twice.index = kept.entries.size();
    kept.entries.push_back(twice);
    kept.sign(server);
    CHECK(refuses(kept.bytes()) == "feed.broken_chain");
  }
  SECTION("a receipt that goes back") {
    segment.entry.receipt_ms -= 1000;
    kept.sign(server);
    CHECK(refuses(kept.bytes()) == "ledger.missing");
  }
  SECTION("a feed map that says something else") {
    protocol::KeptEntry map;
    map.index = kept.entries.size();
    map.entry = {ledger::EntryType::feed_map, random_id<Hash>(server.realm.random), segment.entry.receipt_ms};
    kept.entries.push_back(map);
    kept.sign(server);
    CHECK(refuses(kept.bytes()) == "ledger.bad_map");
  }
  SECTION("nothing is wrong with it") { CHECK(must(give(kept.bytes())).size == kept.entries.size()); }
}

TEST_CASE_METHOD(Behind, "two ledgers under one key are told, and neither is taken for the other") {
  pushed(5);
  lose();
  if (!on_postgresql()) server.back_up();  // it was used up
  const auto first = kept;
  // The same server, started over the backup by somebody who threw its memory away.
  std::filesystem::remove_all(server.data() + "/ledger-high");
  server.start();
  feed.next = 3;
  feed.hash = must(server.open()->feeds(1)).at(0).hash;
  auto request = push(1);
  CHECK(server.send(request).rejected() == "");
  server.stop();
  before = size();
  SECTION("the store is another one") {
    const auto given = give(first.bytes());
    CHECK(given.error().code == Code::split_view);
    CHECK(given.error().detail.find("entry " + std::to_string(before - 1)) == 0);
  }
  SECTION("what was given out is another one") {
    server.restore();
    before = size();
    CHECK(refuses(first.bytes()) == "ledger.split_view");
    CHECK(opens() == "server.ledger_behind");
  }
}

TEST_CASE_METHOD(Behind,
                 "a file that is shorter than what was given out is taken, and the realm stays closed") {
  pushed(4);
  server.stop();
  const auto earlier = Kept::of(server);
  server.start();
  pushed(3);
  lose();
  const auto high = highest();
  const auto given = must(give(earlier.bytes()));
  CHECK(given.size == earlier.entries.size());
  CHECK(given.given_out == high.size);
  CHECK(given.size < given.given_out);
  CHECK(opens() == "server.ledger_behind");
  CHECK(highest() == high);
  // Another supervisor was there later.
  CHECK(must(give(kept.bytes(given.size))).size == high.size);
  CHECK(opens() == "ok");
  CHECK(found().empty());
}

TEST_CASE_METHOD(Behind,
                 "where the memory of what was given out is lost, the file's checkpoint is it, before "
                 "anything is written") {
  pushed(4);
  const auto given_out = pushed(3).checkpoint;
  lose();
  std::filesystem::remove_all(server.data() + "/ledger-high");
  GiveBackOptions options;
  options.batch_entries = 2;
  options.committed = [] { return Status(Code::disk_failed); };
  CHECK(give(kept.bytes(), options).error().code == Code::disk_failed);
  CHECK(highest() == given_out);
  CHECK(opens() == "server.ledger_behind");
  must(give(kept.bytes()));
  CHECK(highest() == given_out);
  CHECK(opens() == "ok");
}

TEST_CASE_METHOD(
    Behind,
    "a disk that is lost whole: the ledger's key, the realm's card and the file make the store again") {
  pushed(4);
  lose();
  const std::string there = server.folder.path("there");
  const auto choice = new_store();
  std::filesystem::create_directories(there);
  must(create_store(there, choice));
  for (const char* file : {"ledger-key", "token-secret"})
    std::filesystem::copy_file(server.data() + "/" + file, there + "/" + std::string(file));
  {
    const auto store = must(open_store(there, choice, Purpose::copy));
    must(admit_realm(*store, server.key, roster::encode_card(server.realm.card), 0));
    Signer signer(must(load_ledger_key(there)), there);
    const std::string path = server.folder.path("kept");
    const Bytes file = kept.bytes();
    must(replace_file(path, file, false));
    CHECK(must(give_back(*store, signer, path)).size == kept.entries.size());
    CHECK(must(verify_store(*store, signer)).findings.empty());
  }
  auto options = server.options();
  options.data = there;
  options.store = choice;
  CHECK(Relay::open(options, server.clock).ok());
}

TEST_CASE_METHOD(Party, "who asks which chunks are there is told of those that it may read") {
  const auto name = [](std::uint8_t n) { return crypto::sha256(Bytes(3000, n)); };
  server.stop();
  {
    const auto store = server.open();
    Batch batch;
    batch.progress = must(store->progress(1));
    if (store->shared()) ++batch.progress.version;
    batch.chunks.push_back({name(1), server.realm.commune, Bytes(3000, 1)});
    batch.chunks.push_back({name(2), server.realm.top, Bytes(3000, 2)});
    must(store->hold(1));
    must(store->commit(1, batch));
  }
  server.start();
  auto asking = request();
  asking.add(FrameType::chunks_asked, protocol::encode(protocol::ChunkNames{{name(1), name(2), name(3)}}));
  const auto told = server.send(asking);
  REQUIRE(told.chunks_missing);
  CHECK(*told.chunks_missing == std::vector<Hash>{name(2), name(3)});
  auto silent = request();
  CHECK_FALSE(server.send(silent).chunks_missing);
  auto many = request();
  many.add(FrameType::chunks_asked,
           protocol::encode(protocol::ChunkNames{std::vector<Hash>(protocol::kMaxAskedChunks + 1)}));
  CHECK(server.send(many).refused() == "format.too_large");
}

TEST_CASE("keys that were erased after the backup do not come back with it") {
  Behind behind;
  auto& server = behind.server;
  auto& realm = server.realm;
  TestDevice& second = realm.device(roster::Role::admin, realm.top);
  const auto record = record_of(behind.feed.id, 1);
  const auto erased = key_entry(realm, realm.commune, record);
  const auto other = key_entry(realm, realm.commune, record_of(behind.feed.id, 2));
  auto request = behind.push(1);
  for (const auto& one : {erased, other}) request.add(FrameType::key, protocol::encode_record_key(one));
  introduce(server);
  REQUIRE(server.send(request).rejected() == "");
  server.stop();
  const auto forget_backup = [&server] {
    if (on_postgresql())
      for (const std::string table : kRealmTables) server.sql("", "DROP TABLE old_" + table);
    else
      std::filesystem::remove(server.data() + "/server.db.old");
  };
  forget_backup();
  server.back_up();
  server.start();
  const Bytes proposal =
      realm.by_admin(roster::ProposeBody{roster::EraseAct{record, roster::EraseReason::person}});
  const Hash named = roster::statement_hash(realm.id, must(roster::decode_statement(proposal)));
  realm.make(second.id(), second.key, roster::ApproveBody{named});
  introduce(server);
  CHECK(must(server.open()->key_rows(1, 0, 10)).size() == 1);
  behind.lose();
  forget_backup();
  CHECK(must(server.open()->key_rows(1, 0, 10)).size() == 2);
  must(behind.give(behind.kept.bytes()));
  const auto left = must(server.open()->key_rows(1, 0, 10));
  REQUIRE(left.size() == 1);
  CHECK(left[0].key == other.key);
  CHECK_FALSE(server.files_hold(erased.ct.view()));
}

}  // namespace gandan::server::test
