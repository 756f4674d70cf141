// ServiceManager: what systemd is told of a service, as sd_notify(3) describes it: datagrams to the socket
// that NOTIFY_SOCKET names. Where there is none, nothing is said. libsystemd would be one more thing to link
// for a sendto.
//
// Threading: any thread. Errors: none; a service manager that does not listen keeps nobody from serving.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace gandan::server {

class ServiceManager {
 public:
  ServiceManager() = default;  // tells nobody
  static ServiceManager of_environment();

  void ready() const;
  void reloading() const;  // ready() says that it is over
  void stopping() const;
  void alive() const;
  // Within which alive() has to be said, again and again; absent: nobody waits for it.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  void say(const std::string& what) const;

  std::string socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace gandan::server
