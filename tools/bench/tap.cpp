#include "bench/tap.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "bench/measure.hpp"

namespace gandan::bench {
namespace {

constexpr int kLookMs = 20;  // for the end

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}
const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

bool write_all(int to, const char* data, std::size_t size) {
  while (size > 0) {
    const auto written = ::send(to, data, size, MSG_NOSIGNAL);
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

Tap::Tap(std::uint16_t server_port) : server_port_(server_port) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listening_, generic(address), size) != 0 || ::listen(listening_, 8) != 0 ||
      ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    give_up(Error{Code::internal, "no socket to listen on"});
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

Tap::~Tap() {
  ending_ = true;
  thread_.join();
  ::close(listening_);
}

void Tap::run() {
  while (!ending_) {
    pollfd waiting{listening_, POLLIN, 0};
    if (::poll(&waiting, 1, kLookMs) <= 0) continue;
    const int client = ::accept(listening_, nullptr, nullptr);
    if (client < 0) continue;
    forward(client);
    ::close(client);
  }
}

void Tap::forward(int client) {
  const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(server_port_);
  bool open = ::connect(server, generic(address), sizeof address) == 0;
  std::array<char, 65536> buffer;
  while (open && !ending_) {
    std::array<pollfd, 2> ends{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(ends.data(), ends.size(), kLookMs) < 0) break;
    for (const auto& end : ends) {
      if (end.revents == 0) continue;
      const auto size = ::recv(end.fd, buffer.data(), buffer.size(), 0);
      if (size > 0) bytes_ += static_cast<std::uint64_t>(size);
      open &= size > 0 &&
              write_all(end.fd == client ? server : client, buffer.data(), static_cast<std::size_t>(size));
    }
  }
  ::close(server);
}

}  // namespace gandan::bench
