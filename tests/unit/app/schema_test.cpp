// Forms over the boundary: schema.import, schema.export, schema.check.
#include <filesystem>

#include "support/plain_sheets.hpp"
#include "support/seams.hpp"
#include "support/shell.hpp"

namespace schema_test {

using namespace gandan;
using namespace gandan::test;

namespace {

constexpr const char* kForm =
    "[survey]\n"
    "type\tname\tlabel::vi\tlabel::en\trelevant\n"
    "text\tcode\tMã\tCode\n"
    "decimal\tarea\tDiện tích\tArea\n"
    "integer\tpeople\tSố người\tPeople\t${area} > 1\n"
    "[settings]\n"
    "form_id\tform_title\tversion\n"
    "well_visit\tThăm giếng\t3\n";

struct Office {
  Office() {
    Seams seams;
    seams.spreadsheets = &sheets;
    shell = std::make_unique<Shell>(api, OpenOptions{}, seams);
  }
  std::string put(const std::string& name, const std::string& text) const {
    const std::string path = folder.path(name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  Api api;
  PlainSheets sheets;
  TempFolder folder;
  std::unique_ptr<Shell> shell;
};

}  // namespace

TEST_CASE("a build without spreadsheets says so, and does nothing") {
  const Api api;
  Shell shell(api, {}, {});
  CHECK(shell.error("schema.import", {{"file", "/nowhere/form.xlsx"}}) == "schema.no_spreadsheets");
  CHECK(shell.error("schema.export", {{"kind", "village"}, {"out", "/nowhere/form.xlsx"}}) ==
        "schema.no_spreadsheets");
}

TEST_CASE("what cannot be taken over is listed; strict writes nothing then") {
  Office office;
  const std::string form = office.put("form.xlsx", kForm);
  const auto answer = office.shell->ok("schema.import", {{"file", form}});
  CHECK(text_at(answer, "kind") == "well_visit");
  CHECK(at(answer, "version") == json::value(3));
  CHECK(at(answer, "complete") == json::value(false));
  CHECK(text_at(answer, "findings.0.code") == "type.none");
  CHECK(at(answer, "findings.0.row") == json::value(3));
  CHECK(text_at(answer, "findings.1.code") == "name.left_out");
  CHECK(text_at(answer, "findings.1.column") == "relevant");
  CHECK(text_at(answer, "type.survey.1.name") == "people");

  const std::string out = office.folder.path("well.json");
  CHECK(office.shell->error("schema.import", {{"file", form}, {"out", out}, {"strict", true}}) ==
        "schema.not_translatable");
  CHECK(text_at(office.shell->last_error, "fields.0.path") == "survey 3 type");
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(text_at(office.shell->ok("schema.import", {{"file", form}, {"out", out}}), "file") == out);
  CHECK(std::filesystem::exists(out));
  CHECK(office.shell->error("schema.import", {{"file", form}, {"out", out}}) == "file.exists");
  // In a folder the type gets its usual name.
  const auto there =
      office.shell->ok("schema.import", {{"file", form}, {"out", office.folder.path()}, {"kind", "well"}});
  CHECK(text_at(there, "file") == office.folder.path("well_3.json"));
}

TEST_CASE("files that are no form") {
  Office office;
  CHECK(office.shell->error("schema.import", {{"file", office.folder.path("none")}}) == "file.unreadable");
  CHECK(office.shell->error("schema.import", {{"file", office.put("x", "junk")}}) ==
        "schema.not_a_spreadsheet");
  CHECK(office.shell->error("schema.import", {{"file", office.put("y", "[data]\na\tb\n")}}) ==
        "schema.not_an_xlsform");
  CHECK(office.shell->error("schema.import", {{"file", office.put("z", kForm)}, {"kind", "Not a kind"}}) ==
        "request.bad");
}

TEST_CASE("a kind goes out and comes back") {
  Office office;
  const std::string form = office.folder.path("meeting.xlsx");
  const auto out = office.shell->ok("schema.export", {{"kind", "community_meeting"}, {"out", form}});
  CHECK(at(out, "version") == json::value(2));
  CHECK_FALSE(at(out, "findings").get_array().empty());
  CHECK(office.shell->error("schema.export", {{"kind", "community_meeting"}, {"out", form}}) ==
        "file.exists");
  const std::string old = office.folder.path("meeting_1.xlsx");
  CHECK(at(office.shell->ok("schema.export", {{"kind", "community_meeting"}, {"version", 1}, {"out", old}}),
           "version") == json::value(1));
  CHECK(office.shell->error("schema.export", {{"kind", "poem"}, {"out", office.folder.path("p")}}) ==
        "record.unknown_kind");
  const auto back = office.shell->ok("schema.import", {{"file", form}, {"strict", true}});
  CHECK(at(back, "complete") == json::value(true));
  CHECK(text_at(back, "type.kind") == "community_meeting");
}

TEST_CASE("the schema of the house is all good, and a folder with faults names each") {
  Office office;
  const std::string schema = std::string(GANDAN_SOURCE_DIR) + "/schema";
  const auto good = office.shell->ok("schema.check", {{"folder", schema}});
  CHECK(at(good, "held") == json::value(true));
  CHECK(at(good, "reports_checked") == json::value(true));
  CHECK(at(good, "faults").get_array().empty());
  CHECK(at(good, "kinds").as_int64() >= 30);

  CHECK(office.shell->error("schema.check", {{"folder", office.folder.path("none")}}) == "file.unreadable");
  const std::string well =
      R"({"kind": "well", "version": 1, "label": {"vi": "Giếng", "en": "Well"}, "title": "{name}", "survey": [
          {"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}}]})";
  const auto checked = [&] {
    return office.shell->ok("schema.check", {{"folder", office.folder.path("s")}});
  };
  office.put("s/records/well.json", well);
  CHECK(at(checked(), "held") == json::value(true));
  // It may link to what the program has.
  office.put(
      "s/records/pump.json",
      R"({"kind": "pump", "version": 1, "label": {"vi": "Bơm", "en": "Pump"}, "title": "{of}", "survey": [
          {"type": "link", "name": "of", "link": "village", "label": {"vi": "Thôn", "en": "Village"}}]})");
  CHECK(at(checked(), "held") == json::value(true));
  office.put(
      "s/reports/print.json",
      R"({"id": "p", "version": 1, "label": {"vi": "P", "en": "The p"}, "print": {"kind": "well", "title": "T", "blocks": [{"text": "{nobody}"}]}})");
  office.put(
      "s/reports/count.json",
      R"({"id": "c", "version": 1, "label": {"vi": "C", "en": "The c"}, "figures": [{"id": "x", "label": {"vi": "x", "en": "y"}, "kind": "poem"}]})");
  office.put("s/reports/neither.json", R"({"id": "n"})");
  office.put("s/reports/broken.json", "{");
  const auto reports = checked();
  CHECK(at(reports, "held") == json::value(false));
  std::set<std::string> files;
  const json::value faults = at(reports, "faults");
  for (const auto& fault : faults.get_array()) files.insert(text_at(fault, "file"));
  CHECK(files == std::set<std::string>{"reports/print.json", "reports/count.json", "reports/neither.json",
                                       "reports/broken.json"});

  office.put(
      "s/records/well.json",
      R"({"kind": "well", "version": 1, "label": {"vi": "Giếng", "en": "Well"}, "title": "{name}", "survey": [
                 {"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "constraint": "nobody = 1",
                  "constraint_message": {"vi": "Sai", "en": "Wrong"}},
                 {"type": "decimal", "name": "depth", "label": {"vi": "Sâu", "en": "Depth"}}]})");
  const auto broken = checked();
  CHECK(at(broken, "held") == json::value(false));
  CHECK(at(broken, "reports_checked") == json::value(false));
  std::set<std::string> places;
  const json::value rows = at(broken, "faults");
  for (const auto& fault : rows.get_array())
    places.insert(text_at(fault, "file") + " " + text_at(fault, "place"));
  CHECK(places ==
        std::set<std::string>{"records/well.json name: constraint", "records/well.json depth: type"});
}

TEST_CASE("a form in an old encoding is shown cell by cell before it is taken over") {
  Office office;
  const std::string form = office.put("form.xlsx",
                                      "[survey]\n"
                                      "type\tname\tlabel::vi\tlabel::en\n"
                                      "text\tcode\tM· hé d©n\tCode\n"
                                      "integer\tarea\tDiÖn tÝch (m²)\tArea\n"
                                      "[settings]\n"
                                      "form_id\tform_title\tversion\n"
                                      "well_visit\tTh¨m giÕng\t3\n");
  CHECK(office.shell->error("schema.import", {{"file", form}}) == "text.old_encoding");
  CHECK(text_at(office.shell->last_error, "fields.0.path") == "survey C2");
  CHECK(text_at(office.shell->last_error, "fields.0.vi") == "“M· hé d©n” → “Mã hộ dân”, chữ TCVN3 (ABC)");
  const auto answer = office.shell->ok("schema.import", {{"file", form}, {"old_text", "convert"}});
  CHECK(at(answer, "converted") == json::value(3));
  CHECK(text_at(answer, "type.survey.0.label.vi") == "Mã hộ dân");
  CHECK(text_at(answer, "type.survey.1.label.vi") == "Diện tích (m²)");
  CHECK(text_at(answer, "type.label.vi") == "Thăm giếng");
  CHECK(at(office.shell->ok("schema.import", {{"file", form}, {"old_text", "keep"}}), "converted") ==
        json::value(0));
}

}  // namespace schema_test
