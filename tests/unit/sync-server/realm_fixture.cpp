#include "realm_fixture.hpp"

#include "store/sqlite_store.hpp"

namespace gandan::server::test {
namespace {

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

}  // namespace

void TestServer::admit(const TestRealm& which, std::uint64_t quota) {
  const auto store = must(SqliteStore::open(data(), SqliteStore::Mode::open));
  must(admit_realm(*store, key, roster::encode_card(which.card), quota));
}

Response TestServer::send(ByteView body, std::size_t piece) {
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
    CHECK(next.size() <= 200 * 1024);
    append(all, next);
  }
  return parse_response(all, note_key());
}

void TestServer::send_cut(ByteView body) {
  Exchange exchange(*relay);
  Waiter waiter;
  auto state = exchange.feed(body, waiter.trigger());
  for (; state == Exchange::State::waiting; state = exchange.feed({}, waiter.trigger())) waiter.wait();
}

}  // namespace gandan::server::test
