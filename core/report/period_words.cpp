#include "report/period_words.hpp"

#include <set>

#include "base/calendar.hpp"
#include "records/format.hpp"

namespace gandan::report {

namespace {

using FactKind = office::Cell::Kind;

const char* again(const PeriodFile& file) {
  if (file.unsent)
    return "Có cả thay đổi chưa lên sổ cái của máy lập báo cáo: không làm lại được từ mốc này.";
  if (!file.whole) return "Máy lập báo cáo chưa có đủ hồ sơ dưới mốc này: máy khác có thể ra số khác.";
  return "Cùng mốc sổ cái, cùng các bản trên đây thì làm lại được đúng tệp này.";
}

}  // namespace

std::vector<Fact> facts_of(const PeriodFile& file) {
  const auto& report = file.report;
  std::vector<Fact> out = {{"Báo cáo", FactKind::text, report.label.vi, false},
                           {"Kỳ", FactKind::text, label_of(report.period).vi, false}};
  if (!file.unit.empty()) out.push_back({"Đơn vị", FactKind::text, file.unit, false});
  out.push_back({"Từ ngày", FactKind::date, date_text(report.period.first), false});
  out.push_back({"Đến ngày", FactKind::date, date_text(report.period.last), false});
  out.push_back({"Số liệu tính đến hết ngày", FactKind::date, date_text(file.as_of)});
  if (report.before) {
    out.push_back({"So với", FactKind::text, label_of(*report.before).vi});
    out.push_back({"Kỳ trước từ ngày", FactKind::date, date_text(report.before->first), false});
    out.push_back({"Kỳ trước đến ngày", FactKind::date, date_text(report.before->last), false});
  }
  out.push_back({"Mốc sổ cái, số mục", FactKind::number, std::to_string(file.ledger_size)});
  out.push_back({"Mốc sổ cái, mã gốc", FactKind::text, file.ledger_root});
  out.push_back({"Mẫu báo cáo", FactKind::text, report.id + ", bản " + std::to_string(report.version)});
  out.push_back({"Biểu mẫu, quy tắc", FactKind::text, file.forms});
  out.push_back({"Làm lại", FactKind::text, again(file)});
  return out;
}

std::vector<std::string> notes_of(const PeriodFile& file) {
  std::vector<std::string> out;
  std::set<RecordId> drafts;
  std::set<std::string> withheld;  // as they stand in the table
  const auto look = [&](const Shown& shown) {
    if (!shown.value && shown.below != 0) withheld.insert(shown.digits());
  };
  for (const auto& figure : file.report.figures) {
    drafts.insert(figure.drafts.begin(), figure.drafts.end());
    look(figure.value);
    if (figure.previous) look(*figure.previous);
  }
  if (file.as_of < file.report.period.last)
    out.push_back("Kỳ báo cáo chưa hết: số liệu tính đến hết ngày " + records::date_for_people(file.as_of) +
                  ", kỳ trước tính trọn kỳ.");
  for (const auto& bound : withheld)
    out.push_back("“" + bound + "” là dưới " + bound.substr(1) + ", hoặc từ dưới " + bound.substr(1) +
                  " hồ sơ: không nêu số, không nêu chênh lệch, để không lộ người liên quan.");
  if (!drafts.empty())
    out.push_back("Việc đã làm chỉ tính hồ sơ đã chốt; còn " +
                  records::integer_for_people(static_cast<std::int64_t>(drafts.size())) +
                  " hồ sơ nháp chưa tính.");
  out.insert(out.end(), file.notes.begin(), file.notes.end());
  return out;
}

}  // namespace gandan::report
