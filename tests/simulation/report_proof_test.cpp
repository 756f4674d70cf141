// A figure of a printed report, from the phones over a server to a stranger's eyes.
#include <filesystem>
#include <fstream>

#include "base/calendar.hpp"
#include "ledger/checkpoint.hpp"
#include "support/loopback.hpp"
#include "support/province.hpp"
#include "vault/witness.hpp"

namespace report_proof_sim_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Printed : WithServer, Province {
  Printed()
      : Province(to_hex(WithServer::server.ledger_key().view()),
                 [this](const Server&) { return std::make_unique<LoopbackTransport>(WithServer::server); }) {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    enrol("boss", "supervisor", "20");
    server.admit(must(roster::decode_card(as_bytes(file_text(folder.path("card"))))));
    server.start(clock);
    for (const char* name : {"admin", "p1", "p2", "boss"}) sync(name);
    for (const char* name : {"p1", "p2", "p2"}) shell(name).ok("record.finalize", {{"id", visit(name)}});
    draft = visit("p1");
    for (const char* name : {"p1", "p2"}) sync(name);
    map();
  }
  json::object sync(const std::string& name) {
    clock.advance(60'000);
    return shell(name).ok("sync.run", {{"server", "https://loopback"}, {"keep_ledger", name == "boss"}});
  }
  // Until the server has logged where all stand, and the supervisor has it.
  void map() {
    clock.advance(2 * 3'600'000);
    shell("p1").ok("record.add", {{"kind", "opinion_note"}, {"record", {{"summary", "x"}}}});
    sync("p1");
    for (int i = 0; i < 2; ++i) sync("boss");
  }
  json::object report(json::object more = {}) {
    more["period"] = "2026-Q1";
    more["unit"] = "06463";
    return shell("boss").ok("report.period", more);
  }
  json::object asked(const json::value& figures, json::object more = {}) {
    const std::string out = folder.path("figure.proof");
    std::remove(out.c_str());
    more["figures"] = figures;
    more["period"] = "2026-Q1";
    more["unit"] = "06463";
    more["out"] = out;
    return more;
  }
  json::object verified(json::object more = {}) {
    more["file"] = folder.path("figure.proof");
    more["root"] = text_at(shell("boss").ok("realm.info"), "fingerprint");
    return shell("p2").ok("audit.verify_proof", more);
  }
  std::string draft;
};

}  // namespace

TEST_CASE_METHOD(Printed,
                 "a figure of a report is proven to a stranger, by the records behind it and nothing else") {
  const auto told = report({{"format", "csv"}, {"out", folder.path("report.csv")}});
  shell("boss").ok("audit.prove", asked("visits", {{"printed", folder.path("report.csv")},
                                                   {"checkpoint", at(told, "checkpoint.size")}}));
  const auto proven = verified({{"printed", folder.path("report.csv")}});
  CHECK(text_at(proven, "report.figures.0.id") == "visits");
  CHECK(at(proven, "report.figures.0.value") == json::value(3));
  CHECK(text_at(proven, "report.root") == text_at(told, "checkpoint.root"));
  CHECK(at(proven, "report.size") == at(told, "checkpoint.size"));
  CHECK(text_at(proven, "report.from") == "2026-01-01");
  std::map<std::string, int> paths;
  const json::value changes = at(proven, "changes");
  for (const auto& change : changes.get_array()) ++paths[text_at(change, "path")];
  CHECK(paths == std::map<std::string, int>{{"@final", 3}, {"@kind", 3}, {"start", 3}});
  CHECK(json::compact(json::value(proven)).find(draft) == std::string::npos);
  CHECK(at(proven, "log.undisclosed").get_int64() > 0);
  const json::object other{{"file", folder.path("figure.proof")},
                           {"root", text_at(proven, "fingerprint")},
                           {"printed", folder.path("card")}};
  CHECK(shell("p2").error("audit.verify_proof", other) == "proof.other_file");
}

TEST_CASE_METHOD(Printed, "a proof names a report's file only where the report, made again, has its bytes") {
  const auto refused = [this](json::object more) {
    const auto request = asked("visits", std::move(more));
    CHECK(shell("boss").error("audit.prove", request) == "proof.other_file");
    CHECK_FALSE(std::filesystem::exists(folder.path("figure.proof")));
    CHECK(text_at(shell("boss").last_error, "fields.0.path") == "printed");
  };
  const auto write = [this](const std::string& name, const std::string& content) {
    std::ofstream(folder.path(name), std::ios::binary) << content;
    return folder.path(name);
  };
  const json::object head{{"number", "12/BC-UBND"}, {"date", "2026-04-02"}, {"superior", "UBND HUYỆN"}};
  for (const char* name : {"report.csv", "report.html"}) {
    INFO(name);
    json::object more = head;
    more["out"] = folder.path(name);
    report(more);
    more = head;
    more["printed"] = folder.path(name);
    shell("boss").ok("audit.prove", asked("visits", more));
    CHECK(at(verified({{"printed", folder.path(name)}}), "report.figures.0.value") == json::value(3));
    more["printed"] =
        write(std::string("changed.") + (std::string(name).substr(7)), file_text(folder.path(name)) + " ");
    refused(more);
  }
  // Under a name that says nothing of what it is.
  json::object more = head;
  more["printed"] = write("report.signed", file_text(folder.path("report.html")));
  shell("boss").ok("audit.prove", asked("visits", more));
  CHECK(text_at(verified(), "report.printed").size() == 64);
  // Whatever is no report; another head; another period of the same checkpoint.
  refused({{"printed", folder.path("card")}});
  refused({{"printed", folder.path("report.html")}});
  shell("boss").ok("report.period",
                   {{"out", folder.path("other.csv")}, {"period", "2026-01"}, {"unit", "06463"}});
  refused({{"printed", folder.path("other.csv")}});
}

TEST_CASE_METHOD(Printed, "several figures share one proof; a condition is shown with the values it reads") {
  shell("boss").ok("audit.prove", asked(json::array{"visits", "households_mobilised", "households_coerced"}));
  const auto proven = verified();
  CHECK(at(proven, "report.figures").get_array().size() == 3);
  CHECK(text_at(proven, "report.figures.1.where") == "met <> 'nobody'");
  CHECK(text_at(proven, "report.figures.1.distinct") == "project || ' / ' || household");
  CHECK(at(proven, "report.figures.1.value") == json::value(1));  // one household, three times
  const json::object unprinted{{"file", folder.path("figure.proof")},
                               {"root", text_at(proven, "fingerprint")},
                               {"printed", folder.path("card")}};
  CHECK(shell("p2").error("audit.verify_proof", unprinted) == "proof.other_file");
}

TEST_CASE_METHOD(Printed,
                 "what no stranger can count, and what is withheld, is refused before anything is written") {
  const auto refused = [this](const char* figure) {
    return shell("boss").error("audit.prove", asked(figure));
  };
  CHECK(refused("denunciations") == "report.withheld");
  CHECK(refused("denunciations_concluded") == "report.withheld");
  for (const char* figure :
       {"projects_behind", "questions", "rules_broken", "commitments_due", "households_agreed"}) {
    INFO(figure);
    CHECK(refused(figure) == "report.no_proof");
  }
  CHECK(refused("no_such_figure") == "not_found");
  CHECK(shell("boss").error("audit.prove", asked("visits", {{"unsent", true}})) == "request.bad");
  CHECK(shell("boss").error("audit.prove", asked("visits", {{"checkpoint", 9999}})) == "not_found");
  CHECK(shell("p1").error("audit.prove", asked("visits")) == "audit.no_ledger");
  // A draft counts in what is under way, and in nothing else.
  shell("boss").ok("audit.prove", asked("complaints"));
  CHECK(at(verified(), "report.figures.0.value") == json::value(0));
  // Without a map behind the checkpoint nothing says that the logs are whole.
  shell("p2").ok("record.finalize", {{"id", visit("p2")}});
  for (const char* name : {"p2", "boss", "boss"}) sync(name);
  CHECK(shell("boss").error("audit.prove", asked("visits")) == "audit.no_map");
  map();
  shell("boss").ok("audit.prove", asked("visits"));
  CHECK(at(verified(), "report.figures.0.value") == json::value(4));
}

TEST_CASE_METHOD(Printed,
                 "two ledgers that a bundle brings to light are told of at once, and at every sync") {
  CHECK_FALSE(sync("boss").contains("split_views"));
  // What p2 was shown beside its own: as many entries under another root, signed by the same server.
  const auto key = must(server::load_ledger_key(server.folder()));
  unchecked("p2", [&](vault::Vault& vault) {
    const auto seen = must(vault.checkpoint());
    const auto* roster = must(vault.roster());
    ledger::Checkpoint other{roster::ledger_origin(roster->realm()), seen.size, Hash::from(Bytes(32, 9))};
    CHECK(must(vault::keep_split_view(vault, {seen.size, seen.root, seen.note},
                                      {seen.size, other.root, ledger::sign_checkpoint(other, key)})));
  });
  shell("p2").ok("bundle.export", {{"file", folder.path("carried")}});
  const auto taken = shell("boss").ok("bundle.import", {{"file", folder.path("carried")}});
  CHECK(at(taken, "split_views") == json::value(1));
  CHECK(at(sync("boss"), "split_views") == json::value(1));
  CHECK(at(shell("boss").ok("status"), "ledger.split_views") == json::value(1));
  shell("boss").ok("audit.evidence", {{"out", folder.path("two.evidence")}});
  CHECK(std::filesystem::exists(folder.path("two.evidence")));
}

}  // namespace report_proof_sim_test
