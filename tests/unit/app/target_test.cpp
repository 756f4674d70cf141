// Targets: who may give them, when they count, and what the report says of them.
#include "support/province.hpp"

namespace target_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Aimed : Province {
  Aimed() {
    enrol("a", "cadre", "06463");
    enrol("office", "office", "20.A");
    enrol("watch", "supervisor", "20.A");
  }
  static json::object target(std::int64_t value, const std::string& part = "q1", json::object more = {}) {
    more["year"] = 2026;
    more["part"] = part;
    more["value"] = value;
    if (!more.contains("figure")) more["figure"] = "visits";
    return more;
  }
  std::string give(const std::string& by, const json::object& fields, bool finalize = true,
                   const std::string& unit = "06463") {
    clock.advance(60'000);
    const auto id =
        text_at(shell(by).ok("record.add", {{"kind", "target"}, {"unit", unit}, {"record", fields}}), "id");
    if (finalize) shell(by).ok("record.finalize", {{"id", id}});
    return id;
  }
  json::object report(const std::string& by, const std::string& period = "2026-Q1", json::object more = {}) {
    more["period"] = period;
    if (!more.contains("unit")) more["unit"] = "06463";
    return shell(by).ok("report.period", more);
  }
  static json::value target_in(const json::object& report, const std::string& id = "visits") {
    const json::value figures = at(report, "figures");
    for (const auto& one : figures.get_array())
      if (text_at(one, "id") == id)
        return one.get_object().contains("target") ? at(one, "target") : json::value(nullptr);
    FAIL("no figure " << id);
    return nullptr;
  }
  static std::string about(const json::object& report) {
    return report.contains("about_targets") ? json::compact(at(report, "about_targets")) : std::string();
  }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE_METHOD(Aimed,
                 "an office gives a target to a unit below, and the commune's report is held against it") {
  shell("a").ok("record.finalize", {{"id", visit("a")}});
  const auto id = give("office", target(4));
  carry("office", "a");
  const auto told = report("a");
  const auto found = target_in(told);
  CHECK(text_at(found, "record") == id);
  CHECK(at(found, "value") == json::value(4));
  CHECK(at(found, "per_mille") == json::value(250));
  CHECK(at(found, "met") == json::value(false));
  CHECK(about(told).empty());
  // The device that reads one unit has its targets without naming it; the office's own report has none.
  CHECK(text_at(target_in(shell("a").ok("report.period", {{"period", "2026-Q1"}})), "record") == id);
  CHECK(target_in(report("office", "2026-Q1", {{"unit", "20.A"}})).is_null());
  CHECK(target_in(report("a", "2026-Q2")).is_null());
  CHECK(has(text_at(report("a", "2026-Q1", {{"format", "html"}, {"unsent", true}}), "html"),
            "<td>1</td><td>4</td><td>25%</td>"));
}

TEST_CASE_METHOD(Aimed, "a cadre and a supervisor give no targets, and change none") {
  for (const char* by : {"a", "watch"}) {
    INFO(by);
    CHECK(shell(by).error("record.add", {{"kind", "target"}, {"unit", "06463"}, {"record", target(4)}}) ==
          "roster.not_authorized");
  }
  const auto id = give("office", target(4), false);
  carry("office", "a");
  CHECK(shell("a").error("record.edit", {{"id", id}, {"record", {{"value", 1}}}}) == "roster.not_authorized");
  CHECK(shell("a").error("record.finalize", {{"id", id}}) == "roster.not_authorized");
  CHECK(shell("a").error("record.withdraw", {{"id", id}, {"reason", "x"}}) == "roster.not_authorized");
}

TEST_CASE_METHOD(Aimed, "what a changed program of a cadre finalises is no target, and the report says so") {
  const auto id = give("office", target(4), false);
  carry("office", "a");
  changelog::Mark mark;
  unchecked("a", [&](vault::Vault& vault) {
    const auto record = vault::resolve_id(vault, id);
    REQUIRE(record.ok());
    const auto state = vault::load_state(vault, *record);
    REQUIRE(state.ok());
    mark.seen = state->seen();
  });
  forge("a", id, {{"@final", mark}});
  CHECK(text_at(show("a", id), "document.state") == "finalized");
  const auto told = report("a");
  CHECK(target_in(told).is_null());
  CHECK(has(about(told), "1 chỉ tiêu giao do người không có quyền giao ghi"));
}

TEST_CASE_METHOD(Aimed,
                 "a draft is no target yet, a year's is not divided, of two the last finalised holds") {
  give("office", target(9), false);
  give("office", target(100, "year"));
  const auto first = give("office", target(4));
  const auto second = give("office", target(8));
  const auto told = report("office");
  CHECK(text_at(target_in(told), "record") == second);
  CHECK(json::compact(at(target_in(told), "others")) == "[\"" + first + "\"]");
  for (const char* part : {"1 chỉ tiêu giao còn là bản nháp", "Năm 2026 có chỉ tiêu giao cho 1 số liệu",
                           "có nhiều chỉ tiêu giao đã chốt"}) {
    INFO(about(told));
    CHECK(has(about(told), part));
  }
  CHECK(at(target_in(report("office", "2026")), "value") == json::value(100));
  // Taken back, the one before holds; nothing is left to be said of two.
  shell("office").ok("record.withdraw", {{"id", second}, {"reason", "Giao nhầm"}});
  CHECK(text_at(target_in(report("office")), "record") == first);
  CHECK_FALSE(has(about(report("office")), "có nhiều"));
}

TEST_CASE_METHOD(Aimed, "a target says what a person can reach: more than nothing, or a ceiling") {
  CHECK(shell("office").error("record.add", {{"kind", "target"}, {"unit", "06463"}, {"record", target(0)}}) ==
        "record.invalid");
  CHECK(shell("office").error(
            "record.add",
            {{"kind", "target"}, {"unit", "06463"}, {"record", target(1, "q1", {{"figure", "no_such"}})}}) ==
        "record.invalid");
  give("office", target(0, "q1", {{"bound", "at_most"}, {"figure", "households_coerced"}}));
  const auto found = target_in(report("office"), "households_coerced");
  CHECK(at(found, "at_most") == json::value(true));
  CHECK(at(found, "met") == json::value(true));
  CHECK_FALSE(found.get_object().contains("per_mille"));
}

}  // namespace target_test
