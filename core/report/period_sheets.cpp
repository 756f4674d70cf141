#include "base/calendar.hpp"
#include "office/csv.hpp"
#include "records/format.hpp"
#include "report/period_words.hpp"
#include "report/targets.hpp"

namespace gandan::report {
namespace {

using office::Cell;
using Kind = office::Cell::Kind;

// A file of more is none that a person opens; what is left out is said.
constexpr std::size_t kMostRecordRows = 50'000;

// One row after the other; empty texts are empty cells.
class SheetMaker {
 public:
  explicit SheetMaker(std::string name) { sheet_.name = std::move(name); }
  void row(std::vector<std::pair<Kind, std::string>> cells) {
    office::Row out;
    out.number = ++number_;
    std::uint32_t column = 0;
    for (auto& [kind, text] : cells) {
      if (!text.empty()) out.cells.push_back({column, kind, std::move(text)});
      ++column;
    }
    if (!out.cells.empty()) sheet_.rows.push_back(std::move(out));
  }
  void texts(const std::vector<std::string>& cells) {
    std::vector<std::pair<Kind, std::string>> out;
    for (const auto& cell : cells) out.emplace_back(Kind::text, cell);
    row(std::move(out));
  }
  office::Sheet take() { return std::move(sheet_); }

 private:
  office::Sheet sheet_;
  std::uint32_t number_ = 0;
};

std::pair<Kind, std::string> cell_of(const std::optional<Shown>& shown) {
  if (!shown) return {Kind::text, ""};
  return {shown->value ? Kind::number : Kind::text, shown->digits()};
}
std::pair<Kind, std::string> cell_of(const std::optional<std::int64_t>& number) {
  return {Kind::number, number ? std::to_string(*number) : std::string()};
}
std::pair<Kind, std::string> percent_cell(const std::optional<std::int64_t>& per_mille) {
  if (!per_mille) return {Kind::number, ""};
  const std::int64_t whole = std::abs(*per_mille / 10), tenth = std::abs(*per_mille % 10);
  std::string out = (*per_mille < 0 ? "-" : "") + std::to_string(whole);
  if (tenth != 0) out += "." + std::to_string(tenth);
  return {Kind::number, std::move(out)};
}

constexpr const char* kTargetHeads[] = {"Chỉ tiêu giao", "Mức", "Đạt (%)", "Kết quả"};

void put_target(const std::optional<FigureTarget>& target, std::vector<std::pair<Kind, std::string>>& row) {
  if (!target) {
    row.resize(row.size() + std::size(kTargetHeads), {Kind::text, ""});
    return;
  }
  row.push_back(cell_of(std::optional(target->value)));
  row.emplace_back(Kind::text, target->at_most ? "không quá" : "ít nhất");
  row.push_back(percent_cell(target->per_mille));
  row.emplace_back(Kind::text, outcome_for_people(*target));
}

void put_figures(const ComparedReport& report, SheetMaker& out) {
  const bool compared = report.before.has_value();
  const bool aimed = has_targets(report);
  std::vector<std::string> heads = {"Chỉ tiêu", "Đơn vị tính", "Kỳ này"};
  if (aimed) heads.insert(heads.end(), std::begin(kTargetHeads), std::end(kTargetHeads));
  if (compared) heads.insert(heads.end(), {"Kỳ trước", "Tăng, giảm", "Tỷ lệ (%)", "So với kỳ trước"});
  heads.insert(heads.end(), {"Hồ sơ nháp chưa tính", "Mã chỉ tiêu"});
  out.texts(heads);
  for (const auto& figure : report.figures) {
    std::vector<std::pair<Kind, std::string>> row = {
        {Kind::text, figure.label.vi}, {Kind::text, figure.unit.vi}, cell_of(figure.value)};
    if (aimed) put_target(figure.target, row);
    if (compared) {
      row.push_back(cell_of(figure.previous));
      row.push_back(cell_of(figure.difference));
      row.push_back(percent_cell(figure.per_mille));
      row.emplace_back(Kind::text, figure.new_now ? change_for_people(figure, true) : std::string());
    }
    row.emplace_back(Kind::number,
                     figure.drafts.empty() ? std::string() : std::to_string(figure.drafts.size()));
    row.emplace_back(Kind::text, figure.id);
    out.row(std::move(row));
  }
}

void put_origin(const PeriodFile& file, SheetMaker& out) {
  out.texts({"Nguồn số liệu", "Nội dung"});
  for (const auto& fact : facts_of(file)) out.row({{Kind::text, fact.name}, {fact.kind, fact.value}});
  for (const auto& note : notes_of(file)) out.texts({"Ghi chú", note});
}

// By what the records say of themselves, so that two devices put them in the same order.
std::vector<RecordId> in_order(std::vector<RecordId> ids, const std::map<RecordId, std::int32_t>& days) {
  const auto day = [&](const RecordId& id) {
    const auto found = days.find(id);
    return found == days.end() ? std::int32_t{0} : found->second;
  };
  std::sort(ids.begin(), ids.end(),
            [&](const RecordId& a, const RecordId& b) { return day(a) != day(b) ? day(a) < day(b) : a < b; });
  return ids;
}

void put_records(const PeriodFile& file, SheetMaker& out) {
  out.texts({"Mã chỉ tiêu", "Chỉ tiêu", "Mã hồ sơ", "Ngày", "Tính vào số"});
  std::size_t rows = 0, left = 0;
  const auto put = [&](const ComparedFigure& figure, const std::vector<RecordId>& ids, const char* counted) {
    for (const auto& id : in_order(ids, file.days)) {
      if (rows == kMostRecordRows) {
        ++left;
        continue;
      }
      ++rows;
      const auto day = file.days.find(id);
      out.row({{Kind::text, figure.id},
               {Kind::text, figure.label.vi},
               {Kind::text, to_text(id)},
               {Kind::date, day == file.days.end() ? std::string() : date_text(day->second)},
               {Kind::text, counted}});
    }
  };
  for (const auto& figure : file.report.figures) {
    put(figure, figure.records, "Có");
    put(figure, figure.drafts, "Không: hồ sơ nháp");
    if (figure.target) put(figure, {figure.target->record}, "Không: chỉ tiêu giao");
  }
  if (left > 0)
    out.texts({"", "Còn " + records::integer_for_people(static_cast<std::int64_t>(left)) +
                       " dòng không ghi ở đây."});
}

}  // namespace

office::Workbook period_workbook(const PeriodFile& file) {
  office::Workbook out;
  SheetMaker figures("Số liệu"), behind("Hồ sơ"), origin("Nguồn số liệu");
  put_figures(file.report, figures);
  put_records(file, behind);
  put_origin(file, origin);
  out.sheets = {figures.take(), behind.take(), origin.take()};
  // What the file says of its making is the day that it tells of, not the moment of writing.
  out.created_ms = std::int64_t{file.as_of} * kDayMs;
  return out;
}

std::string period_csv(const PeriodFile& file) {
  SheetMaker out("");
  put_figures(file.report, out);
  out.row({});
  put_origin(file, out);
  return office::to_csv(out.take());
}

}  // namespace gandan::report
