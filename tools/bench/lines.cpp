#include "bench/lines.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

namespace gandan::bench {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;

namespace {

constexpr auto kLineTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kPerAddress = 1000;
constexpr std::size_t kReadPiece = 16 * 1024;

std::optional<std::size_t> parsed(std::string_view text, int base) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return out;
}

std::optional<std::size_t> content_length(std::string_view head) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const auto at = head.find(kName);
  return at == std::string_view::npos ? std::nullopt : parsed(head.substr(at + kName.size()), 10);
}

}  // namespace

asio::ssl::context client_tls(const std::string& ca_file) {
  asio::ssl::context out(asio::ssl::context::tlsv13_client);
  out.load_verify_file(ca_file);
  out.set_verify_mode(asio::ssl::verify_peer);
  return out;
}

Line::Line(asio::io_context& context, asio::ssl::context& tls, std::uint16_t port, std::size_t number)
    : context_(context), tls_(tls), port_(port), number_(number) {}

void Line::close() {
  boost::system::error_code ignored;
  if (stream_) stream_->next_layer().close(ignored);
}

awaitable<bool> Line::open() {
  auto stream = std::make_unique<Stream>(context_, tls_);
  auto& socket = stream->next_layer();
  boost::system::error_code failed;
  const auto from =
      asio::ip::make_address_v4(0x7f000002u + static_cast<std::uint32_t>(number_ / kPerAddress));
  socket.open(tcp::v4(), failed);
  if (!failed) socket.bind({from, 0}, failed);
  if (failed) co_return false;
  const tcp::endpoint to(asio::ip::address_v4::loopback(), port_);
  const auto [not_connected] = co_await socket.async_connect(to, kLineTuple);
  if (not_connected) co_return false;
  socket.set_option(tcp::no_delay(true), failed);
  const auto [no_handshake] = co_await stream->async_handshake(asio::ssl::stream_base::client, kLineTuple);
  if (no_handshake) co_return false;
  stream_ = std::move(stream);
  input_.clear();
  co_return true;
}

// What comes before `mark`; the mark is taken, too.
awaitable<std::optional<std::string>> Line::read_until(std::string_view mark) {
  for (;;) {
    if (const auto at = input_.find(mark); at != std::string::npos) {
      std::string out = input_.substr(0, at);
      input_.erase(0, at + mark.size());
      co_return out;
    }
    const std::size_t before = input_.size();
    input_.resize(before + kReadPiece);
    const auto [failed, size] =
        co_await stream_->async_read_some(asio::buffer(input_.data() + before, kReadPiece), kLineTuple);
    input_.resize(before + size);
    if (failed) co_return std::nullopt;
  }
}

awaitable<bool> Line::read_exactly(std::size_t size, Bytes& out) {
  while (input_.size() < size) {
    const std::size_t before = input_.size();
    input_.resize(before + kReadPiece);
    const auto [failed, got] =
        co_await stream_->async_read_some(asio::buffer(input_.data() + before, kReadPiece), kLineTuple);
    input_.resize(before + got);
    if (failed) co_return false;
  }
  append(out, as_bytes(std::string_view(input_).substr(0, size)));
  input_.erase(0, size);
  co_return true;
}

awaitable<std::optional<Bytes>> Line::ask(Bytes body) {
  if (stream_ == nullptr || !stream_->next_layer().is_open()) {
    const bool opened = co_await open();
    if (!opened) co_return std::nullopt;
  }
  std::string request =
      "POST /v1/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += as_text(body);
  Bytes().swap(body);
  const auto [failed, sent] = co_await asio::async_write(*stream_, asio::buffer(request), kLineTuple);
  (void)sent;
  std::string().swap(request);
  if (failed) co_return std::nullopt;
  const auto head = co_await read_until("\r\n\r\n");
  if (!head || head->compare(0, 12, "HTTP/1.1 200") != 0) co_return std::nullopt;
  Bytes out;
  if (const auto length = content_length(*head)) {
    const bool whole = co_await read_exactly(*length, out);
    if (!whole) co_return std::nullopt;
    co_return out;
  }
  for (;;) {  // in chunks
    const auto said = co_await read_until("\r\n");
    const auto size = said ? parsed(*said, 16) : std::nullopt;
    if (!size) co_return std::nullopt;
    const bool whole = co_await read_exactly(*size, out);
    if (!whole) co_return std::nullopt;
    const auto ended = co_await read_until("\r\n");
    if (!ended) co_return std::nullopt;
    if (*size == 0) co_return out;
  }
}

}  // namespace gandan::bench
