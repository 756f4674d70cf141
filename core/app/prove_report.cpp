#include "app/prove_report.hpp"

#include <algorithm>

#include "app/asked_period.hpp"
#include "app/count.hpp"
#include "app/files.hpp"
#include "app/period_basis.hpp"
#include "app/period_paper.hpp"
#include "app/period_targets.hpp"
#include "base/calendar.hpp"
#include "crypto/hash.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMostFigures = 100;
constexpr std::size_t kMostPrintedBytes = std::size_t{256} << 20;

// Whether it is the report that is proven: made again from the same checkpoint it has the same bytes. Else
// the proof would vouch for whatever file was at hand.
Status is_report(Session& s, const AskedReport& asked, const PeriodAnswer& answer, const Heading& heading,
                 const std::string& path, ByteView content) {
  const auto named = file_format_of(path);
  for (const auto format : {FileFormat::docx, FileFormat::html, FileFormat::xlsx, FileFormat::csv}) {
    if (named ? format != *named : !can_make(s, format)) continue;
    GANDAN_TRY(const Bytes again, period_bytes(s, asked, answer, heading, format));
    if (equal(again, content)) return {};
  }
  const std::string size = std::to_string(asked.basis.checkpoint.size);
  return Error{
      Code::proof_other_file,
      "made again from the checkpoint of " + size + " entries, the report is another file",
      {{"printed", "other_file",
        "Lập lại báo cáo từ mốc sổ cái " + size +
            " mục thì ra tệp khác. Tệp này đã bị sửa, hoặc lập từ mốc, kỳ, đơn vị khác, hoặc có số, ngày, "
            "cơ quan ghi trên đầu: phải nêu lại đúng như lúc lập.",
        "The report made again from the checkpoint of " + size +
            " entries is another file. This one was changed, or made from another checkpoint, period or "
            "unit, or has a number, a date or an organisation in its head: name them as they were."}}};
}

Result<Hash> printed_hash(const std::string& path) {
  GANDAN_TRY(const Bytes content, read_file(path, kMostPrintedBytes));
  return crypto::sha256(content);
}

// The heads of each path that the figure reads, of the signed version where there is one, with the kind and
// the finalisation.
void add_shown(const Loaded& loaded, const audit::ClaimedFigure& figure, std::set<audit::ShownOp>& out) {
  const auto& view = loaded.view;
  const auto add = [&](std::string_view path, const changelog::FieldView& field) {
    for (const auto* op : field.heads) out.insert({loaded.row.id, std::string(path), op->stamp});
  };
  const auto& fields = view.finalized ? view.signed_fields : view.fields;
  if (const auto kind = view.marks.find("@kind"); kind != view.marks.end()) add(kind->first, kind->second);
  if (view.finalized) out.insert({loaded.row.id, std::string(records::kFinalMark), view.final_op->stamp});
  for (const auto& [path, field] : fields)
    if (path == figure.day || std::binary_search(figure.paths.begin(), figure.paths.end(), path))
      add(path, field);
}

Result<audit::ClaimedFigure> claim_of(const report::ComparedFigure& figure,
                                      const report::PeriodReport& report) {
  if (figure.counts_only || !figure.value.value) return Error{Code::figure_withheld, figure.id};
  GANDAN_TRY(auto reading, report.reading(figure.id));
  audit::ClaimedFigure out;
  out.id = figure.id;
  out.label_vi = figure.label.vi;
  out.label_en = figure.label.en;
  out.value = *figure.value.value;
  out.kind = std::move(reading.kind);
  out.day = std::move(reading.day);
  out.where = std::move(reading.where);
  out.sum = std::move(reading.sum);
  out.distinct = std::move(reading.distinct);
  out.any_time = reading.any_time;
  out.drafts = reading.drafts;
  out.paths = std::move(reading.paths);
  out.records = figure.records;
  std::sort(out.records.begin(), out.records.end());
  if (!audit::countable(out).ok()) return Error{Code::figure_unfit, figure.id};
  return out;
}

// Whose logs are shown: the unit's, and those of predecessors that are counted with it.
Result<std::vector<UnitId>> units_shown(Session& s, const PeriodQuestion& question,
                                        const PeriodAnswer& answer) {
  std::optional<UnitId> unit = question.unit;
  if (!unit) {
    GANDAN_TRY(unit, whole_unit(s, question.roster_size));
  }
  if (!unit) return Code::which_unit;
  std::vector<UnitId> out = {*unit};
  for (const auto& one : answer.predecessors)
    if (one.counted && one.unit) out.push_back(*one.unit);
  return out;
}

}  // namespace

Result<Bytes> prove_figures(Session& s, Params& p) {
  AskedReport asked;
  const auto names = p.texts("figures", kMostFigures);
  asked.question.period = asked_period(p);
  asked.question.report = p.text_or("report", "period");
  asked.question.predecessors = p.flag("predecessors");
  asked.question.outside = true;
  const auto unit = p.optional_text("unit");
  const auto printed = p.optional_path("printed");
  const auto heading = read_heading(p);
  GANDAN_TRY(asked.basis, read_basis(s, p, true));
  if (asked.basis.unsent)
    p.fault("unsent", "choice", "Chứng minh chỉ lập từ mốc sổ cái.",
            "A proof is made from a checkpoint only.");
  GANDAN_CHECK(p.done());
  GANDAN_CHECK(open_basis(s, unit, asked));
  GANDAN_TRY(const auto answer, count_asked(s, asked));
  if (!asked.basis.whole) return Error{Code::not_received, "not all that lies under the checkpoint is here"};

  audit::ReportScope scope;
  GANDAN_TRY(scope.units, units_shown(s, asked.question, answer));
  scope.report = answer.report.id;
  scope.version = answer.report.version;
  scope.first = asked.question.period.first;
  scope.last = asked.question.period.last;
  scope.as_of = asked.question.as_of;
  scope.size = asked.basis.checkpoint.size;
  scope.root = asked.basis.checkpoint.root;
  scope.roster_size = asked.question.roster_size;
  if (printed) {
    GANDAN_TRY(const Bytes content, read_file(*printed, kMostPrintedBytes));
    GANDAN_CHECK(is_report(s, asked, answer, heading, *printed, content));
    scope.file = crypto::sha256(content);
  }
  GANDAN_TRY(const auto report,
             report::PeriodReport::open(asked.documents->catalog(), asked.question.report));
  std::set<audit::ShownOp> shown;
  for (const auto& name : names) {
    const auto& all = answer.report.figures;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == name; });
    if (found == all.end()) return Error{Code::not_found, "no figure " + name};
    GANDAN_TRY(auto figure, claim_of(*found, report));
    for (const auto& id : figure.records) {
      GANDAN_TRY(const auto loaded, asked.documents->load(id));
      if (loaded->type == nullptr || loaded->type->date != figure.day) return Error{Code::figure_unfit, name};
      add_shown(*loaded, figure, shown);
    }
    scope.figures.push_back(std::move(figure));
  }
  auto proof = audit::prove_report(*s.vault, std::move(scope), std::move(shown));
  // Texts that differ are different to a stranger: one household whose code is written in two ways, or one
  // code in two units, he cannot count as the report does.
  if (!proof.ok() && proof.error().code == Code::proof_other_count)
    return Error{Code::figure_unfit, proof.error().detail};
  return proof;
}

Status is_printed(const audit::ReportScope& scope, const std::string& path) {
  if (!scope.file) return Error{Code::proof_other_file, "the proof names no file"};
  GANDAN_TRY(const auto hash, printed_hash(path));
  return hash == *scope.file ? Status() : Status(Error{Code::proof_other_file, path});
}

json::object report_proof_json(const audit::ReportProof& proof) {
  const auto& scope = proof.scope;
  json::array units, figures;
  for (const auto& unit : scope.units) units.push_back(json::value(to_text(unit)));
  for (const auto& figure : scope.figures) {
    json::array paths, records;
    for (const auto& path : figure.paths) paths.push_back(json::value(path));
    for (const auto& record : figure.records) records.push_back(json::value(to_text(record)));
    figures.push_back(json::object{{"id", figure.id},
                                   {"label", json::object{{"vi", figure.label_vi}, {"en", figure.label_en}}},
                                   {"value", json::integer(figure.value)},
                                   {"kind", figure.kind},
                                   {"day", figure.day},
                                   {"where", figure.where},
                                   {"sum", figure.sum},
                                   {"distinct", figure.distinct},
                                   {"any_time", figure.any_time},
                                   {"drafts", figure.drafts},
                                   {"paths", std::move(paths)},
                                   {"records", std::move(records)}});
  }
  return json::object{{"report", scope.report},
                      {"version", scope.version},
                      {"from", date_text(scope.first)},
                      {"until", date_text(scope.last)},
                      {"as_of", date_text(scope.as_of)},
                      {"units", std::move(units)},
                      {"whole_units", number(proof.units.size())},
                      {"size", number(scope.size)},
                      {"root", to_hex(scope.root.view())},
                      {"checkpoint_at", instant_text(proof.checkpoint_ms)},
                      {"printed", scope.file ? to_hex(scope.file->view()) : std::string()},
                      {"figures", std::move(figures)}};
}

}  // namespace gandan::app
