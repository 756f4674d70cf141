// What was finalised is read with the records it links to as they were signed then; what changed since is
// said apart.
#include "base/calendar.hpp"
#include "support/office.hpp"

namespace linked_test {

using namespace gandan;
using namespace gandan::test;

namespace {

// A village of 80 households that met, and the decision of that meeting.
struct Decided : Office {
  Decided() : Office("2026-01-20") {
    village = add("village", R"~({"kind": "thon", "name": "Khòn Nưa", "code": "T07"})~");
    json::array households;
    for (int i = 1; i <= 80; ++i) households.push_back(json::object{{"code", "H" + std::to_string(i)}});
    roll = add("household_roll",
               json::compact(
                   json::object{{"village", village}, {"as_of", "2026-01-15"}, {"households", households}}));
    shell.ok("record.finalize", {{"id", roll}});
    clock.set(*parse_instant("2026-03-10T09:00:00+07:00"));
    meeting = add("community_meeting", met(roll));
    shell.ok("record.finalize", {{"id", meeting}});
    decision = add("community_decision", decided("Góp tiền làm đường"));
    shell.ok("record.finalize", {{"id", decision}});
  }
  std::string met(const std::string& of_roll) const {
    return R"~({"subject": "Làm đường", "form": "meeting", "notice_date": "2026-01-28",
      "start": "2026-02-05T08:30:00+07:00", "end": "2026-02-05T10:30:00+07:00", "place": "Nhà văn hoá", "chair": "CT",
      "secretary": "TK", "agenda": [{"text": "Làm đường"}], "present_number": 60, "village": ")~" +
           village + R"~(", "roll": ")~" + of_roll +
           R"~(", "decisions": [{"matter_clause": "c1", "matter": "Góp tiền làm đường",
      "method": "hands", "agree": 55, "against": 3, "other": 2, "text": "Mỗi hộ góp 500 nghìn"}]})~";
  }
  std::string decided(const std::string& matter) const {
    return R"~({"number": "01/QĐ-CĐDC", "decided_on": "2026-02-05", "matter_clause": "c1", "form": "meeting",
      "total": 80, "present": 60, "agree": 55, "against": 3, "other": 2, "text": "Góp 500 nghìn", "matter": ")~" +
           matter + R"~(", "village": ")~" + village + R"~(", "meeting": ")~" + meeting + "\"}";
  }
  // The verdicts of a rule: "holds", "fails", "unknown", with " apart" behind those beside the judgement.
  std::vector<std::string> words(const std::string& id, const std::string& rule) {
    std::vector<std::string> out;
    const json::value verdicts = at(shell.ok("record.show", {{"id", id}}), "verdicts");
    for (const auto& v : verdicts.get_array()) {
      if (text_at(v, "rule") != rule) continue;
      const auto& holds = at(v, "holds");
      out.push_back(!holds.is_bool() ? "unknown" : holds.get_bool() ? "holds" : "fails");
      if (json::find_bool(v.get_object(), "apart").value_or(false)) {
        out.back() += " apart";
        CHECK(text_at(v, "message.vi").find("Theo hồ sơ liên kết hiện nay: ") == 0);
      }
    }
    return out;
  }
  void amend(const std::string& id, const json::object& change, const char* links = nullptr) {
    clock.advance(60'000);
    shell.ok("record.edit", {{"id", id}, {"record", change}, {"late", true}, {"reason", "Sửa"}});
    json::object params{{"id", id}};
    if (links != nullptr) {
      CHECK(shell.error("record.finalize", params) == "request.bad");
      CHECK(text_at(shell.last_error, "fields.0.code") == "changed");
      params["links"] = links;
    }
    shell.ok("record.finalize", params);
  }
  void amend_draft(const std::string& id, int more) {
    json::array households;
    for (int i = 1; i <= more; ++i) households.push_back(json::object{{"code", "B" + std::to_string(i)}});
    shell.ok("record.edit", {{"id", id}, {"record", {{"households", households}}}});
  }
  void grow_roll() {
    amend(roll, json::object{
                    {"households", json::array{json::object{{"code", "H81"}}, json::object{{"code", "H82"}},
                                               json::object{{"code", "H83"}}}}});
  }

  std::string village, roll, meeting, decision;
};

using Said = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Decided,
                 "a roll that grows later makes no violation of a decision that was right, and is said") {
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"holds"});
  CHECK(words(meeting, "l10.art21.two_thirds") == Said{"holds"});
  grow_roll();
  // The meeting was held with 80 and stands, so the decision compares with 80, whatever the roll is now.
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"holds"});
  const auto later = add("community_decision", decided("Góp tiền làm đường"));
  CHECK(words(later, "l10.decision.of_meeting") == Said{"holds"});
  // Of the 80 that voted 55 were enough; over a roll that was signed after the vote no share is told.
  CHECK(words(meeting, "l10.art21.two_thirds") == Said{"holds", "unknown apart"});
  const auto shown = shell.ok("record.show", {{"id", meeting}});
  CHECK(at(shown, "document.fields.households_total") == json::value(80));
  const auto paper = text_at(shell.ok("record.print", {{"id", meeting}}), "html");
  CHECK(paper.find("Tổng số hộ gia đình: 80 hộ") != std::string::npos);
  CHECK(paper.find("Tổng số hộ gia đình: 83 hộ") == std::string::npos);

  // Signed again for its place it keeps the roll that was voted on, or takes the new one: a person says
  // which.
  amend(meeting, {{"place", "Sân đình"}}, "then");
  CHECK(words(meeting, "l10.art21.two_thirds") == Said{"holds", "unknown apart"});
  amend(meeting, {{"place", "Sân đình làng"}}, "now");
  CHECK(words(meeting, "l10.art21.two_thirds") == Said{"unknown"});
  CHECK(at(shell.ok("record.show", {{"id", meeting}}), "document.fields.households_total") ==
        json::value(83));
  // Of its earlier version that which was signed then holds on, and so it does in the decision.
  const auto first = shell.ok("record.show", {{"id", meeting}, {"version", 1}});
  CHECK(at(first, "document.fields.households_total") == json::value(80));
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"holds", "unknown apart"});
  CHECK(at(shell.ok("vault.rebuild"), "same") == json::value(true));
}

TEST_CASE_METHOD(Decided, "votes that are corrected in the minutes later are said apart") {
  const json::value item = at(shell.ok("record.show", {{"id", meeting}}), "document.items.decisions.0.id");
  amend(meeting, {{"decisions[" + std::string(item.get_string()) + "].agree", 54}});
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"holds", "fails apart"});
  amend(decision, {{"agree", 54}}, "now");
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"holds"});
}

TEST_CASE_METHOD(Decided, "a meeting that is withdrawn takes its decision along") {
  shell.ok("record.withdraw", {{"id", meeting}, {"reason", "Họp không đủ thành phần"}});
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"fails"});
}

TEST_CASE_METHOD(Decided, "so does one that was signed again before it was withdrawn") {
  amend(meeting, {{"place", "Sân đình"}});
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"holds"});
  shell.ok("record.withdraw", {{"id", meeting}, {"reason", "Họp không đủ thành phần"}});
  CHECK(words(decision, "l10.decision.of_meeting") == Said{"fails"});
}

TEST_CASE_METHOD(Decided, "a roll that is withdrawn is withdrawn, and the page says what was signed of it") {
  CHECK(words(meeting, "l10.art20.frozen_roll") == Said{"holds"});
  grow_roll();
  CHECK(words(meeting, "l10.art20.frozen_roll") == Said{"holds", "fails apart"});  // signed anew in March
  shell.ok("record.withdraw", {{"id", roll}, {"reason", "Lập lại"}});
  CHECK(at(shell.ok("record.show", {{"id", meeting}}), "document.fields.households_total") ==
        json::value(80));
  CHECK(words(meeting, "l10.art20.frozen_roll") == Said{"fails"});
}

TEST_CASE_METHOD(Decided, "what was a draft then is read as it was first signed") {
  const auto draft =
      add("household_roll", R"~({"as_of": "2026-01-20", "households": [{"code": "A"}, {"code": "B"}],
      "village": ")~" + village +
                                "\"}");
  const auto held = add("community_meeting", met(draft));
  shell.ok("record.finalize", {{"id", held}});
  CHECK(words(held, "l10.votes_within_roll") == Said{"fails"});
  amend_draft(draft, 78);
  shell.ok("record.finalize", {{"id", draft}});
  CHECK(words(held, "l10.votes_within_roll") == Said{"holds"});
  CHECK(words(held, "l10.art21.two_thirds") == Said{"unknown"});  // frozen after the vote
  amend(draft, {{"households", json::array{json::object{{"code", "C1"}}, json::object{{"code", "C2"}},
                                           json::object{{"code", "C3"}}}}});
  CHECK(at(shell.ok("record.show", {{"id", held}}), "document.fields.households_total") == json::value(80));
}

TEST_CASE_METHOD(Decided, "a village or a unit that is renamed keeps its name on what was signed before") {
  const auto paper = [this](const std::string& id) {
    return text_at(shell.ok("record.print", {{"id", id}}), "html");
  };
  const auto before = paper(decision);
  CHECK(before.find("Khòn Nưa") != std::string::npos);
  CHECK(before.find("Lạng Sơn") != std::string::npos);
  const json::value profiles = at(shell.ok("record.list", {{"kind", "unit_profile"}}), "records");
  const auto profile = text_at(profiles.get_array()[0], "id");
  clock.advance(60'000);
  shell.ok("record.edit", {{"id", village}, {"record", {{"name", "Khòn Mới"}}}});
  shell.ok("record.edit", {{"id", profile}, {"record", {{"name_vi", "Tỉnh Mới"}}}});
  CHECK(paper(decision) == before);
  CHECK(text_at(shell.ok("record.show", {{"id", decision}}), "document.title").find("Khòn Nưa") !=
        std::string::npos);
  CHECK(words(decision, "@linked").empty());
  // What is signed from now on has the new names; so has an older record that is signed once more.
  const auto later = add("community_decision", decided("Góp tiền làm đường"));
  shell.ok("record.finalize", {{"id", later}});
  CHECK(paper(later).find("Khòn Mới") != std::string::npos);
  CHECK(paper(later).find("Tỉnh Mới") != std::string::npos);
  amend(decision, {{"text", "Góp 400 nghìn"}});
  CHECK(paper(decision).find("Khòn Mới") != std::string::npos);
  CHECK(text_at(shell.ok("record.print", {{"id", decision}, {"version", 1}}), "html").find("Khòn Nưa") !=
        std::string::npos);
}

TEST_CASE_METHOD(Decided, "a record of a day on which its unit was not there says so") {
  CHECK(words(decision, "@unit").empty());
  const json::value profiles = at(shell.ok("record.list", {{"kind", "unit_profile"}}), "records");
  const auto profile = text_at(profiles.get_array()[0], "id");
  const auto exists = [&](const char* from, const char* to) {
    shell.ok("record.edit", {{"id", profile}, {"record", {{"valid_from", from}, {"valid_to", to}}}});
    return words(decision, "@unit");
  };
  CHECK(exists("2026-02-05", "2026-02-05") == Said{});
  CHECK(exists("2026-02-06", "2026-12-31") == Said{"fails"});
  CHECK(exists("2025-07-01", "2026-02-04") == Said{"fails"});
  CHECK(text_at(shell.ok("unit.list"), "units.0.valid_to") == "2026-02-04");
}

TEST_CASE_METHOD(Decided, "a period's figures count by what was signed together") {
  const auto violations = [&] {
    const json::value figures =
        at(shell.ok("report.period", {{"from", "2026-01-01"}, {"until", "2026-12-31"}}), "figures");
    return json::compact(figures);
  };
  const auto before = violations();
  grow_roll();
  CHECK(violations() == before);
}

TEST_CASE_METHOD(Decided, "one vote carries the matter that was put to it, in the same words however typed") {
  CHECK(words(decision, "l10.decision.matter") == Said{"holds"});
  const auto same = add("community_decision", decided("  GÓP tiền, làm đường."));
  CHECK(words(same, "l10.decision.matter") == Said{"holds"});
  const auto other = add("community_decision", decided("Góp tiền làm nhà văn hoá"));
  CHECK(words(other, "l10.decision.matter") == Said{"fails"});
}

TEST_CASE_METHOD(Decided,
                 "a ballot is printed with the roll that it was counted on, and its decision judged by it") {
  const auto ballot = add(
      "ballot", R"~({"matter_clause": "c1", "matter": "Góp tiền", "from": "2026-02-05", "until": "2026-02-07",
      "issued": 80, "returned": 80, "valid": 80, "agree": 60, "against": 10, "other": 10, "announced_on": "2026-02-02",
      "counted_on": "2026-02-08", "team": [{"name": "A"}, {"name": "B"}, {"name": "C"}],
      "text": "Mỗi hộ góp 500 nghìn", "village": ")~" +
                    village + R"~(", "roll": ")~" + roll + "\"}");
  shell.ok("record.finalize", {{"id", ballot}});
  auto decided_by = json::parse(decided("Góp tiền")).value().as_object();
  decided_by.erase("meeting");
  for (const auto& [name, value] : json::object{{"ballot", ballot},
                                                {"present", 80},
                                                {"agree", 60},
                                                {"against", 10},
                                                {"other", 10},
                                                {"form", "household_ballot"}})
    decided_by[name] = value;
  const auto outcome = add("community_decision", json::compact(decided_by));
  shell.ok("record.finalize", {{"id", outcome}});
  CHECK(words(outcome, "l10.decision.of_ballot") == Said{"holds"});
  grow_roll();
  CHECK(words(outcome, "l10.decision.of_ballot") == Said{"holds"});  // the ballot was counted on the 80
  const auto paper = text_at(shell.ok("record.print", {{"id", ballot}}), "html");
  CHECK(paper.find("Tổng số hộ gia đình: 80 hộ") != std::string::npos);
  CHECK(words(ballot, "l10.art21.two_thirds.ballot") == Said{"holds", "unknown apart"});
}

}  // namespace linked_test
