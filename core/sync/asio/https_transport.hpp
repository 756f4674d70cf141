// HttpsTransport: sync's network over TLS 1.3 (Boost.Asio, Beast). One connection, kept between calls and
// opened again when the server closed it.
//
// Threading: one thread at a time; calls block until done, timed out or ended (ends_when). Errors:
// server_unreachable, connection_lost, timeout, cancelled, certificate_expired, certificate_foreign,
// server_busy, server_refused, not_found (chunks), too_large.
#pragma once

#include <memory>
#include <string>

#include "sync/sync.hpp"

namespace gandan::sync {

struct HttpsOptions {
  std::string server;   // https://host[:port]
  std::string ca_file;  // PEM; empty: the system's authorities
  std::int64_t connect_timeout_ms = 15'000;
  std::int64_t idle_timeout_ms = 60'000;  // without a byte in either direction: slow mobile networks
};

class HttpsTransport final : public Transport {
 public:
  // Code::bad_request for an address that is not https, Code::certificate_foreign for an unreadable CA file.
  static Result<std::unique_ptr<HttpsTransport>> create(const HttpsOptions& options);
  ~HttpsTransport() override;

  Status exchange(ByteView body, const std::function<Status(ByteView)>& receive) override;
  Status put_chunk(const roster::RealmAddress& address, const Hash& hash, const UnitId& unit, ByteView token,
                   ByteView data) override;
  Result<Bytes> get_chunk(const roster::RealmAddress& address, const Hash& hash, ByteView token) override;
  void ends_when(std::function<bool()> ended) override;

 private:
  struct Impl;
  explicit HttpsTransport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gandan::sync
