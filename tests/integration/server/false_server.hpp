// FalseServer: listens and does what a good server would not: shows another certificate, says nothing, speaks
// nonsense, hangs up in the middle.
//
// Threading: it serves one connection after the other on a thread of its own.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#include "certificates.hpp"

namespace gandan::server::test {

struct FalseWays {
  Authority::Files certificate;
  int highest_tls = 0;               // 0: the newest
  bool handshake = true;             // false: the connection stands and nothing more happens
  std::string answer;                // to whatever is asked
  std::vector<std::string> later{};  // instead, on the second connection and those behind it
  bool hang_up = true;               // after the answer; otherwise it stays silent
};

class FalseServer {
 public:
  explicit FalseServer(FalseWays ways);
  ~FalseServer();
  std::uint16_t port() const { return port_; }
  std::vector<std::string> asked() const;  // what came on each connection, at most 4 kB of it

 private:
  void serve(int fd);
  void stay(int fd) const;  // until the peer goes or the server ends

  const FalseWays ways_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace gandan::server::test
