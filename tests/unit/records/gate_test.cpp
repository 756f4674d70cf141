// Gates: what stops a finalisation, what a person must say to go on, and that it stays.
#include "desk.hpp"
#include "records/rules.hpp"

namespace gate_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

constexpr const char* kForm =
    R"~({"kind": "act", "version": 1, "label": {"vi": "Việc", "en": "Act"}, "title": "{name}", "date": "on",
  "survey": [{"type": "text", "name": "name", "label": {"vi": "a", "en": "a"}},
             {"type": "date", "name": "on", "label": {"vi": "a", "en": "a"}},
             {"type": "date", "name": "asked_on", "label": {"vi": "a", "en": "a"}}]})~";
constexpr const char* kRules = R"~({"law": "L", "rules": [
  {"id": "g.holiday", "version": 2, "label": {"vi": "a", "en": "a"}, "article": "Điều 1", "kind": "act", "gate": "finalize",
   "test": "is_working_day(on)", "severity": "violation", "verified_by": "read",
   "holds": {"vi": "Ngày làm việc.", "en": "A working day."}, "fails": {"vi": "Ngày nghỉ.", "en": "Not a working day."},
   "unknown": {"vi": "Chưa biết ngày nào.", "en": "The day is not known."}},
  {"id": "g.asked", "version": 1, "label": {"vi": "Hỏi trước", "en": "Ask first"}, "article": "Điều 2", "kind": "act", "gate": "finalize",
   "due": "on", "done": "asked_on", "severity": "violation", "verified_by": "read"}]})~";

struct Registry : Desk {
  Registry()
      : Desk([] {
          auto files = builtin_schema();
          files.push_back({"records/act.json", kForm});
          files.push_back({"rules/act.json", kRules});
          return files;
        }()) {}
  Result<std::vector<Change>> plan(const RecordId& id, const std::vector<Override>& overrides) {
    const auto verdicts = judge(id);
    return plan_overrides(documents[id], verdicts, overrides,
                          [this] { return changelog::make_item_id(feed, ++counter); });
  }
  std::string closed(const RecordId& id, const std::vector<Override>& overrides = {}) {
    const auto out = plan(id, overrides);
    if (out.ok()) return "open";
    std::string text;
    for (const auto& f : out.error().fields) text += f.code + " " + f.vi + " ";
    return std::string(info(out.error().code).text) + ": " + text;
  }
};

}  // namespace

TEST_CASE("a gate closes while its rule fails or is not known, and an open deadline passes") {
  Registry r;
  const auto id = r.add("act", R"~({"on": "2026-02-11"})~");  // a Wednesday; today is the 10th
  CHECK(r.closed(id) == "open");
  REQUIRE(r.save(id, "act", {{"on", "2026-02-17"}}).ok());
  CHECK(r.closed(id) == "record.gate: g.holiday Ngày nghỉ. ");
  REQUIRE(r.save(id, "act", {{"on", "2029-02-17"}}).ok());  // no calendar reaches there
  CHECK(r.closed(id) == "record.gate: g.holiday Chưa biết ngày nào. ");
  REQUIRE(r.save(id, "act", {{"on", "2026-02-09"}}).ok());
  CHECK(r.closed(id) == "record.gate: g.asked Hỏi trước: QUÁ HẠN 1 ngày (hạn 09/02/2026). ");
  REQUIRE(r.save(id, "act", {{"asked_on", "2026-02-06"}}).ok());
  CHECK(r.closed(id) == "open");
}

TEST_CASE("a reason opens the gate it names, and no other") {
  Registry r;
  const auto id = r.add("act", R"~({"on": "2026-02-08", "asked_on": "2026-02-09"})~");
  CHECK(r.closed(id, {{"g.holiday", "Lũ cuốn cầu, phải dời ngay"}}).find("record.gate: g.asked") == 0);
  CHECK(r.closed(id, {{"g.holiday", "x"}, {"g.asked", " \t"}}).find("request.bad: required") == 0);
  CHECK(r.closed(id, {{"g.nothing", "x"}}).find("request.bad: not_needed") == 0);
  const auto plan = r.plan(id, {{"g.asked", "Quên ghi"}, {"g.holiday", "Lũ cuốn cầu"}});
  REQUIRE(plan.ok());
  for (const auto& change : *plan) r.write(id, change);
  auto verdicts = r.judge(id);
  CHECK(verdicts[0].overridden == "Lũ cuốn cầu");
  CHECK(verdicts[0].holds == false);  // the reason hides nothing
  CHECK(verdicts[0].stops());
  // The same reasons again write nothing: a finalisation that was cut off is asked for once more.
  CHECK(r.plan(id, {{"g.asked", "Quên ghi"}, {"g.holiday", "Lũ cuốn cầu"}})->empty());
  // And they do not last for somebody who gives none.
  CHECK(r.closed(id).find("record.gate") == 0);
  r.finalize(id);
  const auto document = r.json_of(id);
  const auto& rows = *json::find_array(*json::find_object(document, "items"), "overrides");
  REQUIRE(rows.size() == 2);
  CHECK(json::find_text(rows[0].as_object(), "rule") == "g.holiday");
  CHECK(json::find_integer(rows[0].as_object(), "version") == 2);
  CHECK(json::find_text(rows[0].as_object(), "message") == "Ngày nghỉ.");
  CHECK(json::find_text(rows[0].as_object(), "reason") == "Lũ cuốn cầu");
  const auto text = search_text(*r.catalog, *r.catalog->find("act"), r.documents[id], r.links);
  CHECK(text.body.find("Lũ cuốn cầu") != std::string::npos);
}

TEST_CASE("nobody writes reasons by hand, and an echo of them changes nothing") {
  Registry r;
  const auto id = r.add("act", R"~({"on": "2026-02-08", "asked_on": "2026-02-06"})~");
  const auto by_hand =
      r.save(id, "act", test::object(R"~({"overrides": [{"rule": "g.holiday", "reason": "x"}]})~"));
  REQUIRE_FALSE(by_hand.ok());
  CHECK(by_hand.error().fields.at(0).code == "read_only");
  const auto plan = r.plan(id, {{"g.holiday", "Lũ"}});
  for (const auto& change : *plan) r.write(id, change);
  const auto document = r.json_of(id);
  CHECK(r.save(id, "act", patch_of(document))->empty());
  const auto item = r.documents[id].tree.lists[kOverrides].at(0).id;
  CHECK(r.save(id, "act", {{"overrides[" + item + "].reason", "khác"}}).error().fields.at(0).code ==
        "read_only");
  CHECK(r.save(id, "act", {{"overrides[" + item + "]", nullptr}}).error().fields.at(0).code == "read_only");
}

TEST_CASE("a form cannot take the name of the reasons' list") {
  test::StillClock clock;
  const auto loaded =
      Catalog::load({{"records/x.json", R"~({"kind": "x", "version": 1, "label": {"vi": "x", "en": "x"},
    "survey": [{"type": "text", "name": "overrides", "label": {"vi": "a", "en": "a"}}]})~"}},
                    clock);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().fields.at(0).path == "records/x.json: overrides: name");
}

}  // namespace gate_test
