// Papers and figures of the new kinds: what stands on each, and what a period counts.
#include <set>

#include "base/calendar.hpp"
#include "desk.hpp"
#include "html_of.hpp"
#include "report/figures.hpp"

using namespace gandan;
using namespace gandan::records;
using gandan::records::test::Desk;

namespace {

std::string print(Desk& desk, const RecordId& id) {
  report::PrintInput input;
  input.verdicts = desk.judge(id);
  input.document = &desk.documents[id];
  input.links = desk.links;
  input.superior = "UBND xã Chiến Thắng";
  input.place = "Chiến Thắng";
  auto page = report::html_of(*desk.catalog, input);
  INFO((page.ok() ? "" : page.error().detail));
  REQUIRE(page.ok());
  return *page;
}
void check_parts(const std::string& page, std::initializer_list<const char*> parts) {
  for (const char* part : parts) {
    INFO(part);
    CHECK(page.find(part) != std::string::npos);
  }
}
std::string link(const char* field, const RecordId& id) {
  return std::string("\"") + field + "\": \"" + gandan::to_text(id) + "\", ";
}

}  // namespace

TEST_CASE(
    "papers of grassroots democracy: ballot, decision, disclosure, initiative, consultation, "
    "recommendation") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);  // frozen before the papers went out
  desk.today("2026-03-20");
  check_parts(
      print(desk, desk.add("ballot", "{" + link("village", village) + link("roll", roll) +
                                         R"~("matter_clause": "c1", "matter": "Góp làm đường",
    "announced_on": "2026-02-01", "from": "2026-02-03", "until": "2026-02-05", "team": [{"name": "Trưởng thôn"}], "issued": 80, "returned": 78,
    "valid": 77, "agree": 54, "against": 20, "other": 3, "counted_on": "2026-02-06", "text": "Mỗi hộ góp 3 công"})~")),
      {"Kiểm phiếu lấy ý kiến hộ gia đình thôn Khòn Nưa", "<td>80</td><td>78</td><td>77</td><td>1</td>",
       "Thông qua: 54 trên tổng số 80 hộ", "1. Trưởng thôn.", "Nội dung quyết định: Mỗi hộ góp 3 công"});
  check_parts(
      print(desk, desk.add("community_decision",
                           "{" + link("village", village) +
                               R"~("number": "3", "decided_on": "2026-02-06", "form": "household_ballot",
    "matter_clause": "c1", "matter": "góp công làm đường", "total": 80, "present": 78, "agree": 54, "against": 20, "other": 4, "text": "Mỗi hộ góp 3 công.",
    "effective_on": "2026-02-10"})~")),
      {">QUYẾT ĐỊNH<", "Về việc: góp công làm đường", "Số hộ không tham gia: 2 hộ.",
       "Thông qua: 54 trên tổng số 80 hộ đồng ý, đạt từ 2/3 trở lên.", "có hiệu lực từ ngày 10/02/2026",
       "TRƯỞNG BAN CÔNG TÁC MẶT TRẬN"});
  check_parts(
      print(
          desk,
          desk.add(
              "disclosure_item",
              R"~({"subject": "Phương án bồi thường đợt 1", "clause": 3, "document_number": "12/QĐ", "issued_on": "2026-02-10",
    "published_on": "2026-02-25", "forms": ["posted", "broadcast"], "places": "Nhà văn hóa", "posted_from": "2026-02-25",
    "broadcasts": [{"on": "2026-02-25", "times": 2}]})~")),
      {"khoản 3 Điều 11", "1. Ngày 25/02/2026: 2 lần.",
       "Công khai trong 5 ngày làm việc kể từ ngày có văn bản: làm ngày 25/02/2026, chậm 1 ngày so với hạn "
       "24/02/2026."});
  check_parts(print(desk, desk.add("initiative",
                                   "{" + link("village", village) + link("roll", roll) +
                                       R"~("subject": "Làm cổng thôn", "detail": "Để trẻ đi học an toàn",
    "submitted_on": "2026-02-05", "consents": [{"household": "H1", "on": "2026-01-20"}]})~")),
              {"Làm cổng thôn", "1. Hộ H1, ngày 20/01/2026.", "Chưa đủ: 1 hộ đồng ý còn giá trị"});
  check_parts(
      print(
          desk,
          desk.add(
              "consultation",
              R"~({"subject": "Dự thảo quy chế", "organiser": "UBND xã", "forms": ["meeting"], "opened_on": "2026-01-05", "closed_on": "2026-01-20",
    "agree": 10, "disagree": 2, "other": 1, "synthesis": "Đa số đồng tình", "answer": "Tiếp thu việc đổi giờ", "published_on": "2026-02-01"})~")),
      {"Tổng hợp, tiếp thu, giải trình ý kiến Nhân dân", "<td>10</td><td>2</td><td>1</td>",
       "thiếu 5 ngày so với 20 ngày", "Tiếp thu việc đổi giờ"});
  check_parts(
      print(
          desk,
          desk.add(
              "supervision_recommendation",
              R"~({"number": "2", "body": "inspection", "subject": "Quỹ đường làng", "finding": "Chưa công khai", "recommendation": "Công khai ngay",
    "addressee": "UBND xã", "sent_on": "2026-02-01"})~")),
      {"Ban Thanh tra nhân dân", "Công khai ngay", "QUÁ HẠN 25 ngày (hạn 23/02/2026)"});
}

TEST_CASE("papers of site clearance: posting, dialogue, handover, coercion") {
  Desk desk;
  desk.today("2026-04-08");
  const auto project = desk.add(
      "project", R"~({"name": "Cao tốc", "decided_on": "2026-01-05", "decision_level": "commune"})~");
  check_parts(
      print(desk,
            desk.add(
                "plan_posting",
                "{" + link("project", project) +
                    R"~("title": "Phương án đợt 1", "places": "Trụ sở UBND xã", "posted_from": "2026-01-05",
    "posted_until": "2026-02-03", "meeting_on": "2026-02-05", "households": 12, "agree": 8, "disagree": 3, "other": 1, "objections": "Giá đất"})~")),
      {"Phương án đợt 1 – Cao tốc", "thiếu 1 ngày so với 30 ngày", "<td>8</td><td>3</td><td>1</td>",
       "QUÁ HẠN 2 ngày (hạn 06/04/2026)", "quy tắc chưa được đối chiếu"});
  check_parts(
      print(
          desk,
          desk.add(
              "dialogue",
              R"~({"subject": "Giá đất", "kind": "site_clearance", "head": "Chủ tịch UBND xã", "level": "commune",
    "start": "2026-03-01T09:00:00+07:00", "end": "2026-03-01T11:00:00+07:00", "place": "Nhà văn hóa", "present": 40, "conclusion": "Trả lời từng hộ",
    "questions": [{"content": "Giá có tính lại không?", "answer": "Có", "agreed": "agreed"}, {"content": "Tái định cư ở đâu?", "agreed": "later", "answer_due": "2026-03-15"}]})~")),
      {"1. Giá có tính lại không?", "Kết quả: Trả lời sau bằng văn bản.",
       "Hạn trả lời bằng văn bản: 15/03/2026.", "Số việc chưa thống nhất, còn phải trả lời: 1.",
       "Chủ trì: Chủ tịch UBND xã."});
  check_parts(
      print(
          desk,
          desk.add(
              "handover",
              R"~({"project": "Cao tốc", "household": "H017", "on": "2026-04-01", "area_m2": 1200, "whole": true, "minutes": "signed",
    "parties": [{"name": "Chủ tịch UBND xã", "organisation": "ubnd"}]})~")),
      {"Diện tích bàn giao: 1.200 m².", "Hộ đã bàn giao hết", "mã hộ H017"});
  check_parts(
      print(
          desk,
          desk.add(
              "coercion",
              R"~({"project": "Cao tốc", "household": "H017", "kind": "recovery", "start": "2026-04-07T05:00:00+07:00", "end": "2026-04-07T08:00:00+07:00",
    "decision_number": "9/QĐ", "decided_on": "2026-03-25", "outcome": "done", "area_m2": 400, "proceedings": "Theo kế hoạch"})~")),
      {"Cưỡng chế thu hồi đất (mã hộ H017)",
       "là ngoài khoảng 06 giờ đến 22 giờ. (Điều 89, Luật Đất đai số 31/2024/QH15)",
       "Chưa niêm yết hoặc chưa giao quyết định", "TRƯỞNG BAN CƯỠNG CHẾ"});
}

TEST_CASE("papers of petitions: reception, complaint; a denunciation's paper knows nobody") {
  Desk desk;
  desk.today("2026-03-20");
  check_parts(
      print(
          desk,
          desk.add(
              "citizen_reception",
              R"~({"number": "12", "received_at": "2026-02-10T09:00:00+07:00", "session": "periodic", "receiver": "Chủ tịch UBND xã", "person_code": "TD012",
    "matter": "petition", "field": "land", "content": "Đường bị ngập", "request": "Sửa cống", "handling": "forwarded", "handling_note": "Chuyển phòng Kinh tế"})~")),
      {"PHIẾU TIẾP CÔNG DÂN", "mã TD012", "Chuyển phòng Kinh tế", "QUÁ HẠN 17 ngày (hạn 03/03/2026)"});
  check_parts(
      print(
          desk,
          desk.add(
              "complaint",
              R"~({"number": "5", "person_code": "KN05", "subject": "Giá bồi thường", "field": "land", "received_on": "2026-02-01", "accepted_on": "2026-02-06", "instance": "first"})~")),
      {"Về việc thụ lý giải quyết khiếu nại lần đầu", "được thụ lý từ ngày 06/02/2026",
       "QUÁ HẠN 11 ngày (hạn 09/03/2026)"});
  const auto secret = desk.add(
      "denunciation",
      R"~({"number": "01", "received_on": "2026-02-01", "handled_on": "2026-02-05", "handling": "accepted", "accepted_on": "2026-02-05", "field": "officials"})~");
  desk.write(secret, {"identity", std::string("người-ở-thôn-bên")});
  const auto page = print(desk, secret);
  check_parts(page, {"Về việc xử lý tố cáo số 01", "không có thông tin về người tố cáo"});
  CHECK(page.find("người-ở-thôn-bên") == std::string::npos);
}

TEST_CASE("a quarter's figures of site clearance, petitions and grassroots democracy") {
  Desk desk;
  desk.today("2026-04-01");
  const auto project = desk.add(
      "project",
      R"~({"name": "A", "decided_on": "2025-05-05", "planned_handover": "2026-03-01", "households": 3, "area_m2": 1})~");
  const auto done = desk.add(
      "project",
      R"~({"name": "B", "decided_on": "2025-05-05", "planned_handover": "2026-03-01", "handed_over_on": "2026-03-01"})~");
  const auto parcel = desk.add(
      "parcel", R"~({"number": "1", "area_m2": 900, "recovered_m2": 400, "inventoried_on": "2026-02-02"})~");
  desk.add("parcel",
           R"~({"number": "2", "area_m2": 900, "recovered_m2": 300, "inventoried_on": "2025-12-31"})~");
  const auto paid =
      desk.add("affected_household",
               R"~({"code": "H1", "notice_on": "2025-08-01", "land": "other", "paid_on": "2026-01-15"})~");
  const auto noticed =
      desk.add("affected_household", R"~({"code": "H2", "notice_on": "2026-01-15", "land": "other"})~");
  const auto handover =
      desk.add("handover", R"~({"project": "A", "household": "H1", "on": "2026-03-03", "area_m2": 250})~");
  const auto coerced = desk.add(
      "coercion",
      R"~({"project": "A", "household": "H3", "start": "2026-03-20T02:00:00Z", "outcome": "done"})~");
  const auto again = desk.add(
      "coercion",
      R"~({"project": "A", "household": "H3", "start": "2026-03-21T02:00:00Z", "outcome": "done"})~");
  desk.add("coercion",
           R"~({"project": "A", "household": "H4", "start": "2026-03-21T02:00:00Z", "outcome": "stopped"})~");
  const auto late = desk.add(
      "complaint",
      R"~({"number": "1", "received_on": "2025-11-01", "accepted_on": "2025-11-05", "decided_on": "2026-01-20", "instance": "first"})~");
  const auto open = desk.add(
      "complaint",
      R"~({"number": "2", "received_on": "2026-01-05", "accepted_on": "2026-01-10", "instance": "first", "long_running": true, "roadmap_due": "2026-06-01"})~");
  const auto fresh = desk.add(
      "complaint",
      R"~({"number": "3", "received_on": "2026-03-25", "accepted_on": "2026-03-27", "instance": "first"})~");
  const auto dialogue = desk.add(
      "dialogue",
      R"~({"subject": "x", "start": "2026-02-01T02:00:00Z", "present": 40, "questions": [{"agreed": "agreed"}, {"agreed": "not"}]})~");
  const auto kept =
      desk.add("commitment",
               R"~({"what": "x", "made_on": "2026-01-05", "due": "2026-02-01", "kept_on": "2026-02-01"})~");
  const auto broken =
      desk.add("commitment", R"~({"what": "y", "made_on": "2026-01-05", "due": "2026-03-30"})~");
  const auto posted = desk.add(
      "disclosure_item",
      R"~({"subject": "x", "issued_on": "2026-01-05", "published_on": "2026-01-20", "forms": ["posted"], "posted_from": "2026-01-20", "posted_until": "2026-02-01"})~");
  const auto satisfied =
      desk.add("satisfaction_feedback", R"~({"on": "2026-02-02", "rating": "satisfied"})~");
  const auto unsatisfied =
      desk.add("satisfaction_feedback", R"~({"on": "2026-02-02", "rating": "unsatisfied"})~");

  // What was done counts once it is finalised; what is still owed or under way is a draft, and counts as
  // such.
  const std::set<RecordId> under_way = {project, done, open, fresh, broken, posted};
  std::vector<RecordId> all;
  for (const auto& [id, document] : desk.documents) all.push_back(id);
  for (const auto& id : all)
    if (under_way.count(id) == 0) desk.finalize(id);
  auto opened = report::PeriodReport::open(*desk.catalog, "period");
  INFO((opened.ok() ? "" : opened.error().detail));
  REQUIRE(opened.ok());
  opened->period(*parse_date("2026-01-01"), *parse_date("2026-03-31"), local_days(desk.clock.now));
  JudgeOptions options;
  options.province = "20";
  for (const auto& [id, document] : desk.documents) opened->add(document, desk.links, options);
  const auto result = opened->result();
  CHECK(result.version == 5);
  std::map<std::string, report::FigureValue> figures;
  for (const auto& f : result.figures) figures[f.id] = f;
  const auto is = [&](const char* id, std::int64_t value, std::vector<RecordId> records) {
    auto found = figures.at(id).records;
    std::sort(found.begin(), found.end());
    std::sort(records.begin(), records.end());
    INFO(id);
    CHECK(figures.at(id).value == value);
    CHECK(found == records);
  };
  is("projects_running", 1, {project});
  is("projects_behind", 1, {project});
  is("households_notified", 1, {noticed});
  is("households_paid", 1, {paid});
  is("area_inventoried", 400, {parcel});
  is("area_handed_over", 250, {handover});
  is("households_coerced", 1, {coerced, again});  // one household, twice
  is("gates_overridden", 0, {});
  is("complaints", 2, {open, fresh});
  is("complaints_decided", 1, {late});
  is("complaints_late", 2, {late, open});
  is("long_cases", 1, {open});
  is("long_cases_ended", 0, {});
  is("dialogue_people", 40, {dialogue});
  is("questions", 2, {dialogue});
  is("questions_agreed", 1, {dialogue});
  is("followed_made", 2, {kept, broken});
  is("followed_due", 2, {kept, broken});
  is("followed_kept", 1, {kept});
  is("followed_overdue", 1, {broken});
  is("disclosures_late", 2, {posted});  // published late, and taken down too early
  is("feedback", 2, {satisfied, unsatisfied});
  is("feedback_satisfied", 1, {satisfied});
  CHECK(std::find(figures.at("projects_running").records.begin(),
                  figures.at("projects_running").records.end(),
                  done) == figures.at("projects_running").records.end());
}

TEST_CASE("states of a figure are those of deadlines, and want their rules") {
  const auto open = [](const std::string& columns) {
    auto files = builtin_schema();
    files.push_back(
        {"reports/x.json",
         R"~({"id": "x", "figures": [{"id": "f", "label": {"vi": "a", "en": "a"}, "kind": "complaint", )~" +
             columns + "}]}"});
    Desk desk(files);
    return report::PeriodReport::open(*desk.catalog, "x").ok();
  };
  CHECK(open(R"~("rules": ["complaint.accepted"], "states": ["overdue", "late"])~"));
  CHECK_FALSE(open(R"~("rules": ["complaint.accepted"], "states": ["tardy"])~"));
  CHECK_FALSE(open(R"~("rules": ["complaint.accepted"], "states": [""])~"));
  CHECK_FALSE(open(R"~("states": ["overdue"])~"));
}

TEST_CASE(
    "a quarter printed again in a later one says the same: later records, acts and days are not its own") {
  test::Desk desk;
  desk.today("2026-03-31");
  const auto project = [&](const char* decided, const char* planned, const char* done) {
    return desk.add("project", R"~({"name": "P", "decided_on": ")~" + std::string(decided) +
                                   R"~(", "planned_handover": ")~" + planned + R"~(", "handed_over_on": )~" +
                                   done + "}");
  };
  const auto complaint = [&](const char* received, const char* accepted, const char* decided) {
    return desk.add("complaint", R"~({"number": "1", "instance": "first", "received_on": ")~" +
                                     std::string(received) + R"~(", "accepted_on": ")~" + accepted +
                                     R"~(", "decided_on": )~" + decided + "}");
  };
  const auto commitment = [&](const char* made, const char* due, const char* outcome, const char* on) {
    return desk.add("commitment", R"~({"what": "x", "made_on": ")~" + std::string(made) + R"~(", "due": ")~" +
                                      due + R"~(", "outcome": )~" + outcome + R"~(, "kept_on": )~" + on +
                                      "}");
  };
  const auto behind = project("2025-01-05", "2026-03-27", "null");
  const auto mended = project("2025-01-05", "2026-03-27", R"~("2026-05-01")~");
  project("2025-01-05", "2026-03-31", "null");  // due on the last day
  project("2026-09-01", "2026-09-15", "null");
  const auto overdue = complaint("2026-01-05", "2026-01-12", R"~("2026-05-04")~");
  const auto late = complaint("2025-11-01", "2025-11-05", R"~("2026-01-20")~");
  complaint("2025-01-01", "2025-01-06", R"~("2025-12-30")~");  // late, and told in its own quarter
  complaint("2026-03-01", "2026-03-10", "null");               // due on 09/04
  complaint("2026-08-01", "2026-08-03", "null");
  const auto in_time = commitment("2026-01-05", "2026-02-17", R"~("kept")~", R"~("2026-02-23")~");  // Tết
  const auto kept_late = commitment("2026-01-05", "2026-01-06", R"~("kept")~", R"~("2026-03-31")~");
  const auto partly = commitment("2026-01-05", "2026-03-05", R"~("partly")~", R"~("2026-03-05")~");
  const auto broken = commitment("2026-01-05", "2026-03-05", R"~("broken")~", "null");
  const auto later = commitment("2026-01-05", "2026-03-05", R"~("kept")~", R"~("2026-05-30")~");
  const auto owed = commitment("2026-01-05", "2026-03-31", "null", "null");
  commitment("2026-01-05", "2026-04-01", "null", "null");
  const auto finding = desk.add(
      "inspection", R"~({"inspected": "x", "on": "2026-02-01", "findings": [{"fix_due": "2026-03-30"}]})~");
  desk.add("inspection",
           R"~({"inspected": "x", "on": "2026-05-01", "findings": [{"fix_due": "2026-05-30"}]})~");
  const auto reception = desk.add("citizen_reception", R"~({"received_at": "2026-03-02T02:00:00Z"})~");
  desk.add("citizen_reception", R"~({"received_at": "2026-04-02T02:00:00Z"})~");
  for (const char* today : {"2026-03-31", "2026-04-01", "2026-12-01"}) {
    INFO(today);
    desk.today(today);
    auto opened = report::PeriodReport::open(*desk.catalog, "period");
    REQUIRE(opened.ok());
    opened->period(*parse_date("2026-01-01"), *parse_date("2026-03-31"), local_days(desk.clock.now));
    JudgeOptions options;
    options.province = "20";
    for (const auto& [id, document] : desk.documents) opened->add(document, desk.links, options);
    std::map<std::string, report::FigureValue> figures;
    for (const auto& f : opened->result().figures) figures[f.id] = f;
    const auto is = [&](const char* id, std::vector<RecordId> records) {
      auto found = figures.at(id).records;
      std::sort(found.begin(), found.end());
      std::sort(records.begin(), records.end());
      INFO(id);
      CHECK(found == records);
      CHECK(figures.at(id).value == static_cast<std::int64_t>(records.size()));
    };
    is("projects_behind", {behind, mended});
    is("complaints_late", {overdue, late});
    is("receptions_late", {reception});
    is("findings_open", {finding});
    is("followed_due", {in_time, kept_late, partly, broken, later, owed});
    is("followed_kept", {in_time});
    is("followed_kept_late", {kept_late});
    is("followed_partly", {partly});
    is("followed_broken", {broken});
    is("followed_open", {later, owed});
    is("followed_overdue", {later});
  }
}
