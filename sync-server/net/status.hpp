// StatusListener: GET /metrics and GET /healthz in clear, for this machine alone. One request a connection, a
// few connections at a time, a few seconds for each.
//
// Threading: belongs to the thread of its context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>

namespace gandan::server {

class StatusListener {
 public:
  StatusListener(boost::asio::io_context& context, std::function<std::string()> metrics,
                 std::function<bool()> healthy)
      : metrics_(std::move(metrics)), healthy_(std::move(healthy)), acceptor_(context) {}

  boost::asio::ip::tcp::acceptor& acceptor() { return acceptor_; }
  std::uint16_t port() const;          // 0: it is not open
  boost::asio::awaitable<void> run();  // until close()
  void close();

 private:
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
  std::string answer(std::string_view target) const;

  const std::function<std::string()> metrics_;
  const std::function<bool()> healthy_;
  boost::asio::ip::tcp::acceptor acceptor_;
  unsigned open_ = 0;
};

}  // namespace gandan::server
