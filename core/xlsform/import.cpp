#include <algorithm>

#include "records/document.hpp"
#include "xlsform/build_type.hpp"
#include "xlsform/export_rows.hpp"
#include "xlsform/names.hpp"
#include "xlsform/read_form.hpp"
#include "xlsform/xlsform.hpp"

namespace gandan::xlsform {
namespace {

constexpr int kMostRounds = 20;

bool same_type(const records::SchemaFile& file, const std::string& kind, std::int64_t version) {
  if (file.path.rfind("records/", 0) != 0) return false;
  const auto parsed = json::parse(file.text);
  const auto* root = parsed.ok() ? parsed->if_object() : nullptr;
  return root != nullptr && json::find_text(*root, "kind") == kind &&
         json::find_integer(*root, "version") == version;
}

// "records/x.json: depth: constraint" as {"depth", "constraint"}; a form's own column has no place.
std::pair<std::string, std::string> place_of(const std::string& path) {
  auto first = path.find(": ");
  if (first == std::string::npos) return {};
  first += 2;
  const auto last = path.rfind(": ");
  if (last < first) return {"", path.substr(first)};
  const auto end = path.find(": ", first);
  return {path.substr(first, end - first), path.substr(last + 2)};
}

}  // namespace

bool Imported::complete() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& f) { return f.effect == Effect::left_out; });
}

Result<Imported> import_form(const office::Workbook& workbook, const ImportOptions& options,
                             const std::vector<records::SchemaFile>& others, Clock& clock) {
  if (!options.kind.empty() && clean_name(options.kind) != options.kind)
    return Error{Code::bad_request,
                 "kind",
                 {{"kind", "kind", "Tên loại chỉ gồm chữ thường, số và một gạch dưới.",
                   "A kind has lower case letters, digits and single underscores."}}};
  Findings findings;
  GANDAN_TRY(const auto form, read_form(workbook, findings));
  TypeBuilder builder(*form, options, findings);
  builder.translate();
  Imported out;
  out.kind = builder.kind();
  out.version = builder.version();
  std::vector<records::SchemaFile> files;
  for (const auto& file : others)
    if (!same_type(file, out.kind, out.version) && file.path.rfind("records/", 0) == 0) files.push_back(file);
  files.emplace_back();
  // The catalog has the last word: what it refuses is left out, too. A column of ours that no longer fits the
  // standard one beside it was overtaken by an edit there.
  for (int round = 0;; ++round) {
    out.type = builder.build();
    files.back() = {"records/" + out.kind + ".json", json::pretty(out.type)};
    const auto catalog = records::Catalog::load(files, clock);
    if (catalog.ok()) {
      const auto* type = (*catalog)->find(out.kind, out.version);
      if (type == nullptr) return Error{Code::internal, "an imported type that is not there"};
      if (builder.drop_overtaken(export_rows(*type).rows)) continue;
      break;
    }
    if (catalog.error().code != Code::bad_schema || round == kMostRounds) return catalog.error();
    bool dropped = false;
    for (const auto& fault : catalog.error().fields) {
      const auto [place, column] = place_of(fault.path);
      dropped = builder.drop(place, column, fault) || dropped;
    }
    if (!dropped) return catalog.error();
  }
  builder.finish();
  out.questions = builder.questions();
  out.findings = findings.take();
  return out;
}

}  // namespace gandan::xlsform
