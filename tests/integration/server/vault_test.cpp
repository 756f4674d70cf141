// Real vaults over the real network: phones and an office through HttpsTransport against the server, and what
// a person is told when the network, the certificate or the clock is not right.
#include <future>

#include "false_server.hpp"
#include "live_server.hpp"
#include "support/realm.hpp"
#include "sync/asio/https_transport.hpp"
#include "vault/attachments.hpp"

namespace gandan::server::test {
namespace {

using gandan::test::Device;
using gandan::test::Realm;
using gandan::test::text;
using Transport = std::unique_ptr<sync::HttpsTransport>;

Transport transport_to(std::uint16_t port, std::int64_t patience_ms = 20'000,
                       const std::string& authority = test_authority().file()) {
  sync::HttpsOptions options;
  options.server = "https://127.0.0.1:" + std::to_string(port);
  options.ca_file = authority;
  options.connect_timeout_ms = options.idle_timeout_ms = patience_ms;
  return must(sync::HttpsTransport::create(options));
}

// A realm of vaults whose ledger the live server keeps.
struct Commune {
  Commune() : realm(3, server.key.public_key()) {
    {
      const auto store = server.open();
      must(admit_realm(*store, server.key, roster::encode_card(realm.card), 0));
    }
    must(server.relay->refresh());
  }
  sync::Report sync(Device& device) const {
    const auto wire = transport_to(server.port());
    return must(sync::run(*device.vault, *wire, {}));
  }
  // What a sync with somebody else comes to.
  static std::string fails(Device& device, std::uint16_t port, std::int64_t patience_ms = 20'000,
                           const std::string& authority = test_authority().file()) {
    const auto wire = transport_to(port, patience_ms, authority);
    const auto report = sync::run(*device.vault, *wire, {});
    return report.ok() ? std::string("ok") : info(report.error().code).text;
  }
  static std::uint64_t unsent(Device& device) { return must(vault::counts(*device.vault)).unsent_segments; }

  LiveServer server;
  Realm realm;
  std::unique_ptr<Device> phone = realm.enrolled("phone", roster::Role::cadre, realm.commune);
  std::unique_ptr<Device> other = realm.enrolled("other", roster::Role::cadre, realm.commune);
  std::unique_ptr<Device> office = realm.enrolled("office", roster::Role::office, realm.top);
};

}  // namespace

TEST_CASE_METHOD(
    Commune, "records and a photo go from a phone through the server to the office, in one round trip each") {
  const auto record = phone->write(realm.commune, {text("title", "Họp thôn Bản Mới"), text("note", "80 hộ")});
  Bytes photo(300'000);
  realm.random.fill(photo);
  const auto blob =
      must(vault::keep_attachment(*phone->vault, realm.commune, "ảnh.jpg", "image/jpeg", photo));
  phone->edit(realm.commune, record, {{"photo", changelog::Value(blob)}});

  CHECK(sync(*realm.admin).exchanges == 1);
  const auto pushed = sync(*phone);
  CHECK(pushed.exchanges == 1);
  CHECK(pushed.segments_sent == 1);
  CHECK(pushed.chunks_sent == 3);
  CHECK(pushed.rejected.empty());
  CHECK(unsent(*phone) == 0);

  const auto pulled = sync(*office);
  CHECK(pulled.exchanges == 1);
  CHECK(pulled.ingest.segments == 1);
  CHECK(pulled.chunks_received == 3);
  CHECK(office->document(record) == phone->document(record));
  CHECK(must(vault::read_attachment(*office->vault, blob)) == photo);

  // With nothing new, and over a connection that is kept between two syncs.
  const auto wire = transport_to(server.port());
  for (int i = 0; i < 2; ++i) {
    const auto again = must(sync::run(*phone->vault, *wire, {}));
    CHECK(again.exchanges == 1);
    CHECK(again.segments_sent == 0);
    CHECK(again.bytes_received < 1000);
  }
}

TEST_CASE_METHOD(Commune, "many segments and a cut answer: the next sync goes on, and nothing counts twice") {
  sync(*realm.admin);
  const auto record = phone->write(realm.commune, {text("title", "0")});
  for (int i = 0; i < 30; ++i) {
    phone->edit(realm.commune, record,
                {text("title", std::to_string(i)), text("note", std::string(400, 'x'))});
    must(vault::seal(*phone->vault));
  }
  const auto accepted = server.metric("gandan_segments_accepted_total");
  const auto sealed = unsent(*phone);
  REQUIRE(sealed >= 30);
  const auto expected = accepted + static_cast<std::int64_t>(sealed);
  {
    // The answer is thrown away after its first bytes.
    const auto wire = transport_to(server.port());
    struct Cut final : sync::Transport {
      explicit Cut(sync::Transport& under) : wire(under) {}
      Status exchange(ByteView body, const std::function<Status(ByteView)>&) override {
        const auto done = wire.exchange(body, [](ByteView) { return Status(Code::connection_lost); });
        return done;
      }
      Status put_chunk(const roster::RealmAddress&, const Hash&, const UnitId&, ByteView, ByteView) override {
        return Code::connection_lost;
      }
      Result<Bytes> get_chunk(const roster::RealmAddress&, const Hash&, ByteView) override {
        return Code::connection_lost;
      }
      sync::Transport& wire;
    } cut(*wire);
    CHECK(sync::run(*phone->vault, cut, {}).error().code == Code::connection_lost);
  }
  CHECK(server.metric("gandan_segments_accepted_total") == expected);
  CHECK(unsent(*phone) == sealed);
  const auto resumed = sync(*phone);
  CHECK(resumed.segments_sent == 0);  // it asked first where the server stands
  CHECK(unsent(*phone) == 0);
  CHECK(server.metric("gandan_segments_accepted_total") == expected);
  sync(*office);
  CHECK(office->document(record) == phone->document(record));
}

TEST_CASE_METHOD(Commune,
                 "an office that waits sees a record as it arrives, also with a token that is no more") {
  sync(*realm.admin);
  sync(*phone);
  phone->write(realm.commune, {text("title", "lần đầu")});
  sync(*phone);
  sync(*office);
  for (const bool forgotten : {false, true}) {
    if (forgotten) {  // tokens live for a day
      realm.clock.advance(25 * 3'600'000);
      server.clock.advance(25 * 3'600'000);
    }
    auto waiting = std::async(std::launch::async, [this] {
      const auto wire = transport_to(server.port());
      sync::Options options;
      options.wait_seconds = 15;
      return must(sync::run(*office->vault, *wire, options));
    });
    for (int i = 0; i < 250 && server.metric("gandan_requests_expecting") == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(server.metric("gandan_requests_expecting") == 1);
    const auto record = phone->write(realm.commune, {text("title", "vừa xong")});
    sync(*phone);
    const auto seen = waiting.get();
    CHECK(seen.ingest.segments == 1);
    CHECK(seen.exchanges == (forgotten ? 2 : 1));
    CHECK(office->document(record) == phone->document(record));
  }
}

TEST_CASE(
    "a chunk whose answer is cut goes on where it was cut, and is fetched anew where parts are not given") {
  const std::string head = " \r\nContent-Length: 1000\r\n\r\n", rest = " \r\nContent-Length: 600\r\n\r\n";
  const auto fetch = [](const FalseServer& server) {
    sync::HttpsOptions options;
    options.server = "https://127.0.0.1:" + std::to_string(server.port());
    options.ca_file = test_authority().file();
    const auto transport = must(sync::HttpsTransport::create(options));
    return transport->get_chunk({}, {}, Bytes(56, 1));
  };
  FalseWays ways;
  ways.certificate = test_certificate();
  ways.answer = "HTTP/1.1 200 OK" + head + std::string(400, 'a');
  ways.later = {"HTTP/1.1 206 Partial Content" + rest + std::string(600, 'b')};
  const FalseServer server(ways);
  const auto chunk = fetch(server);
  REQUIRE(chunk.ok());
  CHECK(as_text(*chunk) == std::string(400, 'a') + std::string(600, 'b'));
  REQUIRE(server.asked().size() == 2);
  CHECK(server.asked()[0].find("Range:") == std::string::npos);
  CHECK(server.asked()[1].find("\r\nRange: bytes=400-\r\n") != std::string::npos);

  ways.later = {"HTTP/1.1 200 OK" + head + std::string(1000, 'c')};
  const FalseServer older(ways);
  const auto whole = fetch(older);
  REQUIRE(whole.ok());
  CHECK(as_text(*whole) == std::string(1000, 'c'));

  ways.later.clear();  // cut at the same place again and again: that is given up
  const FalseServer broken(ways);
  CHECK(fetch(broken).error().code == Code::connection_lost);
  CHECK(broken.asked().size() == 2);
}

TEST_CASE_METHOD(Commune, "certificates that are not right are named, and nothing is sent") {
  phone->write(realm.commune, {text("title", "x")});
  gandan::test::TempFolder folder;
  const Authority foreign(folder.path(), "foreign");
  const Authority& ours = test_authority();
  const auto with = [&](const Authority::Files& certificate) {
    FalseWays ways;
    ways.certificate = certificate;
    const FalseServer impostor(ways);
    return fails(*phone, impostor.port());
  };
  CertificateWish wish;
  wish.until_seconds = -60;
  CHECK(with(ours.issue("expired", wish)) == "net.certificate_expired");
  wish = {};
  wish.from_seconds = 3600;
  CHECK(with(ours.issue("future", wish)) == "net.certificate_expired");
  CHECK(with(foreign.issue("theirs")) == "net.certificate_foreign");
  wish = {};
  wish.names = "DNS:elsewhere.example,IP:127.0.0.2";
  CHECK(with(ours.issue("elsewhere", wish)) == "net.certificate_foreign");
  wish = {};
  wish.names = "DNS:127.0.0.1";  // an address is no name
  CHECK(with(ours.issue("named", wish)) == "net.certificate_foreign");
  // The server's own certificate with another authority on the device.
  CHECK(fails(*phone, server.port(), 20'000, foreign.file()) == "net.certificate_foreign");
  sync::HttpsOptions options;
  options.server = "https://127.0.0.1:1";
  options.ca_file = folder.path("none.pem");
  CHECK(sync::HttpsTransport::create(options).error().code == Code::file_unreadable);
  for (const char* wrong :
       {"http://127.0.0.1", "127.0.0.1:443", "https://", "https://a:", "https://a/b", ""}) {
    options.server = wrong;
    options.ca_file.clear();
    CHECK(sync::HttpsTransport::create(options).error().code == Code::bad_request);
  }
  CHECK(unsent(*phone) == 1);
  sync(*realm.admin);
  sync(*phone);
  CHECK(unsent(*phone) == 0);
}

TEST_CASE_METHOD(Commune,
                 "a server that is down, silent or talks nonsense is told apart, and nothing is lost") {
  sync(*realm.admin);
  const auto record = phone->write(realm.commune, {text("title", "vẫn còn")});
  const auto before = phone->document(record);
  std::uint16_t nobody;
  {
    const FalseServer gone(FalseWays{});
    nobody = gone.port();
  }
  CHECK(fails(*phone, nobody) == "net.unreachable");
  const auto with = [&](const std::function<void(FalseWays&)>& choose) {
    FalseWays ways;
    ways.certificate = test_certificate();
    choose(ways);
    const FalseServer impostor(ways);
    const auto start = std::chrono::steady_clock::now();
    auto code = fails(*phone, impostor.port(), 500);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
    return code;
  };
  CHECK(with([](FalseWays& ways) { ways.handshake = false; }) == "net.timeout");
  CHECK(with([](FalseWays& ways) { ways.hang_up = false; }) == "net.timeout");
  CHECK(with([](FalseWays&) {}) == "net.connection_lost");
  CHECK(with([](FalseWays& ways) { ways.highest_tls = TLS1_2_VERSION; }) == "net.unreachable");
  CHECK(with([](FalseWays& ways) { ways.answer = "SSH-2.0-OpenSSH\r\n\r\n"; }) == "net.connection_lost");
  CHECK(with([](FalseWays& ways) { ways.answer = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"; }) ==
        "net.connection_lost");
  CHECK(with([](FalseWays& ways) {
          ways.answer = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf";
          ways.hang_up = false;
        }) == "net.timeout");
  CHECK(with([](FalseWays& ways) { ways.answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"; }) ==
        "net.busy");
  CHECK(with([](FalseWays& ways) {
          ways.answer = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
        }) == "net.refused");
  CHECK(with([](FalseWays& ways) {
          ways.answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\x63\x01\x01";
        }) == "format.malformed");
  CHECK(with([](FalseWays& ways) { ways.answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; }) ==
        "net.connection_lost");
  CHECK(phone->document(record) == before);
  CHECK(unsent(*phone) == 1);
  sync(*phone);
  sync(*office);
  CHECK(office->document(record) == before);
}

TEST_CASE_METHOD(Commune, "a clock that is far off is named on either side, and the records wait") {
  sync(*realm.admin);
  sync(*phone);
  phone->write(realm.commune, {text("title", "giờ sai")});
  // A token of an earlier day is no help: the clock is only compared when a Hello is signed.
  for (const std::int64_t off : {2 * protocol::kTokenLifeMs, -protocol::kMaxClockSkewMs * 2}) {
    must(phone->vault->set_meta("token", {}));
    realm.clock.advance(off);
    CHECK(fails(*phone, server.port()) == "clock.off");
    realm.clock.advance(-off);
  }
  CHECK(unsent(*phone) == 1);
  server.clock.advance(3'600'000);  // the server's own clock is wrong
  must(phone->vault->set_meta("token", {}));
  CHECK(fails(*phone, server.port()) == "clock.off");
  realm.clock.advance(3'600'000);
  CHECK(sync(*phone).segments_sent == 1);
}

TEST_CASE_METHOD(Commune, "the server goes away between two calls and the kept connection is opened again") {
  sync(*realm.admin);
  const auto wire = transport_to(server.port());
  must(sync::run(*phone->vault, *wire, {}));
  const auto record = phone->write(realm.commune, {text("title", "sau khi khởi động lại")});
  const auto port = server.port();
  server.close();
  CHECK(fails(*phone, port, 2000) == "net.unreachable");
  server.listen_again(port);
  CHECK(must(sync::run(*phone->vault, *wire, {})).rejected.empty());
  CHECK(unsent(*phone) == 0);
  sync(*office);
  CHECK(office->document(record) == phone->document(record));
}

}  // namespace gandan::server::test
