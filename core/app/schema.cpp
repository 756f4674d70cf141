// Methods schema.import, schema.export, schema.check: forms as spreadsheets, and what authors want to know.
#include <algorithm>
#include <filesystem>
#include <set>

#include "app/dispatch.hpp"
#include "app/files.hpp"
#include "app/old_text.hpp"
#include "app/schema_folder.hpp"
#include "app/session.hpp"
#include "report/figures.hpp"
#include "report/print.hpp"
#include "xlsform/xlsform.hpp"

namespace gandan::app {
namespace {

constexpr std::size_t kMaxSpreadsheet = std::size_t{16} << 20;
constexpr std::int64_t kMaxVersion = 999'999;

json::array findings_json(const std::vector<xlsform::Finding>& findings) {
  json::array out;
  for (const auto& f : findings)
    out.push_back(json::object{{"sheet", f.sheet},
                               {"row", f.row},
                               {"column", f.column},
                               {"effect", xlsform::to_text(f.effect)},
                               {"code", f.code},
                               {"vi", f.vi},
                               {"en", f.en}});
  return out;
}

// "survey 12 relevant"
std::string place_of(const xlsform::Finding& f) {
  std::string out = f.sheet;
  if (f.row > 0) out += " " + std::to_string(f.row);
  if (!f.column.empty()) out += " " + f.column;
  return out;
}

// A file, or a folder in which the kind has its usual name.
std::string type_file(const std::string& out, const xlsform::Imported& form) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(out, ignored)) return out;
  const std::string version = form.version == 1 ? "" : "_" + std::to_string(form.version);
  return (std::filesystem::path(out) / (form.kind + version + ".json")).string();
}

struct Fault {
  std::string file;
  std::string place;  // field and column: "depth: constraint"
  std::string vi;
  std::string en;
};

Fault fault_of(const FieldError& error) {
  const auto cut = error.path.find(": ");
  return {error.path.substr(0, cut), cut == std::string::npos ? "" : error.path.substr(cut + 2), error.vi,
          error.en};
}

Fault fault_of(const std::string& file, const Error& error) {
  // Reports say what is wrong in their error's detail, with the file before it.
  std::string detail = error.detail.empty() ? info(error.code).en : error.detail;
  if (detail.rfind(file + ": ", 0) == 0) detail = detail.substr(file.size() + 2);
  return {file, "", std::string(info(error.code).vi) + " " + detail, detail};
}

// Reports bind to types and rules: one after the other, each against everything else.
Status check_reports(const std::vector<records::SchemaFile>& files,
                     const std::vector<records::SchemaFile>& reports, Clock& clock,
                     std::vector<Fault>& faults) {
  for (const auto& report : reports) {
    const auto root = json::parse(report.text);
    if (!root.ok() || !root->is_object()) {
      faults.push_back(
          fault_of(report.path, root.ok() ? Error{Code::bad_json, "wants an object"} : root.error()));
      continue;
    }
    auto with = files;
    with.push_back(report);
    GANDAN_TRY(const auto catalog, records::Catalog::load(with, clock));
    const auto id = json::find_text(root->get_object(), "id").value_or("");
    const bool figures = json::find(root->get_object(), "figures") != nullptr;
    if (!figures && json::find(root->get_object(), "print") == nullptr) {
      faults.push_back({report.path, "", "Cần print hoặc figures.", "Wants print or figures."});
    } else if (auto held = report::check_templates(*catalog); !held.ok()) {
      faults.push_back(fault_of(report.path, held.error()));
    } else if (figures) {
      if (auto opened = report::PeriodReport::open(*catalog, id); !opened.ok())
        faults.push_back(fault_of(report.path, opened.error()));
    }
  }
  return {};
}

}  // namespace

Result<json::value> schema_import(Session& s, Params& p) {
  const std::string file = p.text("file");
  const auto out = p.optional_text("out");
  xlsform::ImportOptions options;
  options.kind = p.text_or("kind", "");
  options.version = static_cast<std::uint32_t>(p.integer_or("version", 0, 1, kMaxVersion));
  const bool strict = p.flag("strict");
  const OldText old_text = read_old_text(p);
  GANDAN_CHECK(p.done());
  if (s.seams.spreadsheets == nullptr) return Code::no_spreadsheets;
  GANDAN_TRY(const Bytes content, read_file(file, kMaxSpreadsheet));
  GANDAN_TRY(auto workbook, s.seams.spreadsheets->read(content));
  GANDAN_TRY(const auto converted, settle_old_text(workbook, old_text));
  GANDAN_TRY(auto form, xlsform::import_form(workbook, options, records::builtin_schema(), *s.seams.clock));
  if (strict && !form.complete()) {
    Error error{Code::not_translatable, file_name(file), {}};
    for (const auto& f : form.findings)
      if (f.effect == xlsform::Effect::left_out) error.fields.push_back({place_of(f), f.code, f.vi, f.en});
    return error;
  }
  json::object answer{{"kind", form.kind},
                      {"version", form.version},
                      {"questions", static_cast<std::uint64_t>(form.questions)},
                      {"complete", form.complete()},
                      {"converted", static_cast<std::uint64_t>(converted.size())}};
  if (out) {
    const std::string path = type_file(*out, form);
    GANDAN_CHECK(write_file(path, as_bytes(json::pretty(form.type)), false));
    answer["file"] = path;
  } else {
    answer["type"] = std::move(form.type);
  }
  answer["findings"] = findings_json(form.findings);
  return json::value(std::move(answer));
}

Result<json::value> schema_export(Session& s, Params& p) {
  const std::string kind = p.text("kind");
  const auto version = static_cast<std::uint32_t>(p.integer_or("version", 0, 1, kMaxVersion));
  const std::string out = p.text("out");
  GANDAN_CHECK(p.done());
  if (s.seams.spreadsheets == nullptr) return Code::no_spreadsheets;
  const records::RecordType* type = s.catalog->find(kind, version);
  if (type == nullptr) return Error{Code::unknown_kind, kind};
  auto form = xlsform::export_form(*type);
  form.workbook.created_ms = s.seams.clock->wall_ms();
  GANDAN_TRY(const Bytes content, s.seams.spreadsheets->write(form.workbook));
  GANDAN_CHECK(write_file(out, content, false));
  return json::value(json::object{{"kind", type->kind},
                                  {"version", type->version},
                                  {"file", out},
                                  {"findings", findings_json(form.findings)}});
}

Result<json::value> schema_check(Session& s, Params& p) {
  const std::string folder = p.text("folder");
  GANDAN_CHECK(p.done());
  std::vector<Fault> faults;
  std::vector<FieldError> unread;
  GANDAN_TRY(const auto all, read_schema_folder(folder, unread));
  for (const auto& fault : unread) faults.push_back(fault_of(fault));
  std::vector<records::SchemaFile> files;
  std::vector<records::SchemaFile> reports;
  for (const auto& file : all) (file.path.rfind("reports/", 0) == 0 ? reports : files).push_back(file);
  // What the folder has not, the program has: a new form may link to a village.
  for (const auto& file : records::builtin_schema()) {
    const auto same = [&file](const records::SchemaFile& other) { return other.path == file.path; };
    if (file.path.rfind("reports/", 0) != 0 && std::none_of(files.begin(), files.end(), same))
      files.push_back(file);
  }
  const auto loaded = records::Catalog::load(files, *s.seams.clock);
  json::object counts{{"files", static_cast<std::uint64_t>(all.size())}};
  if (loaded.ok()) {
    counts["kinds"] = static_cast<std::uint64_t>((*loaded)->types().size());
    counts["rules"] = static_cast<std::uint64_t>((*loaded)->rules().size());
    GANDAN_CHECK(check_reports(files, reports, *s.seams.clock, faults));
  } else if (loaded.error().code == Code::bad_schema) {
    for (const auto& fault : loaded.error().fields) faults.push_back(fault_of(fault));
  } else {
    return loaded.error();
  }
  json::array rows;
  for (const auto& fault : faults)
    rows.push_back(
        json::object{{"file", fault.file}, {"place", fault.place}, {"vi", fault.vi}, {"en", fault.en}});
  json::object answer{{"folder", folder}, {"held", faults.empty()}};
  for (auto& member : counts) answer[member.key()] = std::move(member.value());
  answer["reports_checked"] = loaded.ok();
  answer["faults"] = std::move(rows);
  return json::value(std::move(answer));
}

}  // namespace gandan::app
