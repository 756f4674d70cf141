// What a unit is called holds for the whole realm, and by whose rules it works its own devices know.
#include "support/province.hpp"

namespace unit_profile_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Named : Province {
  Named() {
    enrol("p1", "cadre", "06463");
    enrol("office", "office", "20.A");
  }
  std::string profile_of(const std::string& by, const std::string& code) {
    const json::value rows = at(shell(by).ok("record.list", {{"kind", "unit_profile"}}), "records");
    for (const auto& row : rows.get_array())
      if (at(show(by, text_at(row, "id")), "document.fields.code") == json::value(code))
        return text_at(row, "id");
    return {};
  }
};

}  // namespace

TEST_CASE_METHOD(Named, "only who makes units gives them names and codes") {
  const auto id = profile_of("p1", "06463");
  REQUIRE_FALSE(id.empty());
  const json::object other{{"id", id}, {"record", {{"name_vi", "Xã khác"}, {"code", "20.A"}}}};
  CHECK(shell("p1").error("record.edit", other) == "roster.not_authorized");
  CHECK(shell("p1").error("record.withdraw", {{"id", id}, {"reason", "thử"}}) == "roster.not_authorized");
  CHECK(shell("p1").error("record.add",
                          {{"kind", "unit_profile"},
                           {"record", {{"name_vi", "Xã khác"}, {"code", "1"}, {"kind", "xa"}}}}) ==
        "roster.not_authorized");
  CHECK(shell("p1").error("record.copy", {{"id", id}, {"record", {{"name_vi", "Xã khác"}, {"code", "1"}}}}) ==
        "roster.not_authorized");
  shell("admin").ok("record.edit", {{"id", id}, {"record", {{"name_vi", "Xã Đèo A"}}}});
  // Like any record: signed, found, listed, printed.
  shell("admin").ok("record.finalize", {{"id", id}});
  carry("admin", "p1");
  CHECK(text_at(show("p1", id), "document.state") == "finalized");
  CHECK(text_at(shell("p1").ok("search", {{"text", "deo a"}, {"kind", "unit_profile"}}), "hits.0.id") == id);
  CHECK(at(shell("p1").ok("record.table", {{"kind", "unit_profile"}}), "rows").get_array().size() == 1);
  shell("p1").ok("record.print", {{"id", id}, {"out", folder.path("profile.html")}});
  CHECK(file_text(folder.path("profile.html")).find("Xã Đèo A") != std::string::npos);
}

TEST_CASE_METHOD(Named,
                 "a commune's device judges by its province's calendar, though it reads no record above it") {
  const auto id = profile_of("p1", "06463");
  CHECK(text_at(show("p1", id), "document.fields.province") == "20");
  // A coercion on a working day, with what the local calendar asks known: not "unknown".
  const char* record = R"~({"project": "Đường nối", "household": "H017", "start": "2026-03-12T09:00:00+07:00",
    "end": "2026-03-12T10:00:00+07:00"})~";
  const auto made =
      shell("p1").ok("record.add", {{"kind", "coercion"}, {"record", json::parse(record).value()}});
  const json::value verdicts = at(made, "verdicts");
  bool judged = false;
  for (const auto& verdict : verdicts.get_array()) {
    if (text_at(verdict, "rule") != "l31.coercion.local_holiday") continue;
    judged = true;
    CHECK(at(verdict, "holds") == json::value(true));
  }
  CHECK(judged);
}

}  // namespace unit_profile_test
