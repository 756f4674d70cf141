#include <cstdlib>
#include <fstream>

#include "base/calendar.hpp"
#include "desk.hpp"
#include "html_of.hpp"
#include "report/figures.hpp"

namespace report_test {

using namespace gandan;
using namespace gandan::records;
using gandan::records::test::Desk;

namespace {
bool has(const std::string& page, const std::string& part) {
  if (page.find(part) != std::string::npos) return true;
  UNSCOPED_INFO("missing: " << part);
  return false;
}
std::string print(Desk& desk, const RecordId& id) {
  report::PrintInput input;
  input.verdicts = desk.judge(id);
  input.document = &desk.documents[id];
  input.links = desk.links;
  input.superior = "UBND xã Chiến Thắng";
  input.number = "05/BB-CĐDC";
  input.place = "Chiến Thắng";
  input.footer = "Gần Dân · " + gandan::to_text(id);
  auto page = report::html_of(*desk.catalog, input);
  INFO((page.ok() ? "" : page.error().detail));
  REQUIRE(page.ok());
  // For looking: GANDAN_PRINT_DIR=/tmp unit_report
  if (const char* dir = std::getenv("GANDAN_PRINT_DIR")) {
    std::ofstream(std::string(dir) + "/" + desk.documents[id].kind + "-" + desk.documents[id].state + "-" +
                  gandan::to_text(id) + ".html")
        << *page;
  }
  return *page;
}
const std::string kSigners =
    R"(, "signers": {"village_head": "Hoàng Văn Phjà", "front_head": "Bế Thị Slao", "household_1": "Vi Văn Ước", "household_2": "Chu Thị Nhjt"}, "guests": "Ông Lý Văn Tài, Phó Chủ tịch UBND xã", "language": "Tiếng Tày, phiên dịch: Nông Thị Slai")";
}  // namespace

TEST_CASE("minutes of a meeting, as Decree 30 and Art. 20 have them") {
  Desk desk;
  const auto village = desk.village();
  const auto meeting = desk.meeting(village, desk.roll(village, 80), "c1", 54, 4, kSigners);
  REQUIRE(
      desk.save(
              meeting, "community_meeting",
              gandan::records::test::object(
                  R"({"agenda": [{"text": "Bầu tổ giám sát", "discussion": "Ông Ước: nên có người của từng xóm.\nBà Nhjt: đồng ý."}]})"))
          .ok());
  CHECK(has(print(desk, meeting), "BẢN NHÁP"));
  desk.finalize(meeting);
  const auto page = print(desk, meeting);
  for (const char* part : {"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                           "Độc lập - Tự do - Hạnh phúc",
                           "UBND xã Chiến Thắng",
                           "<b>Thôn Khòn Nưa</b>",
                           "Số: 05/BB-CĐDC",
                           "Chiến Thắng, <span class=\"day\">ngày 05 tháng 02 năm 2026</span>",
                           ">BIÊN BẢN<",
                           "Thời gian bắt đầu: 19 giờ 05 phút, ngày 05 tháng 02 năm 2026.",
                           "Chủ trì: Hoàng Văn Phjà.",
                           "Tổng số hộ gia đình: 80 hộ (theo danh sách tính đến ngày 01/02/2026). Số hộ có "
                           "mặt: 60 hộ. Số hộ vắng mặt: 20 hộ.",
                           "1. Mức đóng góp.",
                           "2. Bầu tổ giám sát.",
                           "<p>Bà Nhjt: đồng ý.</p>",
                           "Khoản 1: đóng góp xây dựng công trình công cộng",
                           "<tr><td>80</td><td>54</td><td>4</td><td>0</td></tr>",
                           "Kết quả: Thông qua: 54 trên tổng số 80 hộ đồng ý, đạt từ 2/3 trở lên. (Điều 21, "
                           "Luật Thực hiện dân chủ ở cơ sở số 10/2022/QH15)",
                           "Nội dung quyết định: Mỗi hộ góp 200.000 đồng trước 30/6",
                           "kết thúc vào 21 giờ 00 phút, ngày 05 tháng 02 năm 2026",
                           "Vi Văn Ước",
                           "Nơi nhận:",
                           "size: A4; margin: 20mm 20mm 20mm 30mm",
                           "Times New Roman"}) {
    CHECK(has(page, part));
  }
  CHECK(page.find("BẢN NHÁP") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
}

TEST_CASE("a vote that fails says so on paper") {
  Desk desk;
  const auto village = desk.village();
  const auto page = print(desk, desk.meeting(village, desk.roll(village, 80), "c1", 53));
  CHECK(has(page, "Không thông qua: 53 trên tổng số 80 hộ đồng ý, chưa đạt 2/3."));
  CHECK(page.find("Nội dung quyết định:") == std::string::npos);
  CHECK(has(page, "Không có quyết định. Nội dung đã đưa ra biểu quyết mà không được thông qua: Mỗi hộ góp"));
}

TEST_CASE("minutes name what contradicts itself and what is against the rules, and only that") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  const auto wrong = desk.meeting(village, roll, "c1", 60, 0, R"(, "procedure": [
      {"what": "secretary", "chosen": "Nông Thị Slai", "agree": 29}, {"what": "method", "chosen": "Giơ tay", "agree": 15}])",
                                  30);
  REQUIRE(desk.save(wrong, "community_meeting", {{"notice_date", "2026-02-04"}}).ok());
  const auto page = print(desk, wrong);
  for (const char* part :
       {">II. CỬ THƯ KÝ, TỔ KIỂM PHIẾU, CHỌN CÁCH BIỂU QUYẾT<",
        "1. Cử thư ký: Nông Thị Slai. Đồng ý: 29 trên 30 hộ có mặt.",
        "2. Chọn cách biểu quyết: Giơ tay. Đồng ý: 15 trên 30 hộ có mặt.",
        "Mới 15 trên 30 hộ có mặt đồng ý, chưa quá 50%.", "Kết quả: Chưa xác định được",
        "Mâu thuẫn: 60 + 0 + 0 phiếu, nhiều hơn số hộ có mặt (30 hộ",
        "Nội dung đã đưa ra biểu quyết, chưa xác định được là đã thông qua: Mỗi hộ góp",
        ">VI. CHƯA ĐÚNG QUY ĐỊNH<", "- Thông báo ngày 04/02/2026, chưa đủ 2 ngày trước khi họp.",
        "- Chưa ghi đủ tên bốn người ký khác nhau. Thiếu Trưởng thôn (tổ trưởng)."})
    CHECK(has(page, part));
  for (const char* part :
       {"Nội dung quyết định:", "29 trên 30 hộ có mặt đồng ý, trên 50%", "Kết quả: Thông qua"})
    CHECK(page.find(part) == std::string::npos);
  const auto right = print(desk, desk.meeting(village, roll, "c1", 54, 4, kSigners));
  for (const char* part :
       {"CHƯA ĐÚNG QUY ĐỊNH", "Mâu thuẫn", "CỬ THƯ KÝ", "Không có quyết định", "- Đã thông báo"})
    CHECK(right.find(part) == std::string::npos);
  CHECK(has(right, "Nội dung quyết định: Mỗi hộ góp"));
}

TEST_CASE("a decision prints as one only when it was carried, under the number that it says itself") {
  Desk desk;
  const auto village = desk.village();
  const auto decided = [&](int agree, const char* number = "07") {
    const auto id = desk.add("community_decision", R"({"village": ")" + gandan::to_text(village) +
                                                       R"(", "number": ")" + number +
                                                       R"(", "decided_on": "2026-02-06", "form": "meeting",
      "matter_clause": "c1", "matter": "góp công làm đường", "total": 80, "present": 78, "agree": )" +
                                                       std::to_string(agree) + R"(, "against": 20, "other": 0,
      "text": "Mỗi hộ góp 3 công.", "effective_on": "2026-02-10"})");
    desk.finalize(id);
    return id;
  };
  const auto page = print(desk, decided(54));
  for (const char* part :
       {">QUYẾT ĐỊNH<", "Số: 07/QĐ-CĐDC", "<p class=\"center bold\">CỘNG ĐỒNG DÂN CƯ QUYẾT ĐỊNH:</p>",
        "Điều 1. Mỗi hộ góp 3 công.", "<p>Thông qua: 54 trên tổng số 80 hộ",
        "Điều 3. Quyết định có hiệu lực"})
    CHECK(has(page, part));
  CHECK(page.find("chưa được đối chiếu") == std::string::npos);
  CHECK(has(print(desk, decided(54, "12/2026/QĐ-CĐDC")), "Số: 12/2026/QĐ-CĐDC"));
  for (const auto& [agree, why] :
       {std::pair{53, "Đây không phải là quyết định: việc này không được thông qua"},
        {59, "Đây không phải là quyết định: chưa xác định được"}}) {  // 79 votes of 78 households
    const auto id = decided(agree);
    const auto notice = print(desk, id);
    for (const char* part :
         {">THÔNG BÁO<", "Số: 07", why, "Nội dung đã đưa ra lấy ý kiến: Mỗi hộ góp 3 công."})
      CHECK(has(notice, part));
    for (const char* part : {"Điều 1.", "QUYẾT ĐỊNH<", "thực hiện Quyết định", "QĐ-CĐDC"})
      CHECK(notice.find(part) == std::string::npos);
    // Nor by asking for the decision.
    report::PrintInput input;
    input.verdicts = desk.judge(id);
    input.document = &desk.documents[id];
    input.links = desk.links;
    input.report = "community_decision";
    CHECK(report::html_of(*desk.catalog, input).error().code == Code::not_found);
    input.report = "community_decision_not_carried";
    input.said_number = "9/TB";
    const auto said = report::html_of(*desk.catalog, input);
    REQUIRE(said.ok());
    CHECK(has(*said, "Số: 9/TB"));
  }
  // One whose figures are not those of its meeting says so above all else.
  const auto meeting = desk.meeting(village, desk.roll(village, 80), "c1", 50);
  desk.finalize(meeting);
  const auto id = decided(54);
  REQUIRE(desk.save(id, "community_decision", {{"meeting", gandan::to_text(meeting)}}).ok());
  desk.finalize(id);
  CHECK(has(print(desk, id), "<p class=\"draft\">LƯU Ý: Số liệu không đúng với cuộc họp"));
}

TEST_CASE("who signs the count of a ballot: four persons, the team and the witnesses") {
  Desk desk;
  const auto village = desk.village();
  const auto page =
      print(desk, desk.add("ballot", R"({"village": ")" + gandan::to_text(village) + R"(", "roll": ")" +
                                         gandan::to_text(desk.roll(village, 80)) +
                                         R"(", "matter_clause": "c1", "matter": "Góp làm đường",
    "announced_on": "2026-02-01", "from": "2026-02-03", "until": "2026-02-05", "counted_on": "2026-02-06",
    "team": [{"name": "Tổ một"}, {"name": "Tổ hai"}], "witnesses": [{"name": "Người xem"}], "issued": 80, "returned": 79,
    "valid": 79, "agree": 50, "against": 20, "other": 3, "text": "Mỗi hộ góp 3 công"})"));
  for (const char* part :
       {"<b>TỔ PHÁT PHIẾU</b>", "<td class=\"name\">Tổ một</td><td class=\"name\">Tổ hai</td>",
        "<b>NGƯỜI CHỨNG KIẾN</b>", "<td class=\"name\">Người xem</td>",
        "Mâu thuẫn: 50 + 20 + 3 không bằng 79",
        "Không có quyết định. Nội dung đã lấy ý kiến mà không được thông qua: Mỗi hộ góp 3 công",
        "- Tổ phát phiếu có 2 người, cần từ 3 đến 5.", "- Chưa ghi đủ tên bốn người ký khác nhau."})
    CHECK(has(page, part));
  CHECK(page.find("Nội dung quyết định:") == std::string::npos);
}

TEST_CASE("minutes of a mobilisation visit") {
  Desk desk;
  const auto visit = desk.add(
      "mobilisation_visit",
      R"({"project": "Cao tốc Hữu Nghị – Chi Lăng", "household": "H017", "stage": "inventory_persuasion",
    "team": [{"name": "Lý Văn Tài, Phó Chủ tịch UBND xã", "organisation": "ubnd"}, {"name": "Bế Thị Slao", "organisation": "mttq"}],
    "start": "2026-02-05T09:00:00+07:00", "end": "2026-02-05T10:30:00+07:00", "place": "Nhà hộ H017", "met": "land_user", "issues": ["price", "graves"],
    "wishes": "Xin được di chuyển mồ mả trước Tết", "explained": "Đơn giá theo quyết định của tỉnh",
    "commitments": [{"party": "ubnd", "what": "Trả lời về mồ mả", "due": "2026-02-20"}], "outcome": "considering", "minutes": "refused",
    "refusal_reason": "Chờ con trai về", "next_date": "2026-02-24"})");
  desk.finalize(visit);
  const auto page = print(desk, visit);
  for (const char* part :
       {"Vận động, thuyết phục hộ gia đình (mã hộ H017)",
        "1. Lý Văn Tài, Phó Chủ tịch UBND xã – Ủy ban nhân dân.",
        "Vướng mắc: Mồ mả, tâm linh; Giá bồi thường.",
        "1. Ủy ban nhân dân: Trả lời về mồ mả. Hạn: 20/02/2026.", "Kết quả: Đang cân nhắc.",
        "2. Nguyện vọng của hộ: Xin được di chuyển mồ mả trước Tết.",
        "3. Nội dung đã giải thích, vận động: Đơn giá theo quyết định của tỉnh.",
        "Biên bản: Đã lập, hộ không ký.", "Hẹn gặp lại: ngày 24 tháng 02 năm 2026.",
        "<b>ĐẠI DIỆN HỘ GIA ĐÌNH</b><br><i>(Từ chối ký)</i>", "<b>NGƯỜI CHỨNG KIẾN</b>",
        "<b>ĐẠI DIỆN ĐƠN VỊ BỒI THƯỜNG, HỖ TRỢ, TÁI ĐỊNH CƯ</b>"}) {
    CHECK(has(page, part));
  }
  const auto with = [&](const json::object& patch) {
    REQUIRE(desk.save(visit, "mobilisation_visit", patch).ok());
    desk.finalize(visit);
    return print(desk, visit);
  };
  const auto asked = with({{"minutes", "signed"}, {"wishes", "Bao giờ trả tiền?"}});
  CHECK(has(asked, "<b>ĐẠI DIỆN HỘ GIA ĐÌNH</b><br><i>(Ký, ghi rõ họ tên)</i>"));
  CHECK(has(asked, "Bao giờ trả tiền?<"));
  CHECK(asked.find("NGƯỜI CHỨNG KIẾN") == std::string::npos);
  const auto alone = with({{"minutes", "not_written"}, {"met", "nobody"}});
  CHECK(has(alone, "<b>ĐẠI DIỆN HỘ GIA ĐÌNH</b><br><i>(Không gặp được)</i>"));
}

TEST_CASE("sections and lines are numbered as they are printed, without a gap for what is empty") {
  Desk desk;
  const auto visit =
      desk.add("mobilisation_visit",
               R"({"household": "H017", "team": [{"name": "Cán bộ xã", "organisation": "ubnd"}],
    "wishes": "Chờ con trai về", "explained": "Đơn giá", "outcome": "considering"})");
  const auto page = print(desk, visit);
  for (const char* part : {">I. THÀNH PHẦN<", ">II. NỘI DUNG<", ">1. Nguyện vọng của hộ: Chờ con trai về.<",
                           ">2. Nội dung đã giải thích, vận động: Đơn giá.<", ">III. KẾT QUẢ<"})
    CHECK(has(page, part));
  CHECK(page.find("CAM KẾT") == std::string::npos);
  CHECK(page.find("{I}") == std::string::npos);
  const auto empty = print(desk, desk.add("mobilisation_visit", R"({"outcome": "considering"})"));
  CHECK(has(empty, ">II. KẾT QUẢ<"));
  CHECK(empty.find("NỘI DUNG") == std::string::npos);
}

TEST_CASE("a word that stands before a value is not said twice") {
  Desk desk;
  const auto title = [&](const RecordId& id) {
    const auto& document = desk.documents[id];
    return search_text(*desk.catalog, *desk.catalog->find_for(document), document, desk.links).title;
  };
  CHECK(title(desk.add("mobilisation_visit", R"({"household": "Hộ H017", "project": "Đường nối"})")) ==
        "Vận động hộ H017 – Đường nối");
  CHECK(title(desk.add("mobilisation_visit", R"({"household": "Hồ Văn A", "project": "Đường nối"})")) ==
        "Vận động hộ Hồ Văn A – Đường nối");
  const auto village = desk.add("village", R"({"kind": "thon", "name": "Thôn Khòn Nưa"})");
  const auto page = print(desk, desk.meeting(village, desk.roll(village, 3), "c1", 2));
  CHECK(has(page, "<b>Thôn Khòn Nưa</b>"));
  CHECK(has(page, "Họp cộng đồng dân cư thôn Khòn Nưa"));
  // One that quotes nothing yet is called by its kind.
  CHECK(title(desk.add("mobilisation_visit", "{}")) == "Vận động hộ dân (giải phóng mặt bằng)");
}

TEST_CASE("nobody writes markup into minutes") {
  Desk desk;
  const auto village = desk.add("village", R"({"kind": "ban", "name": "<script>alert(1)</script>"})");
  const auto meeting = desk.meeting(village, desk.roll(village, 3), "c1", 2, 0,
                                    R"(, "guests": "<img src=x onerror=alert(1)> & \"A\" 'B' {chair}")");
  const auto page = print(desk, meeting);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("<img") == std::string::npos);
  CHECK(has(page, "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;A&quot; &#39;B&#39; {chair}"));
  CHECK(has(page, "default-src 'none'"));
}

TEST_CASE("missing values leave room for a pen") {
  Desk desk;
  const auto page = print(desk, desk.add("community_meeting", "{}"));
  CHECK(has(page, "Địa điểm: ……………."));
}

TEST_CASE("a kind without a template prints as a sheet of its form, with what is personal where it is read") {
  auto files = builtin_schema();
  files.push_back(
      {"records/secret.json",
       R"~({"kind": "secret", "version": 1, "label": {"vi": "Việc riêng", "en": "x"}, "title": "Việc {open}", "date": "on",
    "survey": [{"type": "text", "name": "open", "label": {"vi": "Mở", "en": "a"}}, {"type": "date", "name": "on", "label": {"vi": "Ngày", "en": "a"}},
    {"type": "text", "name": "hidden", "label": {"vi": "Tên người", "en": "a"}, "personal": true},
    {"type": "link", "name": "place", "link": "village", "label": {"vi": "Thôn", "en": "a"}},
    {"type": "group", "name": "more", "label": {"vi": "Thêm", "en": "a"}, "children": [
      {"type": "integer", "name": "sum", "label": {"vi": "Số tiền", "en": "a"}}]},
    {"type": "repeat", "name": "rows", "label": {"vi": "Các dòng", "en": "a"}, "children": [
      {"type": "text", "name": "word", "label": {"vi": "Chữ", "en": "a"}}]}]})~"});
  Desk desk(files);
  const auto village = desk.village();
  const auto id = desk.add(
      "secret",
      R"~({"open": "<b>mở</b>", "on": "2026-02-05", "more": {"sum": 1234567}, "rows": [{"word": "một"}], "place": ")~" +
          gandan::to_text(village) + "\"}");
  desk.write(id, {"hidden", std::string("kín")});
  const auto page = print(desk, id);
  for (const char* part : {"PHIẾU HỒ SƠ", "BẢN NHÁP", "Mở: &lt;b&gt;mở&lt;/b&gt;.", "Số tiền: 1.234.567.",
                           "Thôn: Thôn Khòn Nưa.", "<th>Chữ</th>", "<td>một</td>",
                           "Chiến Thắng, <span class=\"day\">ngày 05 tháng 02 năm 2026</span>"})
    CHECK(has(page, part));
  CHECK(has(page, "Tên người: kín."));
  desk.write(id, {"hidden", changelog::Personal{{1, 2}}});
  const auto closed = print(desk, id);
  CHECK(closed.find("kín") == std::string::npos);
  CHECK(has(closed, "Tên người: (dữ liệu cá nhân)."));
  report::PrintInput input;
  input.document = &desk.documents[id];
  input.report = "minutes_community_meeting";
  CHECK(report::html_of(*desk.catalog, input).error().code == Code::not_found);
}

TEST_CASE("print templates are checked") {
  Desk desk;
  auto status = report::check_templates(*desk.catalog);
  INFO((status.ok() ? "" : status.error().detail));
  CHECK(status.ok());
  for (const char* blocks :
       {R"([{"text": "{nobody}"}])", R"([{"list": "decisions", "blocks": [{"text": "{ghost}"}]}])",
        R"~([{"text": "x", "when": "random()"}])~",
        R"([{"list": "decisions", "blocks": [{"text": "x", "when": "ghost = 1"}]}])",
        R"([{"text": "x", "rules": ["l10.art18.nothing"], "holds": true}])",
        R"([{"text": "x", "rules": ["l10.art18.notice"]}])", R"([{"verdicts": ["nothing"], "text": "x"}])",
        R"([{"signatures": [{"list": "ghosts", "title": "X", "name": "{name}"}]}])",
        R"([{"signatures": [{"list": "agenda", "title": "X", "name": "{ghost}"}]}])",
        R"([{"colour": "red"}])", "[1]"}) {
    auto files = builtin_schema();
    files.push_back(
        {"reports/x.json",
         std::string(R"({"id": "x", "print": {"kind": "community_meeting", "title": "X", "blocks": )") +
             blocks + "}}"});
    Desk other(files);
    CHECK(report::check_templates(*other.catalog).error().code == Code::bad_schema);
  }
}

TEST_CASE("a period's figures, each with the records behind it") {
  Desk desk;
  const auto village = desk.village();
  const auto roll = desk.roll(village, 80);
  const auto passed = desk.meeting(village, roll, "c1", 54);
  const auto failed = desk.meeting(village, roll, "c1", 53);
  const auto early = desk.meeting(village, roll, "c1", 60);
  REQUIRE(desk.save(early, "community_meeting", {{"start", "2025-12-31T16:00:00Z"}}).ok());
  const auto session =
      desk.add("dissemination_session",
               R"({"document_number": "1866-CV/TU", "present": 45, "start": "2026-01-01T01:00:00Z"})");
  const auto other =
      desk.add("dissemination_session",
               R"({"document_number": "1866-CV/TU", "present": 5, "start": "2026-03-31T16:00:00Z"})");
  const auto visit = [&](const char* household, const char* start, const char* due, const char* kept) {
    return desk.add("mobilisation_visit",
                    std::string(R"({"project": "P", "household": ")") + household +
                        R"(", "met": "family", "outcome": "agreed", "start": ")" + start +
                        R"(", "commitments": [{"party": "ubnd", "what": "x", "due": ")" + due +
                        R"(", "kept_on": )" + kept + "}]}");
  };
  const auto v1 = visit("H1", "2026-01-10T02:00:00Z", "2026-02-01", "\"2026-01-30\"");
  const auto v2 = visit("H1", "2026-02-10T02:00:00Z", "2026-04-01", "null");
  const auto v3 = visit("H2", "2025-11-10T02:00:00Z", "2026-01-01", "null");
  for (const auto& id : {passed, failed, early, session, other, v1, v2, v3}) desk.finalize(id);
  const auto unsigned_visit = visit("H3", "2026-02-11T02:00:00Z", "2026-02-20", "\"2026-02-12\"");
  desk.clock.now = *parse_instant("2026-04-01T02:00:00Z");
  auto opened = report::PeriodReport::open(*desk.catalog, "period");
  INFO((opened.ok() ? "" : opened.error().detail));
  REQUIRE(opened.ok());
  opened->period(*parse_date("2026-01-01"), *parse_date("2026-03-31"), local_days(desk.clock.now));
  for (const auto& [id, document] : desk.documents) opened->add(document, desk.links, {});
  std::map<std::string, report::FigureValue> figures;
  for (auto& f : opened->result().figures) figures[f.id] = f;
  const auto is = [&](const char* id, std::int64_t value, std::vector<RecordId> records) {
    auto found = figures.at(id).records;
    std::sort(found.begin(), found.end());
    std::sort(records.begin(), records.end());
    INFO(id);
    CHECK(figures.at(id).value == value);
    CHECK(found == records);
  };
  is("dissemination_sessions", 2, {session, other});
  is("people_reached", 50, {session, other});
  is("meetings", 2, {passed, failed});
  is("households_present", 120, {passed, failed});
  is("decisions_passed", 1, {passed});
  is("decisions_failed", 1, {failed});
  is("visits", 2, {v1, v2});
  is("households_mobilised", 1, {v1, v2});
  is("households_agreed", 1, {v2});  // the last one of the household decides
  is("commitments_made", 2, {v1, v2});
  is("commitments_due", 2, {v1, v3});
  is("commitments_kept", 1, {v1});
  is("commitments_kept_late", 0, {});
  is("commitments_broken", 0, {});
  is("commitments_open", 1, {v3});
  is("rules_broken", 2, {passed, failed});  // without signatures, both
  // A draft is no visit that was made: it stands apart.
  using Ids = std::vector<RecordId>;
  for (const char* id :
       {"visits", "households_mobilised", "households_agreed", "commitments_made", "commitments_kept"}) {
    INFO(id);
    CHECK(figures.at(id).drafts == Ids{unsigned_visit});
  }
  CHECK(figures.at("meetings").drafts.empty());
  CHECK(report::PeriodReport::open(*desk.catalog, "nothing").error().code == Code::not_found);
}

TEST_CASE("households are told apart by unit, and one code is one household however it is written") {
  Desk desk;
  const auto visit = [&](const char* household, const char* start, const char* more, std::uint8_t unit,
                         bool sign = true) {
    const auto id =
        desk.add("mobilisation_visit", std::string(R"({"project": "Đường Nội", "household": ")") + household +
                                           R"(", "start": ")" + start + R"(", )" + more + "}");
    if (sign) desk.finalize(id);
    desk.documents.at(id).unit.bytes[0] = unit;
    return id;
  };
  constexpr const char* kAgreed = R"("met": "family", "outcome": "agreed")";
  constexpr const char* kRefused = R"("met": "family", "outcome": "disagreed")";
  constexpr const char* kNobody = R"("met": "nobody", "outcome": "not_met")";
  // Commune 1: H81 agreed, twice told; H7 agreed and refused later; H9 agreed and was not met later.
  visit("H81", "2026-03-10T02:00:00Z", kAgreed, 1);
  const auto last_81 = visit("h-081", "2026-03-11T02:00:00Z", kAgreed, 1);
  visit("H7", "2026-03-10T02:00:00Z", kAgreed, 1);
  visit("H7", "2026-03-10T08:00:00Z", kRefused, 1);  // on the same day
  const auto met_9 = visit("H9", "2026-03-10T02:00:00Z", kAgreed, 1);
  visit("H 09", "2026-03-20T02:00:00Z", kNobody, 1);
  // H5 refused, and agreed in a draft; H6 agreed, and refused in one.
  visit("H5", "2026-03-10T02:00:00Z", kRefused, 1);
  const auto draft_5 = visit("H5", "2026-03-12T02:00:00Z", kAgreed, 1, false);
  const auto said_6 = visit("H6", "2026-03-10T02:00:00Z", kAgreed, 1);
  visit("H6", "2026-03-12T02:00:00Z", kRefused, 1, false);
  // Commune 2 has an H81 of its own, and an H7.
  const auto other_81 = visit("H81", "2026-03-12T02:00:00Z", kAgreed, 2);
  visit("H7", "2026-03-12T02:00:00Z", kRefused, 2);
  // After the period H6 changed its mind.
  visit("H6", "2026-04-02T02:00:00Z", kRefused, 1);
  desk.clock.now = *parse_instant("2026-04-10T02:00:00Z");
  const auto figure = [&](const char* id, bool backwards) {
    auto opened = std::move(report::PeriodReport::open(*desk.catalog, "period")).value();
    opened.period(*parse_date("2026-03-01"), *parse_date("2026-03-31"), local_days(desk.clock.now));
    std::vector<const records::Document*> all;
    for (const auto& [record, document] : desk.documents) all.push_back(&document);
    if (backwards) std::reverse(all.begin(), all.end());
    for (const auto* document : all) opened.add(*document, desk.links, {});
    const auto result = opened.result();
    for (auto one : result.figures)
      if (one.id == id) {
        std::sort(one.records.begin(), one.records.end());
        return one;
      }
    FAIL(id);
    return report::FigureValue{};
  };
  for (const bool backwards : {false, true}) {
    INFO(backwards);
    CHECK(figure("households_mobilised", backwards).value == 7);  // 81, 7, 9, 5, 6 and two others
    const auto agreed = figure("households_agreed", backwards);
    std::vector<RecordId> expected = {last_81, met_9, said_6, other_81};
    std::sort(expected.begin(), expected.end());
    CHECK(agreed.value == 4);
    CHECK(agreed.records == expected);
    CHECK(agreed.drafts == std::vector{draft_5});
  }
  // What a stranger counts by the records alone cannot know of a later refusal.
  const auto opened = std::move(report::PeriodReport::open(*desk.catalog, "period")).value();
  CHECK(opened.reading("households_agreed").error().code == Code::figure_unfit);
  CHECK(opened.reading("households_mobilised")->distinct == "project || ' / ' || household");
}

TEST_CASE("a figure of households that is written wrongly says what it lacks") {
  for (const char* columns :
       {R"("household": "household")", R"("household": {"code": "household"})",
        R"("household": {"project": "project", "code": "ghost"})",
        R"("household": {"project": "project", "code": "household"}, "sum": "1")",
        R"("household": {"project": "project", "code": "household"}, "list": "commitments")",
        R"("latest": "met <> 'nobody'")"}) {
    INFO(columns);
    auto files = builtin_schema();
    files.push_back(
        {"reports/x.json", std::string(R"({"id": "x", "label": {"vi": "X", "en": "X"}, "figures": [{"id": "f",
                       "label": {"vi": "F", "en": "F"}, "kind": "mobilisation_visit", )") +
                               columns + "}]}"});
    Desk other(files);
    CHECK(report::PeriodReport::open(*other.catalog, "x").error().code == Code::bad_schema);
  }
}

}  // namespace report_test
