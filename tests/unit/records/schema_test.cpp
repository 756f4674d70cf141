#include "desk.hpp"

namespace schema_test {

using namespace gandan;
using namespace gandan::records;
using records::test::Desk;

namespace {
// Loads one type and gives back "path | en" of each fault.
std::vector<std::string> faults(
    const std::string& survey,
    const std::string& head = R"("kind": "x", "version": 1, "label": {"vi": "x", "en": "x"})") {
  records::test::StillClock clock;
  auto loaded = Catalog::load({{"records/x.json", "{" + head + R"(, "survey": )" + survey + "}"}}, clock);
  std::vector<std::string> out;
  if (loaded.ok()) return out;
  CHECK(loaded.error().code == Code::bad_schema);
  for (const auto& f : loaded.error().fields) {
    CHECK_FALSE(f.vi.empty());
    out.push_back(f.path + " | " + f.en);
  }
  return out;
}
std::string field(const std::string& more) {
  return R"([{"name": "a", "label": {"vi": "a", "en": "a"}, )" + more + "}]";
}
bool names(const std::vector<std::string>& list, const std::string& start) {
  for (const auto& f : list) {
    if (f.rfind(start, 0) == 0) return true;
  }
  for (const auto& f : list) UNSCOPED_INFO(f);
  return false;
}
}  // namespace

TEST_CASE("a hundred faults are listed, and that there are more") {
  std::string survey = "[";
  for (int i = 0; i < 150; ++i)
    survey += std::string(i > 0 ? "," : "") + R"({"type": "poem", "name": "q)" + std::to_string(i) +
              R"(", "label": {"vi": "x", "en": "x"}})";
  const auto list = faults(survey + "]");
  REQUIRE(list.size() == 100);
  CHECK(list.back() == "records/x.json | There are more faults than are listed.");
}

TEST_CASE("a type is added from data alone") {
  auto files = builtin_schema();
  files.push_back({"records/well.json", R"({
    "kind": "well", "version": 1, "label": {"vi": "Giếng nước", "en": "Well"}, "title": "Giếng {name}: {depth} m", "date": "dug",
    "survey": [
      {"type": "text", "name": "name", "label": {"vi": "Tên", "en": "Name"}, "required": true},
      {"type": "integer", "name": "depth", "label": {"vi": "Độ sâu", "en": "Depth"}, "constraint": "depth > 0",
       "constraint_message": {"vi": "Phải lớn hơn 0", "en": "More than 0"}},
      {"type": "acknowledge", "name": "clean", "label": {"vi": "Nước sạch", "en": "Clean"}},
      {"type": "date", "name": "dug", "label": {"vi": "Ngày đào", "en": "Dug on"}},
      {"type": "repeat", "name": "users", "label": {"vi": "Hộ dùng", "en": "Users"}, "children": [
        {"type": "integer", "name": "people", "label": {"vi": "Số người", "en": "People"}}]},
      {"type": "calculate", "name": "people", "label": {"vi": "Tổng", "en": "Sum"}, "calculation": "users__people__sum"}
    ]})"});
  Desk desk(files);
  const auto id =
      desk.add("well", R"({"name": "Nà Pàn", "depth": 12, "users": [{"people": 4}, {"people": 5}]})");
  const auto document = desk.json_of(id);
  CHECK(json::find_text(document, "title") == "Giếng Nà Pàn: 12 m");
  CHECK(json::find_integer(*json::find_object(document, "fields"), "people") == 9);
  CHECK(desk.save(id, "well", {{"depth", 0}}).error().fields.at(0).path == "depth");
}

TEST_CASE("faults of a form are named by file, field and column") {
  CHECK(faults(field(R"("type": "text")")).empty());
  CHECK(faults(field(R"("type": "text", "copy": false)")).empty());
  CHECK(names(faults(field(R"("type": "text", "copy": "no")")), "records/x.json: a: copy"));
  CHECK(names(faults(field(R"("type": "texte")")), "records/x.json: a: type"));
  CHECK(names(faults(field(R"("type": "text", "colour": "red")")), "records/x.json: a: colour"));
  CHECK(names(faults(field(R"("type": "text", "relevant": "b = 1")")),
              "records/x.json: a: relevant | Bad expression: unknown name b"));
  CHECK(names(faults(field(
                  R"("type": "integer", "constraint": "a >", "constraint_message": {"vi": "x", "en": "x"})")),
              "records/x.json: a: constraint"));
  CHECK(names(faults(field(R"("type": "integer", "constraint": "a > 1")")),
              "records/x.json: a: constraint_message"));
  CHECK(names(faults(field(R"~("type": "calculate", "calculation": "random()")~")),
              "records/x.json: a: calculation"));
  CHECK(names(faults(field(R"("type": "calculate")")), "records/x.json: a: calculation"));
  CHECK(names(faults(field(R"~("type": "calculate", "calculation": "today()")~")),
              "records/x.json: a: calculation | A calculation does not use today()"));
  CHECK(names(faults(field(R"("type": "select_one")")), "records/x.json: a: choices"));
  CHECK(names(faults(field(R"("type": "select_one", "choices": "nowhere")")), "records/x.json: a: choices"));
  CHECK(names(
      faults(field(R"("type": "select_one", "choices": [{"name": "A b", "label": {"vi": "x", "en": "x"}}])")),
      "records/x.json: a: choices"));
  CHECK(names(faults(field(R"("type": "link", "link": "nothing")")), "records/x.json: a: link"));
  CHECK(names(faults(field(R"("type": "repeat")")), "records/x.json: a: children"));
  CHECK(
      names(faults(R"([{"type": "text", "name": "a", "label": {"vi": "a"}}])"), "records/x.json: a: label"));
  CHECK(names(faults(R"([{"type": "text", "name": "a__b", "label": {"vi": "a", "en": "a"}}])"),
              "records/x.json: a__b: name"));
  CHECK(names(
      faults(
          R"([{"type": "text", "name": "a", "label": {"vi": "a", "en": "a"}}, {"type": "text", "name": "a", "label": {"vi": "a", "en": "a"}}])"),
      "records/x.json: a: name"));
  CHECK(names(faults("[]", R"("kind": "x", "version": 0, "label": {"vi": "x", "en": "x"})"),
              "records/x.json: version"));
  CHECK(names(faults("[]", R"("kind": "X y", "version": 1, "label": {"vi": "x", "en": "x"})"),
              "records/x.json: kind"));
  CHECK(names(faults("[]", R"("kind": "x", "version": 1, "label": {"vi": "x", "en": "x"}, "date": "a")"),
              "records/x.json: date"));
  CHECK(names(faults("[]", R"("kind": "x", "version": 1, "label": {"vi": "x", "en": "x"}, "title": "{b}")"),
              "records/x.json: title"));
  CHECK(names(faults("[", R"("kind": "x")"), "records/x.json"));
  const std::string nested =
      R"({"type": "repeat", "name": "r", "label": {"vi": "r", "en": "r"}, "children": [)";
  CHECK_FALSE(
      faults("[" + nested + nested + nested + nested + nested + nested + "]}]}]}]}]}]}" + "]").empty());
}

TEST_CASE("faults of a rule are named") {
  const auto with = [](const std::string& column, const std::string& value) {
    std::string rule =
        R"({"id": "r", "version": 1, "label": {"vi": "a", "en": "a"}, "article": "Điều 1", "kind": "village", "test": "name IS NOT NULL",
      "severity": "warning", "holds": {"vi": "a", "en": "a"}, "fails": {"vi": "a", "en": "a"}, "unknown": {"vi": "a", "en": "a"}, "verified_by": null})";
    auto o = records::test::object(rule);
    if (value.empty()) {
      o.erase(column);
    } else {
      o[column] = json::parse(value).value();
    }
    auto files = builtin_schema();
    files.push_back({"rules/x.json", json::compact(json::object{{"law", "L"}, {"rules", json::array{o}}})});
    records::test::StillClock clock;
    auto loaded = Catalog::load(files, clock);
    return loaded.ok() ? std::string() : loaded.error().fields.at(0).path;
  };
  CHECK(with("severity", "\"warning\"") == "");
  CHECK(with("severity", "\"bad\"") == "rules/x.json: r: severity");
  CHECK(with("kind", "\"nothing\"") == "rules/x.json: r: kind");
  CHECK(with("list", "\"nothing\"") == "rules/x.json: r: list");
  CHECK(with("test", "\"date('now') > 1\"") == "rules/x.json: r: test");
  CHECK(with("fails", R"({"vi": "{nobody}", "en": "x"})") == "rules/x.json: r: fails");
  CHECK(with("verified_by", "") == "rules/x.json: r: verified_by");
  CHECK(with("value", "1.5") == "rules/x.json: r: value");
  CHECK(with("valid_from", "\"01/07/2025\"") == "rules/x.json: r: valid_from");
}

TEST_CASE("a new version of a form leaves old records readable by their own") {
  auto files = builtin_schema();
  const auto form = [](const char* version, const char* more) {
    return std::string(R"({"kind": "note", "version": )") + version +
           R"(, "label": {"vi": "Ghi chép", "en": "Note"}, "title": "{text}", "survey": [
      {"type": "text", "name": "text", "label": {"vi": "Chữ", "en": "Text"}})" +
           more + "]}";
  };
  files.push_back({"records/note.json",
                   form("1", R"(, {"type": "text", "name": "old", "label": {"vi": "Cũ", "en": "Old"}})")});
  files.push_back({"records/note_2.json",
                   form("2", R"(, {"type": "text", "name": "fresh", "label": {"vi": "Mới", "en": "New"}})")});
  Desk desk(files);
  CHECK(desk.catalog->find("note")->version == 2);
  CHECK(desk.catalog->find("note", 1)->find("old") != nullptr);
  CHECK(desk.catalog->find("note", 3) == nullptr);
  CHECK(desk.catalog->find("nothing") == nullptr);
  const auto id = desk.add("note", R"({"text": "a", "fresh": "b"})");
  CHECK(desk.documents[id].schema == 2);
}

}  // namespace schema_test
