// Requests that wait for news: who is woken by what, and what they get.
#include "party.hpp"

using namespace gandan;
using namespace gandan::server;
using namespace gandan::server::test;
using protocol::FrameType;

namespace expecting_test {
namespace {

using State = Exchange::State;

// An office above the commune, one beside it, and a request of each that has all there is and waits.
struct Expecting : Party {
  Expecting()
      : office(server.realm.device(roster::Role::office, server.realm.top)),
        elsewhere(server.realm.unit(server.realm.top)),
        other(server.realm.device(roster::Role::office, elsewhere)) {
    introduce(server);
  }
  struct Request {
    std::unique_ptr<Exchange> exchange;
    Waiter waiter;
    State state = State::reading;
    std::atomic<int> woken{0};

    std::function<void()> wake() {
      return [this, trigger = waiter.trigger()] {
        ++woken;
        trigger();
      };
    }
    void go_on() {
      state = exchange->finish(wake());
      for (; state == State::waiting; state = exchange->finish(wake())) waiter.wait();
    }
  };
  Realm& realm() { return *server.relay->find(server.realm.card.address); }
  // Where the device stands once it has all.
  protocol::Hello hello(const TestDevice& device) {
    RequestBuilder request(server.realm, device);
    const auto response = server.send(request);
    REQUIRE(response.refused() == "");
    protocol::Hello out = request.hello;
    out.signature = {};
    out.cursors = response.done->cursors;
    out.statements_from = response.done->statements_next;
    out.wraps_from = response.done->wraps_next;
    out.checkpoint_size = response.checkpoint.size;
    out.token = response.welcome.token;
    return out;
  }
  std::unique_ptr<Request> wait(const TestDevice& device, std::uint64_t seconds = 45) {
    RequestBuilder request(server.realm, device);
    request.hello = hello(device);
    return wait(request, seconds);
  }
  std::unique_ptr<Request> wait(RequestBuilder& request, std::uint64_t seconds) {
    auto out = std::make_unique<Request>();
    out->exchange = std::make_unique<Exchange>(*server.relay);
    request.add(FrameType::wait, protocol::encode(protocol::Wait{seconds}));
    REQUIRE(feed_of(*out, request) == State::reading);
    out->go_on();
    return out;
  }
  State feed_of(Request& into, RequestBuilder& request) {
    return server::test::feed(*into.exchange, server.body(request));
  }
  Response take(Request& from) {
    Bytes all;
    for (Bytes next = from.exchange->next_piece(); !next.empty(); next = from.exchange->next_piece())
      append(all, next);
    return parse_response(all, server.note_key());
  }

  TestDevice& office;
  UnitId elsewhere;
  TestDevice& other;
};

}  // namespace

TEST_CASE_METHOD(Expecting,
                 "a request that waits is woken by a segment of a unit that it reads, and gets it") {
  const auto above = wait(office), beside = wait(other);
  REQUIRE(above->state == State::expecting);
  REQUIRE(beside->state == State::expecting);
  CHECK(above->exchange->expects_seconds() == 45);
  CHECK(realm().expectations() == 2);
  auto pushed = push(1);
  REQUIRE(server.send(pushed).rejected() == "");
  above->waiter.wait();
  above->go_on();
  REQUIRE(above->state == State::answering);
  const auto response = take(*above);
  CHECK(response.refused() == "");
  CHECK(response.segments.size() == 1);
  CHECK(response.done.has_value());
  CHECK(beside->woken == 0);
  CHECK(realm().expectations() == 1);
}

TEST_CASE_METHOD(Expecting, "nothing is waited for where there is news, or where something was brought") {
  RequestBuilder behind(server.realm, office);
  behind.hello = hello(office);
  auto first = push(1);
  REQUIRE(server.send(first).rejected() == "");
  const auto answered = wait(behind, 45);
  REQUIRE(answered->state == State::answering);
  CHECK(take(*answered).segments.size() == 1);

  auto bringing = push(1);
  const auto own = wait(bringing, 45);
  REQUIRE(own->state == State::answering);
  check_own(take(*own), feed);
  CHECK(realm().expectations() == 0);
}

TEST_CASE_METHOD(Expecting, "a removed device hears of it at once, and gets nothing else") {
  auto pushed = push(1);
  REQUIRE(server.send(pushed).rejected() == "");
  const auto waiting = wait(office);
  REQUIRE(waiting->state == State::expecting);
  server.realm.revoke(office, server.realm.top);
  introduce(server);
  waiting->waiter.wait();
  waiting->go_on();
  REQUIRE(waiting->state == State::answering);
  CHECK(take(*waiting).refused() == "roster.not_authorized");
}

TEST_CASE_METHOD(Expecting, "who settles is answered with what there is") {
  const auto waiting = wait(office, 1);
  REQUIRE(waiting->state == State::expecting);
  waiting->exchange->settle();
  waiting->go_on();
  REQUIRE(waiting->state == State::answering);
  const auto response = take(*waiting);
  CHECK(response.refused() == "");
  CHECK(response.segments.size() == 0);
  CHECK(response.done.has_value());
}

TEST_CASE_METHOD(Expecting, "woken for nothing, it goes on waiting; whoever goes away is forgotten") {
  auto waiting = wait(office);
  waiting->go_on();
  CHECK(waiting->state == State::expecting);
  CHECK(realm().expectations() == 1);
  waiting.reset();
  CHECK(realm().expectations() == 0);
  auto pushed = push(1);  // and is not called any more
  CHECK(server.send(pushed).rejected() == "");
}

TEST_CASE_METHOD(Expecting, "a wait of no time, of too much, or said twice is malformed") {
  for (const std::uint64_t seconds : {std::uint64_t{0}, std::uint64_t{46}, std::uint64_t{1} << 40}) {
    RequestBuilder request(server.realm, office);
    request.add(FrameType::wait, encode(protocol::Wait{seconds}));
    CHECK(server.send(request).refused() == "format.malformed");
  }
  RequestBuilder twice(server.realm, office);
  for (int i = 0; i < 2; ++i) twice.add(FrameType::wait, protocol::encode(protocol::Wait{5}));
  CHECK(server.send(twice).refused() == "format.malformed");
}

}  // namespace expecting_test
