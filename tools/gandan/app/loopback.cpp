#include "gandan/app/loopback.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <csignal>

#include "crypto/random.hpp"

namespace gandan::cli {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::ip::tcp;

namespace {

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kHeadTime = std::chrono::seconds(120);  // between two requests, and for a head
constexpr auto kBodyTime = std::chrono::seconds(30);   // for the next piece of a body, or of an answer
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr std::size_t kPiece = 64 * 1024;
constexpr std::uint64_t kLinger = 16u << 20;  // bytes thrown away so that a refusal can be read

// A new file of its owner's alone, removed unless it was kept.
class Spool {
 public:
  explicit Spool(std::filesystem::path path)
      : path_(std::move(path)),
        fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~Spool() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!kept_) ::unlink(path_.c_str());
  }
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  bool write(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return fd_ >= 0;
  }
  void keep() { kept_ = true; }

 private:
  std::filesystem::path path_;
  int fd_;
  bool kept_ = false;
};

using Parser = http::request_parser<http::buffer_body>;

HttpHead head_of(const Parser& parser) {
  const auto& request = parser.get();
  const auto field = [&](http::field name) { return std::string(request[name]); };
  HttpHead head{std::string(request.method_string()),
                std::string(request.target()),
                field(http::field::host),
                field(http::field::origin),
                field(http::field::cookie),
                field(http::field::content_type),
                field(http::field::accept_encoding),
                field(http::field::if_none_match),
                std::string(request["Sec-Fetch-Site"]),
                {}};
  if (const auto length = parser.content_length()) head.length = *length;
  return head;
}

template <class Body>
http::response<Body> response_of(const HttpAnswer& answer, bool keep_alive) {
  http::response<Body> out;
  out.version(11);
  out.result(answer.status);
  if (answer.status != 204 && answer.status != 304) out.set(http::field::content_type, answer.type);
  for (const auto& [name, value] : answer.headers) out.set(name, value);
  out.keep_alive(keep_alive);
  return out;
}

}  // namespace

struct Loopback::State {
  awaitable<void> accept();
  awaitable<void> serve(tcp::socket socket);
  awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer);
  awaitable<bool> send(beast::tcp_stream& stream, HttpAnswer answer, bool keep_alive);
  void stop();

  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  asio::signal_set signals{context};
  Handler* handler = nullptr;
  std::size_t open = 0;
};

Result<std::unique_ptr<Loopback>> Loopback::listen(std::uint16_t port) {
  auto state = std::make_unique<State>();
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  boost::system::error_code error;
  auto& acceptor = state->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return Error{Code::no_port, std::to_string(port) + ": " + error.message()};
  return std::unique_ptr<Loopback>(new Loopback(std::move(state)));
}

Loopback::Loopback(std::unique_ptr<State> state) : state_(std::move(state)) {}
Loopback::~Loopback() = default;

std::uint16_t Loopback::port() const {
  boost::system::error_code error;
  return state_->acceptor.local_endpoint(error).port();
}
std::string Loopback::host() const { return "127.0.0.1:" + std::to_string(port()); }
bool Loopback::is_here(std::string_view host) const {
  return host == this->host() || host == "localhost:" + std::to_string(port());
}

std::string new_secret() {
  Bytes bytes(32);
  crypto::system_random().fill(bytes);
  return to_hex(bytes);
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    out += static_cast<char>(byte->front());
    i += 2;
  }
  return out;
}

asio::io_context& Loopback::context() { return state_->context; }

void Loopback::stop() {
  asio::post(state_->context, [state = state_.get()] { state->stop(); });
}
void Loopback::State::stop() { context.stop(); }

void Loopback::run(Handler& handler) {
  std::signal(SIGPIPE, SIG_IGN);  // a browser that is gone
  auto& state = *state_;
  state.handler = &handler;
  boost::system::error_code ignored;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) state.signals.add(signal, ignored);
  state.signals.async_wait([&state](boost::system::error_code error, int) {
    if (!error) state.stop();
  });
  asio::co_spawn(state.context, state.accept(), asio::detached);
  state.context.run();
}

awaitable<void> Loopback::State::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(kTuple);
    if (!acceptor.is_open()) co_return;
    if (error) {
      asio::steady_timer pause(context, kAcceptPause);
      co_await pause.async_wait(kTuple);
      continue;
    }
    if (open >= kMaxConnections) continue;  // closed at once
    ++open;
    asio::co_spawn(context, serve(std::move(socket)), asio::detached);
  }
}

awaitable<void> Loopback::State::serve(tcp::socket socket) {
  try {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer(kMaxHead + kPiece);
    while (co_await serve_one(stream, buffer)) {
    }
    boost::system::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    // Whoever still sends gets to read what was answered.
    std::uint64_t thrown = 0;
    stream.expires_after(std::chrono::seconds(5));
    for (std::string dust(kPiece, '\0'); thrown < kLinger;) {
      auto [error, size] = co_await stream.async_read_some(asio::buffer(dust), kTuple);
      if (error) break;
      thrown += size;
    }
  } catch (const std::exception&) {  // out of memory: this connection only
  }
  --open;
}

awaitable<bool> Loopback::State::serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  Parser parser;
  parser.header_limit(kMaxHead);
  parser.body_limit(boost::none);  // the handler says, once the head is there
  stream.expires_after(kHeadTime);
  {
    auto [error, size] = co_await http::async_read_header(stream, buffer, parser, kTuple);
    (void)size;
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      co_return co_await send(stream, handler->fault(431, Code::too_large), false);
    if (error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message)
      co_return co_await send(stream, handler->fault(400, Code::malformed), false);
    if (error) co_return false;
  }
  // A body says its length: browsers do, and chunks are one more thing to get wrong.
  if (parser.get().count(http::field::transfer_encoding) != 0)
    co_return co_await send(stream, handler->fault(400, Code::malformed), false);
  const HttpHead head = head_of(parser);
  auto plan = handler->plan(head);
  const std::uint64_t length = head.length.value_or(0);
  if (plan.refusal)
    co_return co_await send(stream, std::move(*plan.refusal), length == 0 && parser.keep_alive());
  if (length > plan.max_body) co_return co_await send(stream, handler->fault(413, Code::too_large), false);

  std::string body;
  if (length > 0) {
    std::optional<Spool> spool;
    if (plan.spool) spool.emplace(*plan.spool);
    Bytes piece(kPiece);
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      parser.get().body().more = true;
      stream.expires_after(kBodyTime);
      auto [error, size] = co_await http::async_read_some(stream, buffer, parser, kTuple);
      (void)size;
      if (error && error != http::error::need_buffer) co_return false;
      const ByteView got(piece.data(), piece.size() - parser.get().body().size);
      if (!spool)
        body.append(as_text(got));
      else if (!got.empty() && !spool->write(got))
        co_return co_await send(stream, handler->fault(507, Code::disk_full), false);
    }
    if (spool) spool->keep();
  } else if (plan.spool) {
    Spool(*plan.spool).keep();
  }
  stream.expires_never();
  auto answer = co_await handler->answer(head, plan, std::move(body));
  co_return co_await send(stream, std::move(answer), parser.keep_alive());
}

awaitable<bool> Loopback::State::send(beast::tcp_stream& stream, HttpAnswer answer, bool keep_alive) {
  stream.expires_after(kBodyTime);
  if (answer.file) {
    auto response = response_of<http::file_body>(answer, keep_alive);
    boost::system::error_code error;
    response.body().open(answer.file->c_str(), beast::file_mode::read, error);
    if (error) co_return co_await send(stream, handler->fault(404, Code::not_found), keep_alive);
    response.prepare_payload();
    http::response_serializer<http::file_body> serializer(response);
    while (!serializer.is_done()) {
      stream.expires_after(kBodyTime);
      auto [failed, size] = co_await http::async_write_some(stream, serializer, kTuple);
      (void)size;
      if (failed) co_return false;
    }
    co_return keep_alive;
  }
  auto response = response_of<http::string_body>(answer, keep_alive);
  response.body() = std::move(answer.body);
  if (answer.status != 304) response.prepare_payload();
  auto [failed, size] = co_await http::async_write(stream, response, kTuple);
  (void)size;
  co_return !failed && keep_alive;
}

}  // namespace gandan::cli
