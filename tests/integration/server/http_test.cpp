// What is served over HTTP, and what hostile HTTP gets: one clear answer, then a closed connection.
#include "live_server.hpp"

namespace gandan::server::test {
namespace {

const std::string kGet = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Sends it all, and returns the statuses of everything that is answered before the server closes.
std::vector<int> answers(const LiveServer& server, const std::string& text) {
  TlsWish wish;
  wish.timeout_seconds = 8;
  auto client = server.client(wish);
  client.send(text);
  std::vector<int> out;
  while (const auto response = client.receive()) out.push_back(response->status);
  if (!client.closed()) out.push_back(-1);
  return out;
}

}  // namespace

TEST_CASE("health and counters are honest") {
  LiveParty party;
  const auto health = party.server.client().get("/healthz");
  REQUIRE(health);
  CHECK(health->status == 200);
  CHECK(health->text() == "ok\n");

  const auto accepted = party.server.metric("gandan_segments_accepted_total");
  const auto rejected = party.server.metric("gandan_segments_rejected_total");
  const auto statements = party.server.metric("gandan_statements_accepted_total");
  const auto syncs = party.server.metric("gandan_syncs_served_total");
  const auto received = party.server.metric("gandan_received_bytes_total");
  const auto sent = party.server.metric("gandan_sent_bytes_total");
  CHECK(statements == static_cast<std::int64_t>(party.server.realm.statements.size()) + 1);

  const Bytes body = party.push_body(5);
  CHECK(party.server.sync(body).rejected() == "");
  CHECK(party.server.metric("gandan_segments_accepted_total") == accepted + 5);
  CHECK(party.server.metric("gandan_syncs_served_total") == syncs + 1);
  CHECK(party.server.metric("gandan_received_bytes_total") >=
        received + static_cast<std::int64_t>(body.size()));
  CHECK(party.server.metric("gandan_sent_bytes_total") > sent);

  // A replay is served and accepts nothing; a refused device is not served; a forged segment is rejected.
  CHECK(party.server.sync(body).rejected() == "");
  CHECK(party.server.metric("gandan_segments_accepted_total") == accepted + 5);
  CHECK(party.server.metric("gandan_syncs_served_total") == syncs + 2);
  TestDevice stranger(party.server.realm.random);
  RequestBuilder unknown(party.server.realm, stranger);
  CHECK(party.server.sync(unknown).refused() == "roster.not_enrolled");
  CHECK(party.server.metric("gandan_syncs_served_total") == syncs + 2);
  auto feed = party.feed;
  auto forged = party.request();
  forged.run(feed.id, feed.next, feed.hash).segment(party.server.realm.segment(stranger, feed));
  CHECK(party.server.sync(forged).rejected() == "crypto.bad_signature");
  CHECK(party.server.metric("gandan_segments_rejected_total") == rejected + 1);
  CHECK(party.server.metric("gandan_segments_accepted_total") == accepted + 5);

  auto held = party.server.client();
  REQUIRE(held.get("/healthz"));
  CHECK(party.server.comes_to_connections(1));
}

TEST_CASE("everything that does not exist, or must not seem to, gets the same bytes") {
  LiveParty party;
  const std::string stranger = to_text(random_id<roster::RealmAddress>(party.server.realm.random));
  const std::string hash(64, 'a');
  std::vector<std::string> requests;
  const std::vector<std::string> paths = {std::string("/"),
                                          std::string("/v1/sync"),
                                          std::string("/v1"),
                                          std::string("/v1/sync/"),
                                          std::string("/metrics"),
                                          std::string("/index.html"),
                                          std::string("/%2e%2e/etc/passwd"),
                                          "/v1/" + stranger + "/ledger/checkpoint",
                                          "/v1/" + stranger + "/chunks/" + hash,
                                          "/v1/" + party.server.address(),
                                          "/v1/" + party.server.address() + "/",
                                          "/v1/" + party.server.address() + "/nothing",
                                          "/v1/" + party.server.address() + "/ledger/",
                                          "/v1/" + party.server.address() + "/ledger/tile/0/001",
                                          "/v1/" + party.server.address() + "/ledger/tile/0/000.p/255",
                                          "/v1/" + party.server.address() + "/ledger/../../healthz",
                                          "/v1/" + party.server.address() + "/chunks/short",
                                          "/v1/not-an-address/ledger/checkpoint"};
  for (const auto& path : paths) requests.push_back("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  for (const std::string method : {"HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"})
    requests.push_back(method + " /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  requests.push_back("DELETE /v1/" + party.server.address() + "/ledger/checkpoint HTTP/1.1\r\n\r\n");
  requests.push_back("PUT /v1/" + stranger + "/chunks/" + hash + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  // A sync for a realm that is not here looks the same as no sync at all.
  TestRealm foreign(party.server.key.public_key(), 9);
  RequestBuilder hello(foreign, foreign.admin);
  requests.emplace_back(as_text(sync_request(party.server.body(hello))));

  std::string expected;
  for (const auto& request : requests) {
    auto client = party.server.client();
    client.send(request);
    const auto response = client.receive();
    INFO(request.substr(0, 100));
    REQUIRE(response);
    CHECK(response->status == 404);
    const std::string bytes = response->raw_head + response->text();
    if (expected.empty()) expected = bytes;
    CHECK(bytes == expected);
    CHECK(client.closed());
  }
}

TEST_CASE("requests may be pipelined, and are answered in their order") {
  LiveParty party;
  auto client = party.server.client();
  const Bytes body = party.push_body(3);
  Bytes all;
  for (int i = 0; i < 5; ++i) append(all, as_bytes(kGet));
  append(all, sync_request(body));
  append(all, as_bytes("GET /v1/" + party.server.address() + "/ledger/checkpoint HTTP/1.1\r\n\r\n"));
  append(all, sync_request(body));
  append(all, as_bytes("GET /nothing HTTP/1.1\r\n\r\n" + kGet));
  REQUIRE(client.send(all));
  for (int i = 0; i < 5; ++i) CHECK(client.receive()->text() == "ok\n");
  const auto pushed = parse_sync(client.receive(), party.server.note_key());
  CHECK(pushed.receipts.at(0).indexes.size() == 3);
  CHECK(client.receive()->text() == pushed.welcome.checkpoint);
  CHECK(parse_sync(client.receive(), party.server.note_key()).checkpoint == pushed.checkpoint);
  CHECK(client.receive()->status == 404);
  CHECK_FALSE(client.receive());  // nothing after a 404
  CHECK(client.closed());
}

TEST_CASE("nonsense instead of HTTP gets one refusal and a closed connection") {
  LiveServer server;
  using Statuses = std::vector<int>;
  for (const auto& text :
       {std::string("\0\1\2\3\r\n\r\n", 8), std::string("GET\r\n\r\n"), std::string("GET /healthz\r\n\r\n"),
        std::string("GET /healthz HTTP/9.9\r\n\r\n"),
        std::string("GET /healthz HTTP/1.1\r\nno colon\r\n\r\n"),
        std::string("GET /healthz HTTP/1.1\r\n: empty\r\n\r\n"),
        std::string("GET /healthz HTTP/1.1\r\nA: \x01\r\n\r\n"), std::string("GET /a b HTTP/1.1\r\n\r\n"),
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), std::string(100, '\n')}) {
    INFO(text);
    CHECK(answers(server, text + kGet) == Statuses{400});
  }
  CHECK(answers(server, kGet + kGet + "GET /nothing HTTP/1.1\r\n\r\n") == Statuses{200, 200, 404});
}

TEST_CASE("a head may have 8 KiB and not more") {
  LiveServer server;
  using Statuses = std::vector<int>;
  CHECK(server.client().get("/healthz", "A: " + std::string(7000, 'a') + "\r\n")->status == 200);
  CHECK(answers(server, "GET /healthz HTTP/1.1\r\nA: " + std::string(9000, 'a') + "\r\n\r\n") ==
        Statuses{431});
  CHECK(answers(server, "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n") == Statuses{431});
  std::string many = "GET /healthz HTTP/1.1\r\n";
  for (int i = 0; i < 100'000; ++i) many += "A: b\r\n";
  CHECK(answers(server, many + "\r\n") == Statuses{431});
  CHECK(answers(server, std::string(1 << 20, 'G')) == Statuses{431});
}

TEST_CASE("where a body ends must be clear, or nothing behind it is read") {
  LiveServer server;
  using Statuses = std::vector<int>;
  const std::string post = "POST /v1/sync HTTP/1.1\r\nHost: localhost\r\n";
  for (const std::string lines :
       {"Content-Length: 4\r\nContent-Length: 5\r\n", "Content-Length: 4, 5\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n", "Transfer-Encoding:\r\n", "Content-Length: +4\r\n",
        "Content-Length: -4\r\n", "Content-Length: 0x4\r\n", "Content-Length: 4 4\r\n", "Content-Length:\r\n",
        "Content-Length: 99999999999999999999\r\n"}) {
    INFO(lines);
    CHECK(answers(server, post + lines + "\r\n0\r\n\r\n" + kGet) == Statuses{400});
  }
  CHECK(answers(server, "POST /v1/sync HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kGet) ==
        Statuses{400});
  // Chunks are refused before they are read, sound or not.
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  for (const auto& body :
       {std::string("4\r\nabcd\r\n0\r\n\r\n"), std::string("zz\r\n"), std::string("-1\r\nabcd\r\n"),
        std::string("FFFFFFFFFFFFFFFFF\r\nab"), std::string("4\r\nabcdef\r\n0\r\n\r\n"),
        std::string("\r\n\r\n"), std::string("4;") + std::string(70'000, 'x')}) {
    INFO(body.substr(0, 40));
    CHECK(answers(server, chunked + body + kGet) == Statuses{400});
  }
  // A length that lies about a body: what is inside it is refused as truncated, and the rest is no request.
  LiveParty party;
  const Bytes body = party.push_body(1);
  Bytes lying = to_bytes(as_bytes(post + "Content-Length: 10\r\n\r\n"));
  append(lying, body);
  CHECK(answers(party.server, std::string(as_text(lying))) == Statuses{200, 400});
  CHECK(party.server.metric("gandan_segments_accepted_total") == 0);
}

TEST_CASE("bodies are bounded") {
  LiveParty party;
  using Statuses = std::vector<int>;
  // Refused by what it declares, before it comes.
  CHECK(answers(party.server, "POST /v1/sync HTTP/1.1\r\nContent-Length: 67108865\r\n\r\n") == Statuses{413});
  // A frame that declares more than a frame may have.
  const Bytes frame{1, 0xff, 0xff, 0x7f};
  CHECK(party.server.sync(frame).refused() == "format.too_large");

  RequestBuilder ask = party.request();
  const auto token = party.server.sync(ask).welcome.token;
  const std::string bearer = "Authorization: Bearer " + to_base64(token) + "\r\n";
  const auto path = [&](const Bytes& chunk) {
    return "/v1/" + party.server.address() + "/chunks/" + to_hex(crypto::sha256(chunk).view()) +
           "?unit=" + to_text(party.server.realm.commune);
  };
  const Bytes largest(kMaxChunkBytes, 1), larger(kMaxChunkBytes + 1, 1);
  CHECK(party.server.client().put(path(largest), largest, bearer)->status == 204);
  CHECK(party.server.client().put(path(larger), larger, bearer)->status == 413);
  CHECK(party.server.client().get(path(largest), bearer)->body == largest);
}

TEST_CASE("chunks of attachments are for whoever may read or write their unit") {
  LiveParty party;
  auto& realm = party.server.realm;
  auto& far = realm.device(roster::Role::cadre, realm.unit(realm.top));
  RequestBuilder more(realm, realm.admin);
  more.statements(realm.statements);
  CHECK(party.server.sync(more).rejected() == "");
  const auto bearer_of = [&](const TestDevice& device) {
    RequestBuilder ask(realm, device);
    return "Authorization: Bearer " + to_base64(party.server.sync(ask).welcome.token) + "\r\n";
  };
  const std::string mine = bearer_of(party.phone), theirs = bearer_of(far);
  const Bytes chunk(1000, 7);
  const std::string name =
      "/v1/" + party.server.address() + "/chunks/" + to_hex(crypto::sha256(chunk).view());
  const std::string path = name + "?unit=" + to_text(realm.commune);
  const auto status = [](const std::optional<HttpResponse>& response) {
    return response ? response->status : 0;
  };

  CHECK(status(party.server.client().put(path, chunk)) == 401);
  CHECK(status(party.server.client().put(path, chunk, "Authorization: Bearer AAAA\r\n")) == 401);
  CHECK(status(party.server.client().put(path, chunk, theirs)) == 403);
  CHECK(status(party.server.client().put(name, chunk, mine)) == 400);
  CHECK(status(party.server.client().put(path, Bytes(1000, 8), mine)) == 400);  // not what it is named
  CHECK(status(party.server.client().get(name, mine)) == 404);
  CHECK(status(party.server.client().put(path, chunk, mine)) == 204);
  CHECK(status(party.server.client().put(path, chunk, mine)) == 204);  // again: harmless
  CHECK(status(party.server.client().get(name)) == 401);
  CHECK(status(party.server.client().get(name, theirs)) == 404);
  // What the realm's schema names is for everybody who is enrolled, once it is there.
  const Bytes forms(500, 9);
  const auto top_forms = "/v1/" + party.server.address() + "/chunks/" + to_hex(crypto::sha256(forms).view());
  const std::string admins = bearer_of(realm.admin);
  CHECK(status(party.server.client().put(top_forms + "?unit=" + to_text(realm.top), forms, admins)) == 204);
  CHECK(status(party.server.client().get(top_forms, theirs)) == 404);
  realm.by_admin(roster::SchemaBody{1, {}, forms.size(), {crypto::sha256(forms)}});
  RequestBuilder issued(realm, realm.admin);
  issued.statements({realm.statements.back()});
  CHECK(party.server.sync(issued).rejected() == "");
  CHECK(status(party.server.client().get(top_forms)) == 401);
  CHECK(party.server.client().get(top_forms, theirs)->body == forms);
  auto client = party.server.client();
  CHECK(client.get(name, mine)->body == chunk);
  // A part of it, as a line that was cut asks for; what is no part gets the whole, or 416 behind the end.
  const auto part = [&](const std::string& range) {
    return client.get(name, mine + "Range: " + range + "\r\n");
  };
  CHECK(status(part("bytes=400-")) == 206);
  CHECK(part("bytes=400-")->body == Bytes(600, 7));
  CHECK(part("bytes=400-")->headers.at("content-range") == "bytes 400-999/1000");
  CHECK(part("bytes=0-0")->body.size() == 1);
  CHECK(part("bytes=990-5000")->headers.at("content-range") == "bytes 990-999/1000");
  CHECK(part("bytes=-10")->headers.at("content-range") == "bytes 990-999/1000");
  CHECK(status(part("bytes=1000-")) == 416);
  CHECK(part("bytes=1000-")->headers.at("content-range") == "bytes */1000");
  for (const auto* odd : {"bytes=5-1", "bytes=a-", "bytes=1-2,4-5", "items=1-2", "bytes=", "bytes=-",
                          "bytes=99999999999999999999-"})
    CHECK(status(part(odd)) == 200);
  // The token is looked up at every call: on the same connection it is worth nothing after the removal.
  realm.revoke(party.phone, realm.commune);
  RequestBuilder removal(realm, realm.admin);
  removal.statements({realm.statements.back()});
  CHECK(party.server.sync(removal).rejected() == "");
  CHECK(status(client.get(name, mine)) == 403);
  CHECK(status(party.server.client().put(path, chunk, mine)) == 403);
}

}  // namespace gandan::server::test
