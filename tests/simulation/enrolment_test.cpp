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

TEST_CASE_METHOD(ByCard, "an auditor gets neither records nor keys, by his bundle as by sync") {
  enrol("p1", "cadre", "06463");
  sync("admin");
  const auto id = visit("p1");
  sync("p1");
  sync("admin");
  const auto file = folder.path("kiem.bundle");
  const auto held = [&] {
    std::pair<std::int64_t, std::int64_t> out;
    unchecked("kiem", [&](vault::Vault& vault) {
      out.first = must(vault.db().integer("SELECT count(*) FROM segment")).value();
      out.second = must(vault.db().integer("SELECT count(*) FROM wrap")).value();
    });
    return out;
  };
  const std::pair<std::int64_t, std::int64_t> nothing{0, 0};
  shell("admin").ok("device.approve",
                    {{"request", ask("kiem")}, {"role", "auditor"}, {"unit", "20"}, {"out", file}});
  shell("kiem").ok("bundle.import", {{"file", file}});
  CHECK(held() == nothing);
  sync("admin");
  for (int i = 0; i < 2; ++i) sync("kiem");
  CHECK(held() == nothing);
  const auto status = shell("kiem").ok("status");
  CHECK(at(status, "held").as_array().empty());
  CHECK(at(status, "units_without_key").as_array().empty());
  CHECK(at(status, "ledger.size").as_int64() > 0);
  CHECK(shell("kiem").error("record.show", {{"id", id}}) == "not_found");
  // A bundle made for everybody is what it is: who is handed one holds it sealed, and opens nothing of it.
  shell("admin").ok("bundle.export", {{"file", folder.path("all")}, {"everything", true}});
  shell("kiem").ok("bundle.import", {{"file", folder.path("all")}});
  CHECK(held().first > 0);
  CHECK(shell("kiem").error("record.show", {{"id", id}}) == "not_found");
}

TEST_CASE_METHOD(ByCard, "of many approved at once auditors get a bundle of their own") {
  enrol("p1", "cadre", "20");
  const auto id = visit("p1");
  carry("p1", "admin");
  const json::array requests{json::object{{"request", ask("p2")}, {"role", "cadre"}},
                             json::object{{"request", ask("kiem")}, {"role", "auditor"}}};
  const auto done = shell("admin").ok("device.approve_many",
                                      {{"requests", requests}, {"unit", "20"}, {"out", folder.path("many")}});
  const auto file = [&](int row) { return text_at(done, "rows." + std::to_string(row) + ".file"); };
  REQUIRE(file(0) != file(1));
  shell("p2").ok("bundle.import", {{"file", file(0)}});
  CHECK(text_at(shell("p2").ok("record.show", {{"id", id}}), "document.id") == id);
  const auto taken = shell("kiem").ok("bundle.import", {{"file", file(1)}});
  CHECK(at(taken, "received.segments") == json::value(0));
  CHECK(at(taken, "received.held") == json::value(0));
}

}  // namespace enrolment_test
