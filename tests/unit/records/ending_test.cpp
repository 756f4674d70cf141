// A term whose last day is a day off ends with the next working day (Civil Code 2015, Art. 148 clause 5):
// which rules say so, on both sides of the moved day, and what the verdict says of it.
#include "base/calendar.hpp"
#include "desk.hpp"

namespace ending_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

struct Case {
  const char* what;
  const char* kind;
  const char* record;  // with %s for the day of the act
  const char* rule;
  const char* counted;
  const char* due;
  const char* late;  // the day after
};
// The days off: 14 to 22/02/2026 is Tết, 25/01 to 02/02/2025 was; the others are weekends.
constexpr Case kMoved[] = {
    {"supervision", "supervision_recommendation", R"~({"sent_on": "2026-02-02", "answered_on": "%s"})~",
     "l10.supervision.answered", "2026-02-17", "2026-02-23", "2026-02-24"},
    {"payment", "affected_household", R"~({"plan_approved_on": "2026-01-18", "paid_on": "%s"})~",
     "l31.payment", "2026-02-17", "2026-02-23", "2026-02-24"},
    {"dialogue on a plan", "plan_posting",
     R"~({"meeting_on": "2025-12-20", "disagree": 1, "dialogue_on": "%s"})~", "l31.plan.dialogue",
     "2026-02-18", "2026-02-23", "2026-02-24"},
    {"complaint accepted", "complaint", R"~({"received_on": "2025-01-20", "accepted_on": "%s"})~",
     "complaint.accepted", "2025-01-30", "2025-02-03", "2025-02-04"},
    {"complaint decided", "complaint",
     R"~({"received_on": "2026-07-01", "accepted_on": "2026-07-10", "instance": "first", "decided_on": "%s"})~",
     "complaint.first_instance", "2026-08-09", "2026-08-10", "2026-08-11"},
    {"second instance", "complaint",
     R"~({"received_on": "2026-03-01", "accepted_on": "2026-03-04", "instance": "second", "decided_on": "%s"})~",
     "complaint.second_instance", "2026-04-18", "2026-04-20", "2026-04-21"},
    {"denunciation", "denunciation",
     R"~({"received_on": "2026-02-26", "handling": "accepted", "accepted_on": "2026-02-27", "extended_days": 60, "suspended_days": 3, "concluded_on": "%s"})~",
     "denunciation.concluded", "2026-05-31", "2026-06-01", "2026-06-02"},
    {"commitment", "commitment",
     R"~({"made_on": "2026-01-10", "due": "2026-02-17", "outcome": "kept", "kept_on": "%s"})~",
     "d1866.commitment", "2026-02-17", "2026-02-23", "2026-02-24"},
    {"commitment of a visit", "mobilisation_visit",
     R"~({"start": "2026-01-10T02:00:00Z", "commitments": [{"due": "2026-02-17", "outcome": "kept", "kept_on": "%s"}]})~",
     "d1866.visit_commitment", "2026-02-17", "2026-02-23", "2026-02-24"},
    {"long case", "complaint",
     R"~({"received_on": "2025-06-01", "long_running": true, "roadmap_due": "2026-02-17", "ended_on": "%s"})~",
     "d1866.long_case", "2026-02-17", "2026-02-23", "2026-02-24"},
    {"project", "project",
     R"~({"decided_on": "2025-06-01", "planned_handover": "2026-02-17", "handed_over_on": "%s"})~",
     "d1866.project", "2026-02-17", "2026-02-23", "2026-02-24"},
    {"answer promised", "dialogue",
     R"~({"start": "2026-01-10T02:00:00Z", "questions": [{"agreed": "later", "answer_due": "2026-02-17", "answered_on": "%s"}]})~",
     "d1866.dialogue_answer", "2026-02-17", "2026-02-23", "2026-02-24"},
    {"finding", "inspection",
     R"~({"on": "2026-01-10", "findings": [{"fix_due": "2026-02-17", "fixed_on": "%s"}]})~",
     "d1866.inspection", "2026-02-17", "2026-02-23", "2026-02-24"},
};

std::string with(const char* record, const char* day) {
  std::string out = record;
  return out.replace(out.find("%s"), 2, day);
}

}  // namespace

TEST_CASE("a last day that is a day off goes to the next working day, and the day after is late") {
  Desk desk;
  desk.today("2026-12-01");
  for (const auto& one : kMoved) {
    INFO(one.what);
    Verdict v;
    CHECK(desk.verdict(desk.add(one.kind, with(one.record, one.due)), one.rule, &v) == true);
    CHECK(v.state == DeadlineState::in_time);
    CHECK(v.due == parse_date(one.due));
    CHECK(v.counted == parse_date(one.counted));
    CHECK(v.message.vi.find("Điều 148 khoản 5 Bộ luật Dân sự số 91/2015/QH13") != std::string::npos);
    CHECK(desk.verdict(desk.add(one.kind, with(one.record, one.late)), one.rule, &v) == false);
    CHECK(v.state == DeadlineState::late);
    CHECK(v.days == *parse_date(one.late) - *parse_date(one.due));
  }
}

TEST_CASE("a moved deadline is open until its day, and says why it moved") {
  Desk desk;
  const auto id = desk.add("supervision_recommendation", R"~({"sent_on": "2026-02-02"})~");
  const char* rule = "l10.supervision.answered";
  desk.today("2026-02-23");
  Verdict v;
  desk.verdict(id, rule, &v);
  CHECK(v.state == DeadlineState::open);
  CHECK(v.days == 0);
  CHECK(v.message.vi ==
        "Trả lời kiến nghị giám sát trong 15 ngày: hạn 23/02/2026, còn 0 ngày. Ngày cuối 17/02/2026 là ngày "
        "nghỉ "
        "nên hạn đến hết ngày làm việc tiếp theo, 23/02/2026 (Điều 148 khoản 5 Bộ luật Dân sự số "
        "91/2015/QH13). Tính từ ngày gửi kiến nghị 02/02/2026: 15 ngày.");
  desk.today("2026-02-24");
  CHECK(desk.word(id, rule) == "overdue");
  // A last day that is worked stays, and nothing is said of it.
  desk.today("2026-02-13");
  const auto plain = desk.add("supervision_recommendation", R"~({"sent_on": "2026-01-26"})~");
  desk.verdict(plain, rule, &v);
  CHECK(v.due == parse_date("2026-02-10"));
  CHECK_FALSE(v.counted);
  CHECK(v.message.vi.find("Điều 148") == std::string::npos);
}

TEST_CASE("terms that protect people do not move: waits, notices, postings, windows of coercion, validity") {
  Desk desk;
  desk.today("2026-12-01");
  // 12 months of a notice end on Sunday 01/03/2026.
  const auto decided = [&](const char* day) {
    return desk.word("affected_household",
                     R"~({"notice_on": "2025-03-01", "recovery_decided_on": ")~" + std::string(day) + "\"}",
                     "l31.notice_valid");
  };
  CHECK(decided("2026-03-01") == "in_time");
  CHECK(decided("2026-03-02") == "late");
  // 10 days of a coercion decision end on Sunday 08/03/2026.
  const auto coerced = [&](const char* day) {
    return desk.word("coercion",
                     R"~({"received_on": "2026-02-26", "start": ")~" + std::string(day) + "T02:00:00Z\"}",
                     "l31.coercion.in_ten_days");
  };
  CHECK(coerced("2026-03-08") == "in_time");
  CHECK(coerced("2026-03-09") == "late");
  // 30 days of posting end on Saturday 07/03/2026.
  CHECK(desk.word("plan_posting", R"~({"posted_from": "2026-02-05", "posted_until": "2026-03-07"})~",
                  "l31.plan.posted") == "in_time");
  for (const auto& rule : desk.catalog->rules())
    if (rule.next_working_day) CHECK_FALSE(rule.not_before);
}

TEST_CASE("where the calendar ends, what is sure is said, and no more") {
  Desk desk;
  const auto id = desk.add("commitment", R"~({"made_on": "2027-10-01", "due": "2028-01-02"})~");  // a Sunday
  const auto state = [&](const char* today) {
    desk.today(today);
    return desk.word(id, "d1866.commitment");
  };
  CHECK(state("2027-12-01") == "open");
  CHECK(state("2028-01-02") == "open");
  CHECK(state("2028-01-03") == "unknown");
  CHECK(state("2028-01-17") == "unknown");
  CHECK(state("2028-01-18") == "overdue");  // no run of days off is so long: the task does not get lost
  Verdict v;
  desk.verdict(id, "d1866.commitment", &v);
  CHECK_FALSE(v.verified);
}

}  // namespace ending_test
