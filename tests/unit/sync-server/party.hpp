// A server with a phone that has a feed, as the tests of the relay begin.
#pragma once

#include "relay/verify.hpp"
#include "support/wire_server.hpp"

namespace gandan::server::test {

// Admin introduces everything made so far; afterwards the realm's devices are known.
inline Response introduce(TestServer& server) {
  RequestBuilder request(server.realm, server.realm.admin);
  request.statements(server.realm.statements);
  auto response = server.send(request);
  CHECK(response.refused() == "");
  CHECK(response.rejected() == "");
  return response;
}

struct Party {  // a server with a phone that has a feed
  explicit Party(std::uint64_t quota = 0)
      : server(quota), phone(server.realm.device(roster::Role::cadre, server.realm.commune)) {
    feed = server.realm.open_feed(phone, server.realm.commune);
    introduce(server);
  }
  RequestBuilder request() { return RequestBuilder(server.realm, phone); }
  // Pushes `count` more segments; the head is stated, so the run elides its predecessor.
  RequestBuilder push(std::size_t count, std::size_t size = 120) {
    auto out = request();
    out.hello.own.push_back({feed.id, feed.next, feed.hash});
    out.run(feed.id, feed.next, std::nullopt);
    for (std::size_t i = 0; i < count; ++i) out.segment(server.realm.segment(phone, feed, size));
    return out;
  }
  VerifyReport verify() {
    const Signer signer(must(load_ledger_key(server.data())), server.data());
    const auto store = server.open();
    return must(verify_store(*store, signer));
  }
  TestServer server;
  TestDevice& phone;
  TestFeed feed;
};

inline RecordId record_of(const FeedId& feed, std::uint8_t n) {
  RecordId out;
  std::copy_n(feed.bytes.begin(), 10, out.bytes.begin());
  out.bytes[15] = n;
  return out;
}
inline protocol::RecordKeyEntry key_entry(TestRealm& realm, const UnitId& unit, const RecordId& record,
                                          std::uint32_t epoch = 1) {
  protocol::RecordKeyEntry out{unit, record, random_id<KeyId>(realm.random), epoch, {}};
  realm.random.fill(out.ct.bytes);
  return out;
}

inline void check_own(const Response& response, const TestFeed& feed) {
  REQUIRE(response.welcome.own.size() == 1);
  const auto& own = response.welcome.own[0];
  CHECK(own.head.feed == feed.id);
  CHECK(own.head.next == feed.next);
  CHECK(own.head.hash == feed.hash);
  const auto leaf = ledger::entry_leaf({ledger::EntryType::segment, own.head.hash, own.receipt_ms});
  CHECK(ledger::verify_inclusion(leaf, own.index, response.checkpoint.size, response.checkpoint.root,
                                 own.proof.path)
            .ok());
}

}  // namespace gandan::server::test
