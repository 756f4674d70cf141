// Law 10/2022: initiatives, disclosures, consultations, supervision. Each bound from both sides.
#include "democracy.hpp"

namespace rules_publicity_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;
using test::object;
using test::democracy::Village;

TEST_CASE("an initiative: 10 % of the roll, by consents of the last 3 months") {
  Village v;
  const auto roll = v.with_roll(80);
  const auto made = [&](int fresh, int stale) {
    std::string rows;
    for (int i = 0; i < fresh + stale; ++i) {
      rows += (i > 0 ? "," : "") + std::string(R"~({"household": "H)~") + std::to_string(i + 1) +
              R"~(", "on": ")~" + (i < fresh ? "2025-11-05" : "2025-11-04") + "\"}";
    }
    return v.add("initiative", "{" + roll + R"~("submitted_on": "2026-02-05", "consents": [)~" + rows + "]}");
  };
  CHECK(v.word(made(7, 0), "l10.initiative.share") == "fails");
  CHECK(v.word(made(8, 0), "l10.initiative.share") == "holds");
  CHECK(v.word(made(7, 5), "l10.initiative.share") == "fails");  // five are older than three months
  Verdict verdict;
  const auto id = made(8, 1);
  CHECK(v.verdict(id, "l10.initiative.share", &verdict) == true);
  CHECK(verdict.message.vi.find("Đủ: 8 hộ đồng ý còn giá trị trên tổng số 80 hộ") == 0);
  std::vector<std::optional<bool>> lapsed;
  for (const auto& one : v.judge(id)) {
    if (one.rule == "l10.initiative.consents_lapse") lapsed.push_back(one.holds);
  }
  CHECK(lapsed == std::vector<std::optional<bool>>{true, true, true, true, true, true, true, true, false});
  CHECK(v.word(id, "l10.initiative.codes") == "holds");
  REQUIRE(
      v.save(id, "initiative", test::object(R"~({"consents": [{"household": "H1", "on": "2026-02-01"}]})~"))
          .ok());
  CHECK(v.word(id, "l10.initiative.codes") == "fails");
  CHECK(v.word("initiative", "{" + v.with_roll(80, false) + R"~("submitted_on": "2026-02-05"})~",
               "l10.initiative.share") == "unknown");
}

TEST_CASE("an initiative's consents count once for a household of the roll, up to the day it is handed in") {
  Village v;
  const auto roll = v.with_roll(80);
  const auto eighth = [&](const std::string& household, const char* on = "2026-02-05",
                          const std::string& of_roll = "") {
    std::string rows;
    for (int i = 1; i <= 7; ++i)
      rows += R"~({"household": "H)~" + std::to_string(i) + R"~(", "on": "2026-02-01"},)~";
    rows += R"~({"household": ")~" + household + R"~(", "on": ")~" + on + "\"}";
    return v.add("initiative", "{" + (of_roll.empty() ? roll : of_roll) +
                                   R"~("submitted_on": "2026-02-05", "consents": [)~" + rows + "]}");
  };
  const auto said = [&](const RecordId& id) {
    return v.word(id, "l10.initiative.share") + " " + v.word(id, "l10.initiative.codes");
  };
  CHECK(said(eighth("H8")) == "holds holds");
  CHECK(said(eighth("h8 ")) == "holds holds");
  CHECK(said(eighth("H81")) == "fails fails");  // not on the roll
  CHECK(said(eighth("H7")) == "fails fails");   // a second time
  CHECK(said(eighth("h7")) == "fails fails");
  CHECK(said(eighth(" H7")) == "fails fails");
  CHECK(said(eighth("H8", "2026-02-06")) == "fails holds");  // after it was handed in
  const auto late = eighth("H8", "2026-02-06");
  std::vector<std::optional<bool>> lapsed;
  for (const auto& one : v.judge(late))
    if (one.rule == "l10.initiative.consents_lapse") lapsed.push_back(one.holds);
  CHECK(lapsed.back() == false);
  CHECK(lapsed.front() == true);
  const auto other = v.add("village", R"({"kind": "thon", "name": "Nà Pàn", "code": "T08"})");
  const auto foreign =
      eighth("H8", "2026-02-05", v.place + R"~("roll": ")~" + gandan::to_text(v.roll(other, 80)) + "\", ");
  CHECK(v.word(foreign, "l10.initiative.share") == "unknown");
  CHECK(v.word(foreign, "l10.roll_of_village.initiative") == "fails");
  CHECK(v.word(eighth("H8"), "l10.roll_of_village.initiative") == "holds");
}

TEST_CASE("a disclosure: published within 5 working days, posted 30 days, broadcast on 3 consecutive days") {
  Desk desk;
  desk.today("2026-03-20");
  const auto word = [&](const char* patch, const char* rule) {
    return desk.word("disclosure_item", patch, rule);
  };
  CHECK(word(R"~({"issued_on": "2026-02-10", "published_on": "2026-02-24"})~", "l10.disclosure.published") ==
        "in_time");
  CHECK(word(R"~({"issued_on": "2026-02-10", "published_on": "2026-02-25"})~", "l10.disclosure.published") ==
        "late");
  CHECK(word(R"~({"issued_on": "2026-03-13"})~", "l10.disclosure.published") == "open");
  CHECK(word(R"~({"issued_on": "2026-03-12"})~", "l10.disclosure.published") == "overdue");
  const char* posted = "l10.disclosure.posted";
  CHECK(word(R"~({"forms": ["posted"], "posted_from": "2026-01-05", "posted_until": "2026-02-04"})~",
             posted) == "in_time");
  CHECK(word(R"~({"forms": ["posted"], "posted_from": "2026-01-05", "posted_until": "2026-02-03"})~",
             posted) == "early");
  CHECK(word(R"~({"forms": ["posted"], "posted_from": "2026-03-05"})~", posted) == "open");
  CHECK(word(R"~({"forms": ["meeting"]})~", posted) == "silent");
  const char* broadcast = "l10.disclosure.broadcast";
  CHECK(word(R"~({"forms": ["broadcast"], "broadcasts": [{"on": "2026-03-01"}, {"on": "2026-03-02"}]})~",
             broadcast) == "fails");
  CHECK(
      word(
          R"~({"forms": ["broadcast"], "broadcasts": [{"on": "2026-03-01"}, {"on": "2026-03-02"}, {"on": "2026-03-03"}]})~",
          broadcast) == "holds");
  CHECK(
      word(
          R"~({"forms": ["broadcast"], "broadcasts": [{"on": "2026-03-01"}, {"on": "2026-03-02"}, {"on": "2026-03-04"}]})~",
          broadcast) == "fails");
  // A broadcast again later takes nothing away.
  CHECK(
      word(
          R"~({"forms": ["broadcast"], "broadcasts": [{"on": "2026-03-01"}, {"on": "2026-03-02"}, {"on": "2026-03-03"}, {"on": "2026-03-19"}]})~",
          broadcast) == "holds");
  // The longest run of different days counts, wherever it lies and in whatever order it was written.
  const auto on = [&](std::initializer_list<const char*> days) {
    std::string rows;
    for (const char* day : days)
      rows += (rows.empty() ? "" : ", ") + std::string(R"~({"on": ")~") + day + "\"}";
    return R"~({"forms": ["broadcast"], "broadcasts": [)~" + rows + "]}";
  };
  CHECK(word(on({"2026-03-01", "2026-03-10", "2026-03-11", "2026-03-12"}).c_str(), broadcast) == "holds");
  CHECK(word(on({"2026-03-12", "2026-03-01", "2026-03-10", "2026-03-11"}).c_str(), broadcast) == "holds");
  CHECK(word(on({"2026-03-01", "2026-03-01", "2026-03-02", "2026-03-10"}).c_str(), broadcast) == "fails");
  CHECK(word(on({"2026-02-28", "2026-03-01", "2026-03-02"}).c_str(), broadcast) == "holds");
  CHECK(word(on({"2026-03-01", "2026-03-02", "2026-03-04", "2026-03-05"}).c_str(), broadcast) == "fails");
  CHECK(word(R"~({"forms": ["broadcast"]})~", broadcast) == "unknown");
  Verdict said;
  desk.verdict(desk.add("disclosure_item", on({"2026-02-06", "2026-02-07", "2026-02-08"})), broadcast, &said);
  CHECK(said.message.vi == "Đã phát 3 ngày liên tục, trong các ngày từ 06/02/2026 đến 08/02/2026.");
}

TEST_CASE("a consultation stays open 20 days and is answered in public") {
  Desk desk;
  const auto word = [&](const char* patch, const char* rule) {
    return desk.word("consultation", patch, rule);
  };
  CHECK(word(R"~({"opened_on": "2026-01-05", "closed_on": "2026-01-25"})~", "l10.consultation.open") ==
        "in_time");
  CHECK(word(R"~({"opened_on": "2026-01-05", "closed_on": "2026-01-24"})~", "l10.consultation.open") ==
        "early");
  CHECK(word(R"~({"opened_on": "2026-02-05"})~", "l10.consultation.open") == "open");
  CHECK(word(R"~({"opened_on": "2026-01-05", "closed_on": "2026-01-25", "synthesis": "x", "answer": "y"})~",
             "l10.consultation.answered") == "fails");
  CHECK(
      word(
          R"~({"opened_on": "2026-01-05", "closed_on": "2026-01-25", "synthesis": "x", "answer": "y", "published_on": "2026-02-01"})~",
          "l10.consultation.answered") == "holds");
  CHECK(word(R"~({"opened_on": "2026-01-05"})~", "l10.consultation.answered") == "silent");
}

TEST_CASE("a supervision recommendation is answered in 15 days") {
  Desk desk;
  desk.today("2026-02-26");
  const auto word = [&](const char* patch) {
    return desk.word("supervision_recommendation", patch, "l10.supervision.answered");
  };
  CHECK(word(R"~({"sent_on": "2026-01-26", "answered_on": "2026-02-10"})~") == "in_time");
  CHECK(word(R"~({"sent_on": "2026-01-26", "answered_on": "2026-02-11"})~") == "late");
  CHECK(word(R"~({"sent_on": "2026-02-11"})~") == "open");
  CHECK(word(R"~({"sent_on": "2026-02-10"})~") == "overdue");
}

}  // namespace rules_publicity_test
