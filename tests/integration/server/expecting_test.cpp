// A request that waits for news, over TLS: when it is answered, and what it costs the server meanwhile.
#include <future>

#include "live_server.hpp"

namespace gandan::server::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Watched : LiveParty {
  Watched() : office(server.realm.device(roster::Role::office, server.realm.top)) {
    RequestBuilder request(server.realm, server.realm.admin);
    request.statements({server.realm.statements.back()});
    if (!server.sync(request).rejected().empty()) throw std::runtime_error("not introduced");
  }
  Bytes body(std::uint64_t seconds) {
    RequestBuilder first(server.realm, office);
    const auto all = server.sync(first);
    RequestBuilder request(server.realm, office);
    request.hello.cursors = all.done->cursors;
    request.hello.statements_from = all.done->statements_next;
    request.hello.wraps_from = all.done->wraps_next;
    request.hello.checkpoint_size = all.checkpoint.size;
    request.add(FrameType::wait, protocol::encode(protocol::Wait{seconds}));
    return server.body(request);
  }
  std::future<Response> wait(std::uint64_t seconds) {
    auto out = std::async(std::launch::async, [this, all = body(seconds)] { return server.sync(all); });
    until_waiting(1);
    return out;
  }
  void until_waiting(int count) {
    for (int i = 0; i < 250 && server.metric("gandan_requests_expecting") != count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    REQUIRE(server.metric("gandan_requests_expecting") == count);
  }
  TestDevice& office;
};

}  // namespace

TEST_CASE("a request that waits is answered as soon as another device's push is there") {
  Watched watched;
  auto waiting = watched.wait(15);
  REQUIRE(waiting.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
  const auto start = Clock::now();
  auto push = watched.push(1);  // several may be committed one by one, and the first brings the answer about
  REQUIRE(watched.server.sync(push).rejected() == "");
  const auto response = waiting.get();
  CHECK(Clock::now() - start < std::chrono::seconds(5));
  CHECK(response.segments.size() == 1);
  CHECK(watched.server.metric("gandan_requests_expecting") == 0);
}

TEST_CASE("a request whose time is over is answered with what there is, on a connection that goes on") {
  Watched watched;
  const Bytes body = watched.body(1);
  auto client = watched.server.client();
  for (int i = 0; i < 2; ++i) {
    const auto start = Clock::now();
    const auto response = parse_sync(client.post_sync(body), watched.server.note_key());
    CHECK(Clock::now() - start >= std::chrono::milliseconds(990));
    CHECK(response.refused() == "");
    CHECK(response.segments.empty());
  }
}

TEST_CASE("who hangs up waits no more") {
  Watched watched;
  const Bytes body = watched.body(45);
  for (const bool politely : {false, true}) {
    INFO((politely ? "with a goodbye" : "without one"));
    auto client = watched.server.client();
    REQUIRE(client.send(sync_request(body)));
    watched.until_waiting(1);
    if (politely) SSL_shutdown(client.ssl());
    if (!politely) client.cut();
    watched.until_waiting(0);
  }
}

TEST_CASE("a server that goes down answers who waits") {
  Watched watched;
  auto waiting = watched.wait(45);
  const auto start = Clock::now();
  watched.server.close();
  CHECK(Clock::now() - start < std::chrono::seconds(5));
  CHECK(waiting.get().refused() == "");
}

}  // namespace gandan::server::test
