// What a stranger can make the relay hold before it is known to be somebody: at most 1 MiB for 64 KiB of its
// bytes, however large the realm is.
#include "support/heap_meter.hpp"
#include "support/wire_server.hpp"

namespace gandan::server::test {
namespace {

using gandan::test::HeapMeter;
using gandan::test::kHostileCeiling;

struct LargeRealm {
  LargeRealm() {
    introduce();
    for (int unit = 0; unit < 60; ++unit) {
      const auto where = server.realm.unit(server.realm.top);
      for (int device = 0; device < 30; ++device) server.realm.device(roster::Role::cadre, where);
    }
    introduce();
  }
  void introduce() {
    RequestBuilder request(server.realm, server.realm.admin);
    request.statements(server.realm.statements);
    REQUIRE(server.send(request).refused() == "");
  }
  // What is held at most while `body` is answered, beyond the body.
  std::size_t peak(const Bytes& body) {
    (void)server.send(body);  // what is made once and kept
    const HeapMeter meter;
    const auto response = server.send(body);
    CHECK((response.not_found || response.refusal));
    return meter.peak();
  }
  TestServer server;
};

void fill(Bytes& out, std::size_t size) {
  while (out.size() < size) out.push_back(static_cast<std::uint8_t>(out.size() * 37));
}

}  // namespace

TEST_CASE("a stranger's statements cost the relay nothing that grows with the realm") {
  LargeRealm large;
  auto& realm = large.server.realm;
  TestDevice stranger(realm.random);
  // What a stranger may cost is less than half of what the realm's roster takes.
  std::size_t roster = 0;
  for (int i = 0; i < 5; ++i) {  // the server's threads may still free what setting up took
    const HeapMeter meter;
    const roster::Roster copy = *realm.roster;
    CHECK(copy.size() == realm.roster->size());
    roster = std::max(roster, meter.peak());
  }
  const std::size_t ceiling = roster / 2;
  CHECK(ceiling > 200'000);

  const auto forged = [&](std::size_t count) {
    RequestBuilder request(realm, stranger);
    for (std::size_t i = 0; i < count; ++i) {
      roster::Statement statement;
      statement.issuer = realm.admin.id();
      statement.issuer_previous = realm.roster->last_statement_of(statement.issuer);
      statement.roster_size = realm.roster->size();
      statement.roster_head = *realm.roster->head(statement.roster_size);
      statement.body =
          roster::GrantBody{stranger.key.public_key(), stranger.box, roster::Role::admin, realm.top};
      roster::sign_statement(realm.id, statement, stranger.key);
      request.add(FrameType::statement, roster::encode_statement(statement));
    }
    return large.server.body(request);
  };
  CHECK(large.peak(forged(1)) <= ceiling);
  CHECK(large.peak(forged(64)) <= ceiling);
  CHECK(large.peak(forged(200)) <= ceiling);
  // What everybody knows, and then nothing new.
  RequestBuilder known(realm, stranger);
  for (std::size_t i = 0; i < 64; ++i) known.add(FrameType::statement, realm.statements[i]);
  CHECK(large.peak(large.server.body(known)) <= ceiling);
}

TEST_CASE("64 KiB of anything, before it is anybody's, cost the relay at most 1 MiB") {
  LargeRealm large;
  auto& realm = large.server.realm;
  TestDevice stranger(realm.random);
  const auto as_hello = [](const protocol::Hello& hello) {
    Bytes out;
    protocol::append_frame(out, FrameType::hello, protocol::encode(hello));
    return out;
  };
  protocol::Hello hello;
  hello.address = realm.card.address;
  hello.device = stranger.id();
  SECTION("noise") {
    Bytes noise;
    fill(noise, 65'536);
    CHECK(large.peak(noise) <= kHostileCeiling);
  }
  SECTION("as many feeds as fit") {
    hello.own.resize(1200);
    for (auto& own : hello.own) own.feed = random_id<FeedId>(realm.random);
    CHECK(protocol::encode(hello).size() > 55'000);
    CHECK(large.peak(as_hello(hello)) <= kHostileCeiling);
  }
  SECTION("as many cursors as fit") {
    for (int i = 0; i < 3800; ++i) hello.cursors[random_id<UnitId>(realm.random)] = 1;
    CHECK(protocol::encode(hello).size() > 55'000);
    CHECK(large.peak(as_hello(hello)) <= kHostileCeiling);
  }
  SECTION("a token as long as fits, for a known device") {
    hello.device = realm.admin.id();
    hello.token.resize(60'000);
    CHECK(large.peak(as_hello(hello)) <= kHostileCeiling);
  }
  SECTION("a frame that says it is longer than any") {
    CHECK(large.peak(*from_hex("01ffffff7f")) <= kHostileCeiling);
  }
  SECTION("statements of nobody, as long as they may be") {
    Bytes body = as_hello(hello);
    while (body.size() < 60'000)
      protocol::append_frame(body, FrameType::statement, Bytes(roster::kMaxStatementBytes, 1));
    CHECK(large.peak(body) <= kHostileCeiling);
  }
}

}  // namespace gandan::server::test
