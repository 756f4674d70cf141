// Several servers over one PostgreSQL with a synchronous replica: one ledger, whoever is asked, and nothing
// that was acknowledged depends on one of them.
#include "relay/verify.hpp"
#include "store/postgres_store.hpp"
#include "support/wire_server.hpp"

namespace gandan::server::test {
namespace {

using gandan::test::Postgres;

// Primary and synchronous standby: one pair for the tests that leave it whole.
struct Pair {
  Pair() {
    primary.set("synchronous_standby_names", "ANY 1 (*)");
    standby = Postgres::standby_of(primary);
    primary.await_synchronous_standby();
  }
  Postgres primary;
  std::unique_ptr<Postgres> standby;
};
Pair& pair() {
  static Pair one;
  return one;
}

// Servers with a folder each, the same keys, and one database; phones with a feed each.
struct Several {
  explicit Several(std::string database, int servers = 2, int phones = 2)
      : choice{std::move(database), false} {
    must(init_server(folder(0), "test", crypto::system_random(), choice));
    const auto key = must(load_ledger_key(folder(0)));
    realm = std::make_unique<TestRealm>(key.public_key());
    must(admit_realm(*open(), key, roster::encode_card(realm->card), 0));
    ledger_key = key.public_key();
    for (int i = 0; i < servers; ++i) {
      std::filesystem::create_directories(folder(i));
      for (const char* file : {"ledger-key", "token-secret", "name"})
        if (i > 0) std::filesystem::copy_file(folder(0) / file, folder(i) / file);
      relays.push_back(start(i));
    }
    for (int i = 0; i < phones; ++i) {
      devices.push_back(&realm->device(roster::Role::cadre, realm->commune));
      feeds.push_back(realm->open_feed(*devices.back(), realm->commune));
      last.push_back({});
    }
    introduce(0);
  }
  std::filesystem::path folder(int i) const { return folder_.path("server-" + std::to_string(i)); }
  std::unique_ptr<Store> open() const { return must(open_store({}, choice, Purpose::inspect)); }
  std::unique_ptr<Relay> start(int i) {
    RelayOptions options;
    options.data = folder(i);
    options.store = choice;
    return must(Relay::open(options, clock));
  }
  ledger::NoteKey note_key() const {
    return {roster::ledger_origin(realm->id), ledger::KeyType::ed25519, ledger_key};
  }
  Response send(int server, RequestBuilder& request) {
    return drive(*relays[static_cast<std::size_t>(server)], request.bytes(clock.wall_ms(), ledger_key),
                 note_key());
  }
  void introduce(int server) {
    RequestBuilder request(*realm, realm->admin);
    request.statements(realm->statements);
    const auto done = send(server, request);
    REQUIRE(done.refused() == "");
    REQUIRE(done.rejected() == "");
  }
  RequestBuilder push(int phone, std::size_t count) {
    const auto p = static_cast<std::size_t>(phone);
    RequestBuilder out(*realm, *devices[p]);
    out.hello.own.push_back({feeds[p].id, feeds[p].next, feeds[p].hash});
    out.hello.checkpoint_size = last[p].size;
    out.run(feeds[p].id, feeds[p].next, std::nullopt);
    for (std::size_t i = 0; i < count; ++i) out.segment(realm->segment(*devices[p], feeds[p]));
    return out;
  }
  // As a device does: the server's ledger continues the one it has seen.
  void check_continues(int phone, const Response& response) {
    auto& seen = last[static_cast<std::size_t>(phone)];
    REQUIRE(response.checkpoint.size >= seen.size);
    if (seen.size > 0 && response.checkpoint.size > seen.size)
      REQUIRE(ledger::verify_consistency(seen.size, seen.root, response.checkpoint.size,
                                         response.checkpoint.root, response.welcome.consistency.path)
                  .ok());
    seen = response.checkpoint;
  }
  VerifyReport verify() {
    relays.clear();
    const Signer signer(must(load_ledger_key(folder(0))), folder(0));
    return must(verify_store(*open(), signer));
  }

  StoreChoice choice;
  TempFolder folder_;
  FakeClock clock;
  SignPublicKey ledger_key;
  std::unique_ptr<TestRealm> realm;
  std::vector<TestDevice*> devices;
  std::vector<TestFeed> feeds;
  std::vector<ledger::Checkpoint> last;
  std::vector<std::unique_ptr<Relay>> relays;
};

std::string fresh() { return pair().primary.new_schema(); }

}  // namespace

TEST_CASE("servers that share a ledger log one feed map between them, and each shows its lines") {
  if (!on_postgresql()) return;
  Several several(fresh(), 2, 2);
  auto& auditor = several.realm->device(roster::Role::auditor, several.realm->top);
  several.introduce(0);
  const auto maps = [&](int server) {
    RequestBuilder request(*several.realm, auditor);
    request.hello.leaves_from = 0;
    request.add(FrameType::map_wanted, protocol::encode(protocol::MapWanted{}));
    const auto response = several.send(server, request);
    std::size_t count = 0;
    Hash newest;
    for (ByteView left(response.leaves); !left.empty(); left = left.subspan(ledger::kEntryBytes)) {
      const auto entry = must(ledger::parse_entry(left.first(ledger::kEntryBytes)));
      if (entry.type != ledger::EntryType::feed_map) continue;
      ++count;
      newest = entry.hash;
    }
    REQUIRE(response.map.size() == (count == 0 ? 0 : 1));
    if (count != 0)
      CHECK(must(ledger::FeedMap::parse(response.map[0].lines)).hash(several.realm->id) == newest);
    return count;
  };
  for (std::size_t hour = 0; hour < 3; ++hour) {
    CHECK(maps(0) == hour);
    CHECK(maps(1) == hour);
    for (int phone : {0, 1}) {
      auto request = several.push(phone, 2);
      REQUIRE(several.send(phone, request).rejected() == "");
    }
    several.clock.advance(3'600'000);
    for (const auto& relay : several.relays) relay->find(several.realm->card.address)->look();
    for (int server : {0, 1}) {
      RequestBuilder request(*several.realm, several.realm->admin);
      request.statements({several.realm->statements.back()});
      (void)several.send(server, request);
    }
  }
  CHECK(several.verify().findings.empty());
}

TEST_CASE("what one server acknowledged, every other one shows at once") {
  if (!on_postgresql()) return;
  Several several(fresh(), 3, 1);
  for (int round = 0; round < 12; ++round) {
    auto request = several.push(0, 2);
    const auto done = several.send(round % 3, request);
    CHECK(done.rejected() == "");
    several.check_continues(0, done);
    RequestBuilder asked(*several.realm, *several.devices[0]);
    asked.hello.own.push_back({several.feeds[0].id, 0, {}});
    asked.hello.checkpoint_size = several.last[0].size;
    const auto told = several.send((round + 1) % 3, asked);
    REQUIRE(told.welcome.own.size() == 1);
    CHECK(told.welcome.own[0].head.next == several.feeds[0].next);
    several.check_continues(0, told);
  }
  const auto report = several.verify();
  CHECK(report.findings.empty());
  CHECK(report.segments == 24);
}

TEST_CASE("servers under load take turns: one ledger, nothing lost, nothing doubled, nobody starves") {
  if (!on_postgresql()) return;
  constexpr int kPhones = 6, kPushes = 30;
  Several several(fresh(), 3, kPhones);
  std::vector<std::vector<Bytes>> bodies(kPhones);
  for (int i = 0; i < kPhones; ++i)
    for (int k = 0; k < kPushes; ++k) {
      auto request = several.push(i, 2);
      bodies[static_cast<std::size_t>(i)].push_back(
          request.bytes(several.clock.wall_ms(), several.ledger_key));
    }
  std::vector<int> reached(kPhones);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kPhones; ++i)
      threads.emplace_back([&, i] {
        // Each push at another server; busy is no answer but a request to come again, as devices do.
        for (int k = 0; k < kPushes; ++k)
          for (int tries = 0; tries < 20; ++tries) {
            const auto response =
                drive(*several.relays[static_cast<std::size_t>((i + k + tries) % 3)],
                      bodies[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)], several.note_key());
            if (response.rejected() != "" || response.welcome.own.size() != 1) continue;
            reached[static_cast<std::size_t>(i)] = static_cast<int>(response.welcome.own[0].head.next);
            break;
          }
      });
  }
  for (const auto next : reached) CHECK(next == 2 * kPushes);
  std::uint64_t accepted = 0;
  for (const auto& relay : several.relays) {
    CHECK(relay->counters().segments_accepted > 0);
    accepted += relay->counters().segments_accepted;
  }
  CHECK(accepted == 2 * kPhones * kPushes);
  const auto report = several.verify();
  CHECK(report.findings.empty());
  CHECK(report.segments == 2 * kPhones * kPushes);
}

TEST_CASE("who was removed at one server is given nothing by another") {
  if (!on_postgresql()) return;
  Several several(fresh(), 2, 1);
  auto request = several.push(0, 1);
  REQUIRE(several.send(1, request).rejected() == "");
  several.realm->revoke(*several.devices[0], several.realm->commune);
  several.introduce(0);
  RequestBuilder asked(*several.realm, *several.devices[0]);
  CHECK(several.send(1, asked).refused() == "roster.not_authorized");
}

TEST_CASE("the realm goes on when its sequencer is gone") {
  if (!on_postgresql()) return;
  Several several(fresh(), 2, 1);
  auto first = several.push(0, 1);
  REQUIRE(several.send(0, first).rejected() == "");
  several.relays[0].reset();
  auto second = several.push(0, 1);
  const auto start = std::chrono::steady_clock::now();
  CHECK(several.send(1, second).rejected() == "");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(several.verify().findings.empty());
}

TEST_CASE("a sequencer that was deposed commits nothing, though it believes in its hold") {
  if (!on_postgresql()) return;
  Several several(fresh(), 1, 1);
  several.relays.clear();
  const auto open = [&] { return must(PostgresStore::open({several.choice.url, false}, Purpose::serve)); };
  const auto slow = open(), quick = open();
  const auto next = [](Store& store) {
    Batch batch;
    batch.progress = must(store.progress(1));
    batch.entries.push_back({batch.progress.size, {}});
    ++batch.progress.size;
    ++batch.progress.version;
    return batch;
  };
  must(slow->hold(1));
  const auto late = next(*slow);
  std::this_thread::sleep_for(std::chrono::milliseconds(2 * kHoldMs));  // as a server that stalls
  must(quick->hold(1));
  SECTION("before the other has committed") {
    CHECK(slow->commit(1, late).error().code == Code::server_busy);
    must(quick->commit(1, next(*quick)));
  }
  SECTION("after the other has committed") {
    must(quick->commit(1, next(*quick)));
    CHECK(slow->commit(1, late).error().code == Code::server_busy);
  }
  SECTION("under the right fence, from another place") {
    auto stale = next(*quick);
    must(quick->commit(1, next(*quick)));
    CHECK(quick->commit(1, stale).error().code == Code::server_busy);
  }
  CHECK(must(slow->progress(1)).size == late.progress.size);
  // It may again when it has held it again.
  must(slow->hold(1));
  must(slow->commit(1, next(*slow)));
}

TEST_CASE("servers do not start over a database that does not keep what is acknowledged") {
  if (!on_postgresql()) return;
  Postgres alone;
  const auto url = alone.url();
  must(PostgresStore::create({url, false}));
  CHECK(PostgresStore::open({url, false}, Purpose::serve).error().code == Code::store_unreplicated);
  {
    const auto single = must(PostgresStore::open({url, true}, Purpose::serve));
    // It said that it is the only one.
    CHECK(PostgresStore::open({url, true}, Purpose::serve).error().code == Code::store_unreplicated);
    alone.set("synchronous_standby_names", "ANY 1 (*)");
    CHECK(PostgresStore::open({url, false}, Purpose::serve).error().code == Code::store_unreplicated);
  }
  CHECK(PostgresStore::open({url, false}, Purpose::serve).ok());
  alone.set("synchronous_standby_names", "");
  alone.sql("ALTER SYSTEM SET full_page_writes = off");
  alone.set("fsync", "off");
  CHECK(PostgresStore::open({url, true}, Purpose::serve).error().code == Code::store_unreplicated);
}

TEST_CASE("a database that stops being replicated while it is served acknowledges nothing") {
  if (!on_postgresql()) return;
  Several several(fresh(), 1, 1);
  auto request = several.push(0, 1);
  pair().primary.set("synchronous_standby_names", "");
  CHECK(several.send(0, request).rejected() == "net.busy");
  pair().primary.set("synchronous_standby_names", "ANY 1 (*)");
  CHECK(several.send(0, request).rejected() == "");
  CHECK(several.verify().findings.empty());
}

namespace {

// A push that waits for a replica which is down.
struct Waiting {
  Waiting(int servers) : several(primary->url(), servers, 1) {
    standby->kill9();
    auto request = several.push(0, 1);
    body = request.bytes(several.clock.wall_ms(), several.ledger_key);
    thread = std::jthread([this] {
      outcome = send(0);
      answered = true;
    });
    const std::string waits = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE 'COMMIT%'";
    while (Postgres::ask(primary->url(), "SELECT count(*)::text " + waits) == "0")
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  Response send(std::size_t server) { return drive(*several.relays[server], body, several.note_key()); }
  // The server may say so at once, or first look at the database anew, which waits for the replica.
  void not_acknowledged() {
    for (int i = 0; i < 300 && !answered; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (!answered) replica_returns();
    thread.join();
    CHECK(outcome.rejected() == "net.busy");
    CHECK(outcome.receipts.empty());
  }
  void replica_returns() {
    if (std::exchange(returned, true)) return;
    standby->start();
    primary->await_synchronous_standby();
  }
  std::unique_ptr<Postgres> primary = [] {
    auto out = std::make_unique<Postgres>();
    out->set("synchronous_standby_names", "ANY 1 (*)");
    return out;
  }();
  std::unique_ptr<Postgres> standby = [this] {
    auto out = Postgres::standby_of(*primary);
    primary->await_synchronous_standby();
    return out;
  }();
  Several several;
  Bytes body;
  Response outcome;  // the thread's until it is joined
  std::atomic<bool> answered{false};
  bool returned = false;
  std::jthread thread;
};

}  // namespace

TEST_CASE("a commit whose wait for the replica is cut short is not acknowledged until the replica has it") {
  if (!on_postgresql()) return;
  Waiting push(2);
  // An operator who does not know what he does: the transaction stays, and looks like any other.
  std::atomic<bool> over{false};
  std::jthread canceller([&] {
    while (!over) {
      (void)Postgres::ask(
          push.primary->url(),
          "SELECT count(pg_cancel_backend(pid))::text FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  push.not_acknowledged();
  over = true;
  canceller.join();
  push.replica_returns();
  const auto again = push.send(0);
  CHECK(again.rejected() == "");
  REQUIRE(again.receipts.size() == 1);
  const auto other = push.send(1);
  REQUIRE(other.receipts.size() == 1);
  CHECK(other.receipts[0].indexes == again.receipts[0].indexes);
  CHECK(push.several.verify().findings.empty());
}

TEST_CASE(
    "a commit that waits while replicas are no longer asked for is not acknowledged, also when they are "
    "again") {
  if (!on_postgresql()) return;
  const bool at_once = GENERATE(false, true);
  Waiting push(1);
  const auto ask_for = [&](const char* replicas) {
    push.primary->set("synchronous_standby_names", replicas);
  };
  ask_for("");  // the database lets all go on that wait, without a warning
  if (at_once) ask_for("ANY 1 (*)");
  push.not_acknowledged();
  if (!at_once) ask_for("ANY 1 (*)");
  push.replica_returns();
  CHECK(push.send(0).receipts.size() == 1);
  CHECK(push.several.verify().findings.empty());
}

TEST_CASE("a ledger whose database is older than what any server showed is not opened by that server") {
  if (!on_postgresql()) return;
  Several several(fresh(), 2, 1);
  const auto schema = several.choice.url;
  for (const std::string table : kRealmTables)
    Postgres::sql(schema, "CREATE TABLE old_" + table + " AS TABLE " + table);
  auto request = several.push(0, 1);
  REQUIRE(several.send(0, request).rejected() == "");
  RequestBuilder asked(*several.realm, *several.devices[0]);
  REQUIRE(several.send(1, asked).refused() == "");  // shown by the other one, too
  several.relays.clear();
  for (const std::string table : kRealmTables)
    Postgres::sql(schema, "DELETE FROM " + table + "; INSERT INTO " + table + " SELECT * FROM old_" + table);
  for (int i = 0; i < 2; ++i) {
    RelayOptions options;
    options.data = several.folder(i);
    options.store = several.choice;
    CHECK(Relay::open(options, several.clock).error().code == Code::ledger_behind);
  }
}

TEST_CASE("the primary dies, the replica takes over: servers go on, and what was acknowledged is there") {
  if (!on_postgresql()) return;
  auto primary = std::make_unique<Postgres>();
  primary->set("synchronous_standby_names", "ANY 1 (*)");
  auto standby = Postgres::standby_of(*primary);
  primary->await_synchronous_standby();
  Several several(Postgres::either(*primary, *standby), 2, 2);
  std::atomic<bool> over{false};
  std::array<std::atomic<std::uint64_t>, 2> acknowledged{};
  std::vector<std::vector<Bytes>> bodies(2);
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < 2000; ++k) {
      auto request = several.push(i, 1);
      bodies[static_cast<std::size_t>(i)].push_back(
          request.bytes(several.clock.wall_ms(), several.ledger_key));
    }
  std::vector<std::jthread> phones;
  for (std::size_t i = 0; i < 2; ++i)
    phones.emplace_back([&, i] {
      for (std::size_t k = 0, tries = 0; k < bodies[i].size() && !over; ++tries) {
        try {
          const auto response = drive(*several.relays[(i + tries) % 2], bodies[i][k], several.note_key());
          if (response.rejected() != "" || response.refused() != "" || response.receipts.empty()) continue;
          acknowledged[i] = ++k;
        } catch (const std::runtime_error&) {  // an answer that was cut: the device asks again
        }
      }
    });
  const auto reach = [&](std::uint64_t a, std::uint64_t b) {
    for (int i = 0; i < 6000 && (acknowledged[0] < a || acknowledged[1] < b); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return acknowledged[0] >= a && acknowledged[1] >= b;
  };
  const bool began = reach(10, 10);
  primary->kill9();
  standby->promote();
  const auto replica = Postgres::standby_of(*standby);  // commits wait for it
  standby->await_synchronous_standby();
  const bool went_on = reach(acknowledged[0] + 10, acknowledged[1] + 10);
  over = true;
  phones.clear();
  CHECK(began);
  CHECK(went_on);
  const auto store = several.open();
  for (std::size_t i = 0; i < 2; ++i)
    for (std::uint64_t sequence = 0; sequence < acknowledged[i]; ++sequence)
      REQUIRE(must(store->find_segment(1, several.feeds[i].id, sequence)).has_value());
  CHECK(several.verify().findings.empty());
}

}  // namespace gandan::server::test
