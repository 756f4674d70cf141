// What the server lets through before any HTTP: TLS 1.3 with its own certificate, and nothing else.
#include <fstream>

#include "live_server.hpp"

namespace gandan::server::test {

TEST_CASE("TLS 1.3 is spoken and nothing older") {
  LiveServer server;
  const auto modern = server.client();
  REQUIRE(modern.connected());
  CHECK(SSL_version(modern.ssl()) == TLS1_3_VERSION);
  for (const int old : {TLS1_2_VERSION, TLS1_1_VERSION, TLS1_VERSION})
    CHECK_FALSE(server.client({old}).connected());
  CHECK(server.client().get("/healthz")->status == 200);
}

TEST_CASE("a resumed session may not bring early data") {
  LiveServer server;
  auto first = server.client();
  REQUIRE(first.get("/healthz")->status == 200);  // by then the ticket has come
  const std::unique_ptr<SSL_SESSION, void (*)(SSL_SESSION*)> session(SSL_get1_session(first.ssl()),
                                                                     &SSL_SESSION_free);
  REQUIRE(SSL_SESSION_is_resumable(session.get()) == 1);
  CHECK(SSL_SESSION_get_max_early_data(session.get()) == 0);
  TlsWish wish;
  wish.resume = session.get();
  auto second = server.client(wish);
  REQUIRE(second.connected());
  CHECK(SSL_session_reused(second.ssl()) == 1);
  CHECK(second.get("/healthz")->status == 200);
}

TEST_CASE("nonsense instead of TLS closes its own connection and disturbs nobody") {
  LiveServer server;
  auto other = server.client();
  SeededRandom random(3);
  for (const std::size_t size : {1u, 5u, 100u, 20'000u}) {
    Bytes noise(size);
    random.fill(noise);
    Socket socket(server.port());
    socket.send(noise);
    socket.send(as_bytes("GET /healthz HTTP/1.1\r\n\r\n"));
    CHECK(socket.closed());
  }
  {  // plain HTTP
    Socket socket(server.port());
    socket.send(as_bytes("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    CHECK(socket.closed());
  }
  {  // garbage inside an encrypted connection, below HTTP
    Socket hello(server.port());
    hello.send(Bytes{0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0xff});
    CHECK(hello.closed());
  }
  REQUIRE(other.get("/healthz"));
  CHECK(server.client().get("/healthz")->status == 200);
}

TEST_CASE("certificates and keys that do not serve are named before the server listens") {
  TempFolder folder;
  const Authority authority(folder.path(), "ca");
  const auto good = authority.issue("good");
  const auto other = authority.issue("other");
  CertificateWish locked;
  locked.passphrase = "secret";
  const auto closed = authority.issue("closed", locked);
  const auto code = [](const std::string& certificate, const std::string& key) {
    const auto context = TlsContext::load(certificate, key);
    return context.ok() ? std::string() : info(context.error().code).text;
  };
  CHECK(code(good.certificate, good.key) == "");
  CHECK(code(good.certificate, other.key) == "server.bad_configuration");
  CHECK(code(good.key, good.certificate) == "server.bad_configuration");
  CHECK(code(folder.path("none"), good.key) == "server.bad_configuration");
  CHECK(code(good.certificate, folder.path("none")) == "server.bad_configuration");
  // Nobody sits at a server's terminal: it must not wait for a passphrase there.
  CHECK(code(closed.certificate, closed.key) == "server.bad_configuration");
}

}  // namespace gandan::server::test
