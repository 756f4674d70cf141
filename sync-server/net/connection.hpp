// Connection: one TLS connection and the requests on it, one after the other.
//
//   handshake ─> idle ─> head ─> route ─> body ⇄ relay ─> answer ─> idle …
//
// Bounded: one head, one read buffer while a request is there and none while idle, and a deadline for every
// wait; the shard's sweeper closes what is past its deadline.
//
// Threading: lives on its shard's thread alone.
#pragma once

#include "net/http.hpp"
#include "net/signal.hpp"
#include "net/strangers.hpp"
#include "net/timeouts.hpp"
#include "net/tls.hpp"
#include "relay/relay.hpp"
#include "site/site.hpp"

namespace gandan::server {

class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket socket, const TlsContext& context, Relay& relay,
             const Timeouts& timeouts, const Site* site, const bool& draining, Strangers::Pass stranger);
  ~Connection();

  boost::asio::awaitable<void> run();
  bool idle() const { return idle_; }
  // Answers a request that only waits for news with what there is.
  void hurry() {
    if (expecting_) expecting_();
  }
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
  Task app_file(const RequestHead& head, std::string_view path);
  Task not_found();
  Task send_answer(class Exchange& exchange, bool keep_alive);
  boost::asio::awaitable<void> news(class Exchange& exchange, Signal& signal);

  // The next part of the body in body_. At the body's end it stays empty. False when the connection broke,
  // or, with fault_ set, when the body is none.
  Task read_body();
  Task respond(ResponseHead head, ByteView body);
  Task refuse(unsigned status, Code code, bool keep_alive);
  Task refuse_malformed(Code code);
  boost::asio::awaitable<bool> write(ByteView bytes);
  Task caught_up(Realm& realm);
  Result<DeviceId> bearer(const Realm& realm, const RequestHead& head) const;
  bool may_keep_alive(const RequestHead& head) const {
    return head.keep_alive && reader_->done() && !draining_;
  }
  void allow(std::chrono::seconds time);

  TlsStream stream_;
  Relay& relay_;
  const Timeouts& timeouts_;
  const Site* site_;  // nullptr: none is served
  const bool& draining_;
  Strangers::Pass stranger_;  // until it is known whose connection it is
  boost::asio::any_io_executor executor_;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::steady_clock::time_point request_deadline_;
  std::optional<std::chrono::steady_clock::time_point> expects_until_;  // of the request
  std::function<void()> expecting_;                                     // wakes it while it waits for news
  bool idle_ = false;
  bool unread_ = false;  // the last request was answered before all of it had come
  Bytes input_;          // received and not parsed yet; freed while idle
  Bytes body_;           // decoded and not used yet
  std::optional<Code> fault_;
  std::unique_ptr<RequestReader> reader_;
};

}  // namespace gandan::server
