// What a unit is to reach, beside its figures, and in every file.
#include "report/targets.hpp"

#include "base/json.hpp"
#include "desk.hpp"
#include "report/html.hpp"
#include "report/period_file.hpp"

namespace target_test {

using namespace gandan;
using report::Period;
using report::Target;

namespace {

RecordId record(std::uint8_t number) {
  RecordId out;
  out.bytes.back() = number;
  return out;
}
const Period kQuarter = *report::parse_period("2026-Q1");
const Period kYear = *report::parse_period("2026");

report::FigureValue figure(const char* id, std::int64_t value, std::int64_t hide_below = 0) {
  report::FigureValue out;
  out.id = id;
  out.label = {std::string("Chỉ tiêu ") + id, std::string("Figure ") + id};
  out.value = value;
  out.hide_below = hide_below;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(value, 9); ++i)
    out.records.push_back(record(static_cast<std::uint8_t>(100 + i)));
  return out;
}
report::ComparedReport counted(std::vector<report::FigureValue> all, bool outside = true) {
  report::PeriodFigures now;
  now.id = "period";
  now.figures = std::move(all);
  return report::compare(kQuarter, now, std::nullopt, nullptr, outside);
}
report::FigureTarget beside(std::int64_t value, std::int64_t target, bool at_most = false) {
  auto report = counted({figure("f", value)});
  report::set_targets(report, {{"f", kQuarter, target, at_most, record(1)}});
  return *report.figures.at(0).target;
}
std::string reached(std::int64_t value, std::int64_t target, bool at_most = false) {
  return report::reached_for_people(beside(value, target, at_most), true);
}

}  // namespace

TEST_CASE("a target is of a year, half a year, a quarter or a month") {
  CHECK(report::target_period(2026, "year") == kYear);
  CHECK(report::target_period(2026, "h2") == report::parse_period("2026-H2"));
  CHECK(report::target_period(2026, "q1") == kQuarter);
  CHECK(report::target_period(2026, "m02") == report::parse_period("2026-02"));
  for (const char* part : {"", "q", "q5", "m13", "m2", "day", "x1"})
    CHECK_FALSE(report::target_period(2026, part));
  CHECK_FALSE(report::target_period(99, "year"));
}

TEST_CASE("of a floor the share reached is told, rounded down; of a ceiling whether it was kept") {
  CHECK(reached(350, 400) == "87,5%");
  CHECK(reached(3999, 4000) == "99,9%");  // not there yet
  CHECK(beside(3999, 4000).met == false);
  CHECK(reached(4000, 4000) == "100%");
  CHECK(reached(4000, 3) == "133.333,3%");
  CHECK(reached(0, 7) == "0%");
  CHECK(reached(-2, 7).empty());
  CHECK(reached(INT64_MAX, 7).empty());  // left out, not wrapped
  CHECK(beside(INT64_MAX, 7).met == true);
  CHECK(reached(5, 5, true) == "trong mức");
  CHECK(reached(6, 5, true) == "vượt mức");
  CHECK(reached(0, 0, true) == "trong mức");
  CHECK_FALSE(beside(6, 5, true).per_mille);
  CHECK(report::target_for_people(beside(1, 1200), true) == "1.200");
  CHECK(report::target_for_people(beside(1, 5, true), true) == "không quá 5");
}

TEST_CASE("a target is beside the figure of just its period; a longer one's is named and not divided") {
  auto report = counted({figure("a", 10), figure("b", 10)});
  const std::vector<Target> targets = {{"a", kYear, 100, false, record(1)},
                                       {"b", kQuarter, 20, false, record(2)},
                                       {"c", kYear, 5, false, record(3)},  // of another report
                                       {"b", *report::parse_period("2026-03"), 1, false, record(4)}};
  report::set_targets(report, targets);
  CHECK_FALSE(report.figures.at(0).target);
  REQUIRE(report.figures.at(1).target);
  CHECK(report.figures.at(1).target->per_mille == 500);
  const auto about = report::about_targets(report, targets);
  REQUIRE(about.size() == 1);
  CHECK(about[0].vi ==
        "Năm 2026 có chỉ tiêu giao cho 1 số liệu: so trong báo cáo của kỳ ấy, không chia cho kỳ này.");
}

TEST_CASE("of several targets for one figure the last holds, and all are named") {
  auto report = counted({figure("a", 10)});
  const std::vector<Target> targets = {{"a", kQuarter, 100, false, record(1)},
                                       {"a", kQuarter, 40, false, record(2)},
                                       {"a", kQuarter, 20, false, record(3)}};
  report::set_targets(report, targets);
  const auto& target = *report.figures.at(0).target;
  CHECK(target.value == 20);
  CHECK(target.record == record(3));
  CHECK(target.others == std::vector<RecordId>{record(1), record(2)});
  const auto about = report::about_targets(report, targets);
  REQUIRE(about.size() == 1);
  for (const std::uint8_t one : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}})
    CHECK(about[0].vi.find(short_id(to_text(record(one)))) != std::string::npos);
}

TEST_CASE("a target gives no withheld count away") {
  for (const bool at_most : {false, true})
    for (const std::int64_t value : {0, 1, 2}) {
      auto report = counted({figure("d", value, 3)});
      report::set_targets(report, {{"d", kQuarter, 2, at_most, record(1)}});
      const auto& target = *report.figures.at(0).target;
      CHECK_FALSE(target.per_mille);
      CHECK_FALSE(target.met);
      CHECK(report::reached_for_people(target, true).empty());
      CHECK(report::outcome_for_people(target).empty());
    }
  auto inside = counted({figure("d", 2, 3)}, false);
  report::set_targets(inside, {{"d", kQuarter, 2, false, record(1)}});
  CHECK(inside.figures.at(0).target->met == true);
}

TEST_CASE("every file has the target beside the figure, and the record that says so") {
  report::PeriodFile file;
  file.report = counted({figure("visits", 350), figure("late", 6), figure("d", 2, 3), figure("plain", 1)});
  const auto without = report::period_csv(file);
  report::set_targets(file.report, {{"visits", kQuarter, 1400, false, record(1)},
                                    {"late", kQuarter, 5, true, record(2)},
                                    {"d", kQuarter, 2, false, record(3)}});
  const auto csv = report::period_csv(file);
  CHECK(without.find("Chỉ tiêu giao") == std::string::npos);
  for (const char* part : {"Kỳ này,Chỉ tiêu giao,Mức,Đạt (%),Kết quả,", ",350,1400,ít nhất,25,chưa đạt,",
                           ",6,5,không quá,,vượt mức,", ",<3,2,ít nhất,,,", "plain,,1,,,,,,plain"}) {
    INFO(part << "\n" << csv);
    CHECK(csv.find(part) != std::string::npos);
  }
  const auto html = report::to_html(report::period_page(file));
  for (const char* part :
       {"<td>350</td><td>1.400</td><td>25%</td>", "<td>6</td><td>không quá 5</td><td>vượt mức</td>",
        "<td>&lt;3</td><td>2</td><td></td>", "<td>1</td><td></td><td></td>"}) {
    INFO(part);
    CHECK(html.find(part) != std::string::npos);
  }
  const auto book = report::period_workbook(file);
  const auto* target = book.sheets[0].rows.at(1).at(3);
  REQUIRE(target != nullptr);
  CHECK(target->kind == office::Cell::Kind::number);
  CHECK(target->text == "1400");
  bool named = false;
  for (const auto& row : book.sheets[1].rows)
    named = named || (row.at(2) != nullptr && row.at(2)->text == to_text(record(1)) &&
                      row.at(4)->text == "Không: chỉ tiêu giao");
  CHECK(named);
}

TEST_CASE("the form asks for every figure of the report, by the report's own words") {
  records::test::Desk desk;
  std::map<std::string, std::string> offered, counted;
  const auto* type = desk.catalog->find("target");
  REQUIRE(type != nullptr);
  const auto json = records::type_json(*type);
  for (const auto& row : json.at("survey").as_array()) {
    if (json::find_text(row.get_object(), "name") != "figure") continue;
    for (const auto& choice : row.at("choices").as_array())
      offered[std::string(choice.at("name").as_string())] =
          std::string(choice.at("label").at("vi").as_string());
  }
  const auto period = report::PeriodReport::open(*desk.catalog, "period")->result();
  for (const auto& one : period.figures) counted[one.id] = one.label.vi;
  CHECK(offered == counted);
}

}  // namespace target_test
