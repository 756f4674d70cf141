// LiveServer: the net server in this process on a port of its own, with a certificate and one realm admitted.
//
// Threading: the server runs on threads of its own; the rest belongs to the test's thread, send() to any.
#pragma once

#include <thread>

#include "certificates.hpp"
#include "client.hpp"
#include "net/log.hpp"
#include "net/server.hpp"
#include "support/wire_server.hpp"

namespace gandan::server::test {

inline const Authority& test_authority() {
  static const TempFolder folder;
  static const Authority authority(folder.path(), "authority");
  return authority;
}
inline const Authority::Files& test_certificate() {
  static const auto files = test_authority().issue("server");
  return files;
}

// Response of a sync over HTTP. Throws when there is none.
inline Response parse_sync(const std::optional<HttpResponse>& http, const ledger::NoteKey& log) {
  if (!http) throw std::runtime_error("no answer");
  if (http->status == 404) {
    Response out;
    out.not_found = true;
    return out;
  }
  if (http->status != 200) throw std::runtime_error(http->raw_head);
  return parse_response(http->body, log);
}

class LiveServer : public TestServer {
 public:
  explicit LiveServer(const ServerOptions& options = {}) : options_(options) {
    options_.metrics = Endpoint{"--metrics-listen", "127.0.0.1", 0};
    start_log(LogLevel::error);
    listen();
  }
  ~LiveServer() { close(); }

  void listen() {
    if (!relay) start();
    auto context = must(TlsContext::load(test_certificate().certificate, test_certificate().key));
    server_ = must(Server::listen(options_, std::move(context), *relay));
    thread_ = std::jthread([raw = server_.get()] { raw->run(); });
  }
  void close() {
    if (!server_) return;
    server_->stop();
    thread_.join();
    server_.reset();
    relay.reset();
  }

  void listen_again(std::uint16_t port) {
    options_.listen.port = port;
    listen();
  }

  std::uint16_t port() const { return server_->port(); }
  TlsClient client(const TlsWish& wish = {}) const { return {port(), test_authority().file(), wish}; }
  Response sync(ByteView body) const { return parse_sync(client().post_sync(body), note_key()); }
  Response sync(RequestBuilder& request) { return sync(body(request)); }
  std::string address() const { return to_text(realm.card.address); }
  HttpResponse metrics() const {
    auto page = get_in_clear(server_->metrics_port(), "/metrics");
    if (!page) throw std::runtime_error("no metrics");
    return std::move(*page);
  }
  std::uint16_t metrics_port() const { return server_->metrics_port(); }
  // Whether so many connections are open soon: who has hung up is noticed a moment later.
  bool comes_to_connections(std::int64_t count) const {
    for (int i = 0; i < 250; ++i) {
      if (metric("gandan_connections") == count) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  // A number of /metrics.
  std::int64_t metric(const std::string& name) const {
    const std::string text = "\n" + metrics().text();
    const auto at = text.find("\n" + name + " ");
    if (at == std::string::npos) throw std::runtime_error("no metric " + name);
    return std::stoll(text.substr(at + name.size() + 2));
  }

 private:
  ServerOptions options_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

// A live server with a phone that has a feed.
struct LiveParty {
  explicit LiveParty(const ServerOptions& options = {})
      : server(options), phone(server.realm.device(roster::Role::cadre, server.realm.commune)) {
    feed = server.realm.open_feed(phone, server.realm.commune);
    RequestBuilder request(server.realm, server.realm.admin);
    request.statements(server.realm.statements);
    const auto done = server.sync(request);
    if (!done.refused().empty() || !done.rejected().empty()) throw std::runtime_error("not introduced");
  }
  RequestBuilder request() const { return {server.realm, phone}; }
  // Pushes `count` more segments.
  RequestBuilder push(std::size_t count, std::size_t size = 120) {
    auto out = request();
    out.hello.own.push_back({feed.id, feed.next, feed.hash});
    out.run(feed.id, feed.next, std::nullopt);
    for (std::size_t i = 0; i < count; ++i) out.segment(server.realm.segment(phone, feed, size));
    return out;
  }
  Bytes push_body(std::size_t count, std::size_t size = 120) {
    auto out = push(count, size);
    return server.body(out);
  }

  LiveServer server;
  TestDevice& phone;
  TestFeed feed;
};

}  // namespace gandan::server::test
