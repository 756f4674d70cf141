#include "false_server.hpp"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace gandan::server::test {
namespace {
constexpr int kLookMs = 20;
}

FalseServer::FalseServer(FalseWays ways) : ways_(std::move(ways)) {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] {
    while (!over_) {
      pollfd wait{listener_, POLLIN, 0};
      if (::poll(&wait, 1, kLookMs) <= 0) continue;
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      const timeval timeout{5, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
      serve(fd);
      ::close(fd);
    }
  });
}

FalseServer::~FalseServer() {
  over_ = true;
  thread_.join();
  ::close(listener_);
}

void FalseServer::stay(int fd) const {
  char sink[4096];
  while (!over_) {
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, kLookMs) > 0 && ::recv(fd, sink, sizeof sink, 0) <= 0) return;
  }
}

std::vector<std::string> FalseServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void FalseServer::serve(int fd) {
  if (!ways_.handshake) return stay(fd);
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (ways_.highest_tls != 0) SSL_CTX_set_max_proto_version(context.get(), ways_.highest_tls);
  SSL_CTX_use_certificate_chain_file(context.get(), ways_.certificate.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(context.get(), ways_.certificate.key.c_str(), SSL_FILETYPE_PEM);
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), &SSL_free);
  SSL_set_fd(ssl.get(), fd);
  if (SSL_accept(ssl.get()) != 1) return;
  char asked[4096];
  const int size = SSL_read(ssl.get(), asked, sizeof asked);
  if (size <= 0) return;
  std::size_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = asked_.size();
    asked_.emplace_back(asked, static_cast<std::size_t>(size));
  }
  const auto& answer = number == 0 || ways_.later.empty()
                           ? ways_.answer
                           : ways_.later[std::min(number, ways_.later.size()) - 1];
  if (!answer.empty()) SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
  if (!ways_.hang_up) stay(fd);
}

}  // namespace gandan::server::test
