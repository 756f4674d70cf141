// Method report.period: a period's figures beside those of the period before; each opens to its records, and
// the whole goes into a file that can be made again from the checkpoint that it names.
#include "app/asked_period.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/paper.hpp"
#include "app/period_basis.hpp"
#include "base/calendar.hpp"
#include "report/html.hpp"
#include "report/period_file.hpp"

namespace gandan::app {
namespace {

enum class FileFormat { none, html, docx, xlsx, csv };

struct FileAsked {
  FileFormat format = FileFormat::none;
  std::optional<std::string> out;  // absent: into the answer
};

constexpr std::pair<std::string_view, FileFormat> kFormats[] = {{"html", FileFormat::html},
                                                                {"docx", FileFormat::docx},
                                                                {"xlsx", FileFormat::xlsx},
                                                                {"csv", FileFormat::csv}};

FileAsked read_file_asked(Params& p) {
  FileAsked out;
  out.out = p.optional_path("out");
  const auto named = p.optional_text("format");
  if (!named && !out.out) return out;
  for (const auto& [name, format] : kFormats)
    if (named ? *named == name : out.out->ends_with("." + std::string(name))) out.format = format;
  if (out.format == FileFormat::none)
    p.fault(named ? "format" : "out", "choice", "Chỉ có html, docx, xlsx và csv.",
            "There are html, docx, xlsx and csv.");
  return out;
}

// What only paper has.
struct Heading {
  report::HeadForm form = report::HeadForm::state;
  std::optional<std::string> superior, organisation, place;
  std::string number;
  std::optional<std::int32_t> date;
};

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

std::string forms_in_use(std::uint32_t number) {
  const std::string program = "của chương trình, bản " + std::string(Notebook::version());
  return number == 0 ? program : "bộ số " + std::to_string(number) + " trên bộ " + program;
}

json::object period_label_json(const records::Label& label) { return {{"vi", label.vi}, {"en", label.en}}; }

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

Result<report::PeriodFile> file_of(Session& s, Documents& documents, const PeriodQuestion& question,
                                   const PeriodAnswer& answer, const PeriodBasis& basis,
                                   const Heading& heading) {
  GANDAN_TRY(const roster::Roster* roster, s.vault->roster());
  const UnitId unit = question.unit.value_or(roster->root().top);
  const auto words = words_of(documents, unit);
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

Status can_make(const Session& s, FileFormat format) {
  if (format == FileFormat::docx && s.seams.word_files == nullptr) return Code::no_word_files;
  if (format == FileFormat::xlsx && s.seams.spreadsheets == nullptr) return Code::no_spreadsheets;
  return {};
}

Result<Bytes> period_bytes(Session& s, const report::PeriodFile& file, FileFormat format) {
  if (format == FileFormat::xlsx) return s.seams.spreadsheets->write(report::period_workbook(file));
  if (format == FileFormat::csv) return to_bytes(as_bytes(report::period_csv(file)));
  auto page = report::period_page(file);
  // Not the moment of writing: the same report has the same bytes.
  page.created_ms = std::int64_t{file.as_of} * kDayMs;
  if (format == FileFormat::docx) return s.seams.word_files->write(page);
  return to_bytes(as_bytes(report::to_html(page)));
}

Status put_file(const FileAsked& asked, const Bytes& content, json::object& answer) {
  if (asked.out) {
    GANDAN_CHECK(write_file(*asked.out, content, false));
    answer["file"] = *asked.out;
  } else if (asked.format == FileFormat::html || asked.format == FileFormat::csv) {
    answer[asked.format == FileFormat::html ? "html" : "csv"] = std::string(as_text(content));
  } else {
    answer[asked.format == FileFormat::docx ? "docx" : "xlsx"] = to_base64(content);
  }
  return {};
}

void put_shown(json::object& out, const report::Shown& shown) {
  if (shown.value) out["value"] = json::integer(*shown.value);
  out["shown"] = shown.digits();
}

json::array record_ids(const std::vector<RecordId>& ids) {
  json::array out;
  for (const auto& id : ids) out.push_back(json::value(to_text(id)));
  return out;
}

json::object target_json(const report::FigureTarget& target) {
  json::object out{{"value", json::integer(target.value)},
                   {"at_most", target.at_most},
                   {"record", to_text(target.record)},
                   {"others", record_ids(target.others)}};
  if (target.per_mille) out["per_mille"] = json::integer(*target.per_mille);
  if (target.met) out["met"] = *target.met;
  return out;
}

json::object figure_json(const report::ComparedFigure& figure) {
  json::object out{{"id", figure.id},
                   {"label", period_label_json(figure.label)},
                   {"unit", period_label_json(figure.unit)}};
  put_shown(out, figure.value);
  out["records"] = record_ids(figure.records);
  out["drafts"] = record_ids(figure.drafts);
  if (figure.counts_only) out["counts_only"] = true;
  if (figure.previous) {
    json::object previous;
    put_shown(previous, *figure.previous);
    out["previous"] = std::move(previous);
  }
  if (figure.difference) out["difference"] = json::integer(*figure.difference);
  if (figure.per_mille) out["per_mille"] = json::integer(*figure.per_mille);
  if (figure.new_now) out["new"] = true;
  if (figure.target) out["target"] = target_json(*figure.target);
  return out;
}

json::object period_json(const report::Period& period) {
  return {{"from", date_text(period.first)},
          {"until", date_text(period.last)},
          {"label", period_label_json(report::label_of(period))}};
}

json::object answer_json(const PeriodQuestion& question, const PeriodAnswer& answer,
                         const PeriodBasis& basis) {
  json::array before, figures;
  for (const auto& one : answer.predecessors)
    before.push_back(
        json::object{{"code", one.code}, {"name", one.name}, {"part", one.part}, {"counted", one.counted}});
  for (const auto& figure : answer.report.figures) figures.push_back(figure_json(figure));
  json::object out{{"report", answer.report.id},
                   {"version", answer.report.version},
                   {"label", period_label_json(answer.report.label)},
                   {"from", date_text(question.period.first)},
                   {"until", date_text(question.period.last)},
                   {"period", period_label_json(report::label_of(question.period))},
                   {"as_of", date_text(question.as_of)},
                   {"unit", question.unit ? to_text(*question.unit) : std::string()},
                   {"predecessors", std::move(before)},
                   {"checkpoint", json::object{{"size", number(basis.checkpoint.size)},
                                               {"root", to_hex(basis.checkpoint.root.view())}}},
                   {"unsent", basis.unsent},
                   {"figures", std::move(figures)}};
  if (!basis.whole) out["incomplete"] = true;
  if (answer.report.before) out["previous"] = period_json(*answer.report.before);
  if (!answer.about_before.vi.empty()) out["about_previous"] = period_label_json(answer.about_before);
  json::array about;
  for (const auto& one : answer.about_targets) about.push_back(period_label_json(one));
  if (!about.empty()) out["about_targets"] = std::move(about);
  return out;
}

}  // namespace

Result<json::value> report_period(Session& s, Params& p) {
  AskedReport asked;
  auto& question = asked.question;
  question.period = asked_period(p);
  const auto unit = p.optional_text("unit");
  question.report = p.text_or("report", "period");
  question.predecessors = p.flag("predecessors");
  const auto to_file = read_file_asked(p);
  const auto heading = read_heading(p);
  question.outside = to_file.format != FileFormat::none;
  GANDAN_TRY(asked.basis, read_basis(s, p, question.outside));
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(can_make(s, to_file.format));
  GANDAN_CHECK(open_basis(s, unit, asked));
  GANDAN_TRY(const auto answer, count_asked(s, asked));
  json::object out = answer_json(question, answer, asked.basis);
  if (asked.logged) out["left_out"] = number(asked.documents->cut().size());
  if (question.outside) {
    GANDAN_TRY(const auto file, file_of(s, *asked.documents, question, answer, asked.basis, heading));
    GANDAN_TRY(const auto content, period_bytes(s, file, to_file.format));
    GANDAN_CHECK(put_file(to_file, content, out));
  }
  return json::value(std::move(out));
}

}  // namespace gandan::app
