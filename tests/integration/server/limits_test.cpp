// What is slow, too much or never ends: it is let go of in time, and the others are served meanwhile.
#include <fstream>

#include "live_server.hpp"
#include "program.hpp"

namespace gandan::server::test {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

ServerOptions impatient() {
  ServerOptions options;
  options.timeouts.handshake = options.timeouts.head = options.timeouts.read = std::chrono::seconds(1);
  options.timeouts.hello = options.timeouts.idle = std::chrono::seconds(2);
  return options;
}

// Sends `piece` every 100 ms until the server has closed; for how long that went on.
double drip(TlsClient& client, const std::string& piece) {
  const auto start = Clock::now();
  while (seconds_since(start) < 15 && client.send(piece))
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return seconds_since(start);
}

// How many of the phone's segments the server has; waits until they are `expected`, because a request that
// was cut waits for no commit.
std::uint64_t durable(LiveParty& party, std::uint64_t expected) {
  const auto start = Clock::now();
  for (;;) {
    auto ask = party.request();
    ask.hello.own.push_back({party.feed.id, 0, {}});
    const auto next = party.server.sync(ask).welcome.own.at(0).head.next;
    if (next >= expected || seconds_since(start) > 5) return next;
  }
}

}  // namespace

TEST_CASE("whoever is slow before saying who it is, is let go of in time") {
  LiveParty party(impatient());
  auto& server = party.server;
  struct Slow {
    const char* what;
    std::function<double(TlsClient&)> act;
    double least, most;
  };
  const std::string post = "POST /v1/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n";
  const auto silent = [](const std::string& first) {
    return [first](TlsClient& client) {
      const auto start = Clock::now();
      client.send(first);
      return client.closed() ? seconds_since(start) : 99;
    };
  };
  const std::vector<Slow> all{
      {"says nothing after the handshake", silent(""), 0.9, 4},
      {"says nothing after an answer", silent("GET /healthz HTTP/1.1\r\n\r\n"), 1.9, 5},
      {"stops in the head", silent("GET /heal"), 0.9, 4},
      {"never ends its head", [](TlsClient& client) { return drip(client, "A: b\r\n"); }, 0.9, 4},
      {"stops in the body", silent(post + "\1"), 0.9, 4},
      // Each piece comes in time, but nothing ever tells who it is.
      {"never ends its hello",
       [&](TlsClient& client) {
         client.send(post + "\1\xff\xff\2");
         return drip(client, std::string(10, '\0'));
       },
       1.9, 5},
  };
  std::vector<double> took(all.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < all.size(); ++i)
      threads.emplace_back([&, i] {
        auto client = server.client();
        client.send(i == 3 ? "GET /healthz HTTP/1.1\r\n" : "");
        took[i] = all[i].act(client);
      });
    threads.emplace_back([&] {  // a handshake that never goes on
      Socket socket(server.port());
      socket.send(Bytes{0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
      if (!socket.closed()) took[0] = 99;
    });
    // Meanwhile others are served.
    const auto start = Clock::now();
    CHECK(server.sync(party.push_body(2)).rejected() == "");
    CHECK(seconds_since(start) < 1);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].what);
    CHECK(took[i] >= all[i].least);
    CHECK(took[i] <= all[i].most);
  }
  CHECK(server.comes_to_connections(0));
}

TEST_CASE("a known phone on a slow network has more time, and what arrived before it fell silent is kept") {
  LiveParty party(impatient());
  const Bytes body = party.push_body(10, 2000);
  auto client = party.server.client();
  Bytes request = sync_request(body);
  const std::size_t cut = request.size() - 5000;
  // For 3 seconds, longer than a stranger may take; each piece comes in time.
  const std::size_t piece = cut / 15 + 1;
  for (std::size_t at = 0; at < cut; at += piece) {
    REQUIRE(client.send(ByteView(request).subspan(at, std::min(piece, cut - at))));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  CHECK(client.closed());
  CHECK(durable(party, 7) == 7);
}

TEST_CASE("a body that ends early keeps what was whole") {
  LiveParty party;
  const Bytes body = party.push_body(4, 500);
  // A length larger than the body, and then the peer closes its side.
  {
    auto client = party.server.client();
    Bytes request = sync_request(body);
    REQUIRE(client.send(ByteView(request).first(request.size() - 2 - 700)));
    SSL_shutdown(client.ssl());
    const auto answer = client.receive();
    REQUIRE(answer);
    CHECK(parse_sync(answer, party.server.note_key()).refused() == "format.truncated");
  }
  {  // a whole HTTP body that ends in the middle of a frame
    const Bytes short_body = to_bytes(ByteView(body).first(body.size() - 100));
    CHECK(party.server.sync(short_body).refused() == "format.truncated");
  }
  {  // without a goodbye
    auto client = party.server.client();
    client.send(ByteView(sync_request(body)).first(300));
    client.cut();
  }
  CHECK(durable(party, 3) == 3);
  CHECK(party.server.sync(body).welcome.own.at(0).head.next == 4);
}

TEST_CASE("there are as many connections as allowed, and room again when one goes") {
  ServerOptions options;
  options.max_connections = 20;
  LiveServer server(options);
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 20; ++i)
    clients.push_back(std::make_unique<TlsClient>(server.port(), test_authority().file()));
  for (const auto& client : clients) REQUIRE(client->connected());
  CHECK_FALSE(server.client().connected());
  CHECK(clients[0]->get("/healthz")->status == 200);
  clients.resize(10);
  const auto start = Clock::now();
  std::optional<HttpResponse> served;
  while (!served && seconds_since(start) < 5) served = server.client().get("/healthz");
  REQUIRE(served);
  CHECK(served->status == 200);
}

TEST_CASE("a system that gives few descriptors cannot make the server lose what it acknowledges") {
  ServerProgram server;
  TestRealm realm(must(load_ledger_key(server.data())).public_key());
  must(replace_file(server.data() + ".card", roster::encode_card(realm.card), false));
  REQUIRE(gandan_server({"realm", "admit", server.data() + ".card", "--data", server.data()}).status == 0);
  server.start(200);
  std::vector<std::unique_ptr<TlsClient>> clients;
  std::size_t connected = 0;
  for (int i = 0; i < 300; ++i) {
    clients.push_back(
        std::make_unique<TlsClient>(server.port(), server.authority(), TlsWish{TLS1_3_VERSION, 2}));
    connected += clients.back()->connected();
  }
  CHECK(connected >= 64);
  CHECK(connected < 200);
  // Those who are in are served, to the commit and the signer's file.
  const auto now = system_clock().wall_ms();
  const auto key = must(load_ledger_key(server.data())).public_key();
  RequestBuilder request(realm, realm.admin);
  request.statements(realm.statements);
  const ledger::NoteKey log{roster::ledger_origin(realm.id), ledger::KeyType::ed25519, key};
  const auto answer = parse_sync(clients[10]->post_sync(request.bytes(now, key)), log);
  CHECK(answer.refused() == "");
  CHECK(answer.rejected() == "");
  CHECK(answer.statements.size() == realm.statements.size() + 1);
  clients.clear();
  CHECK(server.stop() == 0);
}

TEST_CASE("an idle TLS connection costs at most 32 KiB") {
  ServerProgram server;
  server.start();
  const auto resident_kib = [&] {
    std::ifstream status("/proc/" + std::to_string(server.program().pid()) + "/status");
    std::string line;
    while (std::getline(status, line))
      if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
    throw std::runtime_error("no VmRSS");
  };
  constexpr int kConnections = 400;
  std::vector<std::unique_ptr<TlsClient>> clients;
  const auto add = [&](int count) {
    for (int i = 0; i < count; ++i) {
      clients.push_back(std::make_unique<TlsClient>(server.port(), server.authority()));
      const auto served = clients.back()->get("/healthz");
      if (!served || served->status != 200) throw std::runtime_error("not served");
    }
  };
  add(50);  // what is allocated once
  const long before = resident_kib();
  add(kConnections);
  const long each = (resident_kib() - before) * 1024 / kConnections;
  WARN("an idle TLS connection costs " << each << " bytes");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(each <= 32 * 1024);
#endif
  CHECK(each > 1000);  // or nothing was measured
  const auto start = Clock::now();
  CHECK(server.stop() == 0);  // idle connections do not hold it up
  CHECK(seconds_since(start) < 4);
}

}  // namespace gandan::server::test
