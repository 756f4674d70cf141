// A server's folder and store: set up, opened again, found damaged, and used by many at once.
#include <fstream>

#include "party.hpp"

namespace gandan::server::test {

TEST_CASE("a server is set up in a folder of its own, and what an interrupted set-up left is finished") {
  const gandan::test::TempFolder folder;
  const std::string data = folder.path("data");
  SeededRandom random(3);
  std::filesystem::create_directories(data);
  must(replace_file(std::filesystem::path(data) / "letters.txt", as_bytes("x"), false));
  CHECK(init_server(data, "test", random).error().code == Code::folder_in_use);
  CHECK(std::filesystem::exists(data + "/letters.txt"));
  CHECK_FALSE(std::filesystem::exists(data + "/server.db"));
  std::filesystem::remove(data + "/letters.txt");
  REQUIRE(init_server(data, "test", random).ok());
  CHECK(init_server(data, "test", random).error().code == Code::server_set_up);
  std::filesystem::remove(data + "/ledger-key");
  CHECK(init_server(data, "test", random).ok());
}

TEST_CASE("a realm is admitted again by its own card alone") {
  TestServer server;
  const auto key = must(load_ledger_key(server.data()));
  const auto store = server.open();
  auto card = server.realm.card;
  CHECK(admit_realm(*store, key, roster::encode_card(card), 5).ok());
  CHECK(must(store->realms()).front().quota == 5);
  card.address = roster::RealmAddress::from(Bytes(roster::RealmAddress::size, 7));
  CHECK(admit_realm(*store, key, roster::encode_card(card), 6).error().code == Code::other_card);
  TestRealm second(server.key.public_key(), 77);
  auto other = second.card;
  other.address = server.realm.card.address;
  CHECK(admit_realm(*store, key, roster::encode_card(other), 6).error().code == Code::other_card);
  CHECK(must(store->realms()).size() == 1);
  CHECK(must(store->realms()).front().quota == 5);
}

TEST_CASE("what was acknowledged is there after a restart, and the checkpoint goes on") {
  Party party;
  ledger::Checkpoint last;
  for (int i = 0; i < 3; ++i) {
    auto request = party.push(200);  // over the edge of a tile
    const auto response = party.server.send(request);
    CHECK(response.rejected() == "");
    check_own(response, party.feed);
    party.server.stop();
    party.server.start();
    auto ask = party.request();
    ask.hello.checkpoint_size = last.size;
    ask.hello.own.push_back({party.feed.id, party.feed.next, party.feed.hash});
    const auto after = party.server.send(ask);
    CHECK(after.checkpoint == response.checkpoint);
    check_own(after, party.feed);
    if (last.size > 0)
      CHECK(ledger::verify_consistency(last.size, last.root, after.checkpoint.size, after.checkpoint.root,
                                       after.welcome.consistency.path)
                .ok());
    last = after.checkpoint;
  }
  party.server.stop();
  CHECK(party.verify().findings.empty());
}

TEST_CASE("a store older than the signer's memory is not opened") {
  Party party;
  auto first = party.push(1);
  CHECK(party.server.send(first).rejected() == "");
  party.server.stop();
  party.server.back_up();
  party.server.start();
  auto second = party.push(1);
  CHECK(party.server.send(second).rejected() == "");
  party.server.stop();
  party.server.restore();
  const auto reopened = Relay::open(party.server.options(), party.server.clock);
  REQUIRE(!reopened.ok());
  CHECK(reopened.error().code == Code::ledger_behind);
  const auto report = party.verify();
  REQUIRE(!report.findings.empty());
  CHECK(report.findings[0].code == Code::ledger_behind);
}

TEST_CASE("verify names what was changed in a store") {
  Party party;
  auto request = party.push(5);
  CHECK(party.server.send(request).rejected() == "");
  party.server.stop();
  const auto attack = [&](const std::string& sql) { party.server.sql(sql); };
  const auto codes = [&] {
    std::set<Code> out;
    for (const auto& finding : party.verify().findings) out.insert(finding.code);
    return out;
  };
  CHECK(codes().empty());
  SECTION("a segment removed") {
    attack("DELETE FROM segment WHERE seq = 2");
    CHECK(codes() == std::set<Code>{Code::broken_chain, Code::not_in_ledger});
  }
  SECTION("a receipt time changed") {
    attack("UPDATE segment SET receipt = receipt - 86400000 WHERE seq = 2");
    CHECK(codes() == std::set<Code>{Code::receipt_changed});
  }
  SECTION("two segments swapped") {
    attack(
        "UPDATE segment SET seq = 99 WHERE seq = 1; UPDATE segment SET seq = 1 WHERE seq = 2;"
        "UPDATE segment SET seq = 2 WHERE seq = 99");
    CHECK(codes().count(Code::broken_chain) == 1);
  }
  SECTION("a flipped byte") {
    party.server.sql("UPDATE segment SET bytes = zeroblob(length(bytes)) WHERE seq = 4",
                     "UPDATE segment SET bytes = decode(repeat('00', length(bytes)), 'hex') WHERE seq = 4");
    CHECK(!codes().empty());
  }
  SECTION("an entry cut off") {
    attack(
        "DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry);"
        "DELETE FROM segment WHERE seq = 4; UPDATE feed SET next = 4");
    party.server.sql("UPDATE realm SET size = size - 1", "UPDATE ledger SET size = size - 1");
    CHECK(codes().count(Code::ledger_behind) == 1);
  }
}

TEST_CASE("many connections at once push to one realm, and nothing is lost or doubled") {
  TestServer server;
  constexpr int kPhones = 6, kPushes = 20;
  std::vector<TestDevice*> phones;
  std::vector<TestFeed> feeds;
  for (int i = 0; i < kPhones; ++i) {
    phones.push_back(&server.realm.device(roster::Role::cadre, server.realm.commune));
    feeds.push_back(server.realm.open_feed(*phones.back(), server.realm.commune));
  }
  introduce(server);
  std::vector<std::vector<Bytes>> bodies(kPhones);
  for (int i = 0; i < kPhones; ++i)
    for (int k = 0; k < kPushes; ++k) {
      RequestBuilder request(server.realm, *phones[i]);
      request.hello.own.push_back({feeds[i].id, feeds[i].next, feeds[i].hash});
      request.run(feeds[i].id, feeds[i].next, std::nullopt)
          .segment(server.realm.segment(*phones[i], feeds[i]));
      bodies[i].push_back(server.body(request));
    }
  std::vector<std::uint64_t> reached(kPhones);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kPhones; ++i)
      threads.emplace_back([&, i] {
        for (const auto& body : bodies[i]) {
          const auto response = server.send(body, 77);
          if (response.welcome.own.size() == 1) reached[i] = response.welcome.own[0].head.next;
        }
      });
  }
  for (const auto next : reached) CHECK(next == kPushes);
  CHECK(server.relay->counters().segments_accepted == kPhones * kPushes);
  server.stop();
  const Signer signer(must(load_ledger_key(server.data())), server.data());
  const auto store = server.open();
  const auto report = must(verify_store(*store, signer));
  CHECK(report.findings.empty());
  CHECK(report.segments == kPhones * kPushes);
}

}  // namespace gandan::server::test
