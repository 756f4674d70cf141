// Persuasion before coercion is what was written down before it: no visit that was signed afterwards, no day
// that only somebody typed.
#include "desk.hpp"

namespace persuasion_test {

using namespace gandan;
using namespace gandan::records;
using test::Desk;

namespace {

struct Site : Desk {
  RecordId visit(const std::string& day, const char* signed_at, const char* household = "H017") {
    const auto id =
        add("mobilisation_visit", R"~({"project": "P", "household": ")~" + std::string(household) +
                                      R"~(", "stage": "handover_persuasion", "start": ")~" + day +
                                      R"~(T08:00:00+07:00", "minutes": "signed", "met": "land_user"})~");
    if (signed_at == nullptr) return id;
    hlc = static_cast<std::uint64_t>(*parse_instant(signed_at));
    finalize(id);
    return id;
  }
  RecordId coercion(const std::string& more) {
    return add(
        "coercion",
        R"~({"project": "P", "household": "H017", "kind": "recovery", "start": "2026-07-14T08:00:00+07:00",
      "end": "2026-07-14T10:00:00+07:00")~" +
            more + "}");
  }
  std::string after(const RecordId& visit_id) {
    return R"~(, "persuasion": ")~" + gandan::to_text(visit_id) + "\"";
  }
  std::string said(const RecordId& id, const std::string& rule, bool english = false) {
    Verdict v;
    (void)verdict(id, rule, &v);
    return english ? v.message.en : v.message.vi;
  }
};

bool has(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a visit that was signed after the coercion is no persuasion before it") {
  Site s;
  const std::string rule = "l31.coercion.persuaded";
  const auto by = [&](const char* signed_at) {
    return s.coercion(s.after(s.visit("2026-07-01", signed_at)));
  };
  CHECK(s.word(by("2026-07-01T09:00:00+07:00"), rule) == "holds");
  CHECK(s.word(by("2026-07-14T08:00:59+07:00"), rule) == "holds");
  CHECK(s.word(by("2026-07-14T08:01:00+07:00"), rule) == "fails");
  const auto late = by("2026-07-21T09:00:00+07:00");
  CHECK(s.word(late, rule) == "fails");
  CHECK(has(s.said(late, rule),
            "chốt lúc 21/07/2026 09:00, sau khi cưỡng chế bắt đầu lúc 14/07/2026 08:00: là "
            "ghi hoặc sửa lại sau."));
  CHECK(has(s.said(late, rule, true), "it was written or amended afterwards"));
}

TEST_CASE("why no persuasion is recorded: none linked, a draft, withdrawn") {
  Site s;
  const std::string rule = "l31.coercion.persuaded";
  const auto none = s.said(s.coercion(""), rule);
  CHECK(has(none, "Hồ sơ này chưa nối hồ sơ vận động nào."));
  CHECK(none.find("…") == std::string::npos);
  const auto draft = s.said(s.coercion(s.after(s.visit("2026-07-01", nullptr))), rule);
  CHECK(has(draft, "Hồ sơ vận động được nối chưa chốt."));
  CHECK(draft.find("đã rút") == std::string::npos);
  const auto visit = s.visit("2026-07-01", "2026-07-01T09:00:00+07:00");
  const auto id = s.coercion(s.after(visit));
  CHECK(s.word(id, rule) == "holds");
  s.write(visit, {"@deleted", changelog::Mark{s.states[visit].seen(), {}, "nhầm"}});
  s.refresh(visit);
  CHECK(s.word(id, rule) == "fails");
  CHECK(has(s.said(id, rule), "Hồ sơ vận động được nối đã rút."));
}

TEST_CASE("the day on which persuasion began is borne out by a record, or that is said") {
  Site s;
  const std::string rule = "l31.coercion.persuaded_from";
  const std::string from = R"~(, "persuaded_from": "2026-07-04")~";
  const auto first = [&](const RecordId& id) {
    return R"~(, "first_persuasion": ")~" + gandan::to_text(id) + "\"";
  };
  const char* in_time = "2026-07-13T18:00:00+07:00";
  const auto last = s.after(s.visit("2026-07-10", in_time));
  CHECK(s.word(s.coercion(""), rule) == "silent");
  const auto typed = s.coercion(from);
  CHECK(s.word(typed, rule) == "fails");
  CHECK(s.word(s.coercion(from + last), rule) == "fails");
  CHECK(s.word(s.coercion(from + s.after(s.visit("2026-07-04", in_time))), rule) == "holds");
  CHECK(s.word(s.coercion(from + last + first(s.visit("2026-07-04", in_time))), rule) == "holds");
  CHECK(s.word(s.coercion(from + last + first(s.visit("2026-07-05", in_time))), rule) == "fails");
  CHECK(s.word(s.coercion(from + first(s.visit("2026-07-04", "2026-07-14T08:01:00+07:00"))), rule) ==
        "fails");
  CHECK(s.word(s.coercion(from + first(s.visit("2026-07-04", nullptr))), rule) == "fails");
  CHECK(s.word(s.coercion(from + first(s.visit("2026-07-04", in_time, "H018"))), rule) == "fails");
  CHECK(s.word(s.coercion(from + first(changelog::make_record_id(s.feed, 900))), rule) == "unknown");
  // The wait that is counted from it says so, and what it waited for.
  s.today("2026-07-20");
  const std::string days = "l31.coercion.persuasion_days";
  CHECK(s.said(typed, days) ==
        "Vận động, thuyết phục từ ngày 04/07/2026; cưỡng chế ngày 14/07/2026, đủ 10 ngày. Ngày bắt đầu là do "
        "người lập tự ghi, chưa có hồ sơ vận động nào chứng minh.");
  const auto proven = s.coercion(R"~(, "persuaded_from": "2026-07-05")~" +
                                 first(s.visit("2026-07-04", "2026-07-04T09:00:00+07:00")));
  CHECK(s.said(proven, days) ==
        "Vận động, thuyết phục từ ngày 05/07/2026, chưa đủ 10 ngày: cưỡng chế ngày 14/07/2026 là sớm 1 ngày, "
        "chỉ được từ ngày 15/07/2026.");
}

TEST_CASE("what the calendar does not know is said of the day of the coercion") {
  Site s;
  const auto id = s.coercion("");
  for (const auto& v : s.catalog->judge(s.documents[id], s.links, {})) {  // no province
    if (v.rule != "l31.coercion.local_holiday") continue;
    CHECK_FALSE(v.holds.has_value());
    CHECK(v.message.vi ==
          "Chưa biết ngày cưỡng chế 14/07/2026 có phải ngày lễ truyền thống của đồng bào dân tộc "
          "thiểu số không: máy này chưa có lịch ngày lễ của tỉnh cho ngày đó.");
  }
  const auto bare = s.add("coercion", R"~({"household": "H017"})~");
  for (const char* rule : {"night", "days_off", "local_holiday", "tet"})
    CHECK(s.said(bare, std::string("l31.coercion.") + rule) ==
          "Chưa ghi giờ bắt đầu hoặc kết thúc cưỡng chế.");
}

}  // namespace persuasion_test
