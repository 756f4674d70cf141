// What a paper must not hide: which conditions were met, reasons above the signatures, who signed in the
// program, and which notice a complaint's state asks for.
#include "desk.hpp"
#include "html_of.hpp"
#include "report/figures.hpp"

using namespace gandan;
using namespace gandan::records;
using gandan::records::test::Desk;

namespace {

Result<std::string> print(Desk& desk, const RecordId& id, const std::string& report = "",
                          const std::vector<std::string>& signed_by = {}) {
  report::PrintInput input;
  input.verdicts = desk.judge(id);
  input.document = &desk.documents[id];
  input.links = desk.links;
  input.report = report;
  input.place = "Chiến Thắng";
  input.signed_by = signed_by;
  return report::html_of(*desk.catalog, input);
}
bool has(const std::string& page, const std::string& part) {
  UNSCOPED_INFO("part: " << part);
  return page.find(part) != std::string::npos;
}
bool in_order(const std::string& page, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const auto& part : parts) {
    UNSCOPED_INFO("part: " << part);
    at = page.find(part, at);
    if (at == std::string::npos) return false;
  }
  return true;
}

RecordId coercion(Desk& desk, const std::string& day) {
  return desk.add("coercion",
                  R"~({"project": "Cao tốc", "household": "H017", "kind": "recovery", "start": ")~" + day +
                      R"~(T08:00:00+07:00", "end": ")~" + day +
                      R"~(T10:00:00+07:00", "persuaded_from": "2026-04-01"})~");
}

}  // namespace

TEST_CASE("minutes of a coercion mark each condition as met, not met or not known") {
  Desk desk;
  desk.today("2026-04-10");
  const auto page = *print(desk, coercion(desk, "2026-04-07"));
  CHECK(has(page, "- Chưa đạt: Chưa có biên bản vận động"));
  CHECK(has(page, "Hồ sơ này chưa nối hồ sơ vận động nào."));
  CHECK(has(page, "- Đạt: Trong khoảng 06 giờ đến 22 giờ."));
  CHECK(has(page, "- Chưa đạt: Vận động, thuyết phục từ ngày 01/04/2026, chưa đủ 10 ngày"));
  CHECK(has(page, "- Chưa rõ: "));  // when the decision was received
  const auto bare = desk.add(
      "coercion",
      R"~({"kind": "inventory", "start": "2026-04-07T08:00:00+07:00", "persuaded_from": "2026-04-01"})~");
  CHECK(has(*print(desk, bare), "chưa đủ 15 ngày và thêm 10 ngày"));
}

TEST_CASE("a coercion of a day before every rule prints that, and no empty section") {
  Desk desk;
  const auto page = *print(desk, coercion(desk, "2024-07-31"));
  CHECK(has(page, "Không có quy tắc nào cho ngày này"));
  CHECK_FALSE(has(page, "ĐIỀU KIỆN CƯỠNG CHẾ"));
  CHECK(in_order(page, {">II. DIỄN BIẾN<", "Không có quy tắc nào", "TRƯỞNG BAN CƯỠNG CHẾ"}));
  CHECK(has(*print(desk, coercion(desk, "2024-08-01")), "ĐIỀU KIỆN CƯỠNG CHẾ"));
}

TEST_CASE(
    "reasons for passing a gate stand above the signatures, what was signed in the program below them") {
  Desk desk;
  desk.today("2026-04-10");
  const auto id = coercion(desk, "2026-04-07");
  std::uint64_t counter = 800;
  std::vector<Override> reasons;
  for (const auto& v : desk.judge(id))
    if (v.stops()) reasons.push_back({v.rule, "Sạt lở"});
  const auto plan = plan_overrides(desk.documents[id], desk.judge(id), reasons,
                                   [&] { return changelog::make_item_id(desk.feed, ++counter); });
  REQUIRE(plan.ok());
  for (const auto& change : *plan) desk.write(id, change);
  desk.finalize(id);
  const auto page = *print(desk, id, "", {"Người chứng kiến (H<1>): ký tay trên máy."});
  CHECK(
      in_order(page, {"Chốt khi điều kiện chưa đạt", "Lý do: Sạt lở.", "TRƯỞNG BAN CƯỠNG CHẾ",
                      "Chữ ký điện tử gắn với nội dung này:", "Người chứng kiến (H&lt;1&gt;)", "Nơi nhận:"}));
  const auto count = [&](const std::string& part) {
    std::size_t n = 0;
    for (auto at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) ++n;
    return n;
  };
  CHECK(count("Chốt khi điều kiện chưa đạt") == 1);
  CHECK(count("Chữ ký điện tử gắn với nội dung này") == 1);
  CHECK_FALSE(has(*print(desk, id), "Chữ ký điện tử"));
}

TEST_CASE("a complaint's notice is that of its state") {
  Desk desk;
  desk.today("2026-03-20");
  const auto complaint = [&](const char* more) {
    return desk.add("complaint", R"~({"number": "5", "person_code": "KN05", "subject": "Giá", "field": "land",
      "received_on": "2026-02-01", "instance": "first")~" +
                                     std::string(more) + "}");
  };
  const auto open = *print(desk, complaint(""));
  CHECK(has(open, "Về việc tiếp nhận đơn khiếu nại lần đầu"));
  CHECK(has(open, "ngày 01 tháng 02 năm 2026"));
  CHECK_FALSE(has(open, "thụ lý giải quyết"));
  const auto accepted = *print(desk, complaint(R"~(, "accepted_on": "2026-02-06")~"));
  CHECK(has(accepted, "Về việc thụ lý giải quyết khiếu nại lần đầu"));
  CHECK_FALSE(has(accepted, "không thụ lý"));
  const auto id = complaint(R"~(, "refused_on": "2026-02-06", "refusal_reason": "Hết thời hiệu")~");
  const auto refused = *print(desk, id);
  CHECK(has(refused, "Về việc không thụ lý giải quyết khiếu nại lần đầu"));
  CHECK(has(refused, "Lý do: Hết thời hiệu."));
  CHECK(has(refused, "ngày 06 tháng 02 năm 2026"));
  CHECK_FALSE(has(refused, "Về việc thụ lý"));
  // Asked for by name, too.
  CHECK(print(desk, id, "notice_complaint").error().code == Code::not_found);
  CHECK(print(desk, id, "notice_complaint_refused").ok());
}

TEST_CASE("the day of a paper stays whole where its line is too long") {
  Desk desk;
  const auto page = *print(desk, coercion(desk, "2026-02-05"));
  CHECK(has(page, "Chiến Thắng, <span class=\"day\">ngày 05 tháng 02 năm 2026</span>"));
  CHECK(has(page, ".day { white-space: nowrap; }"));
}

TEST_CASE("a decision from a vote that broke the rules prints a warning") {
  Desk desk;
  const auto village = desk.village();
  const auto met = desk.meeting(village, desk.roll(village, 80), "c1", 54);  // nobody signed
  desk.finalize(met);
  const auto decision = desk.add(
      "community_decision",
      R"~({"village": ")~" + gandan::to_text(village) + R"~(", "meeting": ")~" + gandan::to_text(met) +
          R"~(", "number": "1", "decided_on": "2026-02-04", "matter_clause": "c1", "matter": "Góp 200.000 đồng mỗi hộ",
      "form": "e_poll", "total": 80, "present": 60, "agree": 54, "against": 0, "other": 0, "text": "Góp"})~");
  const auto page = *print(desk, decision);
  CHECK(has(page, "LƯU Ý: Biên bản họp chưa ghi đủ tên bốn người ký khác nhau."));
  CHECK(has(page, "LƯU Ý: Quyết định ngày 04/02/2026, trước cuộc họp ngày 05/02/2026."));
  CHECK(has(page, "LƯU Ý: Quyết định ghi hình thức: Biểu quyết trực tuyến. Cuộc họp ghi: Tổ chức cuộc họp."));
}

TEST_CASE("a commitment is not counted as kept before the day on which it is said to be") {
  Desk desk;
  desk.today("2026-07-20");
  const auto id = desk.add(
      "commitment",
      R"~({"what": "x", "party": "ubnd", "made_on": "2026-07-01", "due": "2026-09-30", "kept_on": "2026-09-29", "outcome": "kept"})~");
  const auto figure = [&](const char* name) {
    auto report = report::PeriodReport::open(*desk.catalog, "period");
    REQUIRE(report.ok());
    report->period(*parse_date("2026-07-01"), *parse_date("2026-09-30"), local_days(desk.clock.now));
    desk.refresh(id);
    report->add(desk.documents[id], desk.links, {});
    const auto all = report->result();
    for (const auto& f : all.figures)
      if (f.id == name) return f.value;
    FAIL("no figure " << name);
    return std::int64_t{-1};
  };
  CHECK(figure("followed_kept") == 0);
  CHECK(figure("followed_open") == 1);
  desk.today("2026-09-29");
  CHECK(figure("followed_kept") == 1);
  CHECK(figure("followed_open") == 0);
}
