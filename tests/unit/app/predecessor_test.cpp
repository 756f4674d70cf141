// The period's report of a unit that was made of others: whose records it counts, and whose it leaves out.
#include "support/province.hpp"

namespace predecessor_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Merged : Province {
  Merged() {
    enrol("old", "cadre", "06463");
    shell("admin").ok("unit.add", {{"parent", "20.A"}, {"kind", "xa"}, {"name", "Xã B"}, {"code", "06466"}});
    const json::value made = json::parse(R"~({"predecessors": [
      {"code": "06463", "name": "Xã A"}, {"code": "06466", "name": "Xã B", "part": true},
      {"code": "06999", "name": "Xã cũ hơn"}]})~")
                                 .value();
    shell("admin").ok(
        "unit.add",
        {{"parent", "20.A"}, {"kind", "xa"}, {"name", "Xã mới"}, {"code", "06500"}, {"fields", made}});
    shell("old").ok("record.finalize", {{"id", visit("old")}});
    carry("old", "admin");
  }
  json::object report(json::object more) {
    more["from"] = "2026-01-01";
    more["until"] = "2026-03-31";
    return shell("admin").ok("report.period", more);
  }
  static std::int64_t visits(const json::object& report) {
    const json::value figures = at(report, "figures");
    for (const auto& figure : figures.get_array())
      if (text_at(figure, "id") == "visits") return at(figure, "value").get_int64();
    FAIL("no such figure");
    return -1;
  }
  static std::string before(const json::object& report) {
    std::string out;
    const json::value rows = at(report, "predecessors");
    for (const auto& row : rows.get_array())
      out += text_at(row, "code") + (at(row, "counted") == json::value(true) ? "+ " : "- ");
    return out;
  }
};

}  // namespace

TEST_CASE_METHOD(Merged,
                 "a unit's report names its predecessors, and counts the whole ones when it is asked to") {
  const auto alone = report({{"unit", "06500"}});
  CHECK(visits(alone) == 0);
  CHECK(before(alone) == "06463- 06466- 06999- ");
  const auto together = report({{"unit", "06500"}, {"predecessors", true}});
  CHECK(visits(together) == 1);
  CHECK(before(together) == "06463+ 06466- 06999- ");  // a part of Xã B; what this device does not know
  // Above both they are within: only what lies outside is named.
  const auto above = report({{"unit", "20.A"}, {"predecessors", true}});
  CHECK(visits(above) == 1);
  CHECK(before(above) == "06999- ");
  CHECK(before(report({})).empty());
}

TEST_CASE_METHOD(
    Merged, "a unit that came into being lately is compared with what its predecessors did, or not at all") {
  const json::value profiles =
      at(shell("admin").ok("record.list", {{"kind", "unit_profile"}, {"unit", "06500"}}), "records");
  REQUIRE(profiles.get_array().size() == 1);
  shell("admin").ok("record.edit",
                    {{"id", text_at(profiles, "0.id")}, {"record", {{"valid_from", "2026-01-01"}}}});
  const auto alone = report({{"unit", "06500"}});
  CHECK_FALSE(alone.contains("previous"));
  CHECK(text_at(alone, "about_previous.vi").find("đơn vị có từ ngày 01/01/2026") != std::string::npos);
  const auto together = report({{"unit", "06500"}, {"predecessors", true}});
  CHECK(text_at(together, "previous.from") == "2025-10-01");
  CHECK_FALSE(together.contains("about_previous"));
  const auto page = text_at(
      report({{"unit", "06500"}, {"predecessors", true}, {"format", "html"}, {"unsent", true}}), "html");
  for (const char* part :
       {"Tính cả hồ sơ của đơn vị trước sắp xếp: Xã A (06463).",
        "Không tính hồ sơ của đơn vị trước sắp xếp: Xã B (06466, một phần), Xã cũ hơn (06999)."}) {
    INFO(part);
    CHECK(page.find(part) != std::string::npos);
  }
}

}  // namespace predecessor_test
