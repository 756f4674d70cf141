// Tap: between a client and the server on loopback, counts what goes over the wire: TLS and all that is in
// it.
//
// Threading: one thread of its own; the counters may be read from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace gandan::bench {

class Tap {
 public:
  explicit Tap(std::uint16_t server_port);  // on 127.0.0.1; one connection after another
  ~Tap();
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint64_t bytes() const { return bytes_; }  // both ways, since it began

 private:
  void run();
  void forward(int client);

  const std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  int listening_ = -1;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace gandan::bench
