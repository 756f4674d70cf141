// A whole store moved to another one, of the other kind where there are two.
#include "relay/migrate.hpp"

#include "crypto/hash.hpp"
#include "support/wire_server.hpp"

namespace gandan::server::test {
namespace {

// A store with a bit of everything that a server keeps, and the server stopped.
struct Filled {
  Filled() : phone(server.realm.device(roster::Role::cadre, server.realm.commune)) {
    feed = server.realm.open_feed(phone, server.realm.commune);
    RequestBuilder request(server.realm, server.realm.admin);
    request.statements(server.realm.statements);
    REQUIRE(server.send(request).rejected() == "");
    REQUIRE(push(server, 300) == "");  // a full tile, and more
    server.stop();
    const auto store = server.open();
    Batch batch;
    batch.progress = must(store->progress(1));
    if (store->shared()) ++batch.progress.version;
    for (std::uint8_t n = 0; n < 5; ++n) {
      const Bytes bytes(3000, n);
      batch.chunks.push_back({crypto::sha256(bytes), server.realm.commune, bytes});
      batch.keys.push_back({batch.progress.keys++, server.realm.commune, RecordId::from(Bytes(16, n)),
                            KeyId::from(Bytes(16, n)), phone.id(), Bytes(40, n)});
    }
    batch.chunks.push_back({batch.chunks[0].hash, server.realm.top, batch.chunks[0].bytes});
    must(store->hold(1));
    must(store->commit(1, batch));
  }
  std::string push(TestServer& to, std::size_t count) {
    RequestBuilder request(server.realm, phone);
    request.hello.own.push_back({feed.id, feed.next, feed.hash});
    request.run(feed.id, feed.next, std::nullopt);
    for (std::size_t i = 0; i < count; ++i) request.segment(server.realm.segment(phone, feed));
    const auto done = to.send(request);
    return done.refused() + done.rejected();
  }
  Signer signer() const { return Signer(must(load_ledger_key(server.data())), server.data()); }
  // An empty store of the other kind, where there are two kinds.
  StoreChoice target(const std::string& folder) const {
    const StoreChoice choice = server.choice.in_folder() && on_postgresql() ? new_store() : StoreChoice{};
    std::filesystem::create_directories(folder);
    must(create_store(folder, choice));
    return choice;
  }

  TestServer server;
  TestDevice& phone;
  TestFeed feed;
};

}  // namespace

TEST_CASE("a store moves to another one and back, and its ledger goes on") {
  Filled filled;
  auto& server = filled.server;
  const std::string there = server.folder.path("there"), back = server.data();
  const auto original = server.choice;
  const auto before = must(server.open()->progress(1));

  const auto other = filled.target(there);
  {
    const auto to = must(open_store(there, other, Purpose::copy));
    const auto report = must(migrate_store(*server.open(), *to, filled.signer()));
    for (const auto& finding : report.findings) INFO(finding.what);
    CHECK(report.findings.empty());
    CHECK(report.segments == 300);
    CHECK(must(to->realms()).at(0).state == RealmState::open);
    CHECK(must(to->progress(1)).checkpoint == before.checkpoint);
    CHECK(must(to->chunks(1, std::nullopt, 100)).size() == 6);
    // Not into one that has something.
    CHECK(migrate_store(*server.open(), *to, filled.signer()).error().code == Code::store_not_empty);
  }
  // Served from there: the folder with the keys stays the same.
  if (other.in_folder()) {
    for (const char* file : {"server.db", "server.db-wal", "server.db-shm"}) {
      std::error_code ignored;
      std::filesystem::remove(back + "/" + file, ignored);
      std::filesystem::copy_file(there + "/" + file, back + "/" + file, ignored);
    }
  }
  server.choice = other;
  server.start();
  CHECK(filled.push(server, 10) == "");
  server.stop();

  const std::string third = server.folder.path("third");
  const auto home = filled.target(third);
  const auto to = must(open_store(third, home, Purpose::copy));
  const auto report = must(migrate_store(*server.open(), *to, filled.signer()));
  CHECK(report.findings.empty());
  CHECK(report.segments == 310);
  CHECK(must(to->key_rows(1, 0, 100)).size() == 5);
  CHECK(original.in_folder() == home.in_folder());
}

TEST_CASE("a copy that was interrupted, or does not hold, is opened by no server") {
  Filled filled;
  const std::string there = filled.server.folder.path("there");
  const auto other = filled.target(there);
  const auto rows = must(filled.server.open()->realms());
  {
    // As far as a whole realm: what it lacks is the word that it was compared.
    const auto to = must(open_store(there, other, Purpose::copy));
    auto row = rows.at(0);
    row.state = RealmState::incoming;
    must(copy_realm(*filled.server.open(), row, *to));
    CHECK(must(to->progress(1)).checkpoint == must(filled.server.open()->progress(1)).checkpoint);
  }
  auto options = filled.server.options();
  options.data = there;
  options.store = other;
  for (const char* file : {"ledger-key", "token-secret"})
    std::filesystem::copy_file(filled.server.data() + "/" + file, there + "/" + std::string(file));
  CHECK(Relay::open(options, filled.server.clock).error().code == Code::store_damaged);
  {
    const auto to = must(open_store(there, other, Purpose::copy));
    CHECK(migrate_store(*filled.server.open(), *to, filled.signer()).error().code == Code::store_not_empty);
    must(to->admit(rows.at(0)));
  }
  CHECK(Relay::open(options, filled.server.clock).ok());
}

TEST_CASE("a store in which something does not hold is not copied") {
  Filled filled;
  filled.server.sql("UPDATE segment SET receipt = receipt - 1000 WHERE seq = 7");
  const std::string there = filled.server.folder.path("there");
  const auto other = filled.target(there);
  const auto to = must(open_store(there, other, Purpose::copy));
  const auto report = must(migrate_store(*filled.server.open(), *to, filled.signer()));
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].code == Code::receipt_changed);
  CHECK(must(to->realms()).empty());
}

}  // namespace gandan::server::test
