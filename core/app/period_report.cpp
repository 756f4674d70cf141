// Method report.period: a period's figures beside those of the period before; each opens to its records, and
// the whole goes into a file that can be made again from the checkpoint that it names.
#include "app/asked_period.hpp"
#include "app/count.hpp"
#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/period_basis.hpp"
#include "app/period_paper.hpp"
#include "base/calendar.hpp"

namespace gandan::app {
namespace {

struct FileAsked {
  std::optional<FileFormat> format;  // absent: no file
  std::optional<std::string> out;    // absent: into the answer
};

FileAsked read_file_asked(Params& p) {
  FileAsked out;
  out.out = p.optional_path("out");
  const auto named = p.optional_text("format");
  if (!named && !out.out) return out;
  out.format = named ? file_format(*named) : file_format_of(*out.out);
  if (!out.format)
    p.fault(named ? "format" : "out", "choice", "Chỉ có html, docx, xlsx và csv.",
            "There are html, docx, xlsx and csv.");
  return out;
}

json::object period_label_json(const records::Label& label) { return {{"vi", label.vi}, {"en", label.en}}; }

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
  question.outside = to_file.format.has_value();
  GANDAN_TRY(asked.basis, read_basis(s, p, question.outside));
  GANDAN_CHECK(p.done());
  if (to_file.format) GANDAN_CHECK(can_make(s, *to_file.format));
  GANDAN_CHECK(open_basis(s, unit, asked));
  GANDAN_TRY(const auto answer, count_asked(s, asked));
  json::object out = answer_json(question, answer, asked.basis);
  if (asked.logged) out["left_out"] = number(asked.documents->cut().size());
  if (question.outside) {
    GANDAN_TRY(const auto content, period_bytes(s, asked, answer, heading, *to_file.format));
    GANDAN_CHECK(put_file(to_file, content, out));
  }
  return json::value(std::move(out));
}

}  // namespace gandan::app
