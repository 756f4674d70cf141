// Server: the listening socket, a few network threads, and the way down.
//
// What operators read has a listener of its own, in clear and on loopback, so that no stranger finds it.
//
//   acceptor ── round robin ──> shard: one io_context, one thread, its connections, a sweeper of deadlines
//
// SIGHUP: the certificate is read again. Whoever connects afterwards gets the new one; who is connected goes
// on as he was. One that does not serve leaves the old one, and the log says so.
//
// Going down: no new connections, idle ones closed, requests under way answered (for timeouts.drain at most),
// then the relay commits what was submitted.
//
// Threading: run() belongs to one thread; stop() may be called from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/endpoint.hpp"
#include "net/service.hpp"
#include "net/timeouts.hpp"
#include "net/tls.hpp"
#include "relay/relay.hpp"
#include "site/site.hpp"

namespace gandan::server {

struct ServerOptions {
  Endpoint listen;
  std::optional<Endpoint>
      metrics;  // where /metrics and /healthz are for this machine alone; nothing: nowhere
  std::chrono::hours silent{14 * 24};  // after which /metrics names a device that nobody heard of
  unsigned threads = 2;
  std::size_t max_connections = 12'000;
  std::size_t strangers_of_address =
      3'000;  // connections of one address that no device has shown to be its; 0: any
  Timeouts timeouts;
  std::shared_ptr<const Site> site;             // the app below /app/; nothing: none
  std::function<Result<TlsContext>()> renew{};  // what SIGHUP asks for; nothing: SIGHUP is passed over
  ServiceManager service{};
};

class Server {
 public:
  // Listens already when it returns. Code::bad_configuration when it cannot.
  static Result<std::unique_ptr<Server>> listen(const ServerOptions& options, TlsContext context,
                                                Relay& relay);
  ~Server();

  std::uint16_t port() const;
  std::uint16_t metrics_port() const;  // 0: none
  void run();                          // until stop(), SIGTERM or SIGINT
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gandan::server
