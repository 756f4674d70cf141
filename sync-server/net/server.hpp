// Server: the listening socket, a few network threads, and the way down.
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
#include <functional>
#include <memory>
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
  unsigned threads = 2;
  std::size_t max_connections = 12'000;
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
  void run();  // until stop(), SIGTERM or SIGINT
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gandan::server
