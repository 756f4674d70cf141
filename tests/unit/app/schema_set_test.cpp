// A realm's own forms and rules: issued by its administrator, checked before they are used, old ones kept.
#include "issued.hpp"

namespace schema_set_test {

using namespace gandan;
using namespace gandan::test;
using namespace gandan::test::issued;

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

}  // namespace schema_set_test
