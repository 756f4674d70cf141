// What a verdict says: the pieces of its sentence, what days were counted from, which item it is about.
#include "desk.hpp"

namespace sentence_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

constexpr const char* kForm =
    R"~({"kind": "act", "version": 1, "label": {"vi": "Việc", "en": "Act"}, "title": "{name}",
  "survey": [{"type": "text", "name": "name", "label": {"vi": "a", "en": "a"}},
             {"type": "date", "name": "on", "label": {"vi": "a", "en": "a"}},
             {"type": "repeat", "name": "rows", "label": {"vi": "a", "en": "a"}, "children": [
               {"type": "text", "name": "what", "label": {"vi": "a", "en": "a"}},
               {"type": "text", "name": "who", "label": {"vi": "a", "en": "a"}, "personal": true}]}]})~";

// The faults of one rule that has these further columns, in English.
std::vector<std::string> faults(const std::string& columns) {
  auto files = builtin_schema();
  files.push_back({"records/act.json", kForm});
  files.push_back({"rules/act.json",
                   R"~({"law": "L", "rules": [{"id": "r", "version": 1, "label": {"vi": "a", "en": "a"},
    "article": "1", "kind": "act", "severity": "warning", "verified_by": null, )~" +
                       columns + "}]}"});
  test::StillClock clock;
  const auto loaded = Catalog::load(files, clock);
  std::vector<std::string> out;
  if (loaded.ok()) return out;
  for (const auto& f : loaded.error().fields) {
    CHECK_FALSE(f.vi.empty());
    out.push_back(f.path + " | " + f.en);
  }
  return out;
}
std::string test_with(const std::string& fails, const std::string& more = "") {
  return R"~("test": "on IS NOT NULL", "holds": {"vi": "a", "en": "a"}, "unknown": {"vi": "a", "en": "a"}, "fails": )~" +
         fails + more;
}

std::string said(Desk& desk, const RecordId& id, const std::string& rule, bool english = false) {
  Verdict v;
  (void)desk.verdict(id, rule, &v);
  return english ? v.said().en : v.said().vi;
}

}  // namespace

TEST_CASE("a term names its start, which length was taken, and what was added") {
  Desk desk;
  desk.today("2026-03-02");
  const auto complaint = [&](const char* more) {
    return desk.add("complaint",
                    R"~({"received_on": "2026-02-23", "accepted_on": "2026-03-02", "instance": "first")~" +
                        std::string(more) + "}");
  };
  const std::string rule = "complaint.first_instance";
  const auto ends = [&](const char* more, const char* part) {
    const auto text = said(desk, complaint(more), rule);
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  ends("", "Tính từ ngày thụ lý 02/03/2026: 30 ngày.");
  ends(R"~(, "complex": true)~", "Tính từ ngày thụ lý 02/03/2026: 45 ngày (vụ việc phức tạp).");
  ends(R"~(, "remote": true)~", "Tính từ ngày thụ lý 02/03/2026: 45 ngày (vùng sâu, vùng xa).");
  ends(R"~(, "remote": true, "complex": true)~", "60 ngày (vùng sâu, vùng xa, phức tạp).");
  ends(R"~(, "suspended_days": 12)~", "30 ngày. Cộng 12 ngày tạm đình chỉ.");
  CHECK(said(desk, complaint(""), rule).find("tạm đình chỉ") == std::string::npos);
  CHECK(said(desk, complaint(R"~(, "complex": true)~"), rule, true)
            .find("Counted from its acceptance on 02/03/2026: 45 days (a complex case).") !=
        std::string::npos);
  // Where nothing can be counted, nothing is said to have been.
  CHECK(said(desk, desk.add("supervision_recommendation", "{\"number\": \"1\"}"), "l10.supervision.answered")
            .find("Tính từ") == std::string::npos);
  CHECK(said(desk, desk.add("supervision_recommendation", R"~({"sent_on": "2026-02-25"})~"),
             "l10.supervision.answered")
            .find("Tính từ ngày gửi kiến nghị 25/02/2026: 15 ngày.") != std::string::npos);
}

TEST_CASE("every deadline that counts days from a field says from which") {
  Desk desk;
  for (const auto& rule : desk.catalog->rules()) {
    const bool counts = rule.due.text.find("add_") != std::string::npos ||
                        rule.not_before.text.find("add_") != std::string::npos;
    INFO(rule.id);
    if (counts) CHECK_FALSE(rule.sentences[static_cast<std::size_t>(Sentence::basis)].empty());
    if (!rule.list.empty()) CHECK_FALSE(rule.row.vi.empty());
  }
}

TEST_CASE("the verdict on an item says which item, in lists and where a gate closes") {
  Desk desk;
  const auto village = desk.village();
  const auto meeting = desk.meeting(village, desk.roll(village, 80), "c1", 54);
  CHECK(said(desk, meeting, "l10.votes_within_roll") ==
        "“Góp 200.000 đồng mỗi hộ”: Tổng số phiếu không vượt 80 hộ.");
  Verdict v;
  (void)desk.verdict(meeting, "l10.votes_within_roll", &v);
  CHECK(v.message.vi == "Tổng số phiếu không vượt 80 hộ.");  // under the item itself, on paper
  const auto rows = verdicts_json({v});
  CHECK(json::find_text(*json::find_object(rows[0].as_object(), "message"), "en") ==
        "“Góp 200.000 đồng mỗi hộ”: The votes do not exceed 80 households.");
  const auto visit = desk.add("mobilisation_visit", R"~({"start": "2026-02-09T02:00:00Z", "commitments": [
      {"what": "Trả lời giá cây", "due": "2026-02-20"}]})~");
  CHECK(said(desk, visit, "d1866.visit_commitment").find("“Trả lời giá cây”: Thực hiện cam kết") == 0);
}

TEST_CASE("the pieces of a sentence are said where their condition holds") {
  auto files = builtin_schema();
  files.push_back({"records/act.json", kForm});
  files.push_back({"rules/act.json",
                   R"~({"law": "L", "rules": [{"id": "r", "version": 1, "label": {"vi": "a", "en": "a"},
    "article": "1", "kind": "act", "severity": "warning", "verified_by": null, )~" +
                       test_with(R"~([{"vi": "Đầu.", "en": "Head."},
      {"when": "name IS NULL", "vi": "Không tên.", "en": "No name."},
      {"when": "name = 'x'", "vi": "Tên {name}.", "en": "Name {name}."}])~") +
                       "}]}"});
  Desk desk(files);
  CHECK(said(desk, desk.add("act", R"~({"rows": [{}]})~"), "r") == "Đầu. Không tên.");
  CHECK(said(desk, desk.add("act", R"~({"name": "x"})~"), "r") == "Đầu. Tên x.");
  CHECK(said(desk, desk.add("act", R"~({"name": "y"})~"), "r", true) == "Head.");
}

TEST_CASE("faults of a sentence's pieces, of a row's name and of a rule's days are named at their column") {
  const auto refused = [](const std::string& columns, const char* path) {
    const auto list = faults(columns);
    for (const auto& f : list)
      if (f.find("rules/act.json: r: " + std::string(path)) == 0) return true;
    for (const auto& f : list) UNSCOPED_INFO(f);
    return false;
  };
  const std::string good = R"~({"vi": "a", "en": "a"})~";
  CHECK(faults(test_with(good)).empty());
  CHECK(refused(test_with("[]"), "fails | "));
  CHECK(refused(test_with("[1]"), "fails | "));
  CHECK(refused(test_with(R"~([{"vi": "a"}])~"), "fails | "));
  CHECK(refused(test_with(R"~([{"vi": "a", "en": "a", "if": "on"}])~"), "fails: if | "));
  CHECK(refused(test_with(R"~([{"vi": "a", "en": "a", "when": "nothing = 1"}])~"), "fails | "));
  CHECK(refused(test_with(R"~([{"vi": "{nothing}", "en": "a"}])~"), "fails | "));
  CHECK(refused(test_with(good, R"~(, "row": {"vi": "a", "en": "a"})~"), "row | "));
  CHECK(faults(test_with(good, R"~(, "list": "rows", "row": {"vi": "{what}", "en": "{what}"})~")).empty());
  CHECK(refused(test_with(good, R"~(, "list": "rows", "row": {"vi": "{nothing}", "en": "a"})~"), "row | "));
  CHECK(refused(test_with(good, R"~(, "list": "rows", "row": {"vi": "{who}", "en": "a"})~"), "row | "));
  CHECK(refused(test_with(good, R"~(, "basis": {"vi": "a", "en": "a"})~"), "basis | "));  // of deadlines only
  CHECK(faults(test_with(good, R"~(, "valid_from": "2026-01-01", "valid_to": "2026-01-01")~")).empty());
  CHECK(refused(test_with(good, R"~(, "valid_from": "2026-01-02", "valid_to": "2026-01-01")~"),
                "valid_to | The last day lies before the first (valid_from)."));
}

TEST_CASE("a calculation that leads back to itself is refused, at once or by way of others") {
  const auto loaded = [](const std::string& survey) {
    test::StillClock clock;
    const auto catalog = Catalog::load(
        {{"records/x.json",
          R"~({"kind": "x", "version": 1, "label": {"vi": "x", "en": "x"}, "survey": [)~" + survey + "]}"}},
        clock);
    std::set<std::string> out;
    if (catalog.ok()) return out;
    for (const auto& f : catalog.error().fields) out.insert(f.path);
    return out;
  };
  const auto calc = [](const char* name, const char* text) {
    return R"~({"type": "calculate", "name": ")~" + std::string(name) +
           R"~(", "label": {"vi": "a", "en": "a"}, "calculation": ")~" + text + "\"}";
  };
  const auto list = [](const std::string& children) {
    return R"~({"type": "repeat", "name": "rows", "label": {"vi": "a", "en": "a"}, "children": [)~" +
           children + "]}";
  };
  const auto group = [](const std::string& children) {
    return R"~({"type": "group", "name": "g", "label": {"vi": "a", "en": "a"}, "children": [)~" + children +
           "]}";
  };
  using Paths = std::set<std::string>;
  const auto at = [](const char* path) { return "records/x.json: " + std::string(path) + ": calculation"; };
  CHECK(loaded(calc("h", "coalesce(h, 0) + 1")) == Paths{at("h")});
  CHECK(loaded(calc("r3", "r4 + 1") + "," + calc("r4", "r3 + 1")) == Paths{at("r3"), at("r4")});
  CHECK(loaded(calc("a", "1") + "," + calc("b", "a + a") + "," + calc("c", "a + b")).empty());
  CHECK(loaded(calc("a", "g__b") + "," + group(calc("b", "a"))) == Paths{at("a"), at("g.b")});
  CHECK(loaded(calc("sum", "rows__n__sum") + "," + list(calc("n", "sum + 1"))) ==
        Paths{at("sum"), at("rows[].n")});
  CHECK(loaded(calc("sum", "rows__n__sum") + "," + list(calc("n", "2"))).empty());
  CHECK(loaded(calc("n", "rows__m__sum") + "," + list(calc("m", "rows__count"))).empty());
}

}  // namespace sentence_test
