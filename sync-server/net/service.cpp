#include "net/service.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <ctime>

namespace gandan::server {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// Of CLOCK_MONOTONIC, in microseconds: by it systemd tells a reload's READY from one that was under way.
long long monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
}

}  // namespace

ServiceManager ServiceManager::of_environment() {
  ServiceManager out;
  out.socket_ = variable("NOTIFY_SOCKET");
  const long long period = std::atoll(variable("WATCHDOG_USEC").c_str());
  const std::string whose = variable("WATCHDOG_PID");
  if (period > 0 && (whose.empty() || std::atoll(whose.c_str()) == ::getpid()))
    out.watchdog_ = std::chrono::microseconds(period);
  return out;
}

void ServiceManager::say(const std::string& what) const {
  sockaddr_un address{};
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_[0] == '@') address.sun_path[0] = '\0';  // an abstract one
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  (void)::sendto(fd, what.data(), what.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size()));
  ::close(fd);
}

void ServiceManager::ready() const { say("READY=1"); }
void ServiceManager::reloading() const {
  say("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us()));
}
void ServiceManager::stopping() const { say("STOPPING=1"); }
void ServiceManager::alive() const { say("WATCHDOG=1"); }

}  // namespace gandan::server
