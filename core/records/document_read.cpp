// From values to JSON and to the search index. See document.hpp.
#include <algorithm>

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "changelog/personal_value.hpp"
#include "records/document.hpp"
#include "records/format.hpp"
#include "records/personal.hpp"
#include "records/sealed.hpp"

namespace gandan::records {
namespace {

using changelog::Value;

constexpr std::size_t kMaxSearchBytes = 256 * 1024;

std::string field_path(const std::string& prefix, const std::string& name) {
  return prefix.empty() ? name : prefix + "." + name;
}

// "site.place" = v becomes {"site": {"place": v}}.
void put_nested(json::object& into, std::string_view path, json::value v) {
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) {
    into[path] = std::move(v);
    return;
  }
  auto& child = into[path.substr(0, dot)];
  if (!child.is_object()) child.emplace_object();
  put_nested(child.get_object(), path.substr(dot + 1), std::move(v));
}

json::object tree_json(const Tree& tree);

json::array items_json(const std::vector<Item>& items) {
  json::array out;
  for (const auto& item : items) {
    json::object row;
    row["id"] = item.id;
    for (auto& member : tree_json(item.tree)) row[member.key()] = std::move(member.value());
    out.push_back(std::move(row));
  }
  return out;
}

json::object tree_json(const Tree& tree) {
  json::object out;
  for (const auto& [path, value] : tree.values) {
    if (!std::holds_alternative<changelog::Null>(value)) put_nested(out, path, value_json(value));
  }
  for (const auto& [path, items] : tree.lists) put_nested(out, path, items_json(items));
  return out;
}

void collect_files(const Tree& tree, const std::string& prefix, json::array& out) {
  for (const auto& [path, value] : tree.values) {
    if (!std::holds_alternative<changelog::BlobRef>(value)) continue;
    json::object row{{"path", field_path(prefix, path)}};
    const json::value file = value_json(value);
    for (const auto& member : file.get_object()) row[member.key()] = member.value();
    out.push_back(std::move(row));
  }
  for (const auto& [path, items] : tree.lists) {
    for (const auto& item : items)
      collect_files(item.tree, field_path(prefix, path) + "[" + item.id + "]", out);
  }
}

// One line a field, in the form's order; what no form knows is not searched.
void collect_text(const std::vector<Field>& fields, const std::string& prefix, const Tree& tree,
                  std::string& out) {
  for (const auto& field : fields) {
    if (!field.open() || out.size() > kMaxSearchBytes) continue;
    const std::string path = field_path(prefix, field.name);
    if (field.type == FieldType::group) {
      collect_text(field.children, path, tree, out);
    } else if (field.type == FieldType::repeat) {
      if (const auto* items = tree.list(path)) {
        for (const auto& item : *items) collect_text(field.children, "", item.tree, out);
      }
    } else if (field.type != FieldType::link && field.type != FieldType::geopoint &&
               field.type != FieldType::boolean) {
      const Value* value = tree.value(path);
      if (value == nullptr) continue;
      const std::string text = format_value(&field, *value, "vi");
      if (!text.empty()) out += text + "\n";
      if (const auto* n = std::get_if<std::int64_t>(value); n != nullptr && (*n > 999 || *n < -999)) {
        out += std::to_string(*n) + "\n";  // people type 1234567 as well as 1.234.567
      }
    }
  }
}

void collect_links(const std::vector<Field>& fields, const std::string& base, const std::string& groups,
                   const Tree& tree, std::vector<std::pair<std::string, RecordId>>& out) {
  for (const auto& field : fields) {
    const std::string key = field_path(groups, field.name);
    if (field.type == FieldType::group) {
      collect_links(field.children, base, key, tree, out);
    } else if (field.type == FieldType::repeat) {
      const auto* items = tree.list(key);
      if (items == nullptr) continue;
      for (const auto& item : *items)
        collect_links(field.children, base + key + "[" + item.id + "].", "", item.tree, out);
    } else if (field.type == FieldType::link && field.open()) {
      const Value* value = tree.value(key);
      const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
      const auto id = text == nullptr ? Result<RecordId>(Code::bad_id) : id_from_text<RecordId>(*text);
      if (id.ok()) out.emplace_back(base + key, *id);
    }
  }
}

json::object label_json(const Label& label) { return {{"vi", label.vi}, {"en", label.en}}; }

json::array fields_json(const std::vector<Field>& fields) {
  json::array out;
  for (const auto& field : fields) {
    json::object row{{"name", field.name},
                     {"path", field.path},
                     {"type", to_text(field.type)},
                     {"label", label_json(field.label)}};
    if (!field.hint.vi.empty()) row["hint"] = label_json(field.hint);
    if (field.required) row["required"] = true;
    if (field.required_if) row["required"] = field.required_if.text;
    if (field.relevant) row["relevant"] = field.relevant.text;
    if (field.constraint) row["constraint"] = field.constraint.text;
    if (field.constraint) row["constraint_message"] = label_json(field.constraint_message);
    if (field.calculation) row["calculation"] = field.calculation.text;
    if (field.default_value) row["default"] = field.default_value.text;
    if (field.choice_filter) row["choice_filter"] = field.choice_filter.text;
    if (field.read_only) row["read_only"] = true;
    if (!field.link.empty()) row["link"] = field.link;
    if (field.copy) row["copy"] = *field.copy;
    if (field.sealed) row["sealed"] = true;
    if (field.personal) row["personal"] = true;
    if (!field.choices.empty()) {
      json::array choices;
      for (const auto& c : field.choices) {
        json::object choice{{"name", c.name}, {"label", label_json(c.label)}};
        for (const auto& [column, text] : c.columns) choice[column] = text;
        choices.push_back(std::move(choice));
      }
      row["choices"] = std::move(choices);
    }
    if (!field.children.empty()) row["children"] = fields_json(field.children);
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

json::value value_json(const Value& value) {
  struct Visitor {
    json::value operator()(changelog::Null) const { return nullptr; }
    json::value operator()(bool v) const { return v; }
    json::value operator()(std::int64_t v) const { return json::integer(v); }
    json::value operator()(const std::string& v) const { return json::value(v); }
    json::value operator()(changelog::Date v) const { return json::value(date_text(v.days)); }
    json::value operator()(changelog::Instant v) const { return json::value(instant_text(v.ms)); }
    json::value operator()(const changelog::Choices& v) const {
      json::array out;
      for (const auto& code : v.codes) out.push_back(json::value(code));
      return out;
    }
    json::value operator()(const changelog::Position& v) const {
      return json::object{
          {"latitude_e7", v.latitude_e7}, {"longitude_e7", v.longitude_e7}, {"accuracy_cm", v.accuracy_cm}};
    }
    json::value operator()(const changelog::BlobRef& v) const {  // its key stays inside
      json::object out{{"name", changelog::is_closed(v) ? std::string() : v.name},
                       {"media_type", v.media_type},
                       {"size", json::integer(static_cast<std::int64_t>(v.size))}};
      out["blob"] = v.chunks.empty() ? std::string() : to_hex(v.chunks.front().view());
      return out;
    }
    json::value operator()(const changelog::Sealed& v) const {  // nothing of its bytes
      json::object out{{"sealed", true}};
      if (const auto n = sealed_recipients(v)) out["recipients"] = *n;
      return out;
    }
    json::value operator()(const changelog::Personal& v) const {  // nothing of its bytes
      json::object out{{"personal", true}};
      if (v.closed != changelog::Personal::Closed::unread) out["closed"] = closed_text(v.closed);
      if (v.closed == changelog::Personal::Closed::erased)
        out["reason"] = roster::erase_reason_name(static_cast<roster::EraseReason>(v.reason));
      return out;
    }
    json::value operator()(const changelog::Mark& v) const {
      json::object out{{"mark", true}};
      if (!v.content.is_zero()) out["content"] = to_hex(v.content.view());
      if (!v.reason.empty()) out["reason"] = v.reason;
      return out;
    }
  };
  return std::visit(Visitor{}, value);
}

json::value contested_json(std::string_view path, const changelog::FieldView& field,
                           const changelog::OpEntry& head, const Reveal& reveal) {
  if (changelog::is_delete(path)) return &head != field.heads.front();
  return reveal ? value_json(reveal(path, head.value)) : value_json(head.value);
}

json::object document_json(const Catalog& catalog, const RecordType* type, const Document& document,
                           const changelog::RecordView& view, const LinkSource& links,
                           const AuthorJson& author, const Reveal& reveal) {
  json::object out{{"id", gandan::to_text(document.id)},
                   {"kind", document.kind},
                   {"schema", document.schema},
                   {"unit", gandan::to_text(document.unit)},
                   {"state", document.state}};
  std::string title;
  if (type != nullptr) {
    if (auto text = catalog.fill(type->title, document, nullptr, "", links, "vi"); text.ok()) title = *text;
  }
  out["title"] = title;
  json::object fields;
  json::object items;
  for (const auto& [path, value] : document.tree.values) {
    if (!std::holds_alternative<changelog::Null>(value)) put_nested(fields, path, value_json(value));
  }
  for (const auto& [path, list] : document.tree.lists) items[path] = items_json(list);
  out["fields"] = std::move(fields);
  out["items"] = std::move(items);
  const auto shown = [&](std::string_view path, const Value& value) {
    return reveal ? value_json(reveal(path, value)) : value_json(value);
  };
  json::array conflicts;
  for (const auto& [path, field] : view.contested()) {
    json::array heads;
    for (const auto* head : field.heads)
      heads.push_back(
          json::object{{"value", contested_json(path, field, *head, reveal)}, {"author", author(*head)}});
    json::value first = heads.front().at("value");
    conflicts.push_back(
        json::object{{"path", path}, {"shown", std::move(first)}, {"heads", std::move(heads)}});
  }
  out["conflicts"] = std::move(conflicts);
  json::array files;
  collect_files(document.tree, "", files);
  out["attachments"] = std::move(files);
  json::array late;
  for (const auto& [path, op] : view.late) {
    late.push_back(json::object{{"path", path}, {"value", shown(path, op->value)}, {"author", author(*op)}});
  }
  out["late"] = std::move(late);
  return out;
}

json::object patch_of(const json::object& document) {
  json::object out;
  if (const auto* fields = json::find_object(document, "fields")) out = *fields;
  if (const auto* items = json::find_object(document, "items")) {
    for (const auto& member : *items) out[member.key()] = member.value();
  }
  return out;
}

json::array verdicts_json(const std::vector<Verdict>& verdicts) {
  json::array out;
  for (const auto& v : verdicts) {
    json::object used;
    for (const auto& [name, value] : v.used) used[name] = value;
    json::object row{
        {"rule", v.rule}, {"version", v.version}, {"law", v.law}, {"article", v.article}, {"path", v.path}};
    row["holds"] = v.holds ? json::value(*v.holds) : json::value(nullptr);
    row["severity"] = to_text(v.severity);
    row["message"] = label_json(v.said());
    row["used"] = std::move(used);
    row["verified"] = v.verified;
    if (v.state != DeadlineState::none) {
      row["state"] = to_text(v.state);
      row["days"] = json::integer(v.days);
      if (v.due) row["due"] = date_text(*v.due);
      if (v.counted) row["counted"] = date_text(*v.counted);
      if (v.done) row["done"] = date_text(*v.done);
      if (v.ahead) row["ahead"] = date_text(*v.ahead);
      if (v.not_before) row["not_before"] = date_text(*v.not_before);
      if (v.entered_ms) row["entered_at"] = instant_text(*v.entered_ms);
      if (v.entered_ms) row["entered_late"] = v.entered_late;
    }
    if (!v.calendars.empty()) {
      json::array calendars;
      for (const auto& [id, version] : v.calendars)
        calendars.push_back(json::value(id + " " + std::to_string(version)));
      row["calendars"] = std::move(calendars);
    }
    if (v.gate) row["gate"] = true;
    if (!v.overridden.empty()) row["overridden"] = v.overridden;
    if (v.apart) row["apart"] = true;
    out.push_back(std::move(row));
  }
  return out;
}

json::object type_json(const RecordType& type) {
  json::object out{{"kind", type.kind}, {"version", type.version}, {"label", label_json(type.label)}};
  if (!type.hint.vi.empty()) out["hint"] = label_json(type.hint);
  if (!type.date.empty()) out["date"] = type.date;
  out["survey"] = fields_json(type.fields);
  return out;
}

SearchText search_text(const Catalog& catalog, const RecordType& type, const Document& document,
                       const LinkSource& links) {
  SearchText out;
  if (auto title = catalog.fill(type.title, document, nullptr, "", links, "vi"); title.ok())
    out.title = *title;
  // Nothing that the title quotes is there yet: what kind of record it is says more than its bare words.
  Document bare;
  bare.kind = document.kind;
  bare.schema = document.schema;
  if (const auto empty = catalog.fill(type.title, bare, nullptr, "", {}, "vi");
      empty.ok() && *empty == out.title)
    out.title = type.label.vi;
  for (auto& c : out.title) c = c == '\n' ? ' ' : c;
  collect_text(type.fields, "", document.tree, out.body);
  return out;
}

std::vector<std::pair<std::string, RecordId>> links_of(const RecordType& type, const Document& document) {
  std::vector<std::pair<std::string, RecordId>> out;
  collect_links(type.fields, "", "", document.tree, out);
  return out;
}

std::optional<std::int32_t> day_of(const RecordType& type, const Document& document) {
  const Value* value = type.date.empty() ? nullptr : document.tree.value(type.date);
  if (value == nullptr) return std::nullopt;
  if (const auto* date = std::get_if<changelog::Date>(value)) return date->days;
  if (const auto* instant = std::get_if<changelog::Instant>(value)) return local_days(instant->ms);
  return std::nullopt;
}

}  // namespace gandan::records
