// What has not happened yet: an act on a day that lies ahead is not done, and no event is signed before it
// was.
#include "desk.hpp"

namespace future_day_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;
using test::object;

namespace {

struct Act {
  const char* kind;
  const char* rule;
  const char* record;  // %s: the day of the act; due after 2026-09-01
  const char* path;
};
constexpr Act kActs[] = {
    {"commitment", "d1866.commitment",
     R"~({"made_on": "2026-07-01", "due": "2026-09-30", "outcome": "kept", "kept_on": "%s"})~", "kept_on"},
    {"citizen_reception", "reception.answered",
     R"~({"received_at": "2026-08-25T02:00:00Z", "answered_on": "%s"})~", "answered_on"},
    {"project", "d1866.project",
     R"~({"decided_on": "2026-01-05", "planned_handover": "2026-09-30", "handed_over_on": "%s"})~",
     "handed_over_on"},
    {"complaint", "complaint.first_instance",
     R"~({"received_on": "2026-08-10", "accepted_on": "2026-08-14", "decided_on": "%s"})~", "decided_on"},
};

std::string with(const char* record, const char* day) {
  std::string out = record;
  return out.replace(out.find("%s"), 2, day);
}

}  // namespace

TEST_CASE("an act of tomorrow is not done, one of today is") {
  Desk desk;
  desk.today("2026-08-31");
  for (const auto& act : kActs) {
    INFO(act.kind);
    const auto today = desk.add(act.kind, with(act.record, "2026-08-31"));
    CHECK(desk.word(today, act.rule) == "in_time");
    const auto id = desk.add(act.kind, with(act.record, "2026-09-01"));
    Verdict v;
    CHECK_FALSE(desk.verdict(id, act.rule, &v).has_value());
    CHECK(v.state == DeadlineState::open);
    CHECK_FALSE(v.done);
    CHECK(v.ahead == parse_date("2026-09-01"));
    CHECK(v.message.vi.find("Đã ghi ngày 01/09/2026, là ngày chưa đến: chưa tính là đã làm.") !=
          std::string::npos);
    CHECK(v.message.en.find("The day written, 01/09/2026, lies in the future: it is not done yet.") !=
          std::string::npos);
    CHECK(v.message.vi.find("đúng hạn") == std::string::npos);
    desk.today("2026-09-01");  // the day comes, and nobody wrote anything
    CHECK(desk.word(id, act.rule) == "in_time");
    desk.today("2026-08-31");
  }
}

TEST_CASE("a day ahead does not hide that the last day has passed") {
  Desk desk;
  desk.today("2026-10-01");
  const auto id = desk.add("commitment", with(kActs[0].record, "2026-10-02"));
  Verdict v;
  CHECK(desk.verdict(id, "d1866.commitment", &v) == false);
  CHECK(v.state == DeadlineState::overdue);
  CHECK(v.ahead == parse_date("2026-10-02"));
}

TEST_CASE("a plan that is too early is told before its day") {
  Desk desk;
  desk.today("2026-01-20");
  const auto posted = [&](const char* until) {
    return desk.add("plan_posting",
                    R"~({"posted_from": "2026-01-05", "posted_until": ")~" + std::string(until) + "\"}");
  };
  CHECK(desk.word(posted("2026-02-03"), "l31.plan.posted") == "early");
  CHECK(desk.word(posted("2026-02-04"), "l31.plan.posted") == "open");
}

TEST_CASE("what has not happened is not signed, but with a reason") {
  Desk desk;
  desk.today("2026-02-05");  // 09:00
  struct Event {
    const char* rule;  // its last part is the kind
    const char* field;
    const char* past;
    const char* ahead;
  };
  constexpr Event kEvents[] = {
      {"house.happened.community_meeting", "start", "2026-02-05T08:59:00+07:00", "2026-02-05T09:01:00+07:00"},
      {"house.happened.mobilisation_visit", "start", "2026-02-05T08:59:00+07:00",
       "2026-02-05T09:01:00+07:00"},
      {"house.happened.coercion", "start", "2026-02-05T08:59:00+07:00", "2026-02-05T09:01:00+07:00"},
      {"house.happened.dialogue", "start", "2026-02-05T08:59:00+07:00", "2026-02-05T09:01:00+07:00"},
      {"house.happened.dissemination_session", "start", "2026-02-05T08:59:00+07:00",
       "2026-02-05T09:01:00+07:00"},
      {"house.happened.citizen_reception", "received_at", "2026-02-05T08:59:00+07:00",
       "2026-02-05T09:01:00+07:00"},
      {"house.happened.handover", "on", "2026-02-05", "2026-02-06"},
      {"house.happened.inspection", "on", "2026-02-05", "2026-02-06"},
      {"house.happened.ballot", "counted_on", "2026-02-05", "2026-02-06"},
      {"house.happened.community_decision", "decided_on", "2026-02-05", "2026-02-06"},
      {"house.happened.opinion_note", "on", "2026-02-05", "2026-02-06"},
      {"house.happened.satisfaction_feedback", "on", "2026-02-05", "2026-02-06"},
      {"house.happened.complaint", "received_on", "2026-02-05", "2026-02-06"},
      {"house.happened.denunciation", "received_on", "2026-02-05", "2026-02-06"},
      {"house.happened.opinion", "received_on", "2026-02-05", "2026-02-06"},
      {"house.happened.supervision_recommendation", "sent_on", "2026-02-05", "2026-02-06"},
      {"house.happened.commitment", "made_on", "2026-02-05", "2026-02-06"},
      {"house.happened.household_roll", "as_of", "2026-02-05", "2026-02-06"},
      {"house.happened.plan_posting", "posted_from", "2026-02-05", "2026-02-06"},
      {"house.happened.consultation", "opened_on", "2026-02-05", "2026-02-06"},
      {"house.happened.disclosure_item", "published_on", "2026-02-05", "2026-02-06"},
      {"house.happened.initiative", "submitted_on", "2026-02-05", "2026-02-06"},
  };
  for (const auto& event : kEvents) {
    const std::string rule = event.rule;
    INFO(rule);
    const auto of = [&](const char* day) {
      return desk.add(rule.substr(rule.rfind('.') + 1),
                      "{\"" + std::string(event.field) + "\": \"" + day + "\"}");
    };
    Verdict v;
    CHECK(desk.verdict(of(event.past), rule, &v) == true);
    CHECK_FALSE(v.stops());
    const auto early = of(event.ahead);
    CHECK(desk.verdict(early, rule, &v) == false);
    CHECK(v.stops());
    CHECK(v.message.vi.find("là chưa diễn ra.") != std::string::npos);
    // Signed all the same: it goes on saying so when the day has come.
    desk.finalize(early);
    desk.today("2026-03-05");
    CHECK(desk.verdict(early, rule, &v) == false);
    CHECK(v.message.vi.find("đã chốt lúc 05/02/2026 09:00, khi chưa diễn ra") != std::string::npos);
    desk.today("2026-02-05");
  }
}

TEST_CASE("no test of the law takes a day that has not come for an act") {
  Desk desk;
  desk.today("2026-03-10");
  const auto closed = [&](const char* on) {
    return desk.word(
        "consultation",
        R"~({"opened_on": "2026-01-05", "closed_on": "2026-02-01", "synthesis": "x", "answer": "y", "published_on": ")~" +
            std::string(on) + "\"}",
        "l10.consultation.answered");
  };
  CHECK(closed("2026-03-10") == "holds");
  CHECK(closed("2026-03-11") == "fails");
  const auto broadcast = [&](const char* last) {
    return desk.word(
        "disclosure_item",
        R"~({"forms": ["broadcast"], "broadcasts": [{"on": "2026-03-08"}, {"on": "2026-03-09"}, {"on": ")~" +
            std::string(last) + "\"}]}",
        "l10.disclosure.broadcast");
  };
  CHECK(broadcast("2026-03-10") == "holds");
  CHECK(broadcast("2026-03-11") == "unknown");
  const auto notice = [&](const char* on) {
    return desk.word("affected_household",
                     R"~({"meeting_on": "2026-03-10", "notice_on": ")~" + std::string(on) + "\"}",
                     "l31.meeting_before_notice");
  };
  CHECK(notice("2026-03-10") == "holds");
  CHECK(notice("2026-03-11") == "unknown");
  const auto village = desk.village();
  const auto consents = [&](const char* on) {
    return desk.word("initiative",
                     R"~({"village": ")~" + gandan::to_text(village) + R"~(", "roll": ")~" +
                         gandan::to_text(desk.roll(village, 10)) +
                         R"~(", "submitted_on": "2026-03-20", "consents": [{"household": "H1", "on": ")~" +
                         on + "\"}]}",
                     "l10.initiative.share");
  };
  CHECK(consents("2026-03-10") == "holds");
  CHECK(consents("2026-03-11") == "fails");
}

TEST_CASE("what goes on is signed with a warning") {
  Desk desk;
  desk.today("2026-02-05");
  for (const std::string rule :
       {"house.ended.community_meeting", "house.ended.mobilisation_visit", "house.ended.coercion",
        "house.ended.dialogue", "house.ended.dissemination_session"}) {
    INFO(rule);
    const auto until = [&](const char* end) {
      return desk.add(rule.substr(rule.rfind('.') + 1),
                      R"~({"start": "2026-02-05T08:00:00+07:00", "end": ")~" + std::string(end) + "\"}");
    };
    CHECK(desk.word(until("2026-02-05T09:00:00+07:00"), rule) == "silent");
    Verdict v;
    CHECK(desk.verdict(until("2026-02-05T09:30:00+07:00"), rule, &v) == false);
    CHECK_FALSE(v.stops());
  }
}

TEST_CASE("a record that is amended is judged as not signed yet") {
  Desk desk;
  desk.today("2026-02-05");
  const auto id = desk.add("handover", R"~({"on": "2026-02-06"})~");
  desk.finalize(id);
  desk.today("2026-02-06");
  CHECK(desk.word(id, "house.happened.handover") == "fails");
  auto document = desk.documents[id];
  document.state = "draft";
  for (const auto& v : desk.catalog->judge(document, desk.links, {}))
    if (v.rule == "house.happened.handover") CHECK(v.holds == true);
}

TEST_CASE("a day before every rule of the kind is named, and closes what gates would have closed") {
  Desk desk;
  const auto coerced = [&](const char* day) {
    return desk.add("coercion", R"~({"start": ")~" + std::string(day) + R"~(T08:00:00+07:00", "end": ")~" +
                                    day + "T10:00:00+07:00\"}");
  };
  const auto old = coerced("2024-07-31");
  Verdict v;
  CHECK_FALSE(desk.verdict(old, kNoRules, &v).has_value());
  CHECK(v.stops());
  CHECK(v.severity == Severity::violation);
  CHECK(v.message.vi ==
        "Không có quy tắc nào cho ngày này: hồ sơ ghi ngày 31/07/2024, quy tắc của loại hồ sơ "
        "này có từ 01/08/2024. Hãy xem lại năm.");
  CHECK(v.message.en.find("There is no rule for this day") == 0);
  CHECK(v.law + ", " + v.article == "Quy ước ghi hồ sơ, Ngày của hồ sơ");
  CHECK(desk.word(coerced("2024-08-01"), kNoRules) == "silent");
  // A reason opens it, and stays beside it.
  std::uint64_t counter = 800;
  const auto plan = plan_overrides(desk.documents[old], desk.judge(old), {{kNoRules, "Việc cũ, nhập lại sổ"}},
                                   [&] { return changelog::make_item_id(desk.feed, ++counter); });
  REQUIRE(plan.ok());
  for (const auto& change : *plan) desk.write(old, change);
  CHECK_FALSE(desk.verdict(old, kNoRules, &v).has_value());
  CHECK(v.overridden == "Việc cũ, nhập lại sổ");
  // A kind without gates says it as a warning.
  const auto early =
      desk.add("disclosure_item", R"~({"issued_on": "2023-06-01", "published_on": "2023-06-30"})~");
  CHECK_FALSE(desk.verdict(early, kNoRules, &v).has_value());
  CHECK(v.severity == Severity::warning);
  CHECK_FALSE(v.stops());
  CHECK(desk.word("disclosure_item", R"~({"issued_on": "2023-06-01", "published_on": "2023-07-01"})~",
                  kNoRules) == "silent");
}

}  // namespace future_day_test
