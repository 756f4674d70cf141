// commitment.*, household.unvisited, outcome.same, quorum.missing, signature.missing.
#include "cases.hpp"

namespace people_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Village : Cases {
  Fact promise(const char* due) {
    Fact fact;
    fact.kind = "commitment";
    fact.day = day("2026-03-01");
    fact.author = {id_of<DeviceId>(1), {}};
    Promise one;
    one.due = day(due);
    fact.promises = {one};
    return fact;
  }
  Fact household(const char* code, const char* listed = "2026-01-05T02:00:00Z") {
    Fact fact;
    fact.kind = "affected_household";
    fact.subject = code;
    fact.project_link = id_of<RecordId>(190);
    fact.made = stamp(at(listed));
    titles[fact.project_link] = "Hồ Nà Tâm";
    return fact;
  }
  Fact& visited(int household_number, const char* code = nullptr) {
    auto fact = visit("2026-03-10T02:00:00Z", household_number);
    if (code != nullptr) fact.subject = code;
    return add(fact);
  }
  void visits(int count, int author, const char* outcome, const char* project = "ho na tam") {
    for (int i = 0; i < count; ++i) {
      auto fact = visit("2026-03-10T02:00:00Z", i, author);
      fact.outcome = outcome;
      fact.project = project;
      add(fact);
    }
  }
};

records::Verdict verdict(const char* rule, std::optional<bool> holds) {
  records::Verdict out;
  out.rule = rule;
  out.holds = holds;
  out.message = {"Cần 40 hộ, có 30 hộ.", "Needs 40 households, has 30."};
  return out;
}

}  // namespace

TEST_CASE_METHOD(Village,
                 "a promise whose day has passed is overdue; one kept, one to come and a draft are not") {
  add(promise("2026-03-10"));
  REQUIRE(count("commitment.overdue") == 1);
  CHECK(says("đã quá 21 ngày"));  // by the period's last day
  facts.clear();
  auto kept = promise("2026-03-10");
  kept.promises[0].closed = true;
  add(kept);
  add(promise("2026-04-10"));
  add(promise("2026-03-29"));  // two days, and one of them a Sunday
  CHECK(count("commitment.overdue") == 0);
}

TEST_CASE_METHOD(Village,
                 "a promise of a visit's list is one, and its unit reads it as of the day of the audit") {
  auto fact = visit("2026-02-10T02:00:00Z", 1);
  fact.promises = promise("2026-03-20").promises;
  add(fact);
  CHECK(count("commitment.overdue") == 1);
  now_ms = at("2026-03-22T02:00:00Z");  // asked before the period ended
  CHECK(count("commitment.overdue") == 0);
}

TEST_CASE_METHOD(Village,
                 "a day that was moved after it had passed, and a promise withdrawn then, are told") {
  auto moved = promise("2026-06-30");
  moved.promises[0].moves = {{day("2026-02-28"), day("2026-06-30"), at("2026-03-15T02:00:00Z")}};
  add(moved);
  REQUIRE(count("commitment.moved") == 1);
  CHECK(says("28/02/2026"));
  auto dropped = promise("2026-03-10");
  dropped.withdrawn = true;
  dropped.withdrawn_ms = at("2026-03-20T02:00:00Z");
  add(dropped);
  auto mistaken = promise("2026-03-10");  // written by mistake, and taken back before its day
  mistaken.withdrawn = true;
  mistaken.withdrawn_ms = at("2026-03-02T02:00:00Z");
  add(mistaken);
  REQUIRE(count("commitment.dropped") == 1);
  CHECK(report.found[0].records[0] == facts[1].id);
}

TEST_CASE_METHOD(Village, "closed in silence: no progress, no file, nobody told") {
  auto silent = promise("2026-03-10");
  silent.promises[0].closed = true;
  add(silent);
  auto told = silent;
  told.told = true;
  add(told);
  add(promise("2026-03-10"));  // open
  REQUIRE(count("commitment.silent") == 1);
  CHECK(report.found[0].records[0] == facts[0].id);
}

TEST_CASE_METHOD(Village,
                 "a household on the list that nobody visited; not one that was met under its code") {
  add(household("H017"));
  visited(99);
  REQUIRE(count("household.unvisited") == 1);
  CHECK(says("Hộ H017"));
  visited(17, "h 17");  // as people write it
  CHECK(count("household.unvisited") == 0);
  facts.back().project = "duong 4b";  // another project's H17
  CHECK(count("household.unvisited") == 1);
  facts.back().of = {facts[0].id};  // and linked all the same
  CHECK(count("household.unvisited") == 0);
  facts.back().finalized = false;  // a draft may never have been a visit
  CHECK(count("household.unvisited") == 1);
}

TEST_CASE_METHOD(Village, "a household that handed over, and one just listed, need no visit yet") {
  auto settled = household("H1");
  settled.settled = true;
  add(settled);
  add(household("H2", "2026-03-10T02:00:00Z"));
  auto gone = household("H3");
  gone.withdrawn = true;
  add(gone);
  CHECK(count("household.unvisited") == 0);
}

TEST_CASE_METHOD(Village, "always the same outcome, where others met something else") {
  visits(20, 1, "agreed");
  visits(10, 2, "agreed");
  visits(15, 3, "disagreed");
  REQUIRE(count("outcome.same") == 1);
  CHECK(report.found[0].records.size() == 20);
  CHECK(says("Đồng thuận"));
  CHECK(says("40 %"));
}

TEST_CASE_METHOD(Village,
                 "a project in which everybody agrees accuses nobody, nor do few visits or nobody beside") {
  visits(30, 1, "agreed");
  CHECK(count("outcome.same") == 0);  // nobody to hold it against
  visits(25, 2, "agreed");
  visits(3, 2, "considering");
  visits(40, 3, "disagreed", "duong 4b");  // elsewhere it is hard, and those are mixed enough
  visits(1, 3, "agreed", "duong 4b");
  CHECK(count("outcome.same") == 0);
  facts.clear();
  visits(19, 1, "agreed");
  visits(40, 2, "disagreed");
  visits(1, 2, "agreed");
  CHECK(count("outcome.same") == 0);
}

TEST_CASE_METHOD(Village, "the law's own rules speak where they fail, and not where a vote only fell short") {
  const char* const kQuorum = "l10.art21.two_thirds.community_decision";
  auto decision = visit("2026-03-10T02:00:00Z", 1);
  decision.kind = "community_decision";
  add(decision);
  auto meeting = visit("2026-03-10T02:00:00Z", 2);
  meeting.kind = "community_meeting";
  add(meeting);
  helpers.judge = [&](const RecordId&) -> Result<std::vector<records::Verdict>> {
    return std::vector{verdict(kQuorum, false), verdict("l10.art21.two_thirds", false),
                       verdict("l10.art20.signatures", false), verdict("l10.art18.notice", false)};
  };
  REQUIRE(count("quorum.missing") == 1);  // the decision's; the meeting's vote is what it is
  CHECK(report.found[0].records[0] == facts[0].id);
  CHECK(says("Cần 40 hộ"));
  CHECK(count("signature.missing") == 2);
  helpers.judge = [&](const RecordId&) -> Result<std::vector<records::Verdict>> {
    auto apart = verdict(kQuorum, false);
    apart.apart = true;  // what came after it was signed counts nowhere
    return std::vector{apart, verdict(kQuorum, std::nullopt), verdict(kQuorum, true)};
  };
  CHECK(count("quorum.missing") == 0);
  auto overridden = verdict(kQuorum, false);
  overridden.overridden = "Xã chỉ đạo làm ngay";
  helpers.judge = [&](const RecordId&) -> Result<std::vector<records::Verdict>> {
    return std::vector{overridden};
  };
  REQUIRE(count("quorum.missing") == 1);
  CHECK(says("Xã chỉ đạo làm ngay"));
}

}  // namespace people_test
