#include <algorithm>

#include "xlsform/build_type.hpp"
#include "xlsform/export_rows.hpp"
#include "xlsform/read_form.hpp"
#include "xlsform/xlsform.hpp"

namespace gandan::xlsform {
namespace {

struct Column {
  const char* key;
  const char* head;
};
constexpr Column kSurvey[] = {{"type", "type"},
                              {"name", "name"},
                              {"label::vi", "label::Vietnamese (vi)"},
                              {"label::en", "label::English (en)"},
                              {"hint::vi", "hint::Vietnamese (vi)"},
                              {"hint::en", "hint::English (en)"},
                              {"required", "required"},
                              {"relevant", "relevant"},
                              {"constraint", "constraint"},
                              {"constraint_message::vi", "constraint_message::Vietnamese (vi)"},
                              {"constraint_message::en", "constraint_message::English (en)"},
                              {"calculation", "calculation"},
                              {"default", "default"},
                              {"choice_filter", "choice_filter"}};
constexpr const char* kExact[] = {"required",    "relevant", "constraint",
                                  "calculation", "default",  "choice_filter"};
constexpr const char* kOurs[] = {"link", "sealed", "personal"};

using Heads = std::vector<std::pair<std::string, std::string>>;  // key, and head as written

office::Sheet sheet_of(const std::string& name, const Heads& heads,
                       const std::vector<std::map<std::string, std::string>>& rows) {
  office::Sheet out;
  out.name = name;
  Heads used;
  for (const auto& head : heads)
    if (std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.count(head.first) > 0; }))
      used.push_back(head);
  office::Row first;
  for (std::size_t i = 0; i < used.size(); ++i)
    first.cells.push_back({static_cast<std::uint32_t>(i), office::Cell::Kind::text, used[i].second});
  out.rows.push_back(std::move(first));
  for (const auto& cells : rows) {
    office::Row row;
    row.number = static_cast<std::uint32_t>(out.rows.size() + 1);
    for (std::size_t i = 0; i < used.size(); ++i) {
      const auto found = cells.find(used[i].first);
      if (found != cells.end() && !found->second.empty())
        row.cells.push_back({static_cast<std::uint32_t>(i), office::Cell::Kind::text, found->second});
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

office::Workbook workbook_of(const ExportRows& rows) {
  office::Workbook out;
  Heads survey;
  for (const auto& [key, head] : kSurvey) survey.emplace_back(key, head);
  for (const auto* key : kOurs)
    survey.emplace_back(std::string("gandan::") + key, std::string("gandan::") + key);
  for (const auto* key : kExact)
    survey.emplace_back(std::string("gandan::") + key, std::string("gandan::") + key);
  std::vector<std::map<std::string, std::string>> cells;
  for (const auto& row : rows.rows) cells.push_back(row.cells);
  out.sheets.push_back(sheet_of("survey", survey, cells));
  Heads choices{{"list_name", "list_name"},
                {"name", "name"},
                {"label::vi", "label::Vietnamese (vi)"},
                {"label::en", "label::English (en)"}};
  cells.clear();
  for (const auto& [name, list] : rows.lists) {
    for (const auto& choice : list) {
      std::map<std::string, std::string> row{{"list_name", name},
                                             {"name", choice.name},
                                             {"label::vi", choice.label.vi},
                                             {"label::en", choice.label.en}};
      for (const auto& [key, value] : choice.columns) {
        row[key] = value;
        if (std::none_of(choices.begin(), choices.end(),
                         [&, k = key](const auto& head) { return head.first == k; }))
          choices.emplace_back(key, key);
      }
      cells.push_back(std::move(row));
    }
  }
  if (cells.empty()) cells.emplace_back();
  out.sheets.push_back(sheet_of("choices", choices, cells));
  Heads settings;
  for (const auto* key :
       {"form_title", "form_id", "version", "default_language", "instance_name", "gandan::label_en",
        "gandan::hint_vi", "gandan::hint_en", "gandan::title", "gandan::date"})
    settings.emplace_back(key, key);
  out.sheets.push_back(sheet_of("settings", settings, {rows.settings}));
  return out;
}

// The questions of a built type by path.
void collect(const json::array& survey, const std::string& prefix,
             std::map<std::string, const json::object*>& out) {
  for (const auto& row : survey) {
    const auto& o = row.get_object();
    const std::string path = prefix + json::find_text(o, "name").value_or("");
    out[path] = &o;
    if (const auto* children = json::find_array(o, "children"))
      collect(*children, path + (json::find_text(o, "type") == "repeat" ? "[]." : "."), out);
  }
}

const std::string& formula(const records::Field& field, std::string_view column) {
  if (column == "required") return field.required_if.text;
  if (column == "relevant") return field.relevant.text;
  if (column == "constraint") return field.constraint.text;
  if (column == "calculation") return field.calculation.text;
  if (column == "default") return field.default_value.text;
  return field.choice_filter.text;
}

}  // namespace

Exported export_form(const records::RecordType& type) {
  ExportRows rows = export_rows(type);
  // Reads the form again: what does not come back word for word gets a column of ours beside it.
  Findings ignored;
  const auto form = read_form(workbook_of(rows), ignored);
  if (form.ok()) {
    TypeBuilder builder(**form, {}, ignored);
    builder.translate();
    const json::object again = builder.build();
    std::map<std::string, const json::object*> fields;
    if (const auto* survey = json::find_array(again, "survey")) collect(*survey, "", fields);
    for (auto& row : rows.rows) {
      const auto* field = row.path.empty() ? nullptr : type.find(row.path);
      if (field == nullptr) continue;
      const auto found = fields.find(row.path);
      for (const auto* column : kExact) {
        const std::string& text = formula(*field, column);
        if (text.empty() || row.cells.count(std::string("gandan::") + column) > 0) continue;
        const auto back = found == fields.end() ? std::nullopt : json::find_text(*found->second, column);
        if (back != text) row.cells[std::string("gandan::") + column] = text;
      }
    }
  }
  return {workbook_of(rows), std::move(rows.findings)};
}

}  // namespace gandan::xlsform
