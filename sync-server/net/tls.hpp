// TLS 1.3 on a non-blocking socket, driven by coroutines. OpenSSL reads and writes the socket itself and
// gives its buffers back when it is idle (SSL_MODE_RELEASE_BUFFERS): an idle connection costs a fraction of
// what asio::ssl::stream with its pair of BIO buffers needs. No early data, no renegotiation.
//
// Threading: a TlsContext may be shared; a TlsStream belongs to the one thread that runs its executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <filesystem>
#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace gandan::server {

class TlsContext {
 public:
  // PEM files: the certificate with its chain, and its key. Code::bad_configuration when they do not serve.
  static Result<TlsContext> load(const std::filesystem::path& certificate, const std::filesystem::path& key);
  ssl_ctx_st* handle() const { return context_.get(); }
  // When the certificate begins and ceases to be one, in ms since 1970.
  std::int64_t valid_from_ms() const { return from_ms_; }
  std::int64_t valid_until_ms() const { return until_ms_; }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
  std::int64_t from_ms_ = 0, until_ms_ = 0;
};

class TlsStream {
 public:
  TlsStream(boost::asio::ip::tcp::socket socket, const TlsContext& context);

  boost::asio::awaitable<bool> handshake();
  // Waits until there is something to read, or the peer is gone; takes nothing and holds no buffer meanwhile.
  boost::asio::awaitable<bool> readable();
  // From now until `unwatch`: calls `gone`, once, when the peer ends the stream, in whatever way. Nothing is
  // taken; where the peer says more instead, the watch is over. One thing at a time waits on a stream:
  // nothing else may meanwhile.
  void watch(std::function<void()> gone);
  void unwatch();
  // At least one byte; 0 when the stream ended, in whatever way.
  boost::asio::awaitable<std::size_t> read_some(std::span<std::uint8_t> out);
  boost::asio::awaitable<bool> write(ByteView bytes);  // all of them, or false
  // Says goodbye and reads what the peer still sends, up to `limit` bytes, so that it gets to read our last
  // words.
  boost::asio::awaitable<void> finish(std::size_t limit);
  // Ends whatever waits, from the stream's own thread.
  void close();

 private:
  boost::asio::awaitable<bool> wait_for(int result);
  void watch_on();

  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<ssl_st, Free> ssl_;
  bool broken_ = false;  // after a fatal error nothing more may be asked of OpenSSL
  std::shared_ptr<std::function<void()>> watch_;
};

}  // namespace gandan::server
