// The last meeting as a start: what the form copies, and nothing of when, how many and what came of it.
#include "support/province.hpp"

namespace copy_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Meetings : Province {
  Meetings() {
    enrol("p1", "cadre", "06463");
    village = text_at(shell("p1").ok("record.add", {{"kind", "village"},
                                                    {"record", {{"kind", "thon"}, {"name", "Khòn Nưa"}}}}),
                      "id");
    const std::string roll =
        text_at(shell("p1").ok("record.add", {{"kind", "household_roll"},
                                              {"record", {{"village", village}, {"as_of", "2026-03-01"}}}}),
                "id");
    const std::string record = R"~({"subject": "Góp công làm đường", "village": ")~" + village +
                               R"~(", "roll": ")~" + roll + R"~(", "form": "meeting",
      "notice_date": "2026-03-01", "start": "2026-03-05T01:00:00Z", "end": "2026-03-05T03:00:00Z", "place": "Nhà văn hóa",
      "chair": "Trưởng thôn", "secretary": "Thư ký", "agenda": [{"text": "Mức góp", "discussion": "Sôi nổi"}, {"text": "Cử tổ giám sát"}],
      "attendance": [{"household": "H01", "present": true, "note": "đến muộn"}, {"household": "H02", "present": false}],
      "decisions": [{"matter_clause": "c1", "matter": "Góp công", "method": "hands", "agree": 2, "against": 0, "other": 0, "text": "Mỗi hộ 3 công"}],
      "conclusion": "Thống nhất", "signers": {"village_head": "Trưởng thôn"}})~";
    meeting = text_at(shell("p1").ok("record.add", {{"kind", "community_meeting"},
                                                    {"record", json::parse(record).value()}}),
                      "id");
  }
  std::string village;
  std::string meeting;
};

}  // namespace

TEST_CASE_METHOD(Meetings,
                 "the last meeting starts the next: people, place and agenda, no dates, roll, figures, "
                 "signers or results") {
  const auto copied =
      shell("p1").ok("record.copy", {{"id", meeting}, {"record", {{"subject", "Nghiệm thu đường"}}}});
  CHECK(text_at(copied, "id") != meeting);
  CHECK(text_at(copied, "workflow.copied_from") == meeting);
  CHECK(text_at(copied, "workflow.state") == "draft");
  CHECK(at(copied, "left_out").get_array().empty());
  const auto fields = at(copied, "document.fields").get_object();
  CHECK(text_at(fields, "subject") == "Nghiệm thu đường");  // what the request says wins
  CHECK(text_at(fields, "village") == village);
  CHECK(text_at(fields, "place") == "Nhà văn hóa");
  CHECK(text_at(fields, "chair") == "Trưởng thôn");
  for (const char* absent : {"start", "end", "notice_date", "conclusion", "signers", "roll"}) {
    INFO(absent);
    CHECK(json::find(fields, absent) == nullptr);
  }
  const auto items = at(copied, "document.items").get_object();
  REQUIRE(at(items, "agenda").get_array().size() == 2);
  CHECK(text_at(items, "agenda.1.text") == "Cử tổ giám sát");
  CHECK(json::find(at(items, "agenda.0").get_object(), "discussion") == nullptr);
  REQUIRE(at(items, "attendance").get_array().size() == 2);
  CHECK(text_at(items, "attendance.0.household") == "H01");
  CHECK(at(items, "attendance.0").get_object().size() == 2);  // id and household
  CHECK(json::find(items, "decisions") == nullptr);
  const auto original = show("p1", meeting);
  CHECK(text_at(items, "agenda.0.id") != text_at(original, "document.items.agenda.0.id"));
  CHECK(text_at(original, "document.fields.conclusion") == "Thống nhất");
}

TEST_CASE_METHOD(Meetings,
                 "finalised and withdrawn records can be copied; what the request says is checked as ever") {
  shell("p1").ok("record.finalize", {{"id", village}});
  shell("p1").ok("record.withdraw", {{"id", meeting}, {"reason", "Ghi nhầm"}});
  CHECK(text_at(shell("p1").ok("record.copy", {{"id", meeting}}), "document.state") == "draft");
  CHECK(text_at(shell("p1").ok("record.copy", {{"id", village}, {"record", {{"name", "Thôn mới"}}}}),
                "document.fields.kind.0") == "thon");
  CHECK(shell("p1").error("record.copy", {{"id", "zzzzzz"}}) == "not_found");
  CHECK(shell("p1").error("record.copy", {{"id", meeting}, {"record", {{"subjct", "x"}}}}) ==
        "record.invalid");
  CHECK(at(shell("p1").ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE("no form lets a copy take what belongs to one person or one occasion") {
  const Api api;
  Shell shell(api, {}, {});
  const json::value kinds = at(shell.ok("record.kinds"), "kinds");
  const std::set<std::string> of_one{"person_code", "person_name", "conclusion",     "outcome",
                                     "handling",    "answer",      "decision_number"};
  std::size_t seen = 0;
  for (const auto& kind : kinds.get_array()) {
    const json::value survey = at(kind, "survey");
    for (const auto& row : survey.get_array()) {
      const auto& field = row.get_object();
      const std::string name = text_at(field, "name");
      // The number of a decision is the same for all parcels of a project.
      if (of_one.count(name) == 0 || text_at(kind, "kind") == "project") continue;
      INFO(text_at(kind, "kind") << "." << name);
      CHECK(json::find_bool(field, "copy") == false);
      ++seen;
    }
  }
  CHECK(seen > 10);
}

}  // namespace copy_test
