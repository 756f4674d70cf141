#include "net/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <set>
#include <thread>

#include "base/calendar.hpp"
#include "net/acceptor.hpp"
#include "net/connection.hpp"
#include "net/log.hpp"
#include "net/metrics.hpp"
#include "net/status.hpp"

namespace gandan::server {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;

namespace {
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kSweep = std::chrono::seconds(1);
constexpr std::int64_t kStuckMs = 10'000;  // a thread that has not swept for so long does not go on
constexpr auto kDrainLook = std::chrono::milliseconds(20);
constexpr auto kAcceptPause = std::chrono::milliseconds(100);  // when the system is out of descriptors

std::int64_t ms_of(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}
}  // namespace

struct Server::State {
  // Everything in a shard but `context` belongs to its thread.
  struct Shard {
    asio::io_context context{1};
    std::set<Connection*> connections;
    bool draining = false;
    std::atomic<std::int64_t> swept_ms{0};  // when its thread last did something; of the steady clock
    asio::steady_timer sweep{context};
    std::jthread thread;
  };

  State(const ServerOptions& chosen, TlsContext tls_context, Relay& served)
      : options(chosen), tls(std::make_shared<const TlsContext>(std::move(tls_context))), relay(served) {
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i) shards.push_back(std::make_unique<Shard>());
  }

  awaitable<void> accept();
  awaitable<void> serve(Shard& shard, tcp::socket socket, std::shared_ptr<const TlsContext> context,
                        Strangers::Pass stranger);
  awaitable<void> sweep(Shard& shard);
  awaitable<void> look_for_realms();
  awaitable<void> hear_hang_ups();
  awaitable<void> say_alive(std::chrono::microseconds period);
  void renew_certificate();
  std::string metrics() const;
  awaitable<void> drain();

  const ServerOptions options;
  std::shared_ptr<const TlsContext> tls;  // of connections to come; control's
  Relay& relay;
  const std::int64_t started_ms = system_clock().wall_ms();
  asio::io_context control{1};  // accepts, hears signals; run()'s thread
  tcp::acceptor acceptor{control};
  StatusListener status{control, [this] { return metrics(); }, [this] { return relay.healthy(); }};
  asio::signal_set signals{control};
  asio::signal_set hang_ups{control};
  asio::steady_timer pulse{control};
  asio::steady_timer refresh{control};
  std::atomic<std::size_t> open{0};
  Strangers strangers{options.strangers_of_address};
  bool stopping = false;  // control's
  std::vector<std::unique_ptr<Shard>> shards;
};

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options, TlsContext context,
                                               Relay& relay) {
  auto state = std::make_unique<State>(options, std::move(context), relay);
  GANDAN_CHECK(open_acceptor(state->acceptor, options.listen));
  if (options.metrics) {
    GANDAN_CHECK(only_loopback(*options.metrics));
    GANDAN_CHECK(open_acceptor(state->status.acceptor(), *options.metrics));
  }
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

std::uint16_t Server::metrics_port() const { return state_->status.port(); }

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
  if (state.status.port() != 0) asio::co_spawn(state.control, state.status.run(), asio::detached);
  boost::system::error_code ignored;
  state.signals.add(SIGTERM, ignored);
  state.signals.add(SIGINT, ignored);
  state.hang_ups.add(SIGHUP, ignored);
  asio::co_spawn(state.control, state.hear_hang_ups(), asio::detached);
  if (const auto period = state.options.service.watchdog())
    asio::co_spawn(state.control, state.say_alive(*period), asio::detached);
  state.options.service.ready();
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
    if (open >= options.max_connections) {  // closed at once: better than slow for everybody
      relay.counters().connections_full += 1;
      continue;
    }
    const auto from = socket.remote_endpoint(error);
    if (error) continue;  // gone already
    auto stranger = strangers.enter(from.address());
    if (!stranger) {
      relay.counters().connections_of_address += 1;
      continue;
    }
    ++open;
    asio::co_spawn(shard.context, serve(shard, std::move(socket), tls, std::move(stranger)), asio::detached);
  }
}

awaitable<void> Server::State::serve(Shard& shard, tcp::socket socket,
                                     std::shared_ptr<const TlsContext> context, Strangers::Pass stranger) {
  {
    Connection connection(std::move(socket), *context, relay, options.timeouts, options.site.get(),
                          shard.draining, std::move(stranger));
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
    shard.swept_ms = ms_of(now);
    for (auto* connection : shard.connections)
      if (connection->deadline() < now || (shard.draining && connection->idle()))
        connection->close();
      else if (shard.draining)
        connection->hurry();
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

awaitable<void> Server::State::hear_hang_ups() {
  while (!stopping) {
    const auto [error, number] = co_await hang_ups.async_wait(kTuple);
    if (error || stopping) co_return;
    options.service.reloading();
    renew_certificate();
    options.service.ready();
  }
}

std::string Server::State::metrics() const {
  return metrics_page(relay, {options.silent, tls->valid_until_ms(), started_ms});
}

void Server::State::renew_certificate() {
  if (!options.renew) return;
  auto renewed = options.renew();
  if (!renewed.ok()) {
    relay.counters().certificates_kept += 1;
    log(LogLevel::error, "certificate_kept",
        {{"code", std::string(info(renewed.error().code).text)}, {"detail", renewed.error().detail}});
    return;
  }
  tls = std::make_shared<const TlsContext>(std::move(*renewed));
  relay.counters().certificates_renewed += 1;
  log(LogLevel::info, "certificate_renewed", {{"until", instant_text(tls->valid_until_ms())}});
}

// The watchdog hears of it while every thread of the network goes on. What the store does is no reason to be
// started anew: see /healthz.
awaitable<void> Server::State::say_alive(std::chrono::microseconds period) {
  const auto started = ms_of(std::chrono::steady_clock::now());
  while (!stopping) {
    const auto now = ms_of(std::chrono::steady_clock::now());
    if (std::all_of(shards.begin(), shards.end(), [&](const auto& shard) {
          return now - std::max(started, shard->swept_ms.load()) < kStuckMs;
        }))
      options.service.alive();
    pulse.expires_after(period / 3);
    co_await pulse.async_wait(kTuple);
  }
}

awaitable<void> Server::State::drain() {
  options.service.stopping();
  log(LogLevel::info, "draining", {{"connections", static_cast<std::int64_t>(open.load())}});
  boost::system::error_code ignored;
  acceptor.close(ignored);
  signals.cancel(ignored);
  hang_ups.cancel(ignored);
  status.close();
  pulse.cancel();
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
