// Realms that are suspended, resumed, given room and taken out; and what whoever is nobody can learn of them.
#include "wire_program.hpp"

namespace gandan::server::test {
namespace {

struct RealmServer : ServedProgram {
  RealmServer() : ServedProgram(1) {
    server.start();
    introduce();
  }
  std::string address() const { return to_text(realm.card.address); }
  Said tell(std::vector<std::string> words, const std::string& named) const {
    words.insert(words.begin(), "realm");
    words.insert(words.begin() + 2, named);
    words.insert(words.end(), {"--data", server.data()});
    return gandan_server(words);
  }
  // What the phone hears, once that is `expected` or the patience is over.
  std::string comes_to(const std::string& expected) {
    std::string heard;
    for (int i = 0; i < 250; ++i) {
      RequestBuilder ask(realm, *devices[0]);
      heard = sync(body(ask)).refused();
      if (heard == expected) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return heard;
  }
};

}  // namespace

TEST_CASE("a suspended realm is refused by a clear code, keeps everything, and goes on when it is resumed") {
  RealmServer served;
  CHECK(served.sync(served.push_body(0, 5)).rejected() == "");
  CHECK(served.tell({"suspend"}, served.address()).status == 0);
  CHECK(served.comes_to("server.suspended") == "server.suspended");
  CHECK(served.sync(served.push_body(0, 1)).refused() == "server.suspended");
  // Whoever has not shown to be a device of it hears nothing of that.
  TestDevice stranger(served.realm.random);
  RequestBuilder asks(served.realm, stranger);
  CHECK(served.sync(served.body(asks)).refused() == "roster.not_enrolled");
  asks.statements(served.realm.statements);
  CHECK(served.sync(served.body(asks)).refused() == "roster.not_enrolled");
  const std::string chunk = "/v1/" + served.address() + "/chunks/" + std::string(64, 'a');
  CHECK(served.server.client().get(chunk)->status == 401);
  // Started again it still is, and a card that is admitted again does not resume it.
  CHECK(served.server.stop() == 0);
  CHECK(gandan_server({"realm", "list", "--data", served.server.data()}).out.find("suspended") !=
        std::string::npos);
  CHECK(gandan_server({"realm", "admit", served.server.data() + ".card", "--quota", "1GiB", "--data",
                       served.server.data()})
            .status == 0);
  served.server.start();
  CHECK(served.comes_to("server.suspended") == "server.suspended");
  const auto resumed = served.tell({"resume"}, to_hex(served.realm.id.view()).substr(0, 8));
  CHECK(resumed.status == 0);
  CHECK(resumed.out.find("1073741824") != std::string::npos);  // the quota stays
  CHECK(served.comes_to("") == "");
  RequestBuilder ask(served.realm, *served.devices[0]);
  ask.hello.own.push_back({served.feeds[0].id, 0, {}});
  CHECK(served.sync(served.body(ask)).welcome.own.at(0).head.next == 5);
  CHECK(served.tell({"suspend"}, "nobody").status == info(Code::not_found).exit_code);
  CHECK(served.tell({"suspend"}, to_hex(served.realm.id.view()).substr(0, 7)).status ==
        info(Code::not_found).exit_code);
}

TEST_CASE("a realm is given another quota without its card") {
  RealmServer served;
  CHECK(served.tell({"quota", "1"}, served.address()).status == 0);
  std::string rejected;
  for (int i = 0; i < 250 && rejected.empty(); ++i) {
    rejected = served.sync(served.push_body(0, 1)).rejected();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(rejected == "server.quota");
  CHECK(served.tell({"quota", "10MiB"}, served.address()).out.find("10485760") != std::string::npos);
}

TEST_CASE("a realm that leaves is written out alone, checked, and another server goes on with it") {
  RealmServer served;
  TestRealm other(served.key, 77);
  const std::string card = served.server.data() + ".second";
  must(replace_file(card, roster::encode_card(other.card), false));
  CHECK(gandan_server({"realm", "admit", card, "--data", served.server.data()}).status == 0);
  CHECK(served.sync(served.push_body(0, 5)).rejected() == "");
  const std::string to = served.server.path("leaving");
  const auto early = served.tell({"export", "--to", to}, served.address());
  CHECK(early.status == info(Code::bad_request).exit_code);
  CHECK(early.err.find("[not_suspended]") != std::string::npos);
  CHECK(served.tell({"suspend"}, served.address()).status == 0);
  CHECK(served.comes_to("server.suspended") == "server.suspended");
  const auto left = served.tell({"export", "--to", to, "--with-keys"}, served.address());
  INFO(left.out + left.err);
  REQUIRE(left.status == 0);
  CHECK(left.out.find("1 realms, ") != std::string::npos);  // the other one is nobody's business
  CHECK(left.out.find("5 segments") != std::string::npos);
  CHECK(served.server.stop() == 0);
  if (on_postgresql()) return;  // below, the new server would take the old one's database
  // With the old ledger's key another server serves it: as if nothing had been.
  CHECK(gandan_server({"restore", to, "--data", served.server.data(), "--to", served.server.path("new")})
            .status == 0);
  std::filesystem::rename(served.server.data(), served.server.path("old"));
  std::filesystem::rename(served.server.path("new"), served.server.data());
  served.server.start();
  const auto after = served.sync(served.push_body(0, 2));
  CHECK(after.rejected() == "");
  CHECK(after.receipts.at(0).indexes.size() == 2);
  CHECK(served.server.client().get("/v1/" + to_text(other.card.address) + "/ledger/checkpoint")->status ==
        404);
}

}  // namespace gandan::server::test
