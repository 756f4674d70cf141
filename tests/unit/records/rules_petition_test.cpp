// Receptions, complaints and denunciations, and what the dispatch asks to be followed: each bound from both
// sides.
#include <fstream>

#include "base/calendar.hpp"
#include "desk.hpp"

namespace rules_petition_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

TEST_CASE("a reception is answered within 10 working days") {
  Desk desk;
  desk.today("2026-03-04");
  const auto word = [&](const char* patch) {
    return desk.word("citizen_reception", patch, "reception.answered");
  };
  // 10 February, evening: Tết takes a week out
  CHECK(
      word(
          R"~({"received_at": "2026-02-10T11:00:00Z", "handling": "accepted", "answered_on": "2026-03-03"})~") ==
      "in_time");
  CHECK(
      word(
          R"~({"received_at": "2026-02-10T11:00:00Z", "handling": "accepted", "answered_on": "2026-03-04"})~") ==
      "late");
  desk.today("2026-02-26");
  CHECK(word(R"~({"received_at": "2026-02-06T02:00:00Z", "handling": "accepted"})~") == "open");
  CHECK(word(R"~({"received_at": "2026-02-03T02:00:00Z", "handling": "accepted"})~") == "overdue");
  CHECK(word(R"~({"received_at": "2026-02-03T02:00:00Z", "handling": "refused"})~") == "silent");
  // What nobody handled is owed most of all.
  CHECK(word(R"~({"received_at": "2026-02-06T02:00:00Z"})~") == "open");
  CHECK(word(R"~({"received_at": "2026-02-03T02:00:00Z"})~") == "overdue");
}

TEST_CASE("a complaint is accepted within 10 days, and since 1 July 2026 within 7 working days") {
  Desk desk;
  desk.today("2026-08-01");
  const auto said = [&](const char* received, const char* accepted) {
    const auto id = desk.add("complaint", R"~({"number": "1", "received_on": ")~" + std::string(received) +
                                              R"~(", "accepted_on": ")~" + accepted + "\"}");
    Verdict v;
    desk.verdict(id, "complaint.accepted", &v);
    return std::to_string(v.version) + " " + to_text(v.state);
  };
  CHECK(said("2026-06-30", "2026-07-10") == "1 in_time");
  CHECK(said("2026-06-30", "2026-07-11") == "1 late");
  CHECK(said("2026-07-01", "2026-07-10") == "2 in_time");
  CHECK(said("2026-07-01", "2026-07-13") == "2 late");  // the next working day
  // A refusal that was told in time is an answer, too.
  CHECK(desk.word("complaint",
                  R"~({"number": "1", "received_on": "2026-07-01", "refused_on": "2026-07-10"})~",
                  "complaint.accepted") == "in_time");
}

TEST_CASE("a complaint is decided in 30, 45 or 60 days, at second instance in 45, 60 or 70") {
  Desk desk;
  const auto due = [&](const std::string& more, const char* rule) {
    const auto id = desk.add(
        "complaint",
        R"~({"number": "1", "received_on": "2026-01-05", "accepted_on": "2026-01-10", )~" + more + "}");
    Verdict v;
    desk.verdict(id, rule, &v);
    return *v.due - *parse_date("2026-01-10");
  };
  const char* first = "complaint.first_instance";
  CHECK(due(R"~("instance": "first")~", first) == 30);
  CHECK(due(R"~("instance": "first", "complex": true)~", first) == 45);
  CHECK(due(R"~("instance": "first", "remote": true)~", first) == 45);
  CHECK(due(R"~("instance": "first", "remote": true, "complex": true)~", first) == 60);
  CHECK(due(R"~("instance": "first", "suspended_days": 14)~", first) == 44);
  const char* second = "complaint.second_instance";
  CHECK(due(R"~("instance": "second")~", second) == 45);
  CHECK(due(R"~("instance": "second", "complex": true)~", second) == 60);
  CHECK(due(R"~("instance": "second", "remote": true)~", second) == 60);
  CHECK(due(R"~("instance": "second", "remote": true, "complex": true)~", second) ==
        72);  // the 70th, 21/03, is a Saturday
  desk.today("2026-03-01");
  const auto decided = [&](const char* day) {
    return desk.word(
        "complaint",
        R"~({"number": "1", "received_on": "2026-01-05", "accepted_on": "2026-01-10", "instance": "first",
      "decided_on": ")~" +
            std::string(day) + "\"}",
        first);
  };
  CHECK(decided("2026-02-09") == "in_time");
  CHECK(decided("2026-02-10") == "late");
  CHECK(desk.word("complaint", R"~({"number": "1", "received_on": "2026-01-05", "instance": "first"})~",
                  first) == "silent");
  CHECK(
      desk.word(
          "complaint",
          R"~({"number": "1", "received_on": "2026-01-05", "accepted_on": "2026-01-10", "instance": "second"})~",
          first) == "silent");
}

TEST_CASE("a denunciation is handled in 7 working days and concluded in 30 days and its extensions") {
  Desk desk;
  desk.today("2026-06-01");
  const auto word = [&](const std::string& patch, const char* rule) {
    return desk.word("denunciation", "{" + patch + "}", rule);
  };
  CHECK(word(R"~("received_on": "2026-02-10", "handled_on": "2026-02-26")~", "denunciation.handled") ==
        "in_time");
  CHECK(word(R"~("received_on": "2026-02-10", "handled_on": "2026-02-27")~", "denunciation.handled") ==
        "late");
  const std::string accepted =
      R"~("received_on": "2026-03-01", "handling": "accepted", "accepted_on": "2026-03-11", )~";
  CHECK(word(accepted + R"~("concluded_on": "2026-04-10")~", "denunciation.concluded") == "in_time");
  CHECK(word(accepted + R"~("concluded_on": "2026-04-11")~", "denunciation.concluded") == "late");
  CHECK(word(accepted + R"~("extended_days": 31, "suspended_days": 1, "concluded_on": "2026-05-12")~",
             "denunciation.concluded") == "in_time");
  CHECK(word(accepted + R"~("extended_days": 31, "concluded_on": "2026-05-12")~", "denunciation.concluded") ==
        "late");
  CHECK(word(accepted + R"~("extended_days": 60)~", "denunciation.extension") == "holds");
  CHECK(word(accepted + R"~("extended_days": 61)~", "denunciation.extension") == "fails");
  CHECK(word(accepted + R"~("extended_days": 0)~", "denunciation.extension") == "silent");
}

TEST_CASE("who denounces can be written nowhere in the clear") {
  Desk desk;
  const auto* type = desk.catalog->find("denunciation");
  CHECK(type->find("identity")->sealed);
  for (const auto& field : type->fields) {  // no code, name, address or link that leads to the person
    INFO(field.name);
    CHECK(field.type != FieldType::link);
    CHECK(field.name.find("person") == std::string::npos);
  }
  const auto id = desk.add("denunciation", R"~({"number": "01/2026", "received_on": "2026-02-01"})~");
  CHECK(desk.save(id, "denunciation", {{"identity", "x"}}).error().fields.at(0).code == "sealed");
  CHECK(type->find("files") == nullptr);  // a scan would show the handwriting
}

TEST_CASE("commitments, long cases, projects, inspections and promised answers are followed to their day") {
  Desk desk;
  desk.today("2026-03-10");
  const auto kept = [&](const char* day) {
    return desk.word("commitment",
                     R"~({"what": "x", "made_on": "2026-02-01", "due": "2026-03-05", "kept_on": )~" +
                         std::string(day) + "}",
                     "d1866.commitment");
  };
  CHECK(kept(R"~("2026-03-05")~") == "in_time");
  CHECK(kept(R"~("2026-03-06")~") == "late");
  CHECK(kept("null") == "overdue");
  CHECK(
      desk.word(
          "mobilisation_visit",
          R"~({"project": "P", "household": "H1", "start": "2026-03-01T02:00:00Z", "commitments": [{"due": "2026-03-10"}]})~",
          "d1866.visit_commitment") == "open");
  CHECK(
      desk.word(
          "mobilisation_visit",
          R"~({"project": "P", "household": "H1", "start": "2026-03-01T02:00:00Z", "commitments": [{"due": "2026-03-09"}]})~",
          "d1866.visit_commitment") == "overdue");
  CHECK(desk.word("complaint",
                  R"~({"received_on": "2025-01-05", "long_running": true, "roadmap_due": "2026-03-09"})~",
                  "d1866.long_case") == "overdue");
  CHECK(desk.word("complaint",
                  R"~({"received_on": "2025-01-05", "long_running": true, "roadmap_due": "2026-03-10"})~",
                  "d1866.long_case") == "open");
  CHECK(desk.word("complaint", R"~({"received_on": "2025-01-05"})~", "d1866.long_case") == "silent");
  const std::string project = R"~({"name": "P", "decided_on": "2025-01-05", "planned_handover": )~";
  CHECK(desk.word("project", project + R"~("2026-03-10"})~", "d1866.project") == "open");
  CHECK(desk.word("project", project + R"~("2026-03-09"})~", "d1866.project") == "overdue");
  CHECK(desk.word("project", project + R"~("2026-03-10"})~", "d1866.project_reasons") == "silent");
  CHECK(desk.word("project", project + R"~("2026-03-09"})~", "d1866.project_reasons") == "fails");
  CHECK(desk.word("project", project + R"~("2026-03-09", "delay_reasons": ["price"]})~",
                  "d1866.project_reasons") == "holds");
  CHECK(
      desk.word(
          "inspection",
          R"~({"inspected": "x", "on": "2026-02-01", "findings": [{"fix_due": "2026-03-02", "fixed_on": "2026-03-02"}]})~",
          "d1866.inspection") == "in_time");
  CHECK(
      desk.word(
          "inspection",
          R"~({"inspected": "x", "on": "2026-02-01", "findings": [{"fix_due": "2026-03-02", "fixed_on": "2026-03-03"}]})~",
          "d1866.inspection") == "late");
  const auto answered = [&](const char* day) {
    return desk.word(
        "dialogue",
        R"~({"start": "2026-02-01T02:00:00Z", "questions": [{"agreed": "later", "answer_due": "2026-03-02", "answered_on": ")~" +
            std::string(day) + "\"}]}",
        "d1866.dialogue_answer");
  };
  CHECK(answered("2026-03-02") == "in_time");
  CHECK(answered("2026-03-03") == "late");
}

TEST_CASE("a commitment that was broken, or kept in part, is neither kept nor owed any more") {
  Desk desk;
  desk.today("2026-06-10");
  const auto word = [&](const char* outcome, const char* on, const char* rule) {
    return desk.word("commitment",
                     R"~({"made_on": "2026-02-01", "due": "2026-03-05", "reason": "x", "outcome": )~" +
                         std::string(outcome) + R"~(, "kept_on": )~" + on + "}",
                     rule);
  };
  const auto in_visit = [&](const char* outcome, const char* on, const char* rule) {
    return desk.word(
        "mobilisation_visit",
        R"~({"start": "2026-02-01T02:00:00Z", "commitments": [{"due": "2026-03-05", "reason": "x", "outcome": )~" +
            std::string(outcome) + R"~(, "kept_on": )~" + on + "}]}",
        rule);
  };
  const char* day = R"~("2026-03-05")~";
  for (const char* outcome : {R"~("broken")~", R"~("partly")~"})
    for (const char* on : {day, "null"}) {
      INFO(outcome << on);
      CHECK(word(outcome, on, "d1866.commitment") == "silent");
      CHECK(word(outcome, on, "d1866.commitment_result") == "fails");
      CHECK(in_visit(outcome, on, "d1866.visit_commitment") == "silent");
      CHECK(in_visit(outcome, on, "d1866.visit_commitment_result") == "fails");
    }
  CHECK(word(R"~("kept")~", day, "d1866.commitment") == "in_time");
  CHECK(word(R"~("kept")~", R"~("2026-05-30")~", "d1866.commitment") == "late");
  CHECK(word(R"~("kept")~", day, "d1866.commitment_result") == "silent");
  CHECK(word("null", "null", "d1866.commitment") == "overdue");
  CHECK(in_visit(R"~("kept")~", day, "d1866.visit_commitment") == "in_time");
  Verdict said;
  desk.verdict(
      desk.add(
          "commitment",
          R"~({"made_on": "2026-02-01", "due": "2026-03-05", "reason": "hết kinh phí", "outcome": "broken"})~"),
      "d1866.commitment_result", &said);
  CHECK(said.message.vi == "Cam kết (hạn 05/03/2026): không thực hiện được. Lý do: hết kinh phí.");
}

TEST_CASE("every rule of the schema has been heard here in both directions or is a deadline") {
  // A rule that no test names is a rule that nobody has tried: the names are read from the tests themselves.
  Desk desk;
  std::string tests;
  for (const char* file : {"rules_test.cpp", "rules_democracy_test.cpp", "rules_publicity_test.cpp",
                           "rules_land_test.cpp", "rules_petition_test.cpp", "decision_source_test.cpp",
                           "future_day_test.cpp", "persuasion_test.cpp"}) {
    std::ifstream in(std::string(GANDAN_SOURCE_DIR) + "/tests/unit/records/" + file);
    tests.append(std::istreambuf_iterator<char>(in), {});
  }
  REQUIRE(tests.size() > 10'000);
  for (const auto& rule : desk.catalog->rules()) {
    INFO(rule.id);
    CHECK(tests.find("\"" + rule.id + "\"") != std::string::npos);
  }
}

}  // namespace rules_petition_test
