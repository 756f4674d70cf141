#include "base/calendar.hpp"
#include "records/format.hpp"
#include "report/period_words.hpp"
#include "report/targets.hpp"

namespace gandan::report {
namespace {

using Style = Paragraph::Style;

constexpr std::string_view kPartOf = "Trong đó";
constexpr const char* kRomans[] = {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"};

std::string paper_number(const PeriodFile& file) {
  if (!file.number.empty()) return file.number;
  // Of the State 12/BC-UBND, of the Party 12-BC/ĐU.
  return file.form == HeadForm::state ? "……/" + file.paper.symbol + "-……" : "……-" + file.paper.symbol + "/……";
}

Head head_of(const PeriodFile& file) {
  Head out;
  out.form = file.form;
  out.title = file.paper.kind + " " + label_of(file.report.period).vi;
  out.superior = file.superior;
  out.organisation = file.organisation.empty() ? std::string(kDotted) : file.organisation;
  out.number = paper_number(file);
  out.place_date = (file.place.empty() ? std::string(kDotted) : file.place) + ", " +
                   (file.date ? records::date_words(*file.date) : "ngày …… tháng …… năm ………");
  return out;
}

std::string difference_text(const ComparedFigure& figure) {
  return figure.difference ? signed_for_people(*figure.difference) : std::string();
}

Table table_of(const ComparedReport& report) {
  Table out;
  out.heads = {"TT", "Chỉ tiêu", "Đơn vị tính", "Kỳ này"};
  const bool aimed = has_targets(report);
  if (aimed) out.heads.insert(out.heads.end(), {"Chỉ tiêu giao", "Đạt"});
  if (report.before) out.heads.insert(out.heads.end(), {"Kỳ trước", "Tăng, giảm", "Tỷ lệ"});
  out.left.assign(out.heads.size(), false);
  out.left[1] = true;
  std::size_t number = 0;
  for (const auto& figure : report.figures) {
    const bool part = figure.label.vi.rfind(kPartOf, 0) == 0;
    std::vector<std::string> row = {part ? std::string() : std::to_string(++number), figure.label.vi,
                                    figure.unit.vi, figure.value.for_people()};
    if (aimed)
      row.insert(row.end(), {figure.target ? target_for_people(*figure.target, true) : std::string(),
                             figure.target ? reached_for_people(*figure.target, true) : std::string()});
    if (report.before)
      row.insert(row.end(), {figure.previous ? figure.previous->for_people() : std::string(),
                             difference_text(figure), change_for_people(figure, true)});
    out.rows.push_back(std::move(row));
  }
  return out;
}

std::string fact_text(const Fact& fact) {
  if (fact.kind != office::Cell::Kind::date) return fact.value;
  const auto day = parse_date(fact.value);
  return day ? records::date_for_people(*day) : fact.value;
}

std::string with_name(std::string text, const std::string& organisation) {
  constexpr std::string_view kName = "{organisation}";
  for (auto at = text.find(kName); at != std::string::npos; at = text.find(kName, at + organisation.size()))
    text.replace(at, kName.size(), organisation);
  return text;
}

class PageMaker {
 public:
  explicit PageMaker(const PeriodFile& file) : file_(file) { out_.head = head_of(file); }

  Page run() {
    put_titles();
    for (const auto& text : file_.paper.opening) put(with_name(text, out_.head.organisation));
    heading(file_.paper.results.empty() ? file_.report.label.vi : file_.paper.results);
    out_.blocks.emplace_back(table_of(file_.report));
    for (const auto& note : notes_of(file_)) put("Ghi chú: " + note);
    for (const auto& [name, text] : file_.paper.closing) {
      heading(name);
      put(text);
    }
    put_signatures();
    if (!file_.paper.recipients.empty())
      out_.blocks.emplace_back(SmallList{"Nơi nhận:", file_.paper.recipients});
    put_origin();
    return std::move(out_);
  }

 private:
  void put(std::string text, Style style = Style::body) {
    if (!text.empty()) out_.blocks.emplace_back(Paragraph{std::move(text), style});
  }
  void heading(const std::string& text) {
    const std::string number =
        sections_ < std::size(kRomans) ? kRomans[sections_] : std::to_string(sections_ + 1);
    ++sections_;
    put(number + ". " + text, Style::heading);
  }
  void put_titles() {
    put(file_.paper.kind, Style::title);
    put(file_.paper.title.empty() ? file_.report.label.vi : file_.paper.title, Style::subtitle);
    put(label_of(file_.report.period).vi, Style::subtitle);
    out_.blocks.emplace_back(ShortLine{});
  }
  void put_signatures() {
    Signatures out;
    for (const auto& title : file_.paper.signatures) {
      const bool head = &title == &file_.paper.signatures.back();
      out.people.push_back({title, head ? "(Ký, ghi rõ họ tên, đóng dấu)" : "(Ký, ghi rõ họ tên)", ""});
    }
    if (!out.people.empty()) out_.blocks.emplace_back(std::move(out));
  }
  void put_origin() {
    SmallList out{"Nguồn số liệu:", {}};
    for (const auto& fact : facts_of(file_))
      if (fact.on_paper) out.lines.push_back(fact.name + ": " + fact_text(fact));
    out_.blocks.emplace_back(std::move(out));
  }

  const PeriodFile& file_;
  Page out_;
  std::size_t sections_ = 0;
};

}  // namespace

Page period_page(const PeriodFile& file) { return PageMaker(file).run(); }

}  // namespace gandan::report
