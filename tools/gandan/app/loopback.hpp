// Loopback: HTTP/1.1 on 127.0.0.1 for one person's browser, on one thread. It knows the wire and its bounds;
// what is served, and to whom, says the Handler.
//
// Bounded: connections, heads, bodies (as the handler says), and the time to send them.
//
// Threading: all of it, the handler's functions too, runs on the thread of run(); stop() from any.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::cli {

struct HttpHead {
  std::string method;  // "GET", …
  std::string target;  // path and query, as sent
  std::string host, origin, cookie, content_type, accept_encoding, if_none_match, fetch_site;
  std::optional<std::uint64_t> length;  // of the body
};

struct HttpAnswer {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::optional<std::filesystem::path> file;  // in place of the body
  std::vector<std::pair<std::string, std::string>> headers;
};

// 64 hexadecimal digits that nobody guesses, for addresses and cookies.
std::string new_secret();
// Without its percent signs; nothing where one is malformed.
std::optional<std::string> percent_decoded(std::string_view text);

class Handler {
 public:
  struct Plan {
    std::optional<HttpAnswer> refusal;           // then the body is not read
    std::uint64_t max_body = 0;                  // bytes; more is answered with 413
    std::optional<std::filesystem::path> spool;  // a new file that takes the body; else it is text
  };
  virtual ~Handler() = default;
  virtual Plan plan(const HttpHead& head) = 0;
  // `body` is empty where it was spooled. What it is given lives until the answer is there.
  virtual boost::asio::awaitable<HttpAnswer> answer(const HttpHead& head, const Plan& plan,
                                                    std::string body) = 0;
  // In place of an answer where the wire is at fault: 400, 413, 431 and 500.
  virtual HttpAnswer fault(unsigned status, Code code) = 0;
};

class Loopback {
 public:
  static constexpr std::size_t kMaxConnections = 64;
  static constexpr std::uint32_t kMaxHead = 16 * 1024;  // bytes

  // Port 0: the system chooses. Code::no_port.
  static Result<std::unique_ptr<Loopback>> listen(std::uint16_t port);
  ~Loopback();

  std::uint16_t port() const;
  std::string host() const;  // 127.0.0.1:PORT
  // Whether a request's Host is this program's: a stranger's name can be made to point here.
  bool is_here(std::string_view host) const;
  boost::asio::io_context& context();
  void run(Handler& handler);  // until stop(), SIGTERM, SIGINT or SIGHUP
  void stop();

 private:
  struct State;
  explicit Loopback(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gandan::cli
