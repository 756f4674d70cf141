// Connection: one TLS connection and the requests on it, one after the other.
//
//   handshake ─> idle ─> head ─> route ─> body ⇄ relay ─> answer ─> idle …
//
// Bounded: one head, one read buffer while a request is there and none while idle, and a deadline for every
// wait; the shard's sweeper closes what is past its deadline.
//
// Threading: lives on its shard's thread alone.
#pragma once

#include <chrono>

#include "net/http.hpp"
#include "net/signal.hpp"
#include "net/tls.hpp"
#include "relay/relay.hpp"

namespace gandan::server {

struct Timeouts {
  std::chrono::seconds handshake{10};
  std::chrono::seconds idle{120};
  std::chrono::seconds head{15};       // for a whole head
  std::chrono::seconds read{30};       // for the next bytes of a body
  std::chrono::seconds write{60};      // for a piece of an answer to leave
  std::chrono::seconds commit{60};     // for the store
  std::chrono::seconds request{1800};  // for a whole request
};

class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket socket, const TlsContext& context, Relay& relay,
             const Timeouts& timeouts, const bool& draining);
  ~Connection();

  boost::asio::awaitable<void> run();
  bool idle() const { return idle_; }
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  void close() { stream_.close(); }

 private:
  struct Target;
  using Task = boost::asio::awaitable<bool>;  // whether the connection goes on

  Task serve();
  Task route(const RequestHead& head);
  Task sync(const RequestHead& head);
  Task put_chunk(const RequestHead& head, const Target& target);
  Task get_chunk(const RequestHead& head, const Target& target);
  Task ledger(const RequestHead& head, const Target& target);
  Task metrics(const RequestHead& head);
  Task not_found();
  Task send_answer(class Exchange& exchange, bool keep_alive);

  // The next part of the body in body_; false when the connection broke. At the body's end it stays empty.
  Task read_body();
  Task respond(ResponseHead head, ByteView body);
  Task refuse(unsigned status, Code code, bool keep_alive);
  boost::asio::awaitable<bool> write(ByteView bytes);
  Result<DeviceId> bearer(const Realm& realm, const RequestHead& head) const;
  bool may_keep_alive(const RequestHead& head) const {
    return head.keep_alive && reader_->done() && !draining_;
  }
  void allow(std::chrono::seconds time);

  TlsStream stream_;
  Relay& relay_;
  const Timeouts& timeouts_;
  const bool& draining_;
  boost::asio::any_io_executor executor_;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::steady_clock::time_point request_deadline_;
  bool idle_ = false;
  Bytes input_;  // received and not parsed yet; freed while idle
  Bytes body_;   // decoded and not used yet
  std::unique_ptr<RequestReader> reader_;
};

}  // namespace gandan::server
