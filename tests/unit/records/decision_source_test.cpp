// A community decision against the meeting or ballot it comes from: form, day, and whether that was held by
// the rules itself.
#include "desk.hpp"

namespace decision_source_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;
using test::object;

namespace {

constexpr const char* kSigners =
    R"~({"village_head": "a", "front_head": "b", "household_1": "c", "household_2": "d"})~";

struct Village : Desk {
  RecordId village_id = village();
  RecordId roll_id = roll(village_id, 79);
  std::string place = R"~("village": ")~" + gandan::to_text(village_id) + "\", ";

  RecordId met(int present, const char* patch = "{}") {
    const auto id =
        meeting(village_id, roll_id, "c4", 30, 0, R"~(, "signers": )~" + std::string(kSigners), present);
    REQUIRE(save(id, "community_meeting", object(patch)).ok());
    finalize(id);
    return id;
  }
  RecordId asked(const std::string& meeting_id, const char* patch = "{}") {
    const auto id =
        add("ballot", "{" + place + R"~("roll": ")~" + gandan::to_text(roll_id) +
                          R"~(", "matter_clause": "c4", "mode": "paper", "announced_on": "2026-02-05",
      "from": "2026-02-07", "until": "2026-02-08", "counted_on": "2026-02-09", "issued": 79, "returned": 70,
      "valid": 70, "agree": 60, "against": 10, "other": 0, "team": [{"name": "A"}, {"name": "B"}, {"name": "C"}], "signers": )~" +
                          std::string(kSigners) +
                          (meeting_id.empty() ? "" : R"~(, "meeting": ")~" + meeting_id + "\"") + "}");
    REQUIRE(save(id, "ballot", object(patch)).ok());
    finalize(id);
    return id;
  }
  RecordId decided(const char* link, const RecordId& id, const std::string& more) {
    return add("community_decision",
               "{" + place + "\"" + link + "\": \"" + gandan::to_text(id) + "\", " + more + "}");
  }
  std::string said(const RecordId& id, const std::string& rule) {
    Verdict v;
    (void)verdict(id, rule, &v);
    return v.message.vi;
  }
};

}  // namespace

TEST_CASE("a ballot on clauses 3 to 5 follows a meeting to which too few came") {
  Village v;
  const std::string rule = "l10.ballot.fell_short";
  const auto after = [&](int present) { return v.word(v.asked(gandan::to_text(v.met(present))), rule); };
  CHECK(after(39) == "holds");  // of 79, 39 can be no majority and 40 can
  CHECK(after(40) == "fails");
  CHECK(after(70) == "fails");
  const auto id = v.asked(gandan::to_text(v.met(70)));
  CHECK(v.said(id, rule) ==
        "Cuộc họp có 70 trên tổng số 79 hộ, đủ để biểu quyết: việc này phải quyết định tại "
        "cuộc họp.");
  // By the attendance list, where there is one.
  const auto listed = v.met(
      39,
      R"~({"present_number": null, "attendance": [{"household": "H1", "present": true}, {"household": "H2", "present": false}]})~");
  CHECK(v.said(v.asked(gandan::to_text(listed)), rule).find("Cuộc họp có 1 trên tổng số 79 hộ") == 0);
  CHECK(v.word(v.asked(""), rule) == "silent");
  CHECK(v.word(v.asked(gandan::to_text(v.met(70)), R"~({"matter_clause": "c1"})~"), rule) == "silent");
}

TEST_CASE("a decision on clauses 3 to 5 comes from a meeting, or from papers after one that fell short") {
  Village v;
  const std::string rule = "l10.art17.must_meet.community_decision";
  const auto clause = [](const char* c, const char* form) {
    return R"~("matter_clause": ")~" + std::string(c) + R"~(", "form": ")~" + form + "\"";
  };
  const auto met = v.met(60);
  CHECK(v.word(v.decided("meeting", met, clause("c4", "meeting")), rule) == "holds");
  CHECK(v.word(v.decided("meeting", met, clause("c4", "e_poll")), rule) == "fails");
  CHECK(v.word(v.decided("meeting", met, clause("c1", "e_poll")), rule) == "silent");
  const auto papers = clause("c4", "household_ballot");
  const auto by = [&](const RecordId& ballot) { return v.word(v.decided("ballot", ballot, papers), rule); };
  CHECK(by(v.asked(gandan::to_text(v.met(39)))) == "holds");
  CHECK(by(v.asked(gandan::to_text(v.met(40)))) == "fails");
  CHECK(by(v.asked("")) == "fails");
  CHECK(by(v.asked(gandan::to_text(v.met(39, R"~({"form": "e_poll"})~")))) == "fails");
  CHECK(by(v.asked(gandan::to_text(
            v.met(39, R"~({"start": "2026-02-07T00:00:00+07:00", "end": "2026-02-07T01:00:00+07:00"})~")))) ==
        "holds");
  CHECK(by(v.asked(gandan::to_text(
            v.met(39, R"~({"start": "2026-02-08T00:00:00+07:00", "end": "2026-02-08T01:00:00+07:00"})~")))) ==
        "fails");
  CHECK(by(changelog::make_record_id(v.feed, 900)) == "unknown");
  CHECK(
      v.said(v.decided("ballot", v.asked(gandan::to_text(v.met(70))), papers), rule) ==
      "Việc này phải bàn và quyết định tại cuộc họp. Cuộc họp trước lần phát phiếu có đủ hộ để biểu quyết.");
}

TEST_CASE("a decision's form and day are those of its source") {
  Village v;
  const auto met = v.met(60);
  const auto papers = v.asked(gandan::to_text(v.met(39)));
  const auto online = v.asked(gandan::to_text(v.met(39)), R"~({"mode": "online"})~");
  const auto form = [&](const char* link, const RecordId& id, const char* said_form) {
    return v.word(v.decided(link, id, R"~("form": ")~" + std::string(said_form) + "\""), "l10.decision.form");
  };
  CHECK(form("meeting", met, "meeting") == "holds");
  CHECK(form("meeting", met, "household_ballot") == "fails");
  CHECK(form("ballot", papers, "household_ballot") == "holds");
  CHECK(form("ballot", papers, "meeting") == "fails");
  CHECK(form("ballot", online, "e_poll") == "holds");
  CHECK(form("ballot", online, "household_ballot") == "fails");
  CHECK(form("ballot", changelog::make_record_id(v.feed, 900), "meeting") == "unknown");
  const auto on = [&](const char* link, const RecordId& id, const char* day) {
    const auto decision = v.decided(link, id, R"~("decided_on": ")~" + std::string(day) + "\"");
    return v.word(decision, "l10.decision.day") + " " + v.word(decision, "l10.decision.day_of_vote");
  };
  CHECK(on("meeting", met, "2026-02-04") == "fails silent");
  CHECK(on("meeting", met, "2026-02-05") == "holds silent");
  CHECK(on("meeting", met, "2026-02-06") == "holds fails");
  CHECK(on("ballot", papers, "2026-02-08") == "fails silent");
  CHECK(on("ballot", papers, "2026-02-09") == "holds silent");
  CHECK(on("ballot", papers, "2026-02-10") == "holds fails");
}

TEST_CASE("a decision is no cleaner than the vote behind it") {
  Village v;
  const std::string meeting = "l10.decision.sound_meeting";
  const std::string ballot = "l10.decision.sound_ballot";
  const auto of_meeting = [&](const char* patch) {
    return v.decided("meeting", v.met(60, patch), R"~("decided_on": "2026-02-05")~");
  };
  CHECK(v.word(of_meeting("{}"), meeting) == "holds");
  CHECK(v.word(of_meeting(R"~({"notice_date": "2026-02-04"})~"), meeting) == "fails");
  const auto unsigned_one = of_meeting(R"~({"signers": {"front_head": null}})~");
  CHECK(v.word(unsigned_one, meeting) == "fails");
  CHECK(v.said(unsigned_one, meeting) == "Biên bản họp chưa ghi đủ tên bốn người ký khác nhau.");
  CHECK(v.word(unsigned_one, ballot) == "silent");
  const std::string fell_short = gandan::to_text(v.met(39));
  const auto of_ballot = [&](const char* patch) {
    return v.word(v.decided("ballot", v.asked(fell_short, patch), R"~("decided_on": "2026-02-09")~"), ballot);
  };
  CHECK(of_ballot("{}") == "holds");
  CHECK(of_ballot(R"~({"announced_on": "2026-02-06"})~") == "fails");
  CHECK(of_ballot(R"~({"signers": {"household_2": "C"}})~") == "fails");  // c stands there already
  CHECK(of_ballot(R"~({"team": [{"name": "a"}]})~") == "fails");
  CHECK(of_ballot(R"~({"team": [{"name": "D"}, {"name": "E"}]})~") == "holds");
  CHECK(of_ballot(R"~({"team": [{"name": "D"}, {"name": "E"}, {"name": "F"}]})~") == "fails");
}

}  // namespace decision_source_test
