// Periods and the ones before, figures beside each other, and what files of them say.
#include "report/period_file.hpp"

#include "base/calendar.hpp"
#include "desk.hpp"
#include "report/html.hpp"

namespace period_test {

using namespace gandan;
using namespace gandan::records;
using gandan::records::test::Desk;
using report::Period;

namespace {

Period days(const char* first, const char* last) { return {*parse_date(first), *parse_date(last)}; }
std::string text_of(const std::optional<Period>& period) {
  return period ? date_text(period->first) + ".." + date_text(period->last) : "none";
}
std::string before(const char* name) { return text_of(report::previous(*report::parse_period(name))); }

report::FigureValue figure(const char* id, std::int64_t value, std::int64_t hide_below = 0) {
  report::FigureValue out;
  out.id = id;
  out.label = {std::string("Chỉ tiêu ") + id, id};
  out.unit = {"vụ", "cases"};
  out.value = value;
  out.hide_below = hide_below;
  RecordId record;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(value, 5); ++i) {
    record.bytes[0] = static_cast<std::uint8_t>(i + 1);
    out.records.push_back(record);
  }
  return out;
}
report::PeriodFigures figures(std::vector<report::FigureValue> all) {
  report::PeriodFigures out;
  out.id = "period";
  out.version = 4;
  out.label = {"Số liệu trong kỳ", "Figures of the period"};
  out.figures = std::move(all);
  return out;
}
const Period kQuarter = days("2026-01-01", "2026-03-31");

report::ComparedFigure compared(std::int64_t now, std::int64_t then, std::int64_t hide_below = 0,
                                bool outside = true) {
  const auto before = figures({figure("f", then, hide_below)});
  const auto all = report::compare(kQuarter, figures({figure("f", now, hide_below)}),
                                   report::previous(kQuarter), &before, outside);
  return all.figures.at(0);
}

report::PeriodFile file() {
  const auto before = figures({figure("visits", 8), figure("new", 0), figure("denunciations", 7, 3)});
  report::PeriodFile out;
  out.report = report::compare(
      kQuarter, figures({figure("visits", 1234), figure("new", 2), figure("denunciations", 2, 3)}),
      report::previous(kQuarter), &before, true);
  out.paper.symbol = "BC";
  out.paper.opening = {"{organisation} báo cáo:"};
  out.paper.signatures = {"NGƯỜI LẬP", "THỦ TRƯỞNG"};
  out.organisation = "=HYPERLINK(\"x\") & Xã <A>";
  out.unit = "=1+1";
  out.place = "Xã A";
  out.as_of = kQuarter.last;
  out.ledger_size = 42;
  out.ledger_root = std::string(64, 'c');
  out.forms = "của chương trình";
  out.days[out.report.figures[0].records[1]] = *parse_date("2026-02-05");
  out.days[out.report.figures[0].records[0]] = *parse_date("2026-02-06");
  return out;
}
const office::Cell* cell(const office::Sheet& sheet, std::uint32_t row, std::uint32_t column) {
  for (const auto& one : sheet.rows)
    if (one.number == row) return one.at(column);
  return nullptr;
}
std::string text_at(const office::Sheet& sheet, std::uint32_t row, std::uint32_t column) {
  const auto* found = cell(sheet, row, column);
  return found == nullptr ? "" : found->text;
}

}  // namespace

TEST_CASE("a period is followed backwards by the one before of its kind") {
  CHECK(text_of(report::parse_period("2026-02")) == "2026-02-01..2026-02-28");
  CHECK(text_of(report::parse_period("2028-02")) == "2028-02-01..2028-02-29");
  CHECK(text_of(report::parse_period("2026-Q4")) == "2026-10-01..2026-12-31");
  CHECK(text_of(report::parse_period("2026-H2")) == "2026-07-01..2026-12-31");
  CHECK(text_of(report::parse_period("2026")) == "2026-01-01..2026-12-31");
  for (const char* wrong :
       {"", "26", "2026-", "2026-Q5", "2026-H3", "2026-13", "2026-00", "2026-3", "2026-Q10"})
    CHECK_FALSE(report::parse_period(wrong));
  CHECK(before("2026-03") == "2026-02-01..2026-02-28");
  CHECK(before("2026-01") == "2025-12-01..2025-12-31");
  CHECK(before("2026-Q1") == "2025-10-01..2025-12-31");
  CHECK(before("2026-Q3") == "2026-04-01..2026-06-30");
  CHECK(before("2026-H1") == "2025-07-01..2025-12-31");
  CHECK(before("2026-H2") == "2026-01-01..2026-06-30");
  CHECK(before("2026") == "2025-01-01..2025-12-31");
  for (const auto& other : {days("2026-01-02", "2026-01-31"), days("2026-01-01", "2026-02-28"),
                            days("2026-02-01", "2026-04-30"), days("2026-04-01", "2026-09-30")})
    CHECK(text_of(report::previous(other)) == "none");
  CHECK(report::label_of(kQuarter).vi == "Quý I năm 2026");
  CHECK(report::label_of(*report::parse_period("2026-02")).vi == "Tháng 02 năm 2026");
  CHECK(report::label_of(*report::parse_period("2026-02")).en == "2026-02");
  CHECK(report::label_of(*report::parse_period("2026-H1")).vi == "6 tháng đầu năm 2026");
  CHECK(report::label_of(days("2026-01-02", "2026-01-05")).vi == "Từ ngày 02/01/2026 đến ngày 05/01/2026");
}

TEST_CASE("a difference, a percentage where there is one, and what is new") {
  const auto percent = [](std::int64_t now, std::int64_t then) {
    return report::change_for_people(compared(now, then), true);
  };
  CHECK(compared(12, 8).difference == 4);
  CHECK(percent(12, 8) == "+50%");
  CHECK(percent(7, 8) == "-12,5%");
  CHECK(percent(8, 8) == "0%");
  CHECK(percent(2, 3) == "-33,3%");
  CHECK(percent(5, 3) == "+66,7%");
  CHECK(percent(0, 8) == "-100%");
  CHECK(percent(8, 0) == "mới có");
  CHECK(percent(0, 0).empty());
  CHECK(compared(8, 0).new_now);
  CHECK_FALSE(compared(8, 0).per_mille);
  CHECK_FALSE(compared(5, -3).per_mille);  // a percentage of a debt says nothing
  CHECK(compared(5, -3).difference == 8);
  // What does not fit is left out, not wrapped.
  CHECK_FALSE(compared(INT64_MAX, -1).difference);
  CHECK_FALSE(compared(INT64_MAX, 1).per_mille);
  CHECK(compared(INT64_MAX, 1).difference == INT64_MAX - 1);
  const auto alone = report::compare(kQuarter, figures({figure("f", 5)}), std::nullopt, nullptr, true);
  CHECK_FALSE(alone.figures.at(0).previous);
  CHECK_FALSE(alone.before);
}

TEST_CASE("a small count that tells who is meant is told by no value, difference, percentage or record") {
  for (const auto& [now, then] : {std::pair{2, 4}, {4, 2}, {0, 1}, {2, 2}, {0, 0}, {3, 0}}) {
    INFO(now << " " << then);
    const auto one = compared(now, then, 3);
    CHECK(one.value.digits() == (now < 3 ? "<3" : std::to_string(now)));
    CHECK(one.previous->digits() == (then < 3 ? "<3" : std::to_string(then)));
    CHECK_FALSE(one.difference);
    CHECK_FALSE(one.per_mille);
    CHECK_FALSE(one.new_now);
    CHECK(report::change_for_people(one, true).empty());
    CHECK(one.counts_only);
    CHECK(one.records.empty());
  }
  const auto both = compared(4, 3, 3);
  CHECK(both.difference == 1);
  CHECK(both.records.empty());  // its records are still not for outside
  const auto inside = compared(2, 4, 3, false);
  CHECK(inside.value.value == 2);
  CHECK(inside.difference == -2);
  CHECK(inside.records.size() == 2);
}

TEST_CASE("a count is small, too, when few records brought all of it") {
  const auto with = [](std::int64_t value, std::size_t records) {
    auto out = figure("f", value, 3);
    out.records.resize(std::min(out.records.size(), records));
    return out;
  };
  const auto told = [&](const report::FigureValue& now, const report::FigureValue& then, bool outside) {
    const auto before = figures({then});
    return report::compare(kQuarter, figures({now}), report::previous(kQuarter), &before, outside)
        .figures.at(0);
  };
  CHECK(told(with(3, 1), with(4, 3), true).value.digits() == "<3");
  CHECK(told(with(4, 3), with(5, 2), true).previous->digits() == "<3");
  CHECK_FALSE(told(with(4, 3), with(5, 2), true).difference);
  CHECK(told(with(4, 3), with(5, 3), true).difference == -1);
  CHECK(told(with(3, 1), with(4, 3), false).value.digits() == "3");
}

TEST_CASE("for days of one's own choice a figure with a bound is not given outside, however large it is") {
  const auto free = days("2026-01-02", "2026-03-31");
  const auto all = figures({figure("open", 40), figure("bound", 40, 3)});
  const auto outside = report::compare(free, all, kQuarter, &all, true);
  const auto& one = outside.figures.at(1);
  CHECK(outside.figures.at(0).value.value == 40);
  CHECK_FALSE(one.value.value);
  CHECK(one.value.digits() == "…");
  CHECK(one.value.for_people() == "…");
  CHECK_FALSE(one.previous);
  CHECK_FALSE(one.difference);
  CHECK(one.records.empty());
  CHECK(report::compare(free, all, std::nullopt, nullptr, false).figures.at(1).value.value == 40);
  CHECK(report::compare(kQuarter, all, std::nullopt, nullptr, true).figures.at(1).value.value == 40);
  auto made = file();
  made.report = outside;
  CHECK(report::period_csv(made).find(",…,") != std::string::npos);
  CHECK(report::to_html(report::period_page(made)).find("<td>…</td>") != std::string::npos);
  const auto book = report::period_workbook(made);
  for (const auto& row : book.sheets[0].rows)
    for (const auto& cell : row.cells) CHECK(cell.text.find('<') == std::string::npos);
}

TEST_CASE("denunciations are withheld whatever a report's data says") {
  auto files = builtin_schema();
  files.push_back({"reports/x.json", R"~({"id": "x", "figures": [
    {"id": "bare", "label": {"vi": "a", "en": "a"}, "kind": "denunciation", "drafts": true},
    {"id": "low", "label": {"vi": "a", "en": "a"}, "kind": "denunciation", "drafts": true, "hide_below": 1},
    {"id": "high", "label": {"vi": "a", "en": "a"}, "kind": "complaint", "drafts": true, "hide_below": 5},
    {"id": "free", "label": {"vi": "a", "en": "a"}, "kind": "complaint", "drafts": true}]})~"});
  Desk desk(files);
  auto opened = report::PeriodReport::open(*desk.catalog, "x");
  REQUIRE(opened.ok());
  std::map<std::string, std::int64_t> bounds;
  const auto result = opened->result();
  for (const auto& one : result.figures) bounds[one.id] = one.hide_below;
  CHECK(bounds == std::map<std::string, std::int64_t>{{"bare", 3}, {"low", 3}, {"high", 5}, {"free", 0}});
  const auto period = report::PeriodReport::open(*desk.catalog, "period")->result();
  for (const auto& one : period.figures)
    CHECK(one.hide_below == (one.id.rfind("denunciations", 0) == 0 ? 3 : 0));
}

TEST_CASE("a report is told as of a day that no clock decides") {
  Desk desk;
  desk.today("2026-12-01");
  const auto id = desk.add(
      "project",
      R"~({"name": "P", "decided_on": "2026-01-05", "planned_handover": "2026-02-15", "handed_over_on": "2026-03-10"})~");
  const auto value = [&](const char* as_of, const char* name) {
    auto opened = report::PeriodReport::open(*desk.catalog, "period");
    REQUIRE(opened.ok());
    opened->period(kQuarter.first, kQuarter.last, *parse_date(as_of));
    opened->add(desk.documents[id], desk.links, {});
    const auto result = opened->result();
    for (const auto& one : result.figures)
      if (one.id == name) return one.value;
    FAIL("no figure " << name);
    return std::int64_t{-1};
  };
  CHECK(value("2026-02-01", "projects_running") == 1);
  CHECK(value("2026-02-01", "projects_behind") == 0);
  CHECK(value("2026-03-01", "projects_behind") == 1);  // not handed over yet on that day
  CHECK(value("2026-03-31", "projects_running") == 0);
  CHECK(value("2026-11-30", "projects_running") == 0);
}

TEST_CASE("a workbook of it: numbers as numbers, days as days, and what it was made from") {
  const auto book = report::period_workbook(file());
  REQUIRE(book.sheets.size() == 3);
  using Kind = office::Cell::Kind;
  const auto& sheet = book.sheets[0];
  CHECK(text_at(sheet, 2, 2) == "1234");
  CHECK(cell(sheet, 2, 2)->kind == Kind::number);
  CHECK(text_at(sheet, 2, 4) == "1226");
  CHECK(text_at(sheet, 2, 5) == "15325");  // per cent
  CHECK(text_at(sheet, 3, 6) == "mới có");
  CHECK(text_at(sheet, 4, 2) == "<3");
  CHECK(cell(sheet, 4, 2)->kind == Kind::text);
  CHECK(text_at(sheet, 4, 3) == "7");
  CHECK(cell(sheet, 4, 4) == nullptr);
  CHECK(cell(sheet, 4, 5) == nullptr);
  const auto& behind = book.sheets[1];  // by day, then by id
  REQUIRE(behind.rows.size() == 1 + 5 + 2);
  CHECK(text_at(behind, 5, 3) == "2026-02-05");
  CHECK(text_at(behind, 6, 3) == "2026-02-06");
  CHECK(cell(behind, 6, 3)->kind == Kind::date);
  for (const auto& row : behind.rows) CHECK(row.cells.at(0).text != "denunciations");
  std::map<std::string, std::pair<std::string, Kind>> facts;
  for (const auto& row : book.sheets[2].rows)
    facts[row.cells.at(0).text] = {row.cells.at(1).text, row.cells.at(1).kind};
  CHECK(facts["Mốc sổ cái, số mục"] == std::pair{std::string("42"), Kind::number});
  CHECK(facts["Mốc sổ cái, mã gốc"].first == std::string(64, 'c'));
  CHECK(facts["Mẫu báo cáo"].first == "period, bản 4");
  CHECK(facts["Biểu mẫu, quy tắc"].first == "của chương trình");
  CHECK(facts["Từ ngày"] == std::pair{std::string("2026-01-01"), Kind::date});
}

TEST_CASE("a table of it as text: no cell is a formula") {
  const auto csv = report::period_csv(file());
  CHECK(csv.substr(0, 3) == "\xef\xbb\xbf");
  CHECK(csv.find("\r\nĐơn vị,'=1+1\r\n") != std::string::npos);
  CHECK(csv.find(",1234,8,1226,15325,") != std::string::npos);
  CHECK(csv.find(",<3,7,,,") != std::string::npos);
  CHECK(csv.find(std::string(64, 'c')) != std::string::npos);
}

TEST_CASE("a page of it, in either form, ready to be signed") {
  auto state = file();
  const auto page = report::period_page(state);
  const auto html = report::to_html(page);
  for (const char* part :
       {">BÁO CÁO<", ">Quý I năm 2026<", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: ……/BC-……",
        "ngày …… tháng …… năm ………", "=HYPERLINK(&quot;x&quot;) &amp; Xã &lt;A&gt; báo cáo:",
        "<td>1.234</td><td>8</td><td>+1.226</td><td>+15.325%</td>",
        "<td>&lt;3</td><td>7</td><td></td><td></td>", "“&lt;3” là dưới 3, hoặc từ dưới 3 hồ sơ:",
        "<b>THỦ TRƯỞNG</b>", "Mốc sổ cái, số mục: 42", "Mẫu báo cáo: period, bản 4"}) {
    INFO(part);
    CHECK(html.find(part) != std::string::npos);
  }
  CHECK(html.find("<td>2</td><td>7</td>") == std::string::npos);
  state.form = report::HeadForm::party;
  state.number = "12-BC/ĐU";
  state.date = *parse_date("2026-04-05");
  const auto party = report::to_html(report::period_page(state));
  for (const char* part : {"ĐẢNG CỘNG SẢN VIỆT NAM", "Số 12-BC/ĐU", "ngày 05 tháng 4 năm 2026"}) {
    INFO(part);
    CHECK(party.find(part) != std::string::npos);
  }
}

TEST_CASE(
    "a file with what no ledger has says that it cannot be made again, and a period that goes on that it "
    "does") {
  auto one = file();
  CHECK(report::period_csv(one).find("không làm lại được") == std::string::npos);
  CHECK(report::period_csv(one).find("làm lại được đúng tệp này") != std::string::npos);
  one.whole = false;
  CHECK(report::period_csv(one).find("làm lại được đúng tệp này") == std::string::npos);
  one.unsent = true;
  one.as_of = *parse_date("2026-02-10");
  CHECK(report::period_csv(one).find("không làm lại được") != std::string::npos);
  CHECK(report::to_html(report::period_page(one))
            .find("Kỳ báo cáo chưa hết: số liệu tính đến hết ngày 10/02/2026") != std::string::npos);
}

}  // namespace period_test
