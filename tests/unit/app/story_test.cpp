// Conflicts and history for people: sentences in both languages, save by save.
#include "base/calendar.hpp"
#include "support/province.hpp"

namespace story_test {

using namespace gandan;
using namespace gandan::test;

namespace {

struct Told : Province {
  Told() {
    enrol("p1", "cadre", "06463");
    enrol("p2", "cadre", "06463");
    enrol("office", "office", "20.A");
  }
  json::array story(const std::string& by, const std::string& id) {
    const json::value chapters = at(shell(by).ok("record.history", {{"id", id}}), "story");
    for (const auto& chapter : chapters.get_array())
      UNSCOPED_INFO(text_at(chapter, "vi") << " / " << text_at(chapter, "en"));
    return chapters.get_array();
  }
  static bool says(const json::value& chapter, const std::string& vi, const std::string& en) {
    return text_at(chapter, "vi").find(vi) != std::string::npos &&
           text_at(chapter, "en").find(en) != std::string::npos;
  }
  std::string device(const std::string& name) { return devices[name].substr(20); }
};

}  // namespace

TEST_CASE_METHOD(
    Told, "a conflict is said in words: which device wrote what when, and that none had seen the other") {
  const auto id = visit("p1");
  carry("p1", "p2");
  clock.set(*parse_instant("2026-03-10T09:10:00+07:00"));
  shell("p1").ok("record.edit", {{"id", id}, {"record", {{"outcome", "agreed"}}}});
  clock.set(*parse_instant("2026-03-10T09:12:00+07:00"));
  shell("p2").ok("record.edit", {{"id", id}, {"record", {{"outcome", "disagreed"}}}});
  carry("p2", "p1");
  const auto conflict = at(shell("p1").ok("conflict.list"), "conflicts.0");
  CHECK(text_at(conflict, "vi") ==
        "Kết quả: máy " + device("p1") + " (CB-p1) ghi “Đồng thuận” lúc 09:10, máy " + device("p2") +
            " (CB-p2) ghi “Chưa đồng thuận” lúc 09:12 ngày 10/03/2026, hai bên chưa thấy của nhau.");
  CHECK(text_at(conflict, "en").find("at 09:10, device " + device("p2")) != std::string::npos);
  CHECK(text_at(conflict, "en").find("neither had seen the other.") != std::string::npos);

  // A third hand, the next day.
  carry("p1", "office");
  shell("p1").ok("conflict.resolve", {{"record", id}, {"path", "outcome"}, {"value", "considering"}});
  const auto chapters = story("p1", id);
  CHECK(says(chapters.back(), "chọn cho “Kết quả”: “Đang cân nhắc” (trước đó các bên ghi khác nhau)",
             "chose for “Outcome”"));
  clock.advance(kDayMs);
  shell("office").ok("record.edit",
                     {{"id", id}, {"record", {{"outcome", nullptr}}}, {"reason", "Chưa rõ kết quả"}});
  carry("office", "p1");
  const auto again = at(shell("p1").ok("conflict.list"), "conflicts.0");
  CHECK(text_at(again, "vi").find("ghi “(để trống)” lúc 11/03/2026 09:14") != std::string::npos);
}

TEST_CASE_METHOD(Told,
                 "the history is a story: made, changed, signed, returned, amended, each save a sentence") {
  const auto id = visit("p1");
  clock.advance(60'000);
  shell("p1").ok(
      "record.edit",
      {{"id", id}, {"record", {{"outcome", "agreed"}, {"wishes", "Đất cùng thôn"}, {"language", nullptr}}}});
  const json::array promises{json::object{{"party", "ubnd"}, {"what", "Đo lại"}, {"due", "2026-03-20"}},
                             json::object{{"party", "ubnd"}, {"what", "Trả lời"}, {"due", "2026-03-21"}}};
  const auto listed = shell("p1").ok("record.edit", {{"id", id}, {"record", {{"commitments", promises}}}});
  const auto item = text_at(listed, "document.items.commitments.0.id");
  shell("p1").ok("record.edit",
                 {{"id", id}, {"record", {{"commitments[" + item + "].what", "Đo lại thửa 34"}}}});
  shell("p1").ok("record.edit", {{"id", id}, {"record", {{"commitments[" + item + "]", nullptr}}}});
  shell("p1").ok("record.finalize", {{"id", id}, {"numbered", true}});
  shell("p1").ok("record.sign", {{"id", id}, {"as", "official"}, {"name", "Tổ trưởng"}});
  carry("p1", "office");
  shell("office").ok("record.return", {{"id", id}, {"question", "Ngày hẹn?"}});
  carry("office", "p1");
  clock.advance(60'000);
  shell("p1").ok("record.edit", {{"id", id},
                                 {"record", {{"next_date", "2026-03-20"}}},
                                 {"late", true},
                                 {"reason", "Bổ sung ngày hẹn"}});
  clock.advance(60'000);
  shell("p1").ok("record.finalize", {{"id", id}});
  const auto chapters = story("p1", id);
  REQUIRE(chapters.size() == 11);
  CHECK(says(chapters[0], "10/03/2026 08:00 – CB-p1, máy " + device("p1") + " (Xã A): lập hồ sơ, ghi ",
             "made the record, with "));
  CHECK(says(chapters[0], "Chưa gửi", "Not sent") == false);  // it is sealed, since the finalisation
  CHECK(says(chapters[0], "Đã đóng gói", "Sealed"));
  CHECK(says(chapters[1], "sửa “Kết quả” từ “Đang cân nhắc” thành “Đồng thuận”", "changed “Outcome” from "));
  CHECK(says(chapters[1], "ghi “Nguyện vọng", "Đất cùng thôn"));
  CHECK(says(chapters[2], "thêm 2 dòng vào ", "added 2 to "));
  CHECK(at(chapters[2], "changes") == json::value(8));
  CHECK(says(chapters[3], " / ", "from “Đo lại” to “Đo lại thửa 34”"));
  CHECK(says(chapters[4], "bỏ 1 dòng khỏi ", "removed 1 from "));
  CHECK(says(chapters[5], "CHỐT hồ sơ, bản 1", "FINALISED the record, version 1"));
  CHECK(says(chapters[6], "cấp số 01/BB-VĐ", "gave it the number 01/BB-VĐ"));
  CHECK(says(chapters[7], "KÝ bằng khoá của máy: Đại diện cơ quan (Tổ trưởng)", "SIGNED"));
  CHECK(says(chapters[8], "TRẢ LẠI kèm câu hỏi “Ngày hẹn?” (bản 1)", "HANDED it BACK"));
  CHECK(says(chapters[9], "SỬA SAU KHI CHỐT: ghi “Hẹn gặp lại”: “20/03/2026”; lý do: “Bổ sung ngày hẹn”",
             "AMENDED"));
  CHECK(at(chapters[9], "late") == json::value(true));
  CHECK(at(chapters[9], "in_signed") == json::value(true));
  CHECK(text_at(chapters[9], "reason") == "Bổ sung ngày hẹn");
  CHECK(says(chapters[10], "CHỐT hồ sơ, bản 2", "version 2"));
  CHECK(at(chapters[1], "late") == json::value(false));
}

TEST_CASE_METHOD(Told,
                 "edits that a finalisation had not seen, withdrawals and forged words are said plainly") {
  const auto id = visit("p1");
  carry("p1", "p2");
  shell("p2").ok("record.edit", {{"id", id}, {"record", {{"wishes", "Ở lại"}}}});
  clock.advance(60'000);
  shell("p1").ok("record.finalize", {{"id", id}});
  clock.advance(60'000);
  changelog::Mark word;
  word.content = Hash::from(*from_hex(text_at(show("p1", id), "workflow.versions.0.content_hash")));
  forge("p1", id, {{"@review", word}});
  carry("p2", "p1");
  auto chapters = story("p1", id);
  REQUIRE(chapters.size() == 4);
  CHECK(says(chapters[1], "GHI THÊM, bản chốt đầu tiên chưa có phần này", "LATE EDIT"));
  CHECK(at(chapters[1], "in_signed") == json::value(false));
  CHECK(says(chapters[3], "NHẬN hồ sơ (bản 1) – KHÔNG TÍNH", "DOES NOT COUNT"));
  clock.advance(60'000);
  shell("p1").ok("record.withdraw", {{"id", id}, {"reason", "Ghi nhầm hộ"}});
  chapters = story("p1", id);
  CHECK(says(chapters.back(), "RÚT hồ sơ, lý do “Ghi nhầm hộ”", "WITHDREW"));
  CHECK(says(chapters.back(), "Chưa gửi.", "Not sent yet."));
}

}  // namespace story_test
