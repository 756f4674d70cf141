// Site clearance by the Land Law 2024: notices, postings, payment, and when coercion is barred.
#include "desk.hpp"

namespace rules_land_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

struct Site : Desk {
  std::string household(const std::string& fields, const std::string& rule) {
    return word("affected_household", R"~({"code": "H017", )~" + fields + "}", rule);
  }
  std::string posting(const std::string& fields, const std::string& rule) {
    return word("plan_posting", R"~({"title": "Đợt 1", "households": 10, )~" + fields + "}", rule);
  }
  RecordId visit(const std::string& stage, const std::string& start, const std::string& code = "H017",
                 const std::string& minutes = "signed", bool final = true) {
    const auto id = add("mobilisation_visit",
                        R"~({"project": "P", "household": ")~" + code + R"~(", "stage": ")~" + stage +
                            R"~(", "start": ")~" + start + R"~(", "minutes": ")~" + minutes +
                            R"~(", "met": "land_user", "team": [{"name": "A", "organisation": "ubnd"},
      {"name": "B", "organisation": "mttq"}, {"name": "C", "organisation": "clearance_unit"}]})~");
    if (final) finalize(id);
    return id;
  }
  RecordId coercion(const std::string& start, const std::string& end, const std::string& more = "") {
    return add("coercion", R"~({"project": "P", "household": "H017", "kind": "recovery", "start": ")~" +
                               start + R"~(", "end": ")~" + end + "\"" + more + "}");
  }
  std::string on(const std::string& day, const std::string& rule) {
    return word(coercion(day + "T08:00:00+07:00", day + "T10:00:00+07:00"), rule);
  }
};

}  // namespace

TEST_CASE("people are met before the notice") {
  Site s;
  const char* rule = "l31.meeting_before_notice";
  CHECK(s.household(R"~("meeting_on": "2025-09-30", "notice_on": "2025-10-01")~", rule) == "holds");
  CHECK(s.household(R"~("meeting_on": "2025-10-01", "notice_on": "2025-10-01")~", rule) == "holds");
  CHECK(s.household(R"~("meeting_on": "2025-10-02", "notice_on": "2025-10-01")~", rule) == "fails");
  CHECK(s.household(R"~("notice_on": "2025-10-01")~", rule) == "fails");
  CHECK(s.household(R"~("meeting_on": "2025-10-02")~", rule) == "unknown");
}

TEST_CASE("a notice runs 90 days for agricultural land, 180 for other, and is valid for 12 months") {
  Site s;
  CHECK(s.household(
            R"~("land": "agricultural", "notice_on": "2025-10-01", "recovery_decided_on": "2025-12-29")~",
            "l31.notice_agricultural") == "early");
  CHECK(s.household(
            R"~("land": "agricultural", "notice_on": "2025-10-01", "recovery_decided_on": "2025-12-30")~",
            "l31.notice_agricultural") == "in_time");
  CHECK(
      s.household(
          R"~("land": "agricultural", "notice_on": "2025-10-01", "recovery_decided_on": "2025-12-01", "agreed_early": true)~",
          "l31.notice_agricultural") == "silent");
  CHECK(s.household(R"~("land": "other", "notice_on": "2025-08-01", "recovery_decided_on": "2026-01-27")~",
                    "l31.notice_other") == "early");
  CHECK(s.household(R"~("land": "other", "notice_on": "2025-08-01", "recovery_decided_on": "2026-01-28")~",
                    "l31.notice_other") == "in_time");
  CHECK(s.household(R"~("land": "other", "notice_on": "2025-02-10", "recovery_decided_on": "2026-02-10")~",
                    "l31.notice_valid") == "in_time");
  CHECK(s.household(R"~("land": "other", "notice_on": "2025-02-09", "recovery_decided_on": "2026-02-10")~",
                    "l31.notice_valid") == "late");
  CHECK(s.household(R"~("land": "other", "notice_on": "2025-02-09")~", "l31.notice_valid") ==
        "overdue");  // today is 10 February 2026
}

TEST_CASE("compulsory inventory comes after 15 days of persuasion and 10 more") {
  Site s;
  const char* rule = "l31.forced_inventory";
  CHECK(s.household(R"~("inventory_refused_on": "2026-01-05", "forced_inventory_on": "2026-01-29")~", rule) ==
        "early");
  CHECK(s.household(R"~("inventory_refused_on": "2026-01-05", "forced_inventory_on": "2026-01-30")~", rule) ==
        "in_time");
  CHECK(s.household(R"~("inventory_refused_on": "2026-02-05")~", rule) == "open");
  CHECK(s.household(R"~("inventory_refused_on": "2026-01-05", "inventoried_on": "2026-01-10")~", rule) ==
        "silent");
}

TEST_CASE("compensation is paid within 30 days") {
  Site s;
  const char* rule = "l31.payment";
  CHECK(s.household(R"~("plan_approved_on": "2026-01-05", "paid_on": "2026-02-04")~", rule) == "in_time");
  CHECK(s.household(R"~("plan_approved_on": "2026-01-05", "paid_on": "2026-02-05")~", rule) == "late");
  CHECK(s.household(R"~("plan_approved_on": "2026-01-11")~", rule) == "open");
  CHECK(s.household(R"~("plan_approved_on": "2026-01-10")~", rule) == "overdue");
  CHECK(s.household(R"~("plan_approved_on": "2026-01-10", "payment_refused": true)~", rule) == "silent");
}

TEST_CASE("a plan is posted 30 days, then discussed, then argued with those who disagree") {
  Site s;
  CHECK(s.posting(R"~("posted_from": "2026-01-05", "posted_until": "2026-02-03")~", "l31.plan.posted") ==
        "early");
  CHECK(s.posting(R"~("posted_from": "2026-01-05", "posted_until": "2026-02-04")~", "l31.plan.posted") ==
        "in_time");
  CHECK(s.posting(R"~("posted_from": "2026-01-05", "meeting_on": "2026-02-03")~", "l31.plan.meeting") ==
        "early");
  CHECK(s.posting(R"~("posted_from": "2026-01-05", "meeting_on": "2026-02-04")~", "l31.plan.meeting") ==
        "in_time");
  const std::string met =
      R"~("posted_from": "2025-11-01", "meeting_on": "2025-12-12", "agree": 6, "other": 1, )~";
  CHECK(s.posting(met + R"~("disagree": 3)~", "l31.plan.opinions") == "holds");
  CHECK(s.posting(met + R"~("disagree": 4)~", "l31.plan.opinions") == "fails");
  CHECK(s.posting(met + R"~("disagree": 0)~", "l31.plan.dialogue") == "silent");
  CHECK(s.posting(met + R"~("disagree": 3)~", "l31.plan.dialogue") == "open");  // its last day is today
  CHECK(s.posting(met + R"~("disagree": 3, "dialogue_on": "2026-02-10")~", "l31.plan.dialogue") == "in_time");
  s.today("2026-02-11");
  CHECK(s.posting(met + R"~("disagree": 3, "dialogue_on": "2026-02-11")~", "l31.plan.dialogue") == "late");
  CHECK(s.posting(met + R"~("disagree": 3, "approved_on": "2026-02-10")~",
                  "l31.plan.approved_after_dialogue") == "fails");
  CHECK(s.posting(met + R"~("disagree": 3, "dialogue_on": "2026-02-10", "approved_on": "2026-02-10")~",
                  "l31.plan.approved_after_dialogue") == "holds");
}

TEST_CASE("no coercion without recorded persuasion of this household, at the right stage, before that day") {
  Site s;
  const char* rule = "l31.coercion.persuaded";
  const std::string start = "2026-04-07T08:00:00+07:00";
  const auto with = [&](const RecordId& visit) {
    return s.word(s.coercion(start, "2026-04-07T10:00:00+07:00",
                             R"~(, "persuasion": ")~" + gandan::to_text(visit) + "\""),
                  rule);
  };
  CHECK(s.word(s.coercion(start, start), rule) == "fails");
  CHECK(with(s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00")) == "holds");
  CHECK(with(s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00", "H017", "refused")) == "holds");
  CHECK(with(s.visit("handover_persuasion", "2026-04-07T07:00:00+07:00")) == "fails");  // the same day
  CHECK(with(s.visit("inventory_persuasion", "2026-04-06T09:00:00+07:00")) == "fails");
  CHECK(with(s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00", "H018")) == "fails");
  CHECK(with(s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00", "H017", "not_written")) == "fails");
  CHECK(with(s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00", "H017", "signed", false)) ==
        "fails");
  // Of another project, or where nobody was met.
  const auto changed = [&](const json::object& patch) {
    const auto visit = s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00", "H017", "refused", false);
    REQUIRE(s.save(visit, "mobilisation_visit", patch).ok());
    s.finalize(visit);
    return with(visit);
  };
  CHECK(changed({{"project", "Q"}}) == "fails");
  CHECK(changed({{"project", nullptr}}) == "fails");
  CHECK(changed({{"project", " p"}, {"household", "h017 "}}) == "holds");
  CHECK(changed({{"met", "nobody"}}) == "fails");
  CHECK(changed({{"met", nullptr}}) == "fails");
  CHECK(changed({{"met", "family"}}) == "holds");
  CHECK(changed({{"met", "authorised"}}) == "holds");
  // The households' own records, where both name one.
  const auto project = s.add("project", R"~({"name": "P"})~");
  const auto affected = [&] {
    return s.add("affected_household",
                 R"~({"code": "H017", "project": ")~" + gandan::to_text(project) + "\"}");
  };
  const auto mine = affected();
  const auto theirs = affected();
  for (const auto& [of_visit, expected] : {std::pair{mine, "holds"}, {theirs, "fails"}}) {
    const auto visit = s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00", "H017", "signed", false);
    REQUIRE(s.save(visit, "mobilisation_visit", {{"affected", gandan::to_text(of_visit)}}).ok());
    s.finalize(visit);
    CHECK(s.word(s.coercion(start, start,
                            R"~(, "affected": ")~" + gandan::to_text(mine) + R"~(", "persuasion": ")~" +
                                gandan::to_text(visit) + "\""),
                 rule) == expected);
    CHECK(with(visit) == "holds");  // the coercion names none
  }
  // The three bodies, each.
  const std::string by = "l31.coercion.persuaded_by";
  CHECK(s.word(s.coercion(start, start), by) == "silent");  // the gate above is closed
  for (const char* missing : {"", "ubnd", "mttq", "clearance_unit"}) {
    INFO(missing);
    json::array team;
    for (const char* body : {"ubnd", "mttq", "clearance_unit", "party"})
      if (body != std::string(missing)) team.push_back(json::object{{"name", "A"}, {"organisation", body}});
    const auto visit = s.add("mobilisation_visit", json::compact(json::object{{"team", team}}));
    s.finalize(visit);
    const auto id = s.coercion(start, start, R"~(, "persuasion": ")~" + gandan::to_text(visit) + "\"");
    CHECK(s.word(id, by) == (*missing == 0 ? "holds" : "fails"));
    Verdict verdict;
    (void)s.verdict(id, by, &verdict);
    CHECK(verdict.stops() == (*missing != 0));
  }
  const auto lost = s.visit("handover_persuasion", "2026-04-06T09:00:00+07:00");
  const auto id = s.coercion(start, start, R"~(, "persuasion": ")~" + gandan::to_text(lost) + "\"");
  s.documents.erase(lost);  // it never came to this phone
  CHECK(s.word(id, rule) == "unknown");
  for (const auto& v : s.judge(id)) {
    if (v.rule == rule) CHECK(v.stops());
  }
}

TEST_CASE("no coercion before the decision is posted and received; within 10 days after") {
  Site s;
  s.today("2026-04-10");
  const auto word = [&](const std::string& more, const char* rule) {
    return s.word(s.coercion("2026-04-07T08:00:00+07:00", "2026-04-07T10:00:00+07:00", more), rule);
  };
  const char* rule = "l31.coercion.delivered";
  const auto days = [&](const char* decided, const char* posted, const char* received) {
    return word(R"~(, "decided_on": ")~" + std::string(decided) + R"~(", "posted_on": ")~" + posted +
                    R"~(", "received_on": ")~" + received + "\"",
                rule);
  };
  CHECK(word("", rule) == "fails");
  CHECK(word(R"~(, "decided_on": "2026-04-01", "posted_on": "2026-04-01")~", rule) == "fails");
  CHECK(word(R"~(, "posted_on": "2026-04-07", "received_on": "2026-04-07")~", rule) == "fails");
  CHECK(days("2026-04-07", "2026-04-07", "2026-04-07") == "holds");
  CHECK(days("2026-04-01", "2026-04-08", "2026-04-01") == "fails");
  CHECK(days("2026-04-01", "2026-04-01", "2026-04-08") == "fails");
  // That nothing is posted or received before it was decided, the form says already (order_of_acts_test.cpp).
  CHECK(days("2026-04-02", "2026-04-02", "2026-04-02") == "holds");
  CHECK(days("2026-04-08", "2026-04-08", "2026-04-08") == "fails");
  CHECK(word(R"~(, "received_on": "2026-03-28")~", "l31.coercion.in_ten_days") == "in_time");
  CHECK(word(R"~(, "received_on": "2026-03-27")~", "l31.coercion.in_ten_days") == "late");
  CHECK(word(R"~(, "received_on": "2026-03-27", "decision_days": 11)~", "l31.coercion.in_ten_days") ==
        "in_time");
  CHECK(word(R"~(, "persuaded_from": "2026-03-28")~", "l31.coercion.persuasion_days") == "in_time");
  CHECK(word(R"~(, "persuaded_from": "2026-03-29")~", "l31.coercion.persuasion_days") == "early");
}

TEST_CASE("compulsory inventory is coerced after 15 and 10 days") {
  Site s;
  s.today("2026-04-10");
  const auto word = [&](const char* from) {
    const auto id = s.add(
        "coercion", R"~({"kind": "inventory", "start": "2026-04-07T08:00:00+07:00", "persuaded_from": ")~" +
                        std::string(from) + "\"}");
    return s.word(id, "l31.coercion.inventory_days");
  };
  CHECK(word("2026-03-13") == "in_time");
  CHECK(word("2026-03-14") == "early");
}

TEST_CASE("no coercion from 22:00 to 06:00, and it begins in office hours") {
  Site s;
  const auto word = [&](const char* start, const char* end, const char* rule) {
    return s.word(s.coercion(std::string("2026-04-07T") + start + ":00+07:00",
                             std::string("2026-04-07T") + end + ":00+07:00"),
                  rule);
  };
  const char* night = "l31.coercion.night";
  CHECK(word("05:59", "08:00", night) == "fails");
  CHECK(word("06:00", "08:00", night) == "holds");
  CHECK(word("20:00", "22:00", night) == "holds");
  CHECK(word("20:00", "22:01", night) == "fails");
  CHECK(s.word(s.coercion("2026-04-07T20:00:00+07:00", "2026-04-08T07:00:00+07:00"), night) == "fails");
  CHECK(word("06:59", "08:00", "l31.coercion.office_hours") == "fails");
  CHECK(word("07:00", "08:00", "l31.coercion.office_hours") == "holds");
  CHECK(word("16:59", "18:00", "l31.coercion.office_hours") == "holds");
  CHECK(word("17:00", "18:00", "l31.coercion.office_hours") == "fails");
}

TEST_CASE("no coercion on days off, nor within 15 days of the Tết holiday, nor on holidays of the place") {
  Site s;
  const char* off = "l31.coercion.days_off";
  CHECK(s.on("2026-04-07", off) == "holds");
  CHECK(s.on("2026-04-04", off) == "fails");  // a Saturday
  CHECK(s.on("2026-04-30", off) == "fails");
  CHECK(s.on("2026-04-27", off) == "fails");  // in lieu
  CHECK(s.on("2026-01-10", off) == "holds");  // a Saturday that is worked
  CHECK(s.on("2028-04-06", off) == "unknown");
  const char* tet = "l31.coercion.tet";  // days off from 14 to 22 February 2026
  CHECK(s.on("2026-01-29", tet) == "holds");
  CHECK(s.on("2026-01-30", tet) == "fails");
  CHECK(s.on("2026-02-17", tet) == "fails");
  CHECK(s.on("2026-03-09", tet) == "fails");
  CHECK(s.on("2026-03-10", tet) == "holds");
  const char* local = "l31.coercion.local_holiday";
  CHECK(s.on("2024-08-16", local) == "holds");
  CHECK(s.on("2024-08-17", local) == "fails");
  const auto id = s.coercion("2026-04-07T08:00:00+07:00", "2026-04-07T10:00:00+07:00");
  for (const auto& v :
       s.catalog->judge(s.documents[id], s.links, {})) {  // a province whose calendar is not here
    if (v.rule == local) CHECK_FALSE(v.holds.has_value());
  }
  for (const auto& v : s.judge(id)) {
    if (v.rule == tet || v.rule == off) CHECK(v.verified);
    if (v.rule == local) CHECK_FALSE(v.verified);  // the province has not confirmed its days
  }
}

TEST_CASE("since 1 July 2025 no district notifies, decides or coerces") {
  Site s;
  const auto coerced = [&](const char* day, const char* level) {
    return s.word(s.coercion(std::string(day) + "T08:00:00+07:00", std::string(day) + "T10:00:00+07:00",
                             R"~(, "decision_level": ")~" + std::string(level) + "\""),
                  "levels.coercion");
  };
  CHECK(coerced("2025-06-30", "district") == "holds");
  CHECK(coerced("2025-07-01", "district") == "fails");
  CHECK(coerced("2025-07-01", "commune") == "holds");
  CHECK(s.word("project", R"~({"name": "P", "decided_on": "2025-06-30", "decision_level": "district"})~",
               "levels.project") == "holds");
  CHECK(s.word("project", R"~({"name": "P", "decided_on": "2025-07-01", "decision_level": "district"})~",
               "levels.project") == "fails");
}

}  // namespace rules_land_test
