#include <set>

#include "base/calendar.hpp"
#include "desk.hpp"

namespace rules_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

TEST_CASE("the built-in schema loads: every expression, template and link holds") {
  Desk desk;
  std::set<std::string> kinds;
  for (const auto* type : desk.catalog->types()) kinds.insert(type->kind);
  CHECK(kinds == std::set<std::string>{"affected_household",
                                       "ballot",
                                       "citizen_reception",
                                       "coercion",
                                       "commitment",
                                       "community_decision",
                                       "community_meeting",
                                       "complaint",
                                       "consultation",
                                       "denunciation",
                                       "dialogue",
                                       "disclosure_item",
                                       "dissemination_session",
                                       "emulation_model",
                                       "handover",
                                       "holder",
                                       "household_roll",
                                       "initiative",
                                       "inspection",
                                       "late_work",
                                       "legal_basis",
                                       "mobilisation_visit",
                                       "opinion",
                                       "opinion_note",
                                       "parcel",
                                       "plan_posting",
                                       "project",
                                       "satisfaction_feedback",
                                       "supervision_recommendation",
                                       "target",
                                       "unit_profile",
                                       "village"});
  for (const auto& rule : desk.catalog->rules()) {
    INFO(rule.id);
    CHECK_FALSE(rule.article.empty());
    // The house's own hold for any day.
    CHECK(rule.valid_from.has_value() == (rule.id.rfind("house.", 0) != 0));
  }
}

TEST_CASE("two thirds of all households, exactly: clauses 1 and 2") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  const std::string rule = "l10.art21.two_thirds";
  for (const char* clause : {"c1", "c2"}) {
    Verdict v;
    CHECK(desk.verdict(desk.meeting(village, roll, clause, 53), rule, &v) == false);  // 53.33 of 80
    CHECK(v.article == "Điều 21");
    CHECK(v.version == 1);
    CHECK(v.message.vi == "Không thông qua: 53 trên tổng số 80 hộ đồng ý, chưa đạt 2/3.");
    CHECK(v.message.en == "Not carried: 53 of all 80 households agree, less than 2/3.");
    CHECK(desk.verdict(desk.meeting(village, roll, clause, 54), rule, &v) == true);
    CHECK(v.message.vi.find("Thông qua: 54 trên tổng số 80 hộ") == 0);
    CHECK(v.verified);
    bool used = false;
    for (const auto& [name, value] : v.used)
      used = used || (name == "roll__households__count" && value == "80");
    CHECK(used);
  }
  const auto small = desk.roll(village, 3);
  const auto of_three = [&](int agree, int present) {
    return desk.verdict(desk.meeting(village, small, "c1", agree, 0, "", present), rule);
  };
  CHECK(of_three(2, 3) == true);  // the bound itself: 2 of 3
  CHECK(of_three(1, 3) == false);
  // More votes than households are an error in the count, never a decision that carried.
  CHECK(desk.verdict(desk.meeting(village, small, "c1", 50), rule) == std::nullopt);
  CHECK(desk.verdict(desk.meeting(village, small, "c1", 50), "l10.votes_within_roll") == false);
  CHECK(desk.verdict(desk.meeting(village, small, "c4", 4), "l10.art21.more_than_half") == std::nullopt);
  const auto sixty = desk.roll(village, 60);
  CHECK(desk.verdict(desk.meeting(village, sixty, "c1", 40), rule) == true);
  CHECK(desk.verdict(desk.meeting(village, sixty, "c1", 39), rule) == false);
}

TEST_CASE("more than half of all households: clauses 3 to 6") {
  Desk desk;
  const auto village = desk.village();
  const auto even = desk.roll(village, 80);
  const auto odd = desk.roll(village, 81);
  for (const char* clause : {"c3", "c4", "c5", "c6"}) {
    CHECK(desk.verdict(desk.meeting(village, even, clause, 40), "l10.art21.more_than_half") == false);
    CHECK(desk.verdict(desk.meeting(village, even, clause, 41), "l10.art21.more_than_half") == true);
    CHECK(desk.verdict(desk.meeting(village, odd, clause, 40), "l10.art21.more_than_half") == false);
    CHECK(desk.verdict(desk.meeting(village, odd, clause, 41), "l10.art21.more_than_half") == true);
  }
}

TEST_CASE("a threshold is unknown until the roll is frozen and known") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80, false);
  const auto meeting = desk.meeting(village, roll, "c1", 80, 0, "", 80);
  CHECK(desk.verdict(meeting, "l10.art21.two_thirds") == std::nullopt);
  CHECK(desk.verdict(meeting, "l10.art20.frozen_roll") == false);
  desk.finalize(roll);
  CHECK(desk.verdict(meeting, "l10.art21.two_thirds") == true);
  CHECK(desk.verdict(meeting, "l10.art20.frozen_roll") == true);
  // A household added beside the frozen roll does not change the vote.
  REQUIRE(desk.save(roll, "household_roll", test::object(R"({"households": [{"code": "H81"}]})")).ok());
  Verdict v;
  CHECK(desk.verdict(meeting, "l10.art21.two_thirds", &v) == true);
  CHECK(v.message.vi.find("80 hộ") != std::string::npos);
  desk.documents.erase(roll);  // a phone that never received it
  CHECK(desk.verdict(meeting, "l10.art21.two_thirds") == std::nullopt);
  CHECK(desk.verdict(meeting, "l10.art20.frozen_roll") == std::nullopt);
}

TEST_CASE("notice of two days") {
  Desk desk;
  const auto village = desk.village();
  const auto meeting = desk.meeting(village, desk.roll(village, 80), "c1", 60);
  const auto noticed = [&](const char* day) {
    REQUIRE(desk.save(meeting, "community_meeting", {{"notice_date", day}}).ok());
    return desk.verdict(meeting, "l10.art18.notice");
  };
  CHECK(noticed("2026-02-03") == true);
  CHECK(noticed("2026-02-04") == false);
  CHECK(noticed("2026-01-05") == true);
  REQUIRE(desk.save(meeting, "community_meeting", {{"notice_date", nullptr}}).ok());
  CHECK(desk.verdict(meeting, "l10.art18.notice") == std::nullopt);
}

TEST_CASE("clauses 3 to 5 need a meeting, others do not") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  for (const char* clause : {"c3", "c4", "c5"}) {
    const auto meeting = desk.meeting(village, roll, clause, 60);
    CHECK(desk.verdict(meeting, "l10.art17.must_meet") == true);
    REQUIRE(desk.save(meeting, "community_meeting", {{"form", "household_ballot"}}).ok());
    CHECK(desk.verdict(meeting, "l10.art17.must_meet") == false);
  }
  for (const char* clause : {"c1", "c2", "c6"}) {
    const auto meeting = desk.meeting(village, roll, clause, 60);
    for (const auto& v : desk.judge(meeting)) CHECK(v.rule != "l10.art17.must_meet");
  }
}

TEST_CASE("a matter is not carried by more votes than households present, whatever the way of voting") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  for (const char* method : {"hands", "secret", "ballot", "online"}) {
    for (const char* form : {"meeting", "household_ballot", "e_poll"}) {
      INFO(method << " " << form);
      const auto voted = [&](const char* clause, int agree, int against, int present) {
        const auto id = desk.meeting(village, roll, clause, agree, against, "", present);
        const auto item = desk.documents[id].tree.list("decisions")->front().id;
        REQUIRE(
            desk.save(id, "community_meeting", {{"decisions[" + item + "].method", method}, {"form", form}})
                .ok());
        return id;
      };
      const std::string two = "l10.art21.two_thirds";
      const std::string half = "l10.art21.more_than_half";
      const std::string present = "l10.votes_within_present";
      CHECK(desk.verdict(voted("c1", 60, 0, 30), two) == std::nullopt);
      CHECK(desk.verdict(voted("c1", 60, 0, 59), two) == std::nullopt);
      CHECK(desk.verdict(voted("c1", 60, 0, 60), two) == true);
      CHECK(desk.verdict(voted("c1", 60, 1, 60), two) == std::nullopt);  // all votes count, not those for it
      CHECK(desk.verdict(voted("c4", 60, 0, 59), half) == std::nullopt);
      CHECK(desk.verdict(voted("c4", 60, 0, 60), half) == true);
      CHECK(desk.verdict(voted("c4", 60, 1, 60), half) == std::nullopt);
      CHECK(desk.verdict(voted("c1", 60, 0, 60), present) == true);
      Verdict v;
      CHECK(desk.verdict(voted("c1", 50, 1, 50), present, &v) == false);
      CHECK(v.message.vi.find("Mâu thuẫn: 50 + 1 + 0 phiếu, nhiều hơn số hộ có mặt (50 hộ") == 0);
    }
  }
}

TEST_CASE("those present are households of the roll, each once") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 3);
  const auto listed = [&](const char* rows) {
    return desk.meeting(village, roll, "c1", 2, 0, std::string(R"(, "attendance": [)") + rows + "]", 3);
  };
  const std::string codes = "l10.attendance_codes";
  const std::string two = "l10.art21.two_thirds";
  const std::string within = "l10.votes_within_present";
  const auto two_there = listed(
      R"({"household": "h1", "present": true}, {"household": " H2 ", "present": true}, {"household": "H3", "present": false})");
  CHECK(desk.verdict(two_there, codes) == true);
  CHECK(desk.verdict(two_there, two) == true);
  CHECK(desk.verdict(two_there, within) == true);
  // One household in two spellings, or one that is not on the roll, adds nobody.
  for (const char* rows : {R"({"household": "H1", "present": true}, {"household": "h1", "present": true})",
                           R"({"household": "H1", "present": true}, {"household": " H1", "present": true})",
                           R"({"household": "H1", "present": true}, {"household": "H9", "present": true})",
                           R"({"household": "H1", "present": true}, {"present": true})"}) {
    INFO(rows);
    Verdict v;
    const auto id = listed(rows);
    CHECK(desk.verdict(id, codes, &v) == false);
    CHECK(v.message.vi.find("Điểm danh 2 dòng nhưng chỉ có 1 hộ khác nhau trong danh sách") == 0);
    CHECK(desk.verdict(id, two) == std::nullopt);
    CHECK(desk.verdict(id, within) == false);
    const auto item = desk.documents[id].tree.list("decisions")->front().id;
    REQUIRE(desk.save(id, "community_meeting", {{"decisions[" + item + "].matter_clause", "c4"}}).ok());
    CHECK(desk.verdict(id, "l10.art21.more_than_half") == std::nullopt);
  }
  const auto absent =
      listed(R"({"household": "H1", "present": true}, {"household": "H2", "present": false})");
  CHECK(desk.verdict(absent, codes) == true);
  CHECK(desk.verdict(absent, two) == std::nullopt);  // two votes, one there
  // By number alone: no more than the roll has, and no negative rest.
  const std::string rule = "l10.present_within_roll";
  CHECK(desk.verdict(desk.meeting(village, roll, "c1", 2, 0, "", 3), rule) == true);
  const auto four = desk.meeting(village, roll, "c1", 2, 0, "", 4);
  CHECK(desk.verdict(four, rule) == false);
  CHECK(desk.verdict(four, two) == std::nullopt);
  CHECK(desk.documents[four].tree.value("households_absent") == nullptr);
  CHECK(desk.word(two_there, rule) == "silent");
}

TEST_CASE("a vote is counted over the roll of its own village") {
  Desk desk;
  const auto village = desk.village();
  const auto other = desk.add("village", R"({"kind": "thon", "name": "Nà Pàn", "code": "T08"})");
  const auto own = desk.meeting(village, desk.roll(village, 80), "c1", 60);
  const auto foreign = desk.meeting(village, desk.roll(other, 80), "c1", 60);
  CHECK(desk.verdict(own, "l10.roll_of_village") == true);
  Verdict v;
  CHECK(desk.verdict(foreign, "l10.roll_of_village", &v) == false);
  CHECK(v.message.vi.find("Danh sách hộ là của Nà Pàn, không phải của Khòn Nưa") == 0);
  CHECK(desk.verdict(own, "l10.art21.two_thirds") == true);
  CHECK(desk.verdict(foreign, "l10.art21.two_thirds") == std::nullopt);
  CHECK(desk.verdict(desk.meeting(village, desk.roll(other, 80), "c4", 60), "l10.art21.more_than_half") ==
        std::nullopt);
}

TEST_CASE("a roll is frozen before the vote: by the day it is of, and by the moment it was signed") {
  Desk desk;
  const auto village = desk.village();
  const std::string rule = "l10.art20.frozen_roll";
  const auto signed_at = [&](const char* at) {
    const auto roll = desk.roll(village, 80, false);
    desk.hlc = static_cast<std::uint64_t>(*parse_instant(at));
    desk.finalize(roll);
    return roll;
  };
  CHECK(desk.verdict(desk.meeting(village, signed_at("2026-02-05T19:00:00+07:00"), "c1", 60), rule) == true);
  Verdict v;
  const auto late = desk.meeting(village, signed_at("2026-11-26T08:00:00+07:00"), "c1", 60);
  CHECK(desk.verdict(late, rule, &v) == false);
  CHECK(v.message.vi ==
        "Danh sách hộ chưa chốt trước khi họp: tính đến 01/02/2026, họp lúc 05/02/2026 19:05. Chốt lúc "
        "26/11/2026 08:00.");
  // The same evening, while the votes were counted.
  CHECK(desk.verdict(desk.meeting(village, signed_at("2026-02-05T19:30:00+07:00"), "c1", 60), rule) == false);
  const auto of_march = signed_at("2026-02-01T08:00:00+07:00");
  REQUIRE(desk.save(of_march, "household_roll", {{"as_of", "2026-03-01"}}).ok());
  desk.hlc = static_cast<std::uint64_t>(*parse_instant("2026-02-02T08:00:00+07:00"));
  desk.finalize(of_march);
  CHECK(desk.verdict(desk.meeting(village, of_march, "c1", 60), rule) == false);
}

TEST_CASE("four signatures, of two different households") {
  Desk desk;
  const auto village = desk.village();
  const auto meeting = desk.meeting(village, desk.roll(village, 80), "c1", 60);
  CHECK(desk.verdict(meeting, "l10.art20.signatures") == false);
  const auto sign = [&](const char* patch) {
    REQUIRE(desk.save(meeting, "community_meeting", test::object(patch)).ok());
  };
  sign(R"({"signers": {"village_head": "Lý A", "front_head": "Bế B", "household_1": "Vi C"}})");
  CHECK(desk.verdict(meeting, "l10.art20.signatures") == false);
  sign(R"({"signers.household_2": "Vi C"})");
  CHECK(desk.verdict(meeting, "l10.art20.signatures") == false);
  sign(R"({"signers.household_2": "Chu D"})");
  CHECK(desk.verdict(meeting, "l10.art20.signatures") == true);
  // Four persons, however their names are spelt.
  const auto named = [&](const char* field, const char* name) {
    sign(
        R"({"signers": {"village_head": "Lý Hoà", "front_head": "Bế B", "household_1": "Vi C", "household_2": "Chu D"}})");
    REQUIRE(desk.save(meeting, "community_meeting", {{std::string("signers.") + field, name}}).ok());
    return desk.verdict(meeting, "l10.art20.signatures");
  };
  for (const char* field : {"front_head", "household_1", "household_2"}) {
    INFO(field);
    CHECK(named(field, "Lý Hoà") == false);
    CHECK(named(field, "Lý Hòa") == false);
    CHECK(named(field, "lý hoà ") == false);
    CHECK(named(field, "Lý Hoa") == true);  // another name
  }
  CHECK(named("household_1", "Bế B") == false);
  CHECK(named("household_2", "Bế B") == false);
  CHECK(named("household_2", "VI C") == false);
}

TEST_CASE("votes stay within the roll and within those present") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  CHECK(desk.verdict(desk.meeting(village, roll, "c1", 60, 20), "l10.votes_within_roll") == true);
  CHECK(desk.verdict(desk.meeting(village, roll, "c1", 60, 21), "l10.votes_within_roll") == false);
  CHECK(desk.verdict(desk.meeting(village, roll, "c1", 55, 5), "l10.votes_within_present") == true);
  CHECK(desk.verdict(desk.meeting(village, roll, "c1", 55, 6), "l10.votes_within_present") == false);
}

TEST_CASE("attendance and roll name every household once") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 2, false);
  CHECK(desk.verdict(roll, "l10.roll_codes") == true);
  REQUIRE(desk.save(roll, "household_roll", test::object(R"({"households": [{"code": "H1"}]})")).ok());
  CHECK(desk.verdict(roll, "l10.roll_codes") == false);
  const auto meeting = desk.meeting(
      village, desk.roll(village, 3), "c1", 2, 0,
      R"(, "attendance": [{"household": "H1", "present": true}, {"household": "H2", "present": false}])");
  CHECK(desk.verdict(meeting, "l10.attendance_codes") == true);
  CHECK(*desk.documents[meeting].tree.value("households_present") == changelog::Value{std::int64_t{1}});
  CHECK(*desk.documents[meeting].tree.value("households_absent") == changelog::Value{std::int64_t{2}});
  REQUIRE(desk.save(meeting, "community_meeting",
                    test::object(R"({"attendance": [{"household": "H2", "present": true}]})"))
              .ok());
  CHECK(desk.verdict(meeting, "l10.attendance_codes") == false);
}

TEST_CASE("persuasion before compulsion: three bodies, in writing") {
  Desk desk;
  const auto visit = desk.add("mobilisation_visit",
                              R"({"project": "QL4B", "household": "H017", "stage": "inventory_persuasion",
    "team": [{"name": "A", "organisation": "ubnd"}, {"name": "B", "organisation": "mttq"}],
    "start": "2026-02-05T02:00:00Z", "minutes": "not_written"})");
  CHECK(desk.verdict(visit, "l31.inventory_persuasion_team") == false);
  CHECK(desk.verdict(visit, "l31.inventory_persuasion_written") == false);
  REQUIRE(
      desk.save(visit, "mobilisation_visit",
                test::object(
                    R"({"team": [{"name": "C", "organisation": "clearance_unit"}], "minutes": "refused"})"))
          .ok());
  CHECK(desk.verdict(visit, "l31.inventory_persuasion_team") == true);
  CHECK(desk.verdict(visit, "l31.inventory_persuasion_written") == true);
  REQUIRE(desk.save(visit, "mobilisation_visit", {{"stage", "handover_persuasion"}}).ok());
  Verdict v;
  CHECK(desk.verdict(visit, "l31.handover_persuasion_team", &v) == true);
  CHECK_FALSE(v.verified);  // remembered, not read: shown as such
  CHECK(desk.verdict(visit, "l31.handover_persuasion_written") == true);
  REQUIRE(desk.save(visit, "mobilisation_visit", {{"minutes", "not_written"}}).ok());
  CHECK(desk.verdict(visit, "l31.handover_persuasion_written") == false);
}

TEST_CASE("a rule speaks only where and while it is in force; two versions both speak") {
  auto files = builtin_schema();
  files.push_back({"rules/province.json", R"({"law": "QĐ tỉnh", "rules": [
    {"id": "p.notice", "version": 1, "label": {"vi": "a", "en": "a"}, "article": "Điều 1", "kind": "community_meeting", "test": "days_between(notice_date, start) >= value",
     "severity": "warning", "holds": {"vi": "ok {value}", "en": "ok {value}"}, "fails": {"vi": "x", "en": "x"}, "unknown": {"vi": "?", "en": "?"},
     "value": 1, "unit": "day", "province": "20", "valid_from": "2025-07-01", "valid_to": "2026-02-05", "verified_by": null},
    {"id": "p.notice", "version": 2, "label": {"vi": "a", "en": "a"}, "article": "Điều 1", "kind": "community_meeting", "test": "days_between(notice_date, start) >= value",
     "severity": "warning", "holds": {"vi": "ok {value}", "en": "ok {value}"}, "fails": {"vi": "x {value}", "en": "x"}, "unknown": {"vi": "?", "en": "?"},
     "value": 5, "unit": "day", "province": "20", "valid_from": "2026-02-05", "valid_to": null, "verified_by": "X"}]})"});
  Desk desk(files);
  const auto village = desk.village();
  const auto meeting = desk.meeting(village, desk.roll(village, 80), "c1", 60);
  const auto spoken = [&](const char* province) {
    std::vector<std::string> out;
    for (const auto& v : desk.catalog->judge(desk.refresh(meeting), desk.links, {province, {}})) {
      if (v.rule == "p.notice")
        out.push_back(std::to_string(v.version) + (v.holds == true ? " holds: " : " fails: ") + v.message.vi);
    }
    return out;
  };
  CHECK(spoken("20") == std::vector<std::string>{"1 holds: ok 1", "2 fails: x 5"});
  CHECK(spoken("01").empty());
  REQUIRE(desk.save(meeting, "community_meeting", {{"start", "2026-02-06T12:00:00Z"}}).ok());
  CHECK(spoken("20") == std::vector<std::string>{"2 fails: x 5"});
  REQUIRE(desk.save(meeting, "community_meeting", test::object(R"({"start": "2025-06-30T16:59:59Z"})"))
              .ok());  // 30/6 in Viet Nam
  CHECK(spoken("20").empty());
  REQUIRE(desk.save(meeting, "community_meeting", test::object(R"({"start": "2025-06-30T17:00:00Z"})"))
              .ok());  // 1/7
  CHECK(spoken("20").size() == 1);
}

TEST_CASE("a test reads what was signed together, a deadline what stands now") {
  auto files = builtin_schema();
  files.push_back({"rules/province.json", R"~({"law": "QĐ tỉnh", "rules": [
    {"id": "p.used", "version": 1, "label": {"vi": "a", "en": "a"}, "article": "Điều 1", "kind": "community_meeting",
     "due": "add_days(roll__as_of, value)", "done": "local_date(start)",
     "severity": "warning", "value": 40, "unit": "day", "valid_from": null, "valid_to": null, "verified_by": null}]})~"});
  Desk desk(files);
  const auto roll = desk.roll(desk.village(), 80);  // as of 1 February
  const auto id = desk.meeting(desk.village(), roll, "c1", 60);
  Document meeting = desk.refresh(id);
  meeting.judged_by = desk.catalog->judgement_now(meeting, {});
  const Document then = desk.refresh(roll);
  REQUIRE(desk.save(roll, "household_roll", {{"as_of", "2026-02-20"}}).ok());
  desk.finalize(roll);
  JudgeOptions options;
  options.present = desk.links;
  const LinkSource links = [&](const Document& from, const RecordId& asked) {
    return asked == roll ? &then : desk.links(from, asked);
  };
  std::vector<std::string> said;
  for (const auto& v : desk.catalog->judge(meeting, links, options)) {
    if (v.rule == "l10.art20.frozen_roll")
      said.push_back(std::string(v.apart ? "apart " : "") + (v.holds == true ? "holds" : "fails"));
    if (v.rule == "p.used") said.push_back("due " + date_text(*v.due) + (v.apart ? " apart" : ""));
  }
  CHECK(said == std::vector<std::string>{"holds", "apart fails", "due 2026-04-01"});
}

TEST_CASE("a record is judged by its day under one version, and where both are in force under both") {
  Desk desk;
  const auto level = [&](const char* day, const char* notice_level) {
    const auto id = desk.add("affected_household", R"~({"code": "H1", "land": "other", "notice_on": ")~" +
                                                       std::string(day) + R"~(", "notice_level": ")~" +
                                                       notice_level + R"~("})~");
    std::string out;
    for (const auto& v : desk.judge(id)) {
      if (v.rule == "levels.affected_household")
        out += "v" + std::to_string(v.version) + (v.holds == true ? " holds" : " fails");
    }
    return out;
  };
  CHECK(level("2025-06-30", "district") == "v1 holds");
  CHECK(level("2025-07-01", "district") == "v2 fails");
  CHECK(level("2025-07-01", "commune") == "v2 holds");
  // The province keeps the older procedure alive for cases that had begun: both speak.
  auto files = builtin_schema();
  for (auto& file : files) {
    if (file.path != "rules/petitions.json") continue;
    const std::string old = R"~("valid_to": "2026-06-30")~";
    file.text.replace(file.text.find(old), old.size(), R"~("valid_to": "2026-12-31")~");
  }
  Desk both(files);
  both.today("2026-07-20");
  const auto id =
      both.add("complaint", R"~({"number": "1", "received_on": "2026-07-03", "accepted_on": "2026-07-14"})~");
  std::vector<std::string> said;
  for (const auto& v : both.judge(id)) {
    if (v.rule == "complaint.accepted")
      said.push_back(std::to_string(v.version) + " " + to_text(v.state) + " " + date_text(*v.due) + " " +
                     v.law);
  }
  REQUIRE(said.size() == 2);
  CHECK(said[0] == "1 late 2026-07-13 Luật Khiếu nại số 02/2011/QH13");
  CHECK(said[1].find("2 in_time 2026-07-14") == 0);
}

// The figure is for reading: on a slow machine or under sanitizers it means nothing.
TEST_CASE("a thousand records are judged again, each by all rules of its kind") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  const std::vector<RecordId> ids = {
      desk.meeting(village, roll, "c1", 60),
      desk.add(
          "complaint",
          R"~({"number": "1", "received_on": "2026-01-05", "accepted_on": "2026-01-09", "instance": "first"})~"),
      desk.add(
          "affected_household",
          R"~({"code": "H1", "land": "agricultural", "notice_on": "2025-10-01", "meeting_on": "2025-09-20",
        "notice_level": "commune", "recovery_decided_on": "2026-01-15", "plan_approved_on": "2026-01-15", "paid_on": "2026-02-01"})~"),
      desk.add(
          "coercion",
          R"~({"project": "P", "household": "H1", "kind": "recovery", "start": "2026-04-07T01:00:00Z", "end": "2026-04-07T04:00:00Z"})~"),
      desk.add(
          "disclosure_item",
          R"~({"subject": "x", "clause": 3, "issued_on": "2026-01-05", "published_on": "2026-01-09", "forms": ["posted"],
        "posted_from": "2026-01-09"})~")};
  JudgeOptions options;
  options.province = "20";
  std::size_t each = 0;
  for (const auto& id : ids) each += desk.judge(id).size();
  const auto before = system_clock().monotonic_ms();
  std::size_t verdicts = 0;
  for (int i = 0; i < 200; ++i) {
    for (const auto& id : ids)
      verdicts += desk.catalog->judge(desk.documents[id], desk.links, options).size();
  }
  const auto took = system_clock().monotonic_ms() - before;
  WARN("1000 records, " << verdicts << " verdicts: " << took << " ms");
  CHECK(verdicts == 200 * each);
}

}  // namespace rules_test
