// FalseServer: listens and does what a good server would not: shows another certificate, says nothing, speaks
// nonsense, hangs up in the middle.
//
// Threading: it serves one connection after the other on a thread of its own.
#pragma once

#include <atomic>
#include <thread>

#include "certificates.hpp"

namespace gandan::server::test {

struct FalseWays {
  Authority::Files certificate;
  int highest_tls = 0;    // 0: the newest
  bool handshake = true;  // false: the connection stands and nothing more happens
  std::string answer;     // to whatever is asked
  bool hang_up = true;    // after the answer; otherwise it stays silent
};

class FalseServer {
 public:
  explicit FalseServer(FalseWays ways);
  ~FalseServer();
  std::uint16_t port() const { return port_; }

 private:
  void serve(int fd) const;
  void stay(int fd) const;  // until the peer goes or the server ends

  const FalseWays ways_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> over_{false};
  std::jthread thread_;
};

}  // namespace gandan::server::test
