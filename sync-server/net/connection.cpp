#include "net/connection.hpp"

#include "net/log.hpp"

namespace gandan::server {

using boost::asio::awaitable;

namespace {
constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kLingerBytes = 4u << 20;  // read and thrown away after the last answer
}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket, const TlsContext& context, Relay& relay,
                       const Timeouts& timeouts, const Site* site, const bool& draining,
                       Strangers::Pass stranger)
    : stream_(std::move(socket), context),
      relay_(relay),
      timeouts_(timeouts),
      site_(site),
      draining_(draining),
      stranger_(std::move(stranger)) {
  relay_.counters().connections += 1;
  allow(timeouts_.handshake);
}

Connection::~Connection() { relay_.counters().connections -= 1; }

void Connection::allow(std::chrono::seconds time) { deadline_ = std::chrono::steady_clock::now() + time; }

awaitable<void> Connection::run() {
  executor_ = co_await boost::asio::this_coro::executor;
  if (co_await stream_.handshake()) {
    bool asked = false;
    for (bool go_on = true; go_on && !draining_;) {
      if (input_.empty()) {
        input_.shrink_to_fit();
        idle_ = true;
        allow(asked ? timeouts_.idle : timeouts_.head);
        const bool readable = co_await stream_.readable();
        idle_ = false;
        if (!readable || draining_) break;
      }
      asked = true;
      fault_.reset();
      request_deadline_ = std::chrono::steady_clock::now() + timeouts_.request;
      reader_ = std::make_unique<RequestReader>();
      go_on = co_await serve();
      unread_ = !reader_->done();
      reader_.reset();
      Bytes().swap(body_);
    }
    allow(unread_ ? timeouts_.refused : timeouts_.goodbye);
    co_await stream_.finish(kLingerBytes);
  }
  stream_.close();
}

Connection::Task Connection::serve() {
  allow(timeouts_.head);
  for (;;) {
    const auto taken = reader_->put(input_, body_);
    if (!taken.ok()) co_return co_await refuse_malformed(taken.error().code);
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(*taken));
    if (reader_->head_done()) break;
    if (input_.size() > kMaxHeadBytes) co_return co_await refuse(431, Code::too_large, false);
    const std::size_t before = input_.size();
    input_.resize(before + kReadBytes);
    const std::size_t size = co_await stream_.read_some(std::span(input_).subspan(before));
    input_.resize(before + size);
    if (size == 0) co_return false;
    relay_.counters().bytes_in += size;
  }
  const RequestHead head = reader_->head();
  if (head.expects_continue && head.has_body)
    if (!co_await write(as_bytes("HTTP/1.1 100 Continue\r\n\r\n"))) co_return false;
  co_return co_await route(head);
}

Connection::Task Connection::read_body() {
  body_.clear();
  while (!reader_->done()) {
    const auto taken = reader_->put(input_, body_);
    if (!taken.ok()) {
      fault_ = taken.error().code;
      co_return false;
    }
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(*taken));
    if (!body_.empty() || reader_->done()) break;
    if (input_.size() > kReadBytes) {  // a chunk's head that never ends
      fault_ = Code::malformed;
      co_return false;
    }
    const auto now = std::chrono::steady_clock::now();
    deadline_ = std::min(now + timeouts_.read, request_deadline_);
    const std::size_t before = input_.size();
    input_.resize(before + kReadBytes);
    const std::size_t size = co_await stream_.read_some(std::span(input_).subspan(before));
    input_.resize(before + size);
    if (size == 0) co_return false;
    relay_.counters().bytes_in += size;
  }
  co_return true;
}

awaitable<bool> Connection::write(ByteView bytes) {
  allow(timeouts_.write);
  relay_.counters().bytes_out += bytes.size();
  co_return co_await stream_.write(bytes);
}

Connection::Task Connection::respond(ResponseHead head, ByteView body) {
  head.length = body.size();
  Bytes out = to_bytes(as_bytes(print_head(head)));
  append(out, body);
  const bool keep_alive = head.keep_alive;
  const bool written = co_await write(out);
  co_return written&& keep_alive;
}

Connection::Task Connection::refuse(unsigned status, Code code, bool keep_alive) {
  relay_.counters().refusals.add(code);
  ResponseHead head;
  head.status = status;
  head.keep_alive = keep_alive;
  const std::string body = std::string(info(code).text) + "\n";
  co_return co_await respond(head, as_bytes(body));
}

Connection::Task Connection::refuse_malformed(Code code) {
  const bool head = !reader_->head_done() && !reader_->body_too_large();
  co_return co_await refuse(code != Code::too_large ? 400 : head ? 431 : 413, code, false);
}

Connection::Task Connection::not_found() {
  relay_.counters().refusals.add(Code::not_found);
  co_await write(as_bytes(uniform_not_found()));
  co_return false;
}

}  // namespace gandan::server
