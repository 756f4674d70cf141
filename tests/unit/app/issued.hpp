// A realm that issues its own forms and rules.
#pragma once

#include "base/calendar.hpp"
#include "records/schema_set.hpp"
#include "support/province.hpp"
#include "vault/acts.hpp"
#include "vault/attachments.hpp"
#include "vault/ingest.hpp"
#include "vault/schemas.hpp"

namespace gandan::test::issued {

inline const char* const kWell =
    R"~({"kind": "well", "version": 1, "label": {"vi": "Giếng nước", "en": "Well"}, "title": "Giếng {name}",
  "survey": [{"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "required": true},
             {"type": "integer", "name": "depth", "label": {"vi": "Độ sâu", "en": "Depth"}}]})~";
inline const char* const kWell2 =
    R"~({"kind": "well", "version": 2, "label": {"vi": "Giếng nước", "en": "Well"}, "title": "Giếng khơi {name}",
  "survey": [{"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "required": true},
             {"type": "boolean", "name": "clean", "label": {"vi": "Nước sạch", "en": "Clean"}}]})~";
// What the law says of a well's depth, as one row.
inline std::string depth_rule(int version, int least, const std::string& until = "null") {
  return R"~({"id": "ls.depth", "version": )~" + std::to_string(version) +
         R"~(, "label": {"vi": "Giếng đủ sâu", "en": "Deep enough"}, "article": "Điều 2", "kind": "well", "test": "depth >= )~" +
         std::to_string(least) + R"~(", "severity": "violation", "holds": {"vi": "Đủ )~" +
         std::to_string(least) + R"~( m.", "en": "Deep enough."}, "fails": {"vi": "Chưa đủ )~" +
         std::to_string(least) +
         R"~( m.", "en": "Too shallow."}, "unknown": {"vi": "Chưa đo.", "en": "Not measured."}, "valid_from": null, "valid_to": )~" +
         until + R"~(, "verified_by": null})~";
}
inline std::string rules(const std::vector<std::string>& rows) {
  std::string out = R"~({"law": "Quy định của tỉnh", "rules": [)~";
  for (const auto& row : rows) out += (&row == &rows.front() ? "" : ",") + row;
  return out + "]}";
}
inline const char* const kWellRule = R"~({"law": "Quy định của tỉnh", "rules": [
  {"id": "ls.well_clean", "version": 1, "label": {"vi": "Nước phải sạch", "en": "Water is clean"}, "article": "Điều 1", "kind": "well",
   "test": "clean", "severity": "warning", "holds": {"vi": "Nước sạch.", "en": "Clean."}, "fails": {"vi": "Nước chưa sạch.", "en": "Not clean."},
   "unknown": {"vi": "Chưa biết.", "en": "Not known."}, "valid_from": null, "valid_to": null, "verified_by": null}]})~";

inline std::string find_file(std::string_view path) {
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

}  // namespace gandan::test::issued
