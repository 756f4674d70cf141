#include "net/status.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/http.hpp"
#include "net/metrics.hpp"

namespace gandan::server {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;

namespace {
constexpr auto kStatusTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kStatusPatience = std::chrono::seconds(5);
constexpr unsigned kStatusConnections = 16;
}  // namespace

std::uint16_t StatusListener::port() const {
  boost::system::error_code error;
  return acceptor_.is_open() ? acceptor_.local_endpoint(error).port() : std::uint16_t{0};
}

void StatusListener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

awaitable<void> StatusListener::run() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kStatusTuple);
    if (!acceptor_.is_open()) co_return;
    if (error) {
      asio::steady_timer pause(acceptor_.get_executor(), std::chrono::milliseconds(100));
      co_await pause.async_wait(kStatusTuple);
    } else if (open_ < kStatusConnections) {
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }
}

awaitable<void> StatusListener::serve(tcp::socket connection) {
  ++open_;
  const auto socket = std::make_shared<tcp::socket>(std::move(connection));
  asio::steady_timer patience(socket->get_executor(), kStatusPatience);
  patience.async_wait([socket](boost::system::error_code error) {
    boost::system::error_code ignored;
    if (!error) socket->close(ignored);
  });
  RequestReader reader;
  Bytes input, body;
  std::string out;
  while (out.empty()) {
    Bytes piece(2048);
    const auto [failed, size] = co_await socket->async_read_some(asio::buffer(piece), kStatusTuple);
    if (failed) break;
    input.insert(input.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(size));
    const auto taken = reader.put(input, body);
    if (!taken.ok() || input.size() > kMaxHeadBytes) break;
    input.erase(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(*taken));
    if (!reader.head_done()) continue;
    const auto head = reader.head();
    out = head.method == Method::get ? answer(head.target) : std::string(uniform_not_found());
  }
  if (!out.empty()) co_await asio::async_write(*socket, asio::buffer(out), kStatusTuple);
  boost::system::error_code ignored;
  socket->shutdown(tcp::socket::shutdown_both, ignored);
  patience.cancel();
  --open_;
}

std::string StatusListener::answer(std::string_view target) const {
  ResponseHead head;
  head.keep_alive = false;
  std::string body;
  if (target == "/metrics") {
    body = metrics_();
    head.type = kOpenMetrics;
  } else if (target == "/healthz") {
    const bool healthy = healthy_();
    head.status = healthy ? 200 : 503;
    body = healthy ? "ok\n" : "failing\n";
  } else {
    return std::string(uniform_not_found());
  }
  head.length = body.size();
  return print_head(head) + body;
}

}  // namespace gandan::server
