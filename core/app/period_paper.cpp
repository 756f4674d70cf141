#include "app/period_paper.hpp"

#include "base/calendar.hpp"
#include "gandan/notebook.hpp"
#include "report/html.hpp"
#include "report/period_file.hpp"

namespace gandan::app {
namespace {

constexpr std::pair<std::string_view, FileFormat> kFileFormats[] = {{"html", FileFormat::html},
                                                                    {"docx", FileFormat::docx},
                                                                    {"xlsx", FileFormat::xlsx},
                                                                    {"csv", FileFormat::csv}};

std::string forms_in_use(std::uint32_t number) {
  const std::string program = "của chương trình, bản " + std::string(Notebook::version());
  return number == 0 ? program : "bộ số " + std::to_string(number) + " trên bộ " + program;
}

// "TÍNH cả …" and "KHÔNG tính …", as far as there are some.
std::vector<std::string> predecessor_notes(const std::vector<Predecessor>& predecessors) {
  std::string counted, left_out;
  for (const auto& one : predecessors) {
    std::string& to = one.counted ? counted : left_out;
    to += (to.empty() ? "" : ", ") + one.name + " (" + one.code + (one.part ? ", một phần)" : ")");
  }
  std::vector<std::string> out;
  if (!counted.empty()) out.push_back("Tính cả hồ sơ của đơn vị trước sắp xếp: " + counted + ".");
  if (!left_out.empty()) out.push_back("Không tính hồ sơ của đơn vị trước sắp xếp: " + left_out + ".");
  return out;
}

Result<report::PeriodFile> file_of(Session& s, const AskedReport& asked, const PeriodAnswer& answer,
                                   const Heading& heading) {
  const PeriodQuestion& question = asked.question;
  const PeriodBasis& basis = asked.basis;
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const UnitId unit = question.unit.value_or(roster->root().top);
  const auto words = words_of(*asked.documents, unit);
  report::PeriodFile out;
  out.report = answer.report;
  out.paper = answer.paper;
  out.form = heading.form;
  out.organisation = heading.organisation.value_or(words.name);
  out.superior = heading.superior.value_or("");  // not all who read the unit can read what is above it
  out.place = heading.place.value_or(words.place);
  out.number = heading.number;
  out.date = heading.date;
  out.unit = question.unit ? words.name : std::string();
  out.as_of = question.as_of;
  out.ledger_size = basis.checkpoint.size;
  out.ledger_root = to_hex(basis.checkpoint.root.view());
  out.unsent = basis.unsent;
  out.whole = basis.whole;
  out.forms = forms_in_use(basis.forms);
  if (!basis.whole)
    out.notes.push_back(
        "Máy lập báo cáo chưa nhận hoặc chưa mở được hết hồ sơ dưới mốc này: số liệu có thể thiếu.");
  if (!answer.about_before.vi.empty()) out.notes.push_back(answer.about_before.vi);
  for (const auto& about : answer.about_targets) out.notes.push_back(about.vi);
  for (auto& note : predecessor_notes(answer.predecessors)) out.notes.push_back(std::move(note));
  out.days = answer.days;
  return out;
}

}  // namespace

std::optional<FileFormat> file_format(std::string_view name) {
  for (const auto& [known, format] : kFileFormats)
    if (name == known) return format;
  return std::nullopt;
}

std::optional<FileFormat> file_format_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::nullopt : file_format(path.substr(dot + 1));
}

Heading read_heading(Params& p) {
  Heading out;
  const std::string form = p.text_or("head", "state");
  if (form != "state" && form != "party")
    p.fault("head", "choice", "Chỉ có state (Nhà nước) và party (Đảng).", "There are state and party.");
  if (form == "party") out.form = report::HeadForm::party;
  out.superior = p.optional_text("superior");
  out.organisation = p.optional_text("organisation");
  out.place = p.optional_text("place");
  out.number = p.text_or("number", "");
  out.date = parse_date(p.optional_date("date"));
  return out;
}

Status can_make(const Session& s, FileFormat format) {
  if (format == FileFormat::docx && s.seams.word_files == nullptr) return Code::no_word_files;
  if (format == FileFormat::xlsx && s.seams.spreadsheets == nullptr) return Code::no_spreadsheets;
  return {};
}

Result<Bytes> period_bytes(Session& s, const AskedReport& asked, const PeriodAnswer& answer,
                           const Heading& heading, FileFormat format) {
  GANDAN_CHECK(can_make(s, format));
  GANDAN_TRY(const auto file, file_of(s, asked, answer, heading));
  if (format == FileFormat::xlsx) return s.seams.spreadsheets->write(report::period_workbook(file));
  if (format == FileFormat::csv) return to_bytes(as_bytes(report::period_csv(file)));
  auto page = report::period_page(file);
  // Not the moment of writing: the same report has the same bytes.
  page.created_ms = std::int64_t{file.as_of} * kDayMs;
  if (format == FileFormat::docx) return s.seams.word_files->write(page);
  return to_bytes(as_bytes(report::to_html(page)));
}

}  // namespace gandan::app
