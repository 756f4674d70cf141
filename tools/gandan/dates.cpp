#include "gandan/dates.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/written.hpp"
#include "records/type.hpp"

namespace gandan::cli {
namespace {

bool looks_typed(const json::value& v) {
  if (!v.is_string()) return false;
  const std::string_view typed(v.get_string().data(), v.get_string().size());
  return parse_written_date(typed) || parse_written_time(typed) || parse_written_integer(typed);
}

const json::object* find_field(const json::array& survey, const std::string& path) {
  for (const auto& row : survey) {
    const auto& field = row.get_object();
    if (text(field, "path") == path) return &field;
    if (const auto* found = find_field(list(field, "children"), path)) return found;
  }
  return nullptr;
}

// Also in what stands within a value: the rows of a list that came as JSON.
bool any_typed(const json::value& v) {
  if (v.is_array()) return std::any_of(v.get_array().begin(), v.get_array().end(), any_typed);
  if (v.is_object())
    return std::any_of(v.get_object().begin(), v.get_object().end(),
                       [](const auto& member) { return any_typed(member.value()); });
  return looks_typed(v);
}

void read_value(const json::array& survey, const std::string& path, json::value& v) {
  if (v.is_array()) {
    for (auto& row : v.get_array())
      if (row.is_object())
        for (auto& member : row.get_object())
          read_value(survey, path + "[]." + std::string(member.key()), member.value());
    return;
  }
  if (v.is_object())
    for (auto& member : v.get_object())
      read_value(survey, path + "." + std::string(member.key()), member.value());
  const auto* field = find_field(survey, records::schema_path(path));
  if (field == nullptr || !looks_typed(v)) return;
  const std::string typed = value_text(v);
  const std::string type = text(*field, "type");
  if (type == "date") v = json::value(typed_date(typed));
  if (type == "integer") {
    if (const auto n = parse_written_integer(typed)) v = json::integer(*n);
  }
  if (type != "datetime") return;
  if (const auto ms = parse_written_time(typed)) v = json::value(instant_text(*ms));
}

std::string kind_of(const Command& command, const Ask& ask) {
  const std::string given = text(command.params, "kind");
  if (!given.empty()) return given;
  std::string id = text(command.params, "id");
  if (id.empty()) id = text(command.params, "record");
  return text(part(ask("record.show", json::object{{"id", id}}), "document"), "kind");
}

}  // namespace

std::string typed_date(const std::string& text) {
  const auto days = parse_written_date(text);
  return days ? date_text(*days) : text;
}

void read_dates(Command& command, const Ask& ask) {
  json::object* values = nullptr;
  for (const char* name : {"record", "fields"}) {
    auto* found = command.params.if_contains(name);
    if (found != nullptr && found->is_object()) values = &found->get_object();
  }
  json::value* chosen = command.method == "conflict.resolve" ? command.params.if_contains("value") : nullptr;
  bool any = chosen != nullptr && looks_typed(*chosen);
  if (values != nullptr)
    for (const auto& member : *values) any = any || any_typed(member.value());
  if (!any) return;
  const auto kinds = ask("record.kinds", json::object{{"kind", kind_of(command, ask)}});
  const auto& found = list(kinds, "kinds");
  if (found.empty()) return;
  const auto& survey = list(found.front().get_object(), "survey");
  if (chosen != nullptr) read_value(survey, text(command.params, "path"), *chosen);
  if (values != nullptr)
    for (auto& member : *values) read_value(survey, std::string(member.key()), member.value());
}

}  // namespace gandan::cli
