#include "sync/asio/https_transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <chrono>

#include "sync/call.hpp"

namespace gandan::sync {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using boost::system::error_code;
using Stream = beast::ssl_stream<beast::tcp_stream>;
using Request = http::request<http::span_body<const char>>;

constexpr auto kLook = std::chrono::milliseconds(100);  // whether it is to end
constexpr std::size_t kPiece = 32 * 1024;
// Of the kernel. What lies there counts as said, and the answer's time begins: it must leave within that time
// on a line of 100 kbit/s, too.
constexpr int kSendBuffer = 128 * 1024;
constexpr int kMaxCuts = 8;  // of one chunk in one call
constexpr std::uint64_t kMaxResponse = 64ull << 20;

struct Address {
  std::string host;
  std::string port = "443";
};

Result<Address> parse_address(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (url.substr(0, scheme.size()) != scheme)
    return Error{Code::bad_request, "the server's address begins with https://"};
  url.remove_prefix(scheme.size());
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  Address address;
  const auto bracket = url.rfind(']');
  const auto colon = url.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    address.port = std::string(url.substr(colon + 1));
    url = url.substr(0, colon);
  }
  if (url.size() > 2 && url.front() == '[' && url.back() == ']') url = url.substr(1, url.size() - 2);
  address.host = std::string(url);
  if (address.host.empty() || address.port.empty() || address.host.find('/') != std::string::npos)
    return Error{Code::bad_request, "the server's address is not one"};
  return address;
}

Error network_error(const error_code& error, Code otherwise) {
  if (error == beast::error::timeout) return Error{Code::timeout, error.message()};
  if (error == asio::error::operation_aborted) return Error{Code::cancelled};
  return Error{otherwise, error.message()};
}

}  // namespace

struct HttpsTransport::Impl {
  Impl(Address a, const HttpsOptions& o) : address(std::move(a)), options(o) {}

  Address address;
  HttpsOptions options;
  asio::io_context io{1};
  ssl::context tls{ssl::context::tls_client};
  std::unique_ptr<Stream> stream;
  beast::flat_buffer buffer;
  asio::ip::tcp::resolver resolver{io};
  std::function<bool()> ended;  // by whoever waits for it
  unsigned answered = 0;        // the status of the last answer

  void expire(std::int64_t ms) {
    beast::get_lowest_layer(*stream).expires_after(std::chrono::milliseconds(ms));
  }

  // What OpenSSL found wrong with the certificate, told apart for the person.
  Error handshake_error(const error_code& error) {
    const long verdict = SSL_get_verify_result(stream->native_handle());
    if (verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID)
      return Error{Code::certificate_expired, X509_verify_cert_error_string(verdict)};
    if (verdict != X509_V_OK) return Error{Code::certificate_foreign, X509_verify_cert_error_string(verdict)};
    return network_error(error, Code::server_unreachable);
  }

  asio::awaitable<Status> connect() {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    stream = std::make_unique<Stream>(beast::tcp_stream(io), tls);
    buffer.clear();
    const auto endpoints = co_await resolver.async_resolve(address.host, address.port, token);
    if (error) co_return network_error(error, Code::server_unreachable);
    expire(options.connect_timeout_ms);
    co_await beast::get_lowest_layer(*stream).async_connect(endpoints, token);
    if (error) co_return network_error(error, Code::server_unreachable);
    beast::get_lowest_layer(*stream).socket().set_option(asio::ip::tcp::no_delay(true), error);
    SSL_set_tlsext_host_name(stream->native_handle(), address.host.c_str());
    stream->set_verify_callback(ssl::host_name_verification(address.host), error);
    co_await stream->async_handshake(ssl::stream_base::client, token);
    if (error) co_return handshake_error(error);
    co_return Status();
  }

  asio::awaitable<Status> once(Request& request, const std::function<Status(ByteView)>& receive, bool fresh,
                               bool* retry) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    http::request_serializer<http::span_body<const char>> serializer(request);
    while (!serializer.is_done()) {  // piece by piece: the deadline is for silence, not for the whole
      expire(options.idle_timeout_ms);
      co_await http::async_write_some(*stream, serializer, token);
      if (error) break;
    }
    // A server that refuses early answers before it has read everything: its answer says why.
    const error_code write_error = error;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(kMaxResponse);
    expire(options.idle_timeout_ms);
    error = {};
    co_await http::async_read_header(*stream, buffer, parser, token);
    if (error) {
      // A kept connection that the server had closed, in whatever way, before it answered anything.
      *retry = !fresh && !parser.got_some() && error != beast::error::timeout &&
               error != asio::error::operation_aborted;
      co_return network_error(write_error ? write_error : error, Code::connection_lost);
    }
    answered = parser.get().result_int();
    const Status verdict = status_of(answered);
    std::vector<char> piece(kPiece);
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      expire(options.idle_timeout_ms);
      error = {};
      co_await http::async_read_some(*stream, buffer, parser, token);
      if (error == http::error::need_buffer) error = {};
      if (error) co_return network_error(error, Code::connection_lost);
      const std::size_t size = piece.size() - parser.get().body().size;
      if (verdict && size != 0) {
        if (auto taken = receive(ByteView(reinterpret_cast<const std::uint8_t*>(piece.data()), size));
            !taken) {
          stream.reset();
          co_return taken;
        }
      }
    }
    if (!parser.get().keep_alive()) stream.reset();
    co_return verdict;
  }

  asio::awaitable<Status> call(Request& request, const std::function<Status(ByteView)>& receive) {
    bool fresh = !stream;
    if (fresh) {
      if (auto connected = co_await connect(); !connected) {
        stream.reset();
        co_return connected;
      }
    }
    bool retry = false;
    auto result = co_await once(request, receive, fresh, &retry);
    if (retry) {  // the kept connection had been closed by the server; nothing of the answer had come
      if (auto connected = co_await connect(); !connected) {
        stream.reset();
        co_return connected;
      }
      result = co_await once(request, receive, true, &retry);
    }
    if (!result && info(result.error().code).exit_code == 5) stream.reset();
    co_return result;
  }

  // `from`: of the answer's bytes, those from there on are wanted.
  Status run(http::verb verb, const std::string& target, ByteView token, ByteView body,
             const std::function<Status(ByteView)>& receive, std::size_t from = 0) {
    Request request(verb, target, 11);
    if (from != 0) request.set(http::field::range, "bytes=" + std::to_string(from) + "-");
    request.set(http::field::host, address.host);
    request.set(http::field::content_type, "application/octet-stream");
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + to_base64(token));
    request.body() = {reinterpret_cast<const char*>(body.data()), body.size()};
    request.prepare_payload();
    Status result = Error{Code::internal, "no result"};
    io.restart();
    asio::co_spawn(
        io, [&]() -> asio::awaitable<void> { result = co_await call(request, receive); },
        [&](std::exception_ptr error) {
          if (error) result = Error{Code::internal, "the network layer threw"};
        });
    bool ending = false;
    while (!io.stopped()) {
      io.run_for(kLook);
      if (!ended || !ended()) continue;
      ending = true;  // what waits comes to an end by itself then
      resolver.cancel();
      if (stream) beast::get_lowest_layer(*stream).close();
    }
    return ending && !result ? Status(Code::cancelled) : result;
  }
};

HttpsTransport::HttpsTransport(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpsTransport::~HttpsTransport() = default;

Result<std::unique_ptr<HttpsTransport>> HttpsTransport::create(const HttpsOptions& options) {
  GANDAN_TRY(auto address, parse_address(options.server));
  auto impl = std::make_unique<Impl>(std::move(address), options);
  error_code error;
  SSL_CTX_set_min_proto_version(impl->tls.native_handle(), TLS1_3_VERSION);
  impl->tls.set_verify_mode(ssl::verify_peer, error);
  if (options.ca_file.empty()) {
    impl->tls.set_default_verify_paths(error);
  } else {
    impl->tls.load_verify_file(options.ca_file, error);
  }
  if (error) return Error{Code::file_unreadable, "the authority's certificate: " + error.message()};
  return std::unique_ptr<HttpsTransport>(new HttpsTransport(std::move(impl)));
}

Status HttpsTransport::exchange(ByteView body, const std::function<Status(ByteView)>& receive) {
  const auto call = http_of({});
  return impl_->run(http::verb::post, call.target, {}, body, receive);
}

Status HttpsTransport::put_chunk(const roster::RealmAddress& address, const Hash& hash, const UnitId& unit,
                                 ByteView token, ByteView data) {
  const auto call = http_of({Call::Kind::put_chunk, {}, address, hash, unit, {}});
  return impl_->run(http::verb::put, call.target, token, data, [](ByteView) { return Status(); });
}

Result<Bytes> HttpsTransport::get_chunk(const roster::RealmAddress& address, const Hash& hash,
                                        ByteView token) {
  const auto call = http_of({Call::Kind::get_chunk, {}, address, hash, {}, {}});
  Bytes out;
  // A chunk is ten seconds of a slow line: what came before a cut is not fetched again.
  for (int cuts = 0;; ++cuts) {
    const std::size_t from = out.size();
    bool first = true;
    const auto ended = impl_->run(
        http::verb::get, call.target, token, {},
        [&](ByteView piece) -> Status {
          if (std::exchange(first, false) && impl_->answered != 206) out.clear();
          if (out.size() + piece.size() > call.limit) return Code::too_large;
          append(out, piece);
          return {};
        },
        from);
    if (ended) return out;
    const bool cut = ended.error().code == Code::connection_lost && out.size() > from;
    if (!cut || cuts == kMaxCuts) return ended.error();
  }
}

void HttpsTransport::ends_when(std::function<bool()> ended) { impl_->ended = std::move(ended); }

}  // namespace gandan::sync
