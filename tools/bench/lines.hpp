// Lines: many TLS connections to a server, played by one thread: HTTP as devices speak it, and no more of it.
//
// Threading: all of it on the thread that runs the context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>

#include "base/bytes.hpp"

namespace gandan::bench {

class Line {
 public:
  // `number` says from which of the addresses 127.0.0.x it comes: a machine has many ports, and a server
  // counts strangers by address.
  Line(boost::asio::io_context& context, boost::asio::ssl::context& tls, std::uint16_t port,
       std::size_t number);

  // Connects where it is not, sends a sync's body, and returns the answer's; nothing: whatever a device would
  // show as an error, a refusal by HTTP among them.
  boost::asio::awaitable<std::optional<Bytes>> ask(Bytes body);
  boost::asio::awaitable<bool> open();
  // Ends whatever waits on it; it may be opened again.
  void close();

 private:
  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
  boost::asio::awaitable<std::optional<std::string>> read_until(std::string_view mark);
  boost::asio::awaitable<bool> read_exactly(std::size_t size, Bytes& out);

  boost::asio::io_context& context_;
  boost::asio::ssl::context& tls_;
  const std::uint16_t port_;
  const std::size_t number_;
  std::unique_ptr<Stream> stream_;
  std::string input_;  // received and not used
};

boost::asio::ssl::context client_tls(const std::string& ca_file);

}  // namespace gandan::bench
