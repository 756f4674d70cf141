// A realm of signatures over the program: what the tests of restarts, kills and the foreign verifier share.
//
// Threading: the realm belongs to the test's thread; everything that only reads it, to any.
#pragma once

#include "live_server.hpp"
#include "program.hpp"

namespace gandan::server::test {

struct ServedProgram {
  explicit ServedProgram(int phones = 1)
      : key(must(load_ledger_key(server.data())).public_key()), realm(key) {
    const std::string card = server.data() + ".card";
    must(replace_file(card, roster::encode_card(realm.card), false));
    const auto admitted = gandan_server({"realm", "admit", card, "--data", server.data()});
    if (admitted.status != 0) throw std::runtime_error(admitted.err);
    for (int i = 0; i < phones; ++i) {
      devices.push_back(&realm.device(roster::Role::cadre, realm.commune));
      feeds.push_back(realm.open_feed(*devices.back(), realm.commune));
    }
  }
  void introduce() {
    RequestBuilder request(realm, realm.admin);
    request.statements(realm.statements);
    const auto done = sync(body(request));
    if (!done.refused().empty() || !done.rejected().empty()) throw std::runtime_error("not introduced");
  }
  ledger::NoteKey note_key() const {
    return {roster::ledger_origin(realm.id), ledger::KeyType::ed25519, key};
  }
  Bytes body(RequestBuilder& request) const { return request.bytes(system_clock().wall_ms(), key); }
  Response sync(ByteView bytes) const { return parse_sync(server.client().post_sync(bytes), note_key()); }
  Bytes push_body(int phone, std::size_t count, std::size_t size = 120) {
    auto& feed = feeds[static_cast<std::size_t>(phone)];
    RequestBuilder out(realm, *devices[static_cast<std::size_t>(phone)]);
    out.hello.own.push_back({feed.id, feed.next, feed.hash});
    out.run(feed.id, feed.next, std::nullopt);
    for (std::size_t i = 0; i < count; ++i)
      out.segment(realm.segment(*devices[static_cast<std::size_t>(phone)], feed, size));
    return body(out);
  }

  ServerProgram server;
  SignPublicKey key;
  TestRealm realm;
  std::vector<TestDevice*> devices;
  std::vector<TestFeed> feeds;
};

}  // namespace gandan::server::test
