#include "net/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <set>
#include <thread>

#include "net/connection.hpp"
#include "net/log.hpp"

namespace gandan::server {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;

namespace {
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kSweep = std::chrono::seconds(1);
constexpr auto kDrainLook = std::chrono::milliseconds(20);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when the system is out of descriptors
}  // namespace

struct Server::State {
  // Everything in a shard but `context` belongs to its thread.
  struct Shard {
    asio::io_context context{1};
    std::set<Connection*> connections;
    bool draining = false;
    asio::steady_timer sweep{context};
    std::jthread thread;
  };

  State(const ServerOptions& chosen, TlsContext tls_context, Relay& served)
      : options(chosen), tls(std::move(tls_context)), relay(served) {
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i) shards.push_back(std::make_unique<Shard>());
  }

  awaitable<void> accept();
  awaitable<void> serve(Shard& shard, tcp::socket socket);
  awaitable<void> sweep(Shard& shard);
  awaitable<void> look_for_realms();
  awaitable<void> drain();

  const ServerOptions options;
  const TlsContext tls;
  Relay& relay;
  asio::io_context control{1};  // accepts, hears signals; run()'s thread
  tcp::acceptor acceptor{control};
  asio::signal_set signals{control};
  asio::steady_timer refresh{control};
  std::atomic<std::size_t> open{0};
  bool stopping = false;  // control's
  std::vector<std::unique_ptr<Shard>> shards;
};

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options, TlsContext context,
                                               Relay& relay) {
  auto state = std::make_unique<State>(options, std::move(context), relay);
  boost::system::error_code error;
  const auto address = asio::ip::make_address(options.host, error);
  if (error)
    return Error{Code::bad_configuration,
                 options.host,
                 {{"--listen", "address", "Không phải địa chỉ IP.", "Is not an IP address."}}};
  const tcp::endpoint endpoint(address, options.port);
  state->acceptor.open(endpoint.protocol(), error);
  if (!error) state->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) state->acceptor.bind(endpoint, error);
  if (!error) state->acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return Error{
        Code::bad_configuration,
        options.host + ": " + error.message(),
        {{"--listen", "address", "Không mở được địa chỉ, cổng này (có lẽ đã có chương trình khác dùng).",
          "This address and port cannot be opened (perhaps another program uses them)."}}};
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

std::uint16_t Server::port() const {
  boost::system::error_code error;
  return state_->acceptor.local_endpoint(error).port();
}

void Server::stop() {
  asio::post(state_->control, [state = state_.get()] {
    if (std::exchange(state->stopping, true)) return;
    asio::co_spawn(state->control, state->drain(), asio::detached);
  });
}

void Server::run() {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets whose peers may be gone
  auto& state = *state_;
  for (auto& shard : state.shards) {
    asio::co_spawn(shard->context, state.sweep(*shard), asio::detached);
    shard->thread = std::jthread([&context = shard->context] {
      const auto work = asio::make_work_guard(context);
      context.run();
    });
  }
  asio::co_spawn(state.control, state.accept(), asio::detached);
  asio::co_spawn(state.control, state.look_for_realms(), asio::detached);
  boost::system::error_code ignored;
  state.signals.add(SIGTERM, ignored);
  state.signals.add(SIGINT, ignored);
  state.signals.async_wait([this](boost::system::error_code error, int) {
    if (!error) stop();
  });
  state.control.run();
  for (auto& shard : state.shards) {
    shard->context.stop();
    shard->thread.join();
  }
  // Whoever still waits for a commit gets it before the network's objects go.
  state.relay.stop();
}

awaitable<void> Server::State::accept() {
  for (std::size_t next = 0;; ++next) {
    Shard& shard = *shards[next % shards.size()];
    auto [error, socket] = co_await acceptor.async_accept(shard.context, kTuple);
    if (!acceptor.is_open()) co_return;
    if (error) {
      asio::steady_timer pause(control, kAcceptPause);
      co_await pause.async_wait(kTuple);
      continue;
    }
    if (open >= options.max_connections) continue;  // closed at once: better than slow for everybody
    ++open;
    asio::co_spawn(shard.context, serve(shard, std::move(socket)), asio::detached);
  }
}

awaitable<void> Server::State::serve(Shard& shard, tcp::socket socket) {
  {
    Connection connection(std::move(socket), tls, relay, options.timeouts, options.site.get(),
                          shard.draining);
    shard.connections.insert(&connection);
    try {
      co_await connection.run();
    } catch (const std::exception& error) {  // out of memory: this connection only
      log(LogLevel::error, "connection_failed", {{"what", std::string(error.what())}});
    }
    shard.connections.erase(&connection);
  }
  --open;
}

awaitable<void> Server::State::sweep(Shard& shard) {
  for (;;) {
    shard.sweep.expires_after(kSweep);
    co_await shard.sweep.async_wait(kTuple);
    const auto now = std::chrono::steady_clock::now();
    for (auto* connection : shard.connections)
      if (connection->deadline() < now || (shard.draining && connection->idle())) connection->close();
  }
}

awaitable<void> Server::State::look_for_realms() {
  while (!stopping) {
    refresh.expires_after(kSweep);
    co_await refresh.async_wait(kTuple);
    if (stopping) break;
    if (const auto done = relay.refresh(); !done.ok())
      log(LogLevel::error, "realms_not_read", {{"code", std::string(info(done.error().code).text)}});
  }
}

awaitable<void> Server::State::drain() {
  log(LogLevel::info, "draining", {{"connections", static_cast<std::int64_t>(open.load())}});
  boost::system::error_code ignored;
  acceptor.close(ignored);
  signals.cancel(ignored);
  refresh.cancel();
  for (auto& shard : shards)
    asio::post(shard->context, [&shard = *shard] {
      shard.draining = true;
      shard.sweep.cancel();
    });
  const auto deadline = std::chrono::steady_clock::now() + options.timeouts.drain;
  asio::steady_timer look(control);
  while (open > 0 && std::chrono::steady_clock::now() < deadline) {
    look.expires_after(kDrainLook);
    co_await look.async_wait(kTuple);
  }
}

}  // namespace gandan::server
