// The roll over which votes are counted: frozen before the vote, each household once, or no share is told.
#include "desk.hpp"

namespace frozen_roll_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;
using test::object;

namespace {

struct Village : Desk {
  RecordId village_id = village();
  std::string place = R"~("village": ")~" + gandan::to_text(village_id) + "\", ";

  RecordId frozen_at(const char* instant, int households = 79) {
    const auto id = roll(village_id, households, false);
    hlc = static_cast<std::uint64_t>(*parse_instant(instant));
    finalize(id);
    return id;
  }
  RecordId ballot(const RecordId& roll_id, const char* clause) {
    return add("ballot", "{" + place + R"~("roll": ")~" + gandan::to_text(roll_id) +
                             R"~(", "matter_clause": ")~" + clause +
                             R"~(", "announced_on": "2026-02-01", "from": "2026-02-03", "until": "2026-02-05",
      "counted_on": "2026-02-06", "issued": 70, "returned": 70, "valid": 70, "against": 0, "other": 0, "agree": 53})~");
  }
  std::string said(const RecordId& id, const std::string& rule) {
    Verdict v;
    (void)verdict(id, rule, &v);
    return v.message.vi;
  }
};

bool has(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a vote is not made to pass by a roll that was frozen after it") {
  Village v;
  const std::string two = "l10.art21.two_thirds";
  const std::string half = "l10.art21.more_than_half";
  // 53 of 80 fail, 53 of 79 would carry; the meeting begins at 19:05 on 5 February.
  CHECK(v.word(v.meeting(v.village_id, v.roll(v.village_id, 80), "c1", 53), two) == "fails");
  const auto before = v.frozen_at("2026-02-05T19:05:59+07:00");  // the same evening, in time
  CHECK(v.word(v.meeting(v.village_id, before, "c1", 53), two) == "holds");
  CHECK(v.word(v.meeting(v.village_id, before, "c6", 53), half) == "holds");
  const auto after = v.frozen_at("2026-02-05T19:06:00+07:00");
  for (const auto& [clause, rule] : {std::pair{"c1", two}, {"c6", half}}) {
    const auto id = v.meeting(v.village_id, after, clause, 53);
    CHECK(v.word(id, rule) == "unknown");
    CHECK(has(v.said(id, rule), "Danh sách hộ chốt lúc 05/02/2026 19:06, sau giờ họp 05/02/2026 19:05"));
    CHECK(v.word(id, "l10.art20.frozen_roll") == "fails");
  }
  const auto late = v.meeting(v.village_id, v.frozen_at("2026-02-12T08:00:00+07:00"), "c1", 53);
  CHECK(has(v.said(late, two), "chốt lúc 12/02/2026 08:00, sau giờ họp 05/02/2026 19:05"));
}

TEST_CASE("papers are counted over a roll of their first day at the latest") {
  Village v;
  for (const auto& [clause, rule] : {std::pair{"c1", std::string("l10.art21.two_thirds.ballot")},
                                     {"c6", std::string("l10.art21.more_than_half.ballot")}}) {
    CHECK(v.word(v.ballot(v.frozen_at("2026-02-03T23:59:00+07:00"), clause), rule) == "holds");
    const auto late = v.ballot(v.frozen_at("2026-02-04T00:00:00+07:00"), clause);
    CHECK(v.word(late, rule) == "unknown");
    CHECK(has(v.said(late, rule), "Danh sách hộ chốt ngày 04/02/2026, sau ngày phát phiếu 03/02/2026"));
  }
}

TEST_CASE("a decision stands on a roll that was frozen before its vote") {
  Village v;
  const auto decided = [&](const char* link, const RecordId& id, const char* clause = "c1") {
    return v.add("community_decision",
                 "{" + v.place + "\"" + link + "\": \"" + gandan::to_text(id) +
                     R"~(", "number": "1", "decided_on": "2026-02-06", "matter_clause": ")~" + clause +
                     R"~(", "total": 79, "present": )~" + (link == std::string("ballot") ? "70" : "60") +
                     R"~(, "agree": 53, "against": 0, "other": 0})~");
  };
  struct Roll {
    const char* signed_at;
    const char* word;
  };
  for (const auto& [signed_at, word] :
       {Roll{"2026-02-02T08:00:00+07:00", "holds"}, Roll{"2026-02-12T08:00:00+07:00", "unknown"}}) {
    INFO(signed_at);
    const auto roll = v.frozen_at(signed_at);
    const auto meeting = v.meeting(v.village_id, roll, "c1", 53);
    v.finalize(meeting);
    const auto ballot = v.ballot(roll, "c1");
    v.finalize(ballot);
    for (const auto& [link, id] : {std::pair{"meeting", meeting}, {"ballot", ballot}}) {
      const auto decision = decided(link, id);
      CHECK(v.word(decision, std::string("l10.decision.of_") + link) == word);
      CHECK(v.word(decision, "l10.art21.two_thirds.community_decision") == word);
      CHECK(v.word(decided(link, id, "c6"), "l10.art21.more_than_half.community_decision") == word);
    }
    if (word == std::string("unknown"))
      CHECK(has(v.said(decided("meeting", meeting), "l10.decision.of_meeting"),
                "chốt lúc 12/02/2026 08:00, sau giờ họp 05/02/2026 19:05"));
  }
}

TEST_CASE("a roll with a code twice is no number of households") {
  Village v;
  const auto roll = [&](const char* rows) {
    const auto id =
        v.add("household_roll", "{" + v.place + R"~("as_of": "2026-02-01", "households": [)~" + rows + "]}");
    v.finalize(id);
    return id;
  };
  const auto twice =
      roll(R"~({"code": "H1"}, {"code": "h1 "}, {"code": "H2"}, {"code": "H2"}, {"code": "H3"}, {})~");
  const auto once = roll(R"~({"code": "H1"}, {"code": "H2"}, {"code": "H3"}, {"code": "H4"})~");
  CHECK(v.word(once, "l10.roll_codes") == "holds");
  CHECK(v.word(twice, "l10.roll_codes") == "fails");
  CHECK(v.said(twice, "l10.roll_codes") ==
        "6 dòng, chỉ 3 mã hộ khác nhau. Trùng mã: h1 , H2. Có dòng để trống mã.");
  const auto voted = [&](const RecordId& on) { return v.meeting(v.village_id, on, "c1", 3, 0, "", 4); };
  CHECK(v.word(voted(once), "l10.art21.two_thirds") == "holds");
  CHECK(v.word(voted(twice), "l10.art21.two_thirds") == "unknown");
  CHECK(has(v.said(voted(twice), "l10.art21.two_thirds"), "Danh sách có 6 dòng nhưng chỉ 3 mã hộ khác nhau"));
  const auto initiative = [&](const RecordId& on) {
    return v.add(
        "initiative",
        "{" + v.place + R"~("roll": ")~" + gandan::to_text(on) +
            R"~(", "submitted_on": "2026-02-05", "consents": [{"household": "H1", "on": "2026-02-01"}]})~");
  };
  CHECK(v.word(initiative(once), "l10.initiative.share") == "holds");
  CHECK(v.word(initiative(twice), "l10.initiative.share") == "unknown");
  const auto empty = v.add("household_roll", "{" + v.place + R"~("as_of": "2026-02-01"})~");
  CHECK(v.word(empty, "l10.roll_codes") == "unknown");
  CHECK(v.said(empty, "l10.roll_codes") == "Chưa có hộ nào.");
}

TEST_CASE("a ballot team counts people, not lines") {
  Village v;
  const auto team = [&](const char* names) {
    const auto id = v.ballot(v.roll(v.village_id, 80), "c1");
    REQUIRE(v.save(id, "ballot", object(R"~({"team": [)~" + std::string(names) + "]}")).ok());
    return id;
  };
  CHECK(v.word(team(R"~({"name": "A"}, {"name": "B"}, {"name": "C"})~"), "l10.ballot.team") == "holds");
  const auto two = team(R"~({"name": "A"}, {"name": "a "}, {"name": "A"})~");
  CHECK(v.word(two, "l10.ballot.team") == "fails");
  CHECK(has(v.said(two, "l10.ballot.team"), "Tổ phát phiếu có 1 người, cần từ 3 đến 5. Ghi hai lần: a ."));
  // Enough different ones, and one of them twice.
  CHECK(v.word(team(R"~({"name": "A"}, {"name": "B"}, {"name": "C"}, {"name": "C"})~"), "l10.ballot.team") ==
        "fails");
}

TEST_CASE("who has not signed is named") {
  Village v;
  const auto met = [&](const char* signers) {
    return v.meeting(v.village_id, v.roll(v.village_id, 80), "c1", 54, 0,
                     R"~(, "signers": )~" + std::string(signers));
  };
  const std::string rule = "l10.art20.signatures";
  const auto all =
      met(R"~({"village_head": "a", "front_head": "b", "household_1": "c", "household_2": "d"})~");
  CHECK(v.word(all, rule) == "holds");
  CHECK(v.said(all, rule) == "Đã ghi tên bốn người ký khác nhau.");
  CHECK(v.said(met(R"~({"village_head": "a", "household_1": "c"})~"), rule) ==
        "Chưa ghi đủ tên bốn người ký khác nhau. Thiếu Trưởng ban công tác Mặt trận. Thiếu đại diện hộ thứ "
        "hai.");
  CHECK(v.said(met(R"~({"village_head": "a", "front_head": "A ", "household_1": "c", "household_2": "d"})~"),
               rule) == "Chưa ghi đủ tên bốn người ký khác nhau. Có người đứng tên ở hai chỗ.");
}

}  // namespace frozen_roll_test
