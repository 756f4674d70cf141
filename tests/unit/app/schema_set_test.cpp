// A realm's own forms and rules: issued by its administrator, checked before they are used, old ones kept.
#include "records/schema_set.hpp"
#include "base/calendar.hpp"
#include "support/province.hpp"
#include "vault/acts.hpp"
#include "vault/attachments.hpp"
#include "vault/ingest.hpp"
#include "vault/schemas.hpp"

namespace schema_set_test {

using namespace gandan;
using namespace gandan::test;

namespace {

const char* const kWell =
    R"~({"kind": "well", "version": 1, "label": {"vi": "Giếng nước", "en": "Well"}, "title": "Giếng {name}",
  "survey": [{"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "required": true},
             {"type": "integer", "name": "depth", "label": {"vi": "Độ sâu", "en": "Depth"}}]})~";
const char* const kWell2 =
    R"~({"kind": "well", "version": 2, "label": {"vi": "Giếng nước", "en": "Well"}, "title": "Giếng khơi {name}",
  "survey": [{"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "required": true},
             {"type": "boolean", "name": "clean", "label": {"vi": "Nước sạch", "en": "Clean"}}]})~";
// What the law says of a well's depth, as one row.
std::string depth_rule(int version, int least, const std::string& until = "null") {
  return R"~({"id": "ls.depth", "version": )~" + std::to_string(version) +
         R"~(, "label": {"vi": "Giếng đủ sâu", "en": "Deep enough"}, "article": "Điều 2", "kind": "well", "test": "depth >= )~" +
         std::to_string(least) + R"~(", "severity": "violation", "holds": {"vi": "Đủ )~" +
         std::to_string(least) + R"~( m.", "en": "Deep enough."}, "fails": {"vi": "Chưa đủ )~" +
         std::to_string(least) +
         R"~( m.", "en": "Too shallow."}, "unknown": {"vi": "Chưa đo.", "en": "Not measured."}, "valid_from": null, "valid_to": )~" +
         until + R"~(, "verified_by": null})~";
}
std::string rules(const std::vector<std::string>& rows) {
  std::string out = R"~({"law": "Quy định của tỉnh", "rules": [)~";
  for (const auto& row : rows) out += (&row == &rows.front() ? "" : ",") + row;
  return out + "]}";
}
const char* const kWellRule = R"~({"law": "Quy định của tỉnh", "rules": [
  {"id": "ls.well_clean", "version": 1, "label": {"vi": "Nước phải sạch", "en": "Water is clean"}, "article": "Điều 1", "kind": "well",
   "test": "clean", "severity": "warning", "holds": {"vi": "Nước sạch.", "en": "Clean."}, "fails": {"vi": "Nước chưa sạch.", "en": "Not clean."},
   "unknown": {"vi": "Chưa biết.", "en": "Not known."}, "valid_from": null, "valid_to": null, "verified_by": null}]})~";

std::string find_file(std::string_view path) {
  for (const auto& file : records::builtin_schema())
    if (file.path == path) return file.text;
  FAIL("no such file");
  return {};
}

struct Issued : Province {
  // A folder with these files.
  std::string folder_of(const std::vector<records::SchemaFile>& files) {
    const std::string out = folder.path("forms-" + std::to_string(++folders));
    for (const auto& file : files) {
      const auto path = std::filesystem::path(out) / file.path;
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path) << file.text;
    }
    return out;
  }
  json::object issue(const std::vector<records::SchemaFile>& files) {
    return shell("admin").ok("schema.publish", {{"folder", folder_of(files)}});
  }
  std::string state(const std::string& by, std::size_t set = 0) {
    const json::value sets = at(shell(by).ok("schema.list"), "sets");
    REQUIRE(set < sets.get_array().size());
    return text_at(sets.get_array()[set], "state");
  }
  // "ls.depth 1 true", with "apart" where it is, of each verdict.
  std::vector<std::string> verdicts(const std::string& by, const std::string& id, json::object more = {}) {
    std::vector<std::string> out;
    const json::object shown = show(by, id, std::move(more));  // the rows point into it
    for (const auto& row : shown.at("verdicts").as_array()) {
      const auto& v = row.as_object();
      out.push_back(text_at(v, "rule") + " " + json::compact(v.at("version")) + " " +
                    json::compact(v.at("holds")) + (v.contains("apart") ? " apart" : ""));
    }
    return out;
  }
  std::string add_well(const std::string& by, json::object record) {
    return text_at(
        shell(by).ok("record.add", {{"kind", "well"}, {"unit", "06463"}, {"record", std::move(record)}}),
        "id");
  }
  int folders = 0;
};

}  // namespace

TEST_CASE_METHOD(Issued,
                 "a province issues a form; every device gets it with the next bundle and records in it") {
  enrol("p1", "cadre", "06463");
  CHECK(shell("p1").error("record.add", {{"kind", "well"}, {"record", {{"name", "Nà Pàn"}}}}) ==
        "record.unknown_kind");
  const auto issued = issue({{"records/well.json", kWell}});
  CHECK(at(issued, "number") == json::value(1));
  CHECK(state("admin") == "in_use");
  CHECK(at(shell("admin").ok("record.kinds", {{"kind", "well"}}), "kinds").get_array().size() == 1);
  enrol("p2", "cadre", "06463");  // its enrolment brings the form
  CHECK(state("p2") == "in_use");
  const auto id = add_well("p2", {{"name", "Nà Pàn"}, {"depth", 12}});
  CHECK(shell("p1").error("record.kinds", {{"kind", "well"}}) == "record.unknown_kind");
  carry("p2", "p1");  // through a device that did not issue it
  CHECK(state("p1") == "in_use");
  CHECK(text_at(show("p1", id), "document.title") == "Giếng Nà Pàn");
  CHECK(at(shell("p1").ok("search", {{"text", "na pan"}}), "hits").get_array().size() == 1);
  // It is there when the notebook opens again, and what it projected is what a rebuild makes.
  shells["p1"].reset();
  CHECK(at(shell("p1").ok("record.kinds", {{"kind", "well"}}), "kinds").get_array().size() == 1);
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(
    Issued,
    "a record keeps the version it was made with, and an old one opens with a new form and loses nothing") {
  issue({{"records/well.json", kWell}});
  enrol("p1", "cadre", "06463");
  const auto old = add_well("p1", {{"name", "Cũ"}, {"depth", 12}});
  const auto before = show("p1", old);
  issue({{"records/well_2.json", kWell2}, {"rules/well.json", kWellRule}});
  carry("admin", "p1");
  CHECK(state("p1", 1) == "in_use");
  const auto made = add_well("p1", {{"name", "Mới"}, {"clean", false}});
  CHECK(at(show("p1", made), "document.schema") == json::value(2));
  CHECK(text_at(show("p1", made), "document.title") == "Giếng khơi Mới");
  const auto after = show("p1", old);
  CHECK(at(after, "document") == at(before, "document"));
  CHECK(at(after, "document.fields.depth") == json::value(12));
  shell("p1").ok("record.edit", {{"id", old}, {"record", {{"depth", 15}}}});
  CHECK(at(show("p1", old), "document.schema") == json::value(1));
  CHECK(at(show("p1", old), "document.fields.depth") == json::value(15));
  CHECK(text_at(show("p1", made), "verdicts.0.rule") == "ls.well_clean");
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(Issued,
                 "who may not issue is refused, and so is what is faulty or changes a form that exists") {
  enrol("office", "office", "20.A");
  enrol("local", "admin", "06463");
  const auto good = folder_of({{"records/well.json", kWell}});
  for (const char* device : {"office", "local"})
    CHECK(shell(device).error("schema.publish", {{"folder", good}}) == "roster.not_authorized");
  const auto refused = [&](const std::vector<records::SchemaFile>& files) {
    return shell("admin").error("schema.publish", {{"folder", folder_of(files)}});
  };
  CHECK(refused({{"records/well.json", R"({"kind": "well", "version": 1, "survey": 7})"}}) == "schema.bad");
  CHECK(text_at(at(shell("admin").last_error, "fields.0"), "path").find("records/well.json") == 0);
  CHECK(
      refused({{"rules/c.json", R"({"sentences": {"late": {"vi": "Đúng hạn.", "en": "Done in time."}}})"}}) ==
      "schema.bad");
  CHECK(
      refused(
          {{"rules/c.json",
            R"({"next_working_day": {"law": "L", "article": "1", "verified_by": null}, "sentences": {}})"}}) ==
      "schema.bad");
  CHECK(refused({{"records/village.json", kWell}}) == "schema.bad");
  CHECK(text_at(at(shell("admin").last_error, "fields.0"), "path") == "records/village.json");
  CHECK(refused({{"poems/well.json", kWell}}) == "file.unreadable");  // nothing that belongs to a schema
  CHECK(shell("admin").error("schema.publish", {{"folder", folder.path("none")}}) == "file.unreadable");
  CHECK(at(shell("admin").ok("schema.list"), "sets").get_array().empty());
}

TEST_CASE_METHOD(
    Issued, "when a rule changes, the judgement that was made stays; what the new one says stands apart") {
  using Said = std::vector<std::string>;
  issue({{"records/well.json", kWell}, {"rules/well.json", rules({depth_rule(1, 10)})}});
  enrol("p1", "cadre", "06463");
  const auto old = add_well("p1", {{"name", "Cũ"}, {"depth", 12}});
  shell("p1").ok("record.finalize", {{"id", old}});
  CHECK(verdicts("p1", old) == Said{"ls.depth 1 true"});

  issue({{"rules/other.json", rules({depth_rule(1, 10, "\"2020-01-01\""), depth_rule(2, 15)})}});
  carry("admin", "p1");
  CHECK(state("p1", 1) == "in_use");
  CHECK(verdicts("p1", old) == Said{"ls.depth 1 true", "ls.depth 2 false apart"});
  const auto paper = text_at(shell("p1").ok("record.print", {{"id", old}}), "html");
  CHECK(paper.find("Đủ 10 m.") != std::string::npos);
  CHECK(paper.find("Chưa đủ 15 m.") == std::string::npos);
  const auto made = add_well("p1", {{"name", "Mới"}, {"depth", 12}});
  CHECK(verdicts("p1", made) == Said{"ls.depth 2 false"});

  // A person who signs it again has it judged again; what was signed before keeps its judgement.
  shell("p1").ok("record.edit",
                 {{"id", old}, {"record", {{"depth", 13}}}, {"late", true}, {"reason", "Đo lại"}});
  CHECK(verdicts("p1", old) == Said{"ls.depth 1 true", "ls.depth 2 false apart"});
  shell("p1").ok("record.finalize", {{"id", old}});
  CHECK(verdicts("p1", old) == Said{"ls.depth 2 false"});
  CHECK(verdicts("p1", old, {{"version", 1}}) == Said{"ls.depth 1 true", "ls.depth 2 false apart"});
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(Issued, "a new calendar changes no judgement that was made; what it says stands apart") {
  using Said = std::vector<std::string>;
  const char* const repair =
      R"~({"kind": "repair", "version": 1, "label": {"vi": "Sửa giếng", "en": "Repair"}, "title": "Sửa", "date": "asked_on",
  "survey": [{"type": "date", "name": "asked_on", "label": {"vi": "Ngày đề nghị", "en": "Asked on"}},
             {"type": "date", "name": "done_on", "label": {"vi": "Ngày xong", "en": "Done on"}}]})~";
  const char* const rule =
      R"~({"law": "Quy định của tỉnh", "rules": [{"id": "ls.repair", "version": 1, "label": {"vi": "Sửa giếng trong 5 ngày làm việc", "en": "Repaired in 5 working days"},
  "article": "Điều 3", "kind": "repair", "due": "add_working_days(asked_on, 5)", "done": "done_on", "severity": "violation",
  "valid_from": null, "valid_to": null, "verified_by": "Sở"}]})~";
  issue({{"records/repair.json", repair}, {"rules/repair.json", rule}});
  enrol("p1", "cadre", "06463");
  const auto add = [&](const char* asked, const char* done) {
    json::object record{{"asked_on", asked}};
    if (*done != '\0') record["done_on"] = done;
    return text_at(
        shell("p1").ok("record.add", {{"kind", "repair"}, {"unit", "06463"}, {"record", std::move(record)}}),
        "id");
  };
  const auto late = add("2026-03-02", "2026-03-10");  // due on the 9th
  const auto open = add("2027-12-30", "");            // nobody knows the calendar of 2028 yet
  const auto draft = add("2026-03-02", "2026-03-10");
  for (const auto& id : {late, open}) shell("p1").ok("record.finalize", {{"id", id}});
  CHECK(verdicts("p1", late) == Said{"ls.repair 1 false"});
  CHECK(text_at(show("p1", late), "verdicts.0.calendars.0") == "vn 1");
  CHECK(text_at(show("p1", open), "verdicts.0.state") == "unknown");

  auto calendar = json::parse(find_file("calendars/vn.json")).value();
  auto& vn = calendar.as_object();
  vn["days"].as_array().push_back(
      json::parse(R"({"date": "2026-03-05", "kind": "holiday", "name": {"vi": "Nghỉ", "en": "Off"},
                      "source": "Thông báo", "verified_by": "Sở"})")
          .value());
  vn["covers"].as_array().push_back(
      json::parse(
          R"({"from": "2028-01-01", "until": "2028-12-31", "source": "Thông báo", "verified_by": "Sở"})")
          .value());
  const auto refused = shell("admin").error(
      "schema.publish", {{"folder", folder_of({{"calendars/vn.json", json::compact(calendar)}})}});
  CHECK(refused == "schema.bad");  // a calendar that exists is never changed
  vn["version"] = 2;
  issue({{"calendars/vn_2.json", json::compact(calendar)}});
  carry("admin", "p1");
  CHECK(verdicts("p1", draft) == Said{"ls.repair 1 true"});
  CHECK(verdicts("p1", late) == Said{"ls.repair 1 false", "ls.repair 1 true apart"});
  CHECK(text_at(show("p1", late), "verdicts.1.calendars.0") == "vn 2");
  // What was not known then was no judgement: now it is known.
  CHECK(text_at(show("p1", open), "verdicts.0.state") == "open");
  CHECK(text_at(show("p1", open), "verdicts.0.due") == "2028-01-06");
  CHECK(verdicts("p1", open).size() == 1);
  // And stays: one that says otherwise later stands apart again.
  vn["version"] = 3;
  vn["days"].as_array().push_back(
      json::parse(R"({"date": "2028-01-04", "kind": "holiday", "name": {"vi": "Nghỉ", "en": "Off"},
                      "source": "Thông báo", "verified_by": "Sở"})")
          .value());
  issue({{"calendars/vn_3.json", json::compact(calendar)}});
  carry("admin", "p1");
  REQUIRE(verdicts("p1", open).size() == 2);
  CHECK(text_at(show("p1", open), "verdicts.0.due") == "2028-01-06");
  CHECK(text_at(show("p1", open), "verdicts.1.due") == "2028-01-07");
  CHECK(at(show("p1", open), "verdicts.1.apart") == json::value(true));
  // Who signs again is judged by what is in force now; what was signed before keeps its judgement.
  shell("p1").ok(
      "record.edit",
      {{"id", late}, {"record", {{"done_on", "2026-03-09"}}}, {"late", true}, {"reason", "Ghi nhầm"}});
  shell("p1").ok("record.finalize", {{"id", late}});
  CHECK(verdicts("p1", late) == Said{"ls.repair 1 true"});
  CHECK(verdicts("p1", late, {{"version", 1}}) == Said{"ls.repair 1 false", "ls.repair 1 true apart"});
}

TEST_CASE_METHOD(
    Issued, "a rule is not silenced by dating its end back, neither for drafts nor for who signs again") {
  using Said = std::vector<std::string>;
  issue({{"records/well.json", kWell}, {"rules/well.json", rules({depth_rule(1, 10)})}});
  enrol("p1", "cadre", "06463");
  const auto signed_well = add_well("p1", {{"name", "Cũ"}, {"depth", 5}});
  shell("p1").ok("record.finalize", {{"id", signed_well}});
  CHECK(verdicts("p1", signed_well) == Said{"ls.depth 1 false"});
  const auto end = [&](const char* day) {
    return rules({depth_rule(1, 10, "\"" + std::string(day) + "\"")});
  };
  CHECK(shell("admin").error("schema.publish",
                             {{"folder", folder_of({{"rules/end.json", end("2026-03-09")}})}}) ==
        "schema.bad");
  CHECK(text_at(at(shell("admin").last_error, "fields.0"), "path") == "rules/well.json: ls.depth: valid_to");
  // Nor by a next version that has ended itself.
  auto ended = json::parse(depth_rule(2, 10, "\"2026-02-01\"")).value();
  ended.as_object()["valid_from"] = "2026-01-02";
  const auto both = rules({depth_rule(1, 10, "\"2026-01-01\""), json::compact(ended)});
  CHECK(shell("admin").error("schema.publish", {{"folder", folder_of({{"rules/end.json", both}})}}) ==
        "schema.bad");
  issue({{"rules/end.json", end("2026-03-10")}});  // today
  carry("admin", "p1");
  clock.advance(2 * kDayMs);
  const auto draft = add_well("p1", {{"name", "Mới"}, {"depth", 5}});
  CHECK(verdicts("p1", draft).empty());
  shell("p1").ok("record.edit",
                 {{"id", signed_well}, {"record", {{"name", "Cũ hơn"}}}, {"late", true}, {"reason", "Tên"}});
  shell("p1").ok("record.finalize", {{"id", signed_well}});
  CHECK(verdicts("p1", signed_well) == Said{"ls.depth 1 false"});
}

TEST_CASE_METHOD(Issued, "a form's versions follow each other, and what a field's name means never changes") {
  issue({{"records/well.json", kWell}});
  const auto refused = [&](std::string text, const char* from, const char* to) {
    text.replace(text.find(from), std::string(from).size(), to);
    CHECK(shell("admin").error("schema.publish", {{"folder", folder_of({{"records/well_9.json", text}})}}) ==
          "schema.bad");
    return text_at(at(shell("admin").last_error, "fields.0"), "path");
  };
  CHECK(refused(kWell2, "\"version\": 2", "\"version\": 3") == "records/well_9.json: version");
  CHECK(refused(kWell2, "\"type\": \"text\", \"name\": \"name\"", "\"type\": \"date\", \"name\": \"name\"") ==
        "records/well_9.json: name: type");
  issue({{"records/well_9.json", kWell2}});
  // Not by way of a version that had dropped it, either: depth was a number in the first.
  std::string third = kWell2;
  third.replace(third.find("\"version\": 2"), 12, "\"version\": 3");
  CHECK(refused(third, "\"name\": \"clean\"", "\"name\": \"depth\"") == "records/well_9.json");
}

TEST_CASE_METHOD(Issued, "a rule that exists is not changed, wherever it stands; its last day may be") {
  issue({{"records/well.json", kWell}, {"rules/well.json", rules({depth_rule(1, 10)})}});
  const auto refused = [&](const std::string& text) {
    return shell("admin").error("schema.publish", {{"folder", folder_of({{"rules/well_b.json", text}})}});
  };
  CHECK(refused(rules({depth_rule(1, 11)})) == "schema.bad");
  CHECK(text_at(at(shell("admin").last_error, "fields.0"), "path") == "rules/well_b.json: ls.depth: version");
  // A rule of the program's own is as firm.
  auto builtin = json::parse(find_file("rules/law10.json")).value();
  auto& row = builtin.as_object()["rules"].as_array()[0].as_object();
  row["severity"] = "info";
  CHECK(refused(json::compact(builtin)) == "schema.bad");
  row["severity"] = "violation";
  row["valid_to"] = "2030-12-31";
  row["verified_by"] = "Sở Tư pháp";
  issue({{"rules/law10.json", json::compact(builtin)}});
  CHECK(state("admin", 1) == "in_use");
}

TEST_CASE_METHOD(Issued,
                 "a form's next version may drop a field: what judged and printed the old one still does") {
  const char* const paper =
      R"~({"id": "well_paper", "version": 1, "label": {"vi": "Phiếu giếng", "en": "Well"}, "print": {"kind": "well", "title": "PHIẾU GIẾNG",
           "subtitle": "{name} sâu {depth} m", "draft_mark": "NHÁP", "blocks": [{"text": "Sâu {depth} m."}]}})~";
  issue({{"records/well.json", kWell},
         {"rules/well.json", rules({depth_rule(1, 10)})},
         {"reports/well_paper.json", paper}});
  enrol("p1", "cadre", "06463");
  const auto old = add_well("p1", {{"name", "Cũ"}, {"depth", 12}});
  issue({{"records/well_2.json", kWell2}});
  carry("admin", "p1");
  CHECK(state("p1", 1) == "in_use");
  const auto made = add_well("p1", {{"name", "Mới"}, {"clean", true}});
  // The old record's own form is there for who shows it: it has the field that the new one dropped.
  const auto form = [&](const json::object& params) {
    return json::compact(shell("p1").ok("record.kinds", params));
  };
  CHECK(at(show("p1", old), "document.schema") == json::value(1));
  CHECK(form({{"kind", "well"}, {"schema", 1}}).find("Độ sâu") != std::string::npos);
  CHECK(form({{"kind", "well"}, {"schema", 2}}).find("Độ sâu") == std::string::npos);
  CHECK(form({{"kind", "well"}}) == form({{"kind", "well"}, {"schema", 2}}));
  CHECK(shell("p1").error("record.kinds", {{"kind", "well"}, {"schema", 3}}) == "record.unknown_kind");
  CHECK(shell("p1").error("record.kinds", {{"schema", 1}}) == "request.bad");
  CHECK(verdicts("p1", old) == std::vector<std::string>{"ls.depth 1 true"});
  CHECK(verdicts("p1", made) == std::vector<std::string>{"ls.depth 1 null"});
  const auto print = [&](const std::string& id) {
    return text_at(shell("p1").ok("record.print", {{"id", id}}), "html");
  };
  CHECK(print(old).find("Sâu 12 m.") != std::string::npos);
  CHECK(print(made).find("PHIẾU HỒ SƠ") != std::string::npos);  // the form, filled in
  CHECK(print(made).find("Mới") != std::string::npos);
}

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

}  // namespace schema_set_test
