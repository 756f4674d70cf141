// Enrolment through the server: a phone that has the realm's card and nothing else finds its approval there.
#include "support/loopback.hpp"
#include "support/province.hpp"

namespace enrolment_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct ByCard : WithServer, Province {
  ByCard()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    sync("admin");
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}});
  }
  std::string ask(const std::string& name) {
    return text_at(shell(name).ok("device.request", {{"label", name}}), "request");
  }
  void approve(const std::string& request) {
    shell("admin").ok("device.approve", {{"request", request}, {"role", "cadre"}, {"unit", "06463"}});
  }
  void join(const std::string& name) {
    shell(name).ok("realm.join", {{"card", text_at(shell("admin").ok("realm.card"), "card")}});
  }
};

}  // namespace

TEST_CASE_METHOD(ByCard, "an approved phone that has the card alone is ready after its first sync") {
  approve(ask("p1"));
  sync("admin");
  join("p1");
  CHECK(at(shell("p1").ok("device.info"), "enrolled") == json::value(false));
  sync("p1");
  CHECK(at(shell("p1").ok("device.info"), "enrolled") == json::value(true));
  shell("p1").ok("holder.add", {{"code", "CB-1"}, {"use", true}, {"unit", "06463"}});
  const auto id = visit("p1");
  sync("p1");
  sync("admin");
  CHECK(text_at(show("admin", id), "document.fields.household") == "H017");
}

TEST_CASE_METHOD(
    ByCard, "before the approval has reached the server the phone is refused, and a later sync brings it") {
  const auto request = ask("p1");
  join("p1");
  clock.advance(60'000);
  CHECK(shell("p1").error("sync.run", {{"server", "https://loopback"}}) != "");
  INFO(json::compact(shell("p1").last_error));
  CHECK(text_at(shell("p1").last_error, "code") == "roster.not_enrolled");
  approve(request);
  CHECK(shell("p1").error("sync.run", {{"server", "https://loopback"}}) == "roster.not_enrolled");
  sync("admin");
  sync("p1");
  CHECK(at(shell("p1").ok("device.info"), "enrolled") == json::value(true));
}

TEST_CASE_METHOD(ByCard, "the status says up to where, since when and by how many the ledger is witnessed") {
  enrol("p1", "cadre", "06463");
  sync("admin");
  sync("p1");
  const auto ledger = [&](const std::string& name) { return at(shell(name).ok("status"), "ledger"); };
  CHECK(at(ledger("p1"), "witnessed") == json::value(json::array{}));
  enrol("inspection", "supervisor", "20");
  enrol("front", "supervisor", "20");
  sync("admin");
  sync("front");
  visit("p1");
  sync("p1");
  sync("inspection");
  sync("p1");
  const auto said = ledger("p1");
  CHECK(at(said, "split_views") == json::value(0));
  const auto witnessed = at(said, "witnessed");
  const auto& rows = witnessed.get_array();
  REQUIRE(rows.size() == 2);
  CHECK(at(rows[0], "size") == at(said, "size"));
  CHECK(at(rows[0], "witnesses") == json::value(1));
  CHECK(at(rows[1], "witnesses") == json::value(2));  // the later one covers what the earlier signed
  CHECK(at(rows[0], "size").as_int64() > at(rows[1], "size").as_int64());
  CHECK(text_at(rows[0], "at") > text_at(rows[1], "at"));
  CHECK(shell("p1").error("audit.evidence", {{"out", folder.path("none")}}) == "audit.no_evidence");
}

}  // namespace enrolment_test
