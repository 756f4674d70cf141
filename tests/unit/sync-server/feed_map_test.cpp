// When a relay logs feed maps, what they say, and who gets their lines. On either store.
#include "ledger/feed_map.hpp"

#include "party.hpp"

namespace gandan::server::test {
namespace {

constexpr std::int64_t kHour = 3'600'000;

struct Mapped : Party {
  Mapped()
      : supervisor(server.realm.device(roster::Role::supervisor, server.realm.commune)),
        auditor(server.realm.device(roster::Role::auditor, server.realm.top)),
        second(server.realm.device(roster::Role::cadre, server.realm.commune)) {
    other = server.realm.open_feed(second, server.realm.commune);
    silent = server.realm.open_feed(second, server.realm.commune);  // nothing is ever written in it
    introduce(server);
  }
  Response push_of(const TestDevice& device, TestFeed& of, std::size_t count = 1) {
    RequestBuilder out(server.realm, device);
    out.hello.own.push_back({of.id, of.next, of.hash});
    out.run(of.id, of.next, std::nullopt);
    for (std::size_t i = 0; i < count; ++i) out.segment(server.realm.segment(device, of));
    auto response = server.send(out);
    REQUIRE(response.rejected() == "");
    return response;
  }
  std::vector<ledger::Entry> entries() {
    RequestBuilder request(server.realm, supervisor);
    request.hello.leaves_from = 0;
    const auto response = server.send(request);
    std::vector<ledger::Entry> out;
    for (ByteView left(response.leaves); !left.empty(); left = left.subspan(ledger::kEntryBytes))
      out.push_back(must(ledger::parse_entry(left.first(ledger::kEntryBytes))));
    return out;
  }
  std::vector<std::uint64_t> maps() {
    std::vector<std::uint64_t> out;
    const auto all = entries();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].type == ledger::EntryType::feed_map) out.push_back(i);
    return out;
  }
  // As the feeds stand now at their authors.
  ledger::FeedMap now() const {
    std::vector<ledger::FeedLine> lines;
    for (const auto* one : {&feed, &other, &silent}) lines.push_back({one->id, one->next, one->hash});
    return ledger::FeedMap(std::move(lines));
  }
  Response ask(const TestDevice& device, protocol::MapWanted wanted = {},
               std::uint32_t max_response = 8u << 20) {
    RequestBuilder request(server.realm, device);
    request.hello.max_response = max_response;
    request.add(FrameType::map_wanted, protocol::encode(wanted));
    return server.send(request);
  }
  static Bytes lines(const Response& response) {
    Bytes out;
    for (const auto& part : response.map) append(out, part.lines);
    return out;
  }
  Realm& realm() { return *server.relay->find(server.realm.card.address); }
  // The sequencer looks, as it does by itself when the time has come.
  void settle() {
    realm().look();
    RequestBuilder request(server.realm, server.realm.admin);
    request.statements({server.realm.statements.back()});
    (void)server.send(request);
  }

  TestDevice& supervisor;
  TestDevice& auditor;
  TestDevice& second;
  TestFeed other, silent;
};

}  // namespace

TEST_CASE_METHOD(Mapped,
                 "a feed map is logged an interval after the last one, and only where a segment came") {
  settle();
  CHECK(maps().empty());
  server.clock.advance(2 * kHour);
  settle();
  CHECK(maps().empty());  // statements alone are in the roster's own chain
  push_of(phone, feed);
  settle();
  REQUIRE(maps().size() == 1);  // its hour had passed
  const auto first = maps()[0];
  CHECK(entries()[static_cast<std::size_t>(first)].hash == now().hash(server.realm.id));

  push_of(second, other, 2);
  server.clock.advance(kHour / 2);
  settle();
  CHECK(maps().size() == 1);
  server.clock.advance(kHour / 2);
  settle();
  REQUIRE(maps().size() == 2);
  CHECK(entries()[static_cast<std::size_t>(maps()[1])].hash == now().hash(server.realm.id));
  server.clock.advance(5 * kHour);
  settle();
  CHECK(maps().size() == 2);  // nothing came
  CHECK(server.relay->counters().maps_logged == 2);
  CHECK(verify().findings.empty());
}

TEST_CASE_METHOD(Mapped, "a feed map comes by itself, and a start goes on where the ledger is") {
  server.stop();
  auto options = server.options();
  options.map_interval_ms = 50;
  server.relay = must(Relay::open(options, server.clock));
  push_of(phone, feed);
  server.clock.advance(100);
  const auto logged = [&] { return server.relay->counters().maps_logged.load(); };
  for (int i = 0; i < 500 && logged() == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(logged() == 1);
  push_of(phone, feed);
  server.stop();
  server.clock.advance(kHour);
  server.start();
  settle();
  REQUIRE(maps().size() == 2);  // the segment before the stop had none
  CHECK(entries()[static_cast<std::size_t>(maps()[1])].hash == now().hash(server.realm.id));
  server.stop();
  options.map_interval_ms = 0;
  server.relay = must(Relay::open(options, server.clock));
  push_of(phone, feed);
  server.clock.advance(24 * kHour);
  settle();
  CHECK(maps().size() == 2);  // whoever runs it may have none
}

TEST_CASE_METHOD(Mapped,
                 "supervisors and auditors get the lines of the newest map, as they stood before it") {
  push_of(phone, feed, 2);
  push_of(second, other, 1);
  const auto stood = now();
  server.clock.advance(kHour);
  settle();
  REQUIRE(maps().size() == 1);
  const auto at = maps()[0];
  // What comes behind the map changes nothing of it, also where the server starts anew.
  push_of(phone, feed, 3);
  (void)server.realm.open_feed(server.realm.device(roster::Role::cadre, server.realm.commune),
                               server.realm.commune);
  introduce(server);
  for (int start = 0; start < 2; ++start) {
    for (const auto* device : {&supervisor, &auditor}) {
      const auto response = ask(*device);
      REQUIRE(response.map.size() == 1);
      CHECK(response.map[0].index == at);
      CHECK(response.map[0].count == 3);
      CHECK(must(ledger::FeedMap::parse(lines(response))).lines() == stood.lines());
    }
    CHECK(ask(supervisor, {at, 2}).map[0].first == 2);
    CHECK(ask(supervisor, {at, 3}).map.empty());
    CHECK(ask(supervisor, {at + 1, 0}).map.empty());
    // Nobody who only writes learns from it what others do.
    CHECK(ask(phone).map.empty());
    CHECK(ask(phone).refused() == "");
    server.stop();
    server.start();
  }
  server.realm.revoke(supervisor, server.realm.commune);
  introduce(server);
  CHECK(ask(supervisor).map.empty());
}

TEST_CASE_METHOD(Mapped, "a map of many lines comes in as many answers as it takes") {
  std::vector<TestFeed> feeds;
  for (int i = 0; i < 3000; ++i) feeds.push_back(server.realm.open_feed(phone, server.realm.commune));
  introduce(server);
  push_of(phone, feeds[7]);
  server.clock.advance(kHour);
  settle();
  Bytes all;
  protocol::MapWanted wanted;
  int answers = 0;
  for (bool more = true; more && answers < 20; ++answers) {
    RequestBuilder request(server.realm, supervisor);
    request.hello.max_response = 1;  // what a server raises it to: 128 KiB
    request.hello.statements_from = 10'000;
    request.hello.cursors[server.realm.commune] = 10'000;
    request.add(FrameType::map_wanted, protocol::encode(wanted));
    const auto response = server.send(request);
    for (const auto& part : response.map) {
      CHECK(part.count == 3003);
      CHECK(part.first == wanted.first);
      wanted = {part.index, part.first + part.lines.size() / ledger::kFeedLineBytes};
      append(all, part.lines);
    }
    more = response.done->more;
  }
  CHECK(answers == 2);
  const auto map = must(ledger::FeedMap::parse(all));
  CHECK(map.hash(server.realm.id) == entries()[static_cast<std::size_t>(maps()[0])].hash);
}

TEST_CASE_METHOD(Mapped, "a store whose map says something else is found out") {
  push_of(phone, feed, 2);
  server.clock.advance(kHour);
  settle();
  const auto at = std::to_string(maps().at(0));
  server.stop();
  CHECK(verify().findings.empty());
  server.sql(
      "UPDATE entry SET bytes = CAST(substr(bytes, 1, 2) || zeroblob(32) || substr(bytes, 35) AS BLOB) WHERE "
      "idx = " +
          at,
      "UPDATE entry SET bytes = overlay(bytes placing decode(repeat('00', 32), 'hex') from 3 for 32) "
      "WHERE idx = " +
          at);
  const auto report = verify();
  CHECK(std::any_of(report.findings.begin(), report.findings.end(),
                    [](const auto& finding) { return finding.code == Code::bad_map; }));
}

}  // namespace gandan::server::test
