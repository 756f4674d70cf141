// Limits for whole addresses: strangers of one machine do not take what belongs to all, and devices that are
// known do not suffer for the address that they share.
#include "live_server.hpp"
#include "net/strangers.hpp"

namespace gandan::server::test {
namespace {

std::vector<std::unique_ptr<TlsClient>> connect(const LiveServer& server, int count) {
  std::vector<std::unique_ptr<TlsClient>> out;
  for (int i = 0; i < count; ++i) {
    out.push_back(std::make_unique<TlsClient>(server.port(), test_authority().file()));
    if (!out.back()->connected()) throw std::runtime_error("refused");
  }
  return out;
}

}  // namespace

TEST_CASE("strangers of one address are bounded, devices of it are not") {
  ServerOptions options;
  options.strangers_of_address = 5;
  LiveParty party(options);
  REQUIRE(party.server.comes_to_connections(0));
  auto strangers = connect(party.server, 5);
  CHECK_FALSE(party.server.client().connected());
  CHECK(party.server.metrics().text().find("gandan_connections_refused_total{reason=\"address\"} 1\n") !=
        std::string::npos);
  // Who shows to be a device makes room, and stays.
  for (auto& client : strangers) {
    auto ask = party.request();
    CHECK(parse_sync(client->post_sync(party.server.body(ask)), party.server.note_key()).refused() == "");
  }
  auto more = connect(party.server, 5);
  CHECK_FALSE(party.server.client().connected());
  CHECK(strangers[0]->get("/healthz")->status == 200);
  // One that fails to does not; when it goes, there is room again.
  TestDevice nobody(party.server.realm.random);
  RequestBuilder asks(party.server.realm, nobody);
  CHECK(parse_sync(more[0]->post_sync(party.server.body(asks)), party.server.note_key()).refused() ==
        "roster.not_enrolled");
  CHECK_FALSE(party.server.client().connected());
  more.clear();
  CHECK(party.server.comes_to_connections(5));
  CHECK(party.server.client().connected());
}

TEST_CASE("whoever takes no answer is let go of, and costs no more than one piece of it") {
  ServerOptions options;
  options.timeouts.write = std::chrono::seconds(1);
  LiveParty party(options);
  for (int i = 0; i < 4; ++i) CHECK(party.server.sync(party.push_body(60, 60'000)).rejected() == "");
  REQUIRE(party.server.comes_to_connections(0));
  // What a dead network, or somebody on purpose, looks like: all is asked for, nothing is read.
  RequestBuilder all(party.server.realm, party.server.realm.admin);
  const Bytes request = sync_request(party.server.body(all));
  auto deaf = party.server.client();
  for (int i = 0; i < 10; ++i) REQUIRE(deaf.send(request));
  const auto before = party.server.metric("gandan_sent_bytes_total");
  CHECK(party.server.comes_to_connections(0));
  const auto sent = party.server.metric("gandan_sent_bytes_total") - before;
  CHECK(sent < 20'000'000);  // of about 140 MB: what the system's own buffers took
}

TEST_CASE("of an address of IPv6 what one customer is given counts as one") {
  using boost::asio::ip::make_address;
  Strangers strangers(1);
  const auto first = strangers.enter(make_address("2001:db8:0:1::5"));
  CHECK(first);
  CHECK_FALSE(strangers.enter(make_address("2001:db8:0:1:ffff::9")));
  CHECK(strangers.enter(make_address("2001:db8:0:2::5")));
  const auto fourth = strangers.enter(make_address("192.0.2.1"));
  CHECK(fourth);
  CHECK_FALSE(strangers.enter(make_address("::ffff:192.0.2.1")));  // the same one, on a socket of both kinds
  CHECK(strangers.enter(make_address("192.0.2.2")));
  Strangers any(0);
  std::vector<Strangers::Pass> all;
  for (int i = 0; i < 100; ++i) all.push_back(any.enter(make_address("192.0.2.1")));
  CHECK(all.back());
}

}  // namespace gandan::server::test
