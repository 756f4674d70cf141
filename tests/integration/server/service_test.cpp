// What a service manager asks of the program: it says when it serves, reads its certificate again when it is
// told to, shows signs of life, and says that it goes.
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

// The socket of a service manager; programs that start meanwhile hear of it.
class Manager {
 public:
  explicit Manager(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no socket");
    const timeval patience{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(fd_);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  std::string hear() const {
    char text[256];
    const auto size = ::recv(fd_, text, sizeof text, 0);
    return size < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(size));
  }
  // The next word that is no sign of life.
  std::string hear_news() const {
    std::string text;
    while ((text = hear()) == "WATCHDOG=1") {
    }
    return text;
  }

 private:
  int fd_;
};

std::string serial(SSL* ssl) {
  const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(ssl), X509_free);
  unsigned char digest[32];
  unsigned size = 0;
  X509_digest(certificate.get(), EVP_sha256(), digest, &size);
  return to_hex(ByteView(digest, size));
}

}  // namespace

TEST_CASE("the service manager hears when the program serves, reads anew, lives and goes") {
  ServerProgram server;
  const Manager manager(server.path("notify"));
  ::setenv("WATCHDOG_USEC", "900000", 1);
  server.start();
  ::unsetenv("WATCHDOG_USEC");
  CHECK(manager.hear_news() == "READY=1");
  CHECK(server.client().get("/healthz")->status == 200);
  // Three signs of life in a period.
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 6; ++i) CHECK(manager.hear() == "WATCHDOG=1");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  CHECK(took.count() > 1);
  CHECK(took.count() < 5);
  server.program().kill(SIGHUP);
  const auto reloading = manager.hear_news();
  CHECK(reloading.rfind("RELOADING=1\nMONOTONIC_USEC=", 0) == 0);
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto said_us = std::stoll(reloading.substr(reloading.rfind('=') + 1));
  CHECK(said_us <= now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
  CHECK(said_us > (now.tv_sec - 20) * 1'000'000LL);
  CHECK(manager.hear_news() == "READY=1");
  server.program().kill(SIGTERM);
  CHECK(manager.hear_news() == "STOPPING=1");
  CHECK(server.program().wait() == 0);
}

TEST_CASE("without anybody who waits for signs of life, none are given") {
  ServerProgram server;
  const Manager manager(server.path("notify"));
  server.start();
  CHECK(manager.hear() == "READY=1");
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  server.program().kill(SIGTERM);
  CHECK(manager.hear() == "STOPPING=1");
  CHECK(server.program().wait() == 0);
}

TEST_CASE("a certificate is renewed without a restart, for whoever connects afterwards") {
  ServerProgram server;
  const Manager manager(server.path("notify"));
  server.start();
  CHECK(manager.hear() == "READY=1");
  const auto reload = [&] {
    server.program().kill(SIGHUP);
    CHECK(manager.hear().rfind("RELOADING=1", 0) == 0);
    CHECK(manager.hear() == "READY=1");
  };
  auto old = server.client();
  REQUIRE(old.get("/healthz")->status == 200);
  const std::string first = serial(old.ssl());
  server.replace_certificate("server");  // into the same files
  auto before = server.client();
  CHECK(serial(before.ssl()) == first);  // nobody asked for it yet
  reload();
  auto after = server.client();
  REQUIRE(after.get("/healthz")->status == 200);
  const std::string second = serial(after.ssl());
  CHECK(second != first);
  // Who was connected goes on as he was.
  CHECK(old.get("/healthz")->status == 200);
  CHECK(serial(old.ssl()) == first);
  CHECK(server.log().find("\"event\":\"certificate_renewed\"") != std::string::npos);

  // One that does not serve leaves the one that does.
  for (const auto& text : {std::string("no certificate\n"), std::string()}) {
    std::ofstream(server.certificate().certificate, std::ios::trunc) << text;
    reload();
    auto kept = server.client();
    REQUIRE(kept.get("/healthz")->status == 200);
    CHECK(serial(kept.ssl()) == second);
  }
  CHECK(server.log().find("\"event\":\"certificate_kept\"") != std::string::npos);
  CHECK(server.log().find("server.bad_configuration") != std::string::npos);
  // And a key of another certificate, while the certificate is a good one.
  const Authority authority(server.path(""), "another");
  const auto foreign = authority.issue("foreign");
  server.replace_certificate("server");
  std::filesystem::copy_file(foreign.key, server.certificate().key,
                             std::filesystem::copy_options::overwrite_existing);
  reload();
  auto kept = server.client();
  CHECK(serial(kept.ssl()) == second);
  CHECK(server.stop() == 0);
}

}  // namespace gandan::server::test
