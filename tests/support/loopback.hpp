// A server in the same process: sync's Transport straight into the relay, with a network that can be cut in
// the middle of either direction, and that shows what went over it.
#pragma once

#include <condition_variable>
#include <mutex>

#include "relay/exchange.hpp"
#include "relay/relay.hpp"
#include "store/sqlite_store.hpp"
#include "support/realm.hpp"
#include "sync/sync.hpp"

namespace gandan::test {

class LoopbackServer {
 public:
  LoopbackServer() { must(server::init_server(folder_.path("server"), "test", crypto::system_random())); }
  SignPublicKey ledger_key() const { return must(server::load_ledger_key(folder())).public_key(); }
  std::string folder() const { return folder_.path("server"); }

  void admit(const roster::RealmCard& card) {
    auto store = must(server::SqliteStore::open(folder(), server::SqliteStore::Mode::open));
    must(server::admit_realm(*store, must(server::load_ledger_key(folder())), roster::encode_card(card), 0));
  }
  void start(Clock& clock) {
    server::RelayOptions options;
    options.data = folder();
    relay_ = must(server::Relay::open(options, clock));
  }
  void stop() { relay_.reset(); }
  server::Relay& relay() { return *relay_; }
  bool running() const { return relay_ != nullptr; }

  std::map<Hash, Bytes> chunks;

 private:
  TempFolder folder_;
  std::unique_ptr<server::Relay> relay_;
};

class LoopbackTransport final : public sync::Transport {
 public:
  explicit LoopbackTransport(LoopbackServer& server) : server_(server) {}

  std::size_t cut_request_at = SIZE_MAX;   // bytes of the next request that arrive
  std::size_t cut_response_at = SIZE_MAX;  // bytes of the next response that arrive
  std::size_t exchanges = 0;
  Bytes last_request;
  Bytes seen;  // everything that ever went over the wire

  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override {
    ++exchanges;
    last_request = to_bytes(body);
    const std::size_t up = std::exchange(cut_request_at, SIZE_MAX);
    std::size_t down = std::exchange(cut_response_at, SIZE_MAX);
    if (!server_.running()) return Code::server_unreachable;
    server::Exchange exchange(server_.relay());
    append(seen, body.first(std::min(up, body.size())));
    auto state =
        drive([&](const auto& wake) { return exchange.feed(body.first(std::min(up, body.size())), wake); },
              [&](const auto& wake) { return exchange.feed({}, wake); });
    if (up < body.size()) return Code::connection_lost;
    if (state == server::Exchange::State::reading) {
      const auto finish = [&](const auto& wake) { return exchange.finish(wake); };
      state = drive(finish, finish);
    }
    if (state == server::Exchange::State::not_found) return Code::not_found;
    REQUIRE(state == server::Exchange::State::answering);
    for (;;) {
      const Bytes piece = exchange.next_piece();
      if (piece.empty()) return {};
      append(seen, piece);
      const std::size_t size = std::min(piece.size(), down);
      down -= size;
      GANDAN_CHECK(receive(ByteView(piece).first(size)));
      if (size < piece.size()) return Code::connection_lost;
    }
  }
  Status put_chunk(const roster::RealmAddress&, const Hash& hash, const UnitId&, ByteView,
                   ByteView data) override {
    append(seen, data);
    server_.chunks[hash] = to_bytes(data);
    return {};
  }
  Result<Bytes> get_chunk(const roster::RealmAddress&, const Hash& hash, ByteView) override {
    const auto found = server_.chunks.find(hash);
    if (found == server_.chunks.end()) return Code::not_found;
    return found->second;
  }

 private:
  // Calls until the state is not `waiting`; waits for the sequencer in between.
  template <class First, class Again>
  server::Exchange::State drive(First first, Again again) {
    struct Signal {
      std::mutex mutex;
      std::condition_variable condition;
      bool woken = false;
    };
    auto signal = std::make_shared<Signal>();
    const std::function<void()> wake = [signal] {
      const std::lock_guard lock(signal->mutex);
      signal->woken = true;
      signal->condition.notify_one();
    };
    auto state = first(wake);
    while (state == server::Exchange::State::waiting) {
      {
        std::unique_lock lock(signal->mutex);
        signal->condition.wait(lock, [&] { return signal->woken; });
        signal->woken = false;
      }
      state = again(wake);
    }
    return state;
  }

  LoopbackServer& server_;
};

struct WithServer {
  LoopbackServer server;
};
// A realm whose server is there from the beginning, admitted and running.
struct ServedRealm : WithServer, Realm {
  explicit ServedRealm(std::uint64_t seed = 1) : Realm(seed, WithServer::server.ledger_key()) {
    server.admit(card);
    server.start(clock);
  }
  sync::Report sync(Device& device, bool keep_ledger = false) {
    LoopbackTransport transport(server);
    return sync_over(device, transport, keep_ledger);
  }
  sync::Report sync_over(Device& device, LoopbackTransport& transport, bool keep_ledger = false) {
    sync::Options options;
    options.keep_ledger = keep_ledger;
    return must(sync::run(*device.vault, transport, options));
  }
};

}  // namespace gandan::test
