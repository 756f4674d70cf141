// What comes by hand and lacks something: who holds the device is told what, and what brings it.
#include "support/loopback.hpp"
#include "support/province.hpp"

namespace carried_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Carried : WithServer, Province {
  Carried()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    for (const auto* name : {"p1", "p2", "lost"}) enrol(name, "cadre", "06463");
    enrol("office", "office", "20.A");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    sync("admin");
  }
  void sync(const std::string& name) {
    clock.advance(60'000);
    shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
  // What the server has not, as the screens hand it over.
  json::object hand_over(const std::string& from, const std::string& to) {
    const std::string file = folder.path("hand-" + std::to_string(++files_));
    shell(from).ok("bundle.export", {{"file", file}});
    return shell(to).ok("bundle.import", {{"file", file}});
  }

 private:
  int files_ = 0;
};

}  // namespace

TEST_CASE_METHOD(Carried, "a bundle that lacks what the server has says whose segments are missing") {
  visit("p1");
  sync("p1");  // the office has not heard of this one
  const auto id = visit("p1");
  const auto taken = hand_over("p1", "office");
  CHECK(at(taken, "received.held") == json::value(1));
  const auto gaps = at(taken, "gaps").as_array();
  REQUIRE(gaps.size() == 1);
  const auto& gap = gaps[0].get_object();
  CHECK(text_at(gap, "code") == "feed.gap");
  CHECK(text_at(gap, "device") == devices["p1"]);
  CHECK(text_at(gap, "unit.name") == "Xã A");
  CHECK(at(gap, "missing").as_int64() >= 1);
  CHECK(at(gap, "waiting") == json::value(1));
  for (const auto* language : {"vi", "en"})
    for (const auto& said : {std::string("Xã A"), text_at(gap, "device_short")})
      CHECK(text_at(gap, language).find(said) != std::string::npos);
  CHECK(shell("office").error("record.show", {{"id", id}}) == "not_found");
  CHECK(at(shell("office").ok("status"), "gaps") == json::value(gaps));

  // Both ways that it names help.
  const auto whole = folder.path("whole");
  shell("p1").ok("bundle.export", {{"file", whole}, {"everything", true}});
  CHECK(at(shell("office").ok("bundle.import", {{"file", whole}}), "gaps").as_array().empty());
  CHECK(text_at(show("office", id), "document.id") == id);
  hand_over("p1", "p2");
  REQUIRE(at(shell("p2").ok("status"), "gaps").as_array().size() == 1);
  sync("p2");
  CHECK(at(shell("p2").ok("status"), "gaps").as_array().empty());
  CHECK(text_at(show("p2", id), "document.id") == id);
}

TEST_CASE_METHOD(Carried, "who heard of a new key by hand and has not got it is told of which unit") {
  sync("p1");
  sync("p2");
  CHECK(at(shell("p1").ok("status"), "units_without_key").as_array().empty());
  shell("admin").ok("device.revoke", {{"device", devices["lost"]}, {"reason", "lost"}});
  sync("admin");
  sync("p2");
  hand_over("p2", "p1");  // the decision, and the keys of p2 alone
  const auto waits = at(shell("p1").ok("status"), "units_without_key").as_array();
  REQUIRE(waits.size() == 1);
  CHECK(text_at(waits[0].as_object(), "name") == "Xã A");
  const auto id = visit("p1");
  sync("p1");
  CHECK(at(shell("p1").ok("status"), "units_without_key").as_array().empty());
  sync("p1");  // what waited for the key
  sync("office");
  CHECK(text_at(show("office", id), "document.id") == id);
}

}  // namespace carried_test
