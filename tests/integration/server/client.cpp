#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace gandan::server::test {

Socket::Socket(std::uint16_t port, int timeout_seconds) {
  std::signal(SIGPIPE, SIG_IGN);
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval timeout{timeout_seconds, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return;
  ::close(fd_);
  fd_ = -1;
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

bool Socket::send(ByteView bytes) const {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

bool Socket::closed() const {
  char sink[4096];
  for (;;) {
    const auto n = ::recv(fd_, sink, sizeof sink, 0);
    if (n == 0) return true;
    if (n < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
  }
}

void Socket::shut() {
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
}

TlsClient::TlsClient(std::uint16_t port, const std::string& ca_file, const TlsWish& wish)
    : socket_(port, wish.timeout_seconds) {
  if (!socket_.connected()) return;
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context_.get(), wish.highest);
  SSL_CTX_load_verify_locations(context_.get(), ca_file.c_str(), nullptr);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
  ssl_.reset(SSL_new(context_.get()));
  if (wish.resume != nullptr) SSL_set_session(ssl_.get(), wish.resume);
  SSL_set_fd(ssl_.get(), socket_.fd());
  if (SSL_connect(ssl_.get()) != 1) ssl_.reset();
}

bool TlsClient::send(ByteView bytes) {
  if (!ssl_) return false;
  std::size_t sent = 0;
  return bytes.empty() ||
         (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent) == 1 && sent == bytes.size());
}

bool TlsClient::fill() {
  if (!ssl_) return false;
  std::uint8_t buffer[16384];
  std::size_t size = 0;
  if (SSL_read_ex(ssl_.get(), buffer, sizeof buffer, &size) != 1) return false;
  append(input_, ByteView(buffer, size));
  return true;
}

bool TlsClient::closed() {
  while (fill()) {
  }
  input_.clear();
  return ssl_ == nullptr || SSL_get_error(ssl_.get(), 0) != SSL_ERROR_WANT_READ;
}

std::optional<HttpResponse> TlsClient::receive() {
  HttpResponse out;
  std::size_t end;
  while ((end = as_text(input_).find("\r\n\r\n")) == std::string_view::npos)
    if (!fill()) return std::nullopt;
  out.raw_head = std::string(as_text(input_).substr(0, end + 4));
  input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(end + 4));
  out.status = std::atoi(out.raw_head.c_str() + 9);
  if (out.status == 100) return receive();
  for (std::size_t at = out.raw_head.find("\r\n") + 2; at + 2 < out.raw_head.size();) {
    const std::size_t line_end = out.raw_head.find("\r\n", at);
    const std::string line = out.raw_head.substr(at, line_end - at);
    const std::size_t colon = line.find(": ");
    std::string name = line.substr(0, colon);
    for (auto& c : name) c = static_cast<char>(std::tolower(c));
    if (colon != std::string::npos) out.headers[name] = line.substr(colon + 2);
    at = line_end + 2;
  }
  const auto take = [&](std::size_t size) {
    while (input_.size() < size)
      if (!fill()) return false;
    append(out.body, ByteView(input_).first(size));
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(size));
    return true;
  };
  if (const auto length = out.headers.find("content-length"); length != out.headers.end()) {
    if (!take(std::stoul(length->second))) return std::nullopt;
  } else if (out.headers["transfer-encoding"] == "chunked") {
    for (;;) {
      std::size_t line;
      while ((line = as_text(input_).find("\r\n")) == std::string_view::npos)
        if (!fill()) return std::nullopt;
      const std::size_t size =
          std::strtoul(std::string(as_text(input_).substr(0, line)).c_str(), nullptr, 16);
      input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(line + 2));
      if (!take(size + 2)) return std::nullopt;
      out.body.resize(out.body.size() - 2);
      if (size == 0) break;
    }
  }
  return out;
}

std::optional<HttpResponse> TlsClient::get(const std::string& path, const std::string& more_headers) {
  if (!send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more_headers + "\r\n")) return std::nullopt;
  return receive();
}

std::optional<HttpResponse> TlsClient::put(const std::string& path, ByteView body,
                                           const std::string& more_headers) {
  Bytes out = to_bytes(as_bytes("PUT " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n" + more_headers + "\r\n"));
  append(out, body);
  send(out);  // a refusal may come before the body is through
  return receive();
}

std::optional<HttpResponse> TlsClient::post_sync(ByteView body) {
  send(sync_request(body));
  return receive();
}

std::optional<HttpResponse> get_in_clear(std::uint16_t port, const std::string& path) {
  const Socket socket(port);
  if (!socket.send(as_bytes("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))) return std::nullopt;
  std::string all;
  char piece[4096];
  for (ssize_t size; (size = ::recv(socket.fd(), piece, sizeof piece, 0)) > 0;)
    all.append(piece, static_cast<std::size_t>(size));
  const auto end = all.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  HttpResponse out;
  out.raw_head = all.substr(0, end + 4);
  out.status = std::atoi(all.c_str() + 9);
  out.body = to_bytes(as_bytes(all.substr(end + 4)));
  return out;
}

Bytes sync_request(ByteView body, const std::string& more_headers) {
  Bytes out = to_bytes(
      as_bytes("POST /v1/sync HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/vnd.gandan.sync\r\n" +
               more_headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n"));
  append(out, body);
  return out;
}

}  // namespace gandan::server::test
