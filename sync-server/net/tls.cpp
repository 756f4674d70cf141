#include "net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>

namespace gandan::server {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

constexpr auto kTlsTuple = asio::as_tuple(asio::use_awaitable);

int choose_http(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                unsigned in_size, void*) {
  static constexpr unsigned char http[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  const int found =
      SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, http, sizeof http, in, in_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// Nobody sits at a server's terminal: a key behind a passphrase is an error, not a question.
int no_passphrase(char*, int, int, void*) { return 0; }

std::string last_error() {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  return text;
}

std::int64_t ms_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return std::int64_t{::timegm(&parts)} * 1000;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void TlsStream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

Result<TlsContext> TlsContext::load(const std::filesystem::path& certificate,
                                    const std::filesystem::path& key) {
  ERR_clear_error();
  TlsContext out;
  out.context_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = out.context_.get();
  if (context == nullptr) return Error{Code::crypto_failed, last_error()};
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);  // tickets carry the state
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_alpn_select_cb(context, choose_http, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
    return Error{Code::bad_configuration,
                 certificate.string() + ": " + last_error(),
                 {{"--cert", "file", "Không dùng được chứng thư ở tệp này.",
                   "There is no certificate in this file that can be used."}}};
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    return Error{Code::bad_configuration,
                 key.string() + ": " + last_error(),
                 {{"--key", "file", "Không dùng được khoá ở tệp này, hoặc không phải khoá của chứng thư.",
                   "There is no key in this file that can be used, or it is not the certificate's."}}};
  const X509* own = SSL_CTX_get0_certificate(context);
  out.from_ms_ = ms_of(X509_get0_notBefore(own));
  out.until_ms_ = ms_of(X509_get0_notAfter(own));
  return out;
}

TlsStream::TlsStream(asio::ip::tcp::socket socket, const TlsContext& context)
    : socket_(std::move(socket)), ssl_(SSL_new(context.handle())) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1) {
    broken_ = true;
    return;
  }
  SSL_set_accept_state(ssl_.get());
}

// After a call on ssl_ returned `result`: waits for what it wants. False: the stream is over.
awaitable<bool> TlsStream::wait_for(int result) {
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    const auto kind =
        error == SSL_ERROR_WANT_READ ? asio::socket_base::wait_read : asio::socket_base::wait_write;
    const auto [failed] = co_await socket_.async_wait(kind, kTlsTuple);
    co_return !failed && socket_.is_open();
  }
  if (error == SSL_ERROR_SYSCALL || error == SSL_ERROR_SSL) broken_ = true;
  ERR_clear_error();
  co_return false;
}

awaitable<bool> TlsStream::handshake() {
  for (;;) {
    if (broken_) co_return false;
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) co_return true;
    if (!co_await wait_for(result)) co_return false;
  }
}

awaitable<bool> TlsStream::readable() {
  if (broken_ || !socket_.is_open()) co_return false;
  if (SSL_has_pending(ssl_.get()) == 1) co_return true;
  const auto [failed] = co_await socket_.async_wait(asio::socket_base::wait_read, kTlsTuple);
  co_return !failed && socket_.is_open();
}

void TlsStream::watch(std::function<void()> gone) {
  watch_ = std::make_shared<std::function<void()>>(std::move(gone));
  watch_on();
}

void TlsStream::watch_on() {
  // The handler may run behind `unwatch`, and behind this stream: it looks first.
  socket_.async_wait(asio::socket_base::wait_read,
                     [this, watch = std::weak_ptr(watch_)](const boost::system::error_code& failed) {
                       const auto gone = watch.lock();
                       if (failed || !gone) return;
                       ERR_clear_error();
                       char first = 0;
                       std::size_t size = 0;
                       const int result = broken_ ? 0 : SSL_peek_ex(ssl_.get(), &first, 1, &size);
                       if (result == 1) return;  // the next request already
                       if (!broken_ && SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ)
                         return watch_on();
                       ERR_clear_error();
                       (*gone)();
                     });
}

void TlsStream::unwatch() {
  watch_.reset();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

awaitable<std::size_t> TlsStream::read_some(std::span<std::uint8_t> out) {
  for (;;) {
    if (broken_ || !socket_.is_open()) co_return 0;
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(ssl_.get(), out.data(), out.size(), &size);
    if (result == 1) co_return size;
    if (!co_await wait_for(result)) co_return 0;
  }
}

awaitable<bool> TlsStream::write(ByteView bytes) {
  while (!bytes.empty()) {
    if (broken_ || !socket_.is_open()) co_return false;
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
    if (result == 1) {
      bytes = bytes.subspan(size);
    } else if (!co_await wait_for(result)) {
      co_return false;
    }
  }
  co_return true;
}

awaitable<void> TlsStream::finish(std::size_t limit) {
  if (broken_ || !socket_.is_open()) co_return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  boost::system::error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  // Closing with unread bytes would reset the connection and could take our answer with it. What comes is not
  // decrypted any more.
  std::array<std::uint8_t, 4096> sink;
  while (limit > 0) {
    const auto [failed, size] = co_await socket_.async_read_some(asio::buffer(sink), kTlsTuple);
    if (failed) break;
    limit -= std::min(limit, size);
  }
}

void TlsStream::close() {
  if (!socket_.is_open()) return;
  // A goodbye if there is room for one, so that the peer can tell this from a cut.
  if (!broken_ && SSL_is_init_finished(ssl_.get()) == 1 && SSL_shutdown(ssl_.get()) < 0) ERR_clear_error();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace gandan::server
