// Bodies of POST /v1/sync: whatever comes, the relay answers in frames that are in their order, or not at
// all, and goes on. What is valid in the seeds is taken once; everything else leaves the realm as it is.
#include "relay/exchange.hpp"

#include <cstdlib>

#include "fuzz/seeds.hpp"
#include "support/wire_server.hpp"

using namespace gandan;
using namespace gandan::server;
using namespace gandan::server::test;

namespace {

gandan::test::SeededRandom& seeded() {
  static gandan::test::SeededRandom random(61);
  return random;
}

struct World {
  World() {
    auto& realm = server.realm;
    RequestBuilder introduction(realm, realm.admin);
    introduction.statements(realm.statements);
    keep("introduction", introduction);
    auto& phone = realm.device(roster::Role::cadre, realm.commune);
    auto feed = realm.open_feed(phone, realm.commune);
    RequestBuilder stranger(realm, phone);
    stranger.statements({realm.statements.end() - 2, realm.statements.end()});
    stranger.run(feed.id, 0, std::nullopt)
        .segment(realm.segment(phone, feed))
        .segment(realm.segment(phone, feed));
    keep("stranger", stranger);
    RequestBuilder push(realm, phone);
    push.hello.own.push_back({feed.id, feed.next, feed.hash, feed.next});
    push.hello.leaves_from = 0;
    push.hello.cursors[realm.commune] = 0;
    push.run(feed.id, feed.next, std::nullopt).segment(realm.segment(phone, feed, 300));
    keep("push", push);
    push.hello.token = server.send(push).welcome.token;
    push.hello.time_ms = 0;
    push.hello.signature = {};
    keep("token", push);
  }
  void keep(const char* name, RequestBuilder& request) {
    const Bytes body = server.body(request);
    Bytes seed{15};
    append(seed, body);
    fuzz::seed(name, seed);
    if (!server.send(body).refused().empty()) std::abort();
  }
  TestServer server{0, seeded()};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  const auto response = world.server.send(ByteView(data + 1, size - 1), std::size_t{1} << (data[0] % 16));
  if (!response.not_found && !response.refusal && response.checkpoint.size == 0) std::abort();
  if (response.refusal && !code_from_text(response.refusal->code)) std::abort();
  return 0;
}
