// Sets of forms that are lost, faulty, given out twice or signed by who may not.
#include "issued.hpp"

namespace schema_faults_test {

using namespace gandan;
using namespace gandan::test;
using namespace gandan::test::issued;

TEST_CASE_METHOD(Issued,
                 "a set whose files got lost keeps no later one from being used; what builds on it waits") {
  issue({{"records/well.json", kWell}});
  const Hash chunk = [&] {
    Hash out;
    unchecked("admin", [&](vault::Vault& vault) {
      out = (*vault.roster())->schemas()[0].body.chunks[0];
      REQUIRE(vault.db().run("DELETE FROM chunk WHERE hash = ?", out).ok());
    });
    return out;
  }();
  CHECK(state("admin", 0) == "waiting");
  issue({{"calendars/vn_20.json", find_file("calendars/vn_20.json")}});
  CHECK(state("admin", 1) == "in_use");
  unchecked("admin", [&](vault::Vault& vault) {
    REQUIRE(vault::issue_schema(
                vault, *records::encode_schema_set({{"rules/well.json", rules({depth_rule(1, 10)})}}))
                .ok());
  });
  CHECK(state("admin", 2) == "waiting");  // without the form that its rule is about
  CHECK(at(shell("admin").ok("status"), "findings").get_array().empty());
  CHECK(at(shell("admin").ok("status"), "schema.number") == json::value(2));
  CHECK(at(shell("admin").ok("status"), "schema.published") == json::value(3));
  unchecked("admin", [&](vault::Vault& vault) {
    const auto set = records::encode_schema_set({{"records/well.json", kWell}});
    REQUIRE(crypto::sha256(*set) == chunk);
    REQUIRE(vault::keep_chunk(vault, (*vault.roster())->root().top, *set, false).ok());
  });
  for (std::size_t i = 0; i < 3; ++i) CHECK(state("admin", i) == "in_use");
  CHECK(text_at(shell("admin").ok("status"), "schema.vi") == "Bộ mẫu biểu số 3 đang dùng.");
}

TEST_CASE_METHOD(Issued,
                 "a set that is faulty for this program is left out and said; the others stay in use") {
  issue({{"records/well.json", kWell}});
  unchecked("admin", [](vault::Vault& vault) {
    const auto set = records::encode_schema_set({{"records/bad.json", R"({"kind": "bad"})"}});
    REQUIRE(set.ok());
    REQUIRE(vault::issue_schema(vault, *set).ok());
  });
  issue({{"records/well_2.json", kWell2}});
  enrol("p1", "cadre", "06463");
  CHECK(state("p1", 0) == "in_use");
  CHECK(state("p1", 1) == "faulty");
  CHECK(state("p1", 2) == "in_use");
  const auto listed = shell("p1").ok("schema.list");
  CHECK(text_at(listed, "sets.1.vi").find("có lỗi; không dùng") != std::string::npos);
  CHECK(!at(listed, "sets.1.faults").get_array().empty());
  CHECK(text_at(shell("p1").ok("status"), "findings.0.code") == "schema.bad");
  CHECK(at(shell("p1").ok("record.kinds", {{"kind", "well"}}), "kinds.0.version") == json::value(2));
  CHECK(shell("p1").error("record.kinds", {{"kind", "bad"}}) == "record.unknown_kind");
  shells["p1"].reset();  // what was found is remembered
  CHECK(state("p1", 1) == "faulty");
  CHECK(at(shell("p1").ok("record.kinds", {{"kind", "well"}}), "kinds.0.version") == json::value(2));
  CHECK(at(shell("p1").ok("status"), "findings").get_array().size() == 1);
}

TEST_CASE_METHOD(
    Issued, "two administrators publish at once: what came too late is kept, said, and published again") {
  enrol("admin2", "admin", "20");
  issue({{"records/well.json", kWell}});
  const std::string rule_folder = folder_of({{"calendars/vn_20.json", find_file("calendars/vn_20.json")}});
  const auto late = shell("admin2").ok("schema.publish", {{"folder", rule_folder}});
  CHECK(at(late, "number") == json::value(1));
  carry("admin2", "admin");
  CHECK(state("admin", 0) == "in_use");
  REQUIRE(state("admin", 1) == "overtaken");
  const std::string hash = text_at(late, "hash");
  CHECK(text_at(shell("admin").ok("schema.list"), "sets.1.hash") == hash);
  CHECK(text_at(shell("admin").ok("schema.list"), "sets.1.files.0") == "calendars/vn_20.json");
  for (const char* wrong : {"", "0123456789ab", "zz"})
    CHECK(shell("admin").error("schema.publish", {{"again", wrong}}) == "not_found");
  CHECK(shell("admin").error("schema.publish") == "request.bad");
  const auto again = shell("admin").ok("schema.publish", {{"again", hash.substr(0, 12)}});
  CHECK(at(again, "number") == json::value(2));
  CHECK(text_at(again, "hash") == hash);
  CHECK(state("admin", 1) == "in_use");
  CHECK(at(shell("admin").ok("schema.list"), "sets").get_array().size() == 2);
  CHECK(shell("admin").error("schema.publish", {{"again", hash}}) == "not_found");  // nothing is left of it
  // Its first publisher, before the ledger says who was first, sees his own in use and the other's overtaken.
  carry("admin", "admin2");
  CHECK(text_at(shell("admin2").ok("schema.list"), "sets.2.state") == "overtaken");
  CHECK(text_at(shell("admin2").ok("status"), "schema.en").find("in use") != std::string::npos);
  CHECK(text_at(shell("admin").ok("status"), "schema.vi") == "Bộ mẫu biểu số 2 đang dùng.");
  carry("admin2", "admin");
}

TEST_CASE_METHOD(Issued,
                 "one number given to two rules: a record is judged by the one that it was finalised under") {
  using Said = std::vector<std::string>;
  issue({{"records/well.json", kWell}});
  for (const char* name : {"admin2", "p1", "office"}) enrol(name, name[0] == 'a' ? "admin" : "cadre", "20");
  issue({{"rules/well.json", rules({depth_rule(1, 10)})}});
  shell("admin2").ok("schema.publish",
                     {{"folder", folder_of({{"rules/well.json", rules({depth_rule(1, 20)})}})}});
  carry("admin2", "p1");
  carry("admin", "office");
  const auto id = add_well("p1", {{"name", "Nà Pàn"}, {"depth", 12}});
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(verdicts("p1", id) == Said{"ls.depth 1 false"});
  carry("p1", "office");
  // The office has another rule under that number: it counts nowhere, and what judged is said to be missing.
  CHECK(verdicts("office", id) == Said{"ls.depth 1 true apart", "ls.depth 1 null"});
  CHECK(text_at(show("office", id), "verdicts.1.message.en").find("which is not here") != std::string::npos);
  // To be published again it needs a number of its own.
  const auto hash = text_at(shell("office").ok("schema.list"), "sets.2.hash");
  carry("office", "admin");
  CHECK(shell("admin").error("schema.publish", {{"again", hash}}) == "schema.bad");
}

TEST_CASE_METHOD(Issued, "one number given to two forms: whoever reads by the other one is told") {
  for (const char* name : {"admin2", "p1", "office"}) enrol(name, name[0] == 'a' ? "admin" : "cadre", "20");
  std::string deeper = kWell;
  deeper.replace(deeper.find("Độ sâu"), std::string("Độ sâu").size(), "Độ sâu từ thành giếng");
  issue({{"records/well.json", kWell}});
  shell("admin2").ok("schema.publish", {{"folder", folder_of({{"records/well.json", deeper}})}});
  carry("admin2", "p1");
  carry("admin", "office");
  const auto id = text_at(
      shell("p1").ok("record.add", {{"kind", "well"}, {"record", {{"name", "Nà Pàn"}, {"depth", 12}}}}),
      "id");
  shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(verdicts("p1", id).empty());
  carry("p1", "office");
  CHECK(verdicts("office", id) == std::vector<std::string>{"@form 1 null"});
  CHECK(text_at(show("office", id), "verdicts.0.message.vi").find("“Giếng nước” bản 1 khác") !=
        std::string::npos);
}

TEST_CASE_METHOD(Issued, "a set that an administrator below the top signed is refused by whoever gets it") {
  enrol("local", "admin", "06463");
  enrol("p1", "cadre", "06463");
  carry("local", "p1");
  const auto signed_by = [&](const std::string& device) {
    Bytes out;
    unchecked(device, [&](vault::Vault& vault) {
      const auto* roster = *vault.roster();
      roster::Statement statement;
      statement.issuer = vault.identity().id;
      statement.issuer_previous = roster->last_statement_of(statement.issuer);
      statement.roster_size = roster->size();
      statement.roster_head = *roster->head(roster->size());
      statement.body =
          roster::SchemaBody{1, crypto::sha256(as_bytes("set")), 7, {crypto::sha256(as_bytes("set"))}};
      roster::sign_statement(roster->realm(), statement, vault.identity().sign);
      out = roster::encode_statement(statement);
    });
    return out;
  };
  const Bytes forged = signed_by("local"), good = signed_by("admin");
  unchecked("p1", [&](vault::Vault& vault) {
    const auto take = [&](const Bytes& statement) {
      auto ingest = vault::Ingest::begin(vault);
      REQUIRE(ingest.ok());
      REQUIRE((*ingest)->statement(statement, std::nullopt).ok());
      return (*ingest)->commit().value();
    };
    const auto report = take(forged);
    REQUIRE(report.refused.size() == 1);
    CHECK(report.refused[0].code == Code::not_authorized);
    CHECK((*vault.roster())->schemas().empty());
    CHECK(take(good).refused_count == 0);
    CHECK((*vault.roster())->schemas().size() == 1);
  });
  CHECK(state("p1") == "waiting");
}

TEST_CASE_METHOD(Issued, "files that are not what was signed are not used") {
  unchecked("admin", [&](vault::Vault& vault) {
    const auto set = records::encode_schema_set({{"records/well.json", kWell}});
    REQUIRE(set.ok());
    const auto* roster = *vault.roster();
    roster::SchemaBody body;
    body.hash = records::schema_set_hash(roster->realm(), as_bytes("something else"));
    body.size = set->size();
    body.chunks = {crypto::sha256(*set)};
    REQUIRE(vault::keep_chunk(vault, roster->root().top, *set, false).ok());
    REQUIRE(vault::issue(vault, body).ok());
  });
  enrol("p1", "cadre", "06463");
  CHECK(state("p1") == "changed");
  CHECK(shell("p1").error("record.kinds", {{"kind", "well"}}) == "record.unknown_kind");
  CHECK(text_at(shell("p1").ok("status"), "findings.0.code") == "schema.changed");
}

}  // namespace schema_faults_test
