// A relay in the same process, without a network, and one realm that is admitted to it.
//
// Threading: send and send_cut from any thread.
#pragma once

#include <condition_variable>

#include "relay/exchange.hpp"
#include "store/sqlite_store.hpp"
#include "support/wire_realm.hpp"

namespace gandan::server::test {

// Turns a wake from a sequencer's thread into something to wait for.
class Waiter {
 public:
  std::function<void()> trigger() {
    return [state = state_] {
      const std::lock_guard lock(state->mutex);
      state->fired = true;
      state->wake.notify_all();
    };
  }
  void wait() {
    std::unique_lock lock(state_->mutex);
    state_->wake.wait(lock, [this] { return state_->fired; });
    state_->fired = false;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable wake;
    bool fired = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// A server's folder, its relay, and one realm admitted to it.
class TestServer {
 public:
  explicit TestServer(std::uint64_t quota = 0, Random& random = crypto::system_random())
      : set_up(init_server(folder.path("data"), "test", random)),
        key(must(load_ledger_key(folder.path("data")))),
        realm(key.public_key()) {
    must(set_up);
    admit(realm, quota);
    start();
  }
  void admit(const TestRealm& which, std::uint64_t quota = 0) {
    const auto store = must(SqliteStore::open(data(), SqliteStore::Mode::open));
    must(admit_realm(*store, key, roster::encode_card(which.card), quota));
  }
  void start() { relay = must(Relay::open({folder.path("data"), 2}, clock)); }
  void stop() { relay.reset(); }
  std::string data() const { return folder.path("data"); }
  ledger::NoteKey note_key() const {
    return {roster::ledger_origin(realm.id), ledger::KeyType::ed25519, key.public_key()};
  }
  Bytes body(RequestBuilder& request) { return request.bytes(clock.wall_ms(), key.public_key()); }

  // Drives one exchange with a body in pieces of `piece` bytes.
  Response send(ByteView body, std::size_t piece = 64 * 1024);
  Response send(RequestBuilder& request) { return send(body(request)); }
  // Feeds a body that breaks off, and goes away.
  void send_cut(ByteView body);

  TempFolder folder;
  FakeClock clock;
  Status set_up;
  crypto::SigningKey key;
  TestRealm realm;
  std::unique_ptr<Relay> relay;
};

inline Response TestServer::send(ByteView body, std::size_t piece) {
  Exchange exchange(*relay);
  Waiter waiter;
  auto state = Exchange::State::reading;
  while (!body.empty() && state == Exchange::State::reading) {
    const auto part = body.first(std::min(piece, body.size()));
    body = body.subspan(part.size());
    state = exchange.feed(part, waiter.trigger());
    for (; state == Exchange::State::waiting; state = exchange.feed({}, waiter.trigger())) waiter.wait();
  }
  if (state == Exchange::State::reading) {
    state = exchange.finish(waiter.trigger());
    for (; state == Exchange::State::waiting; state = exchange.finish(waiter.trigger())) waiter.wait();
  }
  if (state == Exchange::State::not_found) {
    Response out;
    out.not_found = true;
    return out;
  }
  Bytes all;
  for (Bytes next = exchange.next_piece(); !next.empty(); next = exchange.next_piece()) {
    if (next.size() > 200 * 1024) throw std::runtime_error("a piece of a response that is too large");
    append(all, next);
  }
  return parse_response(all, note_key());
}

inline void TestServer::send_cut(ByteView body) {
  Exchange exchange(*relay);
  Waiter waiter;
  auto state = exchange.feed(body, waiter.trigger());
  for (; state == Exchange::State::waiting; state = exchange.feed({}, waiter.trigger())) waiter.wait();
}

}  // namespace gandan::server::test
