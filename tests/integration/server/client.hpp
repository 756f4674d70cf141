// Small blocking clients for the server's tests, on sockets and OpenSSL themselves, so that they can also
// misbehave: send slowly, stop halfway, send nonsense.
//
// Threading: a client belongs to one thread. Failures are values: tests decide what they mean.
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.hpp"

namespace gandan::server::test {

// A TCP connection to this machine.
class Socket {
 public:
  explicit Socket(std::uint16_t port, int timeout_seconds = 20);
  ~Socket();
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;

  bool connected() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  bool send(ByteView bytes) const;
  // Waits until the server has closed; false when the time is over first.
  bool closed() const;
  void shut();  // both directions, without a goodbye

 private:
  int fd_ = -1;
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  Bytes body;
  std::string raw_head;
  std::string text() const { return std::string(as_text(body)); }
};

struct TlsWish {
  int highest = TLS1_3_VERSION;
  int timeout_seconds = 20;
  SSL_SESSION* resume = nullptr;
};

class TlsClient {
 public:
  TlsClient(std::uint16_t port, const std::string& ca_file, const TlsWish& wish = {});

  bool connected() const { return ssl_ != nullptr; }
  SSL* ssl() const { return ssl_.get(); }
  bool send(ByteView bytes);
  bool send(const std::string& text) { return send(as_bytes(text)); }
  // The next response; nothing when the connection ended or timed out before it was whole.
  std::optional<HttpResponse> receive();
  // Whether the server has closed: waits for it, and throws away what comes before.
  bool closed();
  // Drops the connection without a goodbye.
  void cut() { socket_.shut(); }

  std::optional<HttpResponse> get(const std::string& path, const std::string& more_headers = {});
  std::optional<HttpResponse> put(const std::string& path, ByteView body,
                                  const std::string& more_headers = {});
  std::optional<HttpResponse> post_sync(ByteView body);

 private:
  bool fill();
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  Socket socket_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  Bytes input_;
};

// GET of a listener without TLS, which closes afterwards.
std::optional<HttpResponse> get_in_clear(std::uint16_t port, const std::string& path);

// POST /v1/sync with a body of its own length.
Bytes sync_request(ByteView body, const std::string& more_headers = {});

}  // namespace gandan::server::test
