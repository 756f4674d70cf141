#include "gandan/odata/sets.hpp"

#include <algorithm>
#include <functional>

#include "base/calendar.hpp"

namespace gandan::cli {
namespace {

std::string member_text(const json::object& from, std::string_view name) {
  return json::find_text(from, name).value_or("");
}
std::string label_of(const json::object& from) {
  const auto* label = json::find_object(from, "label");
  return label == nullptr ? std::string() : member_text(*label, "vi");
}

// A name that OData takes: letters, digits and underscores.
std::string identifier(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (c == '[' || c == ']') continue;
    out += plain ? c : '_';
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

bool closed(const json::object& field) {
  return json::find_bool(field, "sealed").value_or(false) ||
         json::find_bool(field, "personal").value_or(false);
}

bool has_sealed(const json::array& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const json::value& one) {
    const auto& field = one.get_object();
    const auto* children = json::find_array(field, "children");
    return json::find_bool(field, "sealed").value_or(false) || (children != nullptr && has_sealed(*children));
  });
}

Edm edm_of(std::string_view type) {
  if (type == "integer" || type == "repeat") return Edm::integer;
  if (type == "boolean") return Edm::boolean;
  if (type == "date") return Edm::date;
  if (type == "datetime") return Edm::instant;
  return Edm::text;
}

const char* edm_name(Edm type) {
  switch (type) {
    case Edm::integer:
      return "Edm.Int64";
    case Edm::boolean:
      return "Edm.Boolean";
    case Edm::date:
      return "Edm.Date";
    case Edm::instant:
      return "Edm.DateTimeOffset";
    case Edm::decimal:
      return "Edm.Double";
    case Edm::text:
      break;
  }
  return "Edm.String";
}

Column column_of(const json::object& field, const std::string& name) {
  const std::string type = member_text(field, "type"), label = label_of(field);
  Column out;
  out.path = member_text(field, "path");
  if (const auto* choices = json::find_array(field, "choices"))
    for (const auto& choice : *choices)
      out.labels[member_text(choice.get_object(), "name")] = label_of(choice.get_object());
  if (type == "geopoint") {
    out.how = Column::How::position;
    out.properties = {{name + "_latitude", Edm::decimal, label + ": vĩ độ"},
                      {name + "_longitude", Edm::decimal, label + ": kinh độ"},
                      {name + "_accuracy_m", Edm::decimal, label + ": sai số (m)"}};
  } else if (type == "select_one" || type == "select_multiple") {
    out.how = Column::How::choices;
    out.properties = {{name, Edm::text, label + " (mã)"}, {name + "_label", Edm::text, label}};
  } else {
    out.properties = {{name, edm_of(type), type == "repeat" ? label + " (số dòng)" : label}};
  }
  return out;
}

bool served(const json::object& field) {
  const std::string type = member_text(field, "type");
  return !closed(field) && type != "note" && type != "group" && type != "file" && type != "calculate" &&
         !json::find_bool(field, "read_only").value_or(false);
}

// What a table has of these fields; `prefix` is how paths of a list's items begin.
void columns_of(const json::array& fields, const std::string& prefix, std::vector<Column>& out) {
  for (const auto& one : fields) {
    const auto& field = one.get_object();
    const auto* children = json::find_array(field, "children");
    if (member_text(field, "type") == "group" && children != nullptr) columns_of(*children, prefix, out);
    const std::string path = member_text(field, "path");
    if (served(field) && path.size() > prefix.size())
      out.push_back(column_of(field, identifier(std::string_view(path).substr(prefix.size()))));
  }
}

std::vector<Property> record_properties() {
  return {{"record_id", Edm::text, "Mã hồ sơ trong máy", false},
          {"record_title", Edm::text, "Hồ sơ"},
          {"record_date", Edm::date, "Ngày"},
          {"record_unit", Edm::text, "Mã đơn vị trong máy"},
          {"record_unit_name", Edm::text, "Đơn vị"},
          {"record_state", Edm::text, "Tình trạng"},
          {"record_workflow", Edm::text, "Bước xử lý"},
          {"record_conflict", Edm::boolean, "Có bản khác nhau chờ chọn"}};
}

// The kind's own set, and one for each of its lists.
void add_kind(const json::object& kind, std::vector<EntitySet>& out) {
  const auto* survey = json::find_array(kind, "survey");
  if (survey == nullptr || has_sealed(*survey)) return;
  EntitySet set;
  set.kind = member_text(kind, "kind");
  set.name = identifier(set.kind);
  set.label = label_of(kind);
  set.keys = {"record_id"};
  set.fixed = record_properties();
  columns_of(*survey, "", set.columns);
  out.push_back(set);
  const std::function<void(const json::array&)> add_lists = [&](const json::array& fields) {
    for (const auto& one : fields) {
      const auto& field = one.get_object();
      const auto* children = json::find_array(field, "children");
      if (children == nullptr || closed(field)) continue;
      if (member_text(field, "type") == "group") add_lists(*children);
      if (member_text(field, "type") != "repeat") continue;
      EntitySet items = set;
      items.list = member_text(field, "path");
      items.name += "_" + identifier(items.list);
      items.label += ": " + label_of(field);
      items.keys.emplace_back("item_id");
      items.fixed.push_back({"item_id", Edm::text, "Mã dòng trong máy", false});
      items.columns.clear();
      columns_of(*children, items.list + "[].", items.columns);
      out.push_back(std::move(items));
    }
  };
  add_lists(*survey);
}

EntitySet units_set() {
  EntitySet out;
  out.name = "units";
  out.label = "Đơn vị";
  out.source = EntitySet::Source::units;
  out.keys = {"id"};
  out.fixed = {{"id", Edm::text, "Mã đơn vị trong máy", false},
               {"code", Edm::text, "Mã đơn vị"},
               {"name", Edm::text, "Tên"},
               {"kind", Edm::text, "Loại"},
               {"parent", Edm::text, "Đơn vị cấp trên"},
               {"depth", Edm::integer, "Bậc"},
               {"readable", Edm::boolean, "Máy này đọc được"}};
  return out;
}

EntitySet figures_set() {
  EntitySet out;
  out.name = "figures";
  out.label = "Số liệu báo cáo kỳ";
  out.source = EntitySet::Source::figures;
  out.keys = {"period", "unit_code", "figure"};
  out.fixed = {{"period", Edm::text, "Kỳ", false},
               {"from", Edm::date, "Từ ngày"},
               {"until", Edm::date, "Đến ngày"},
               {"as_of", Edm::date, "Tính đến hết ngày"},
               {"unit_code", Edm::text, "Mã đơn vị", false},
               {"unit_name", Edm::text, "Đơn vị"},
               {"figure", Edm::text, "Mã chỉ tiêu", false},
               {"label", Edm::text, "Chỉ tiêu"},
               {"measure", Edm::text, "Đơn vị tính"},
               {"value", Edm::integer, "Số liệu"},
               {"shown", Edm::text, "Như trên giấy"},
               {"previous", Edm::integer, "Kỳ trước"},
               {"difference", Edm::integer, "Tăng, giảm"},
               {"checkpoint", Edm::integer, "Mốc sổ cái"},
               {"incomplete", Edm::boolean, "Máy chưa có đủ hồ sơ"}};
  return out;
}

// In Viet Nam's time, with its offset: as people of the commune wrote it down.
json::value instant_json(const json::value& value) {
  const auto* text = value.if_string();
  const auto ms = text == nullptr ? std::nullopt : parse_instant(std::string_view(*text));
  if (!ms) return nullptr;
  const std::string shifted = instant_text(*ms + kLocalOffsetMs);
  return json::value(shifted.substr(0, shifted.size() - 1) + "+07:00");
}

void put_value(const Column& column, const json::value& value, json::object& out) {
  const auto& names = column.properties;
  const auto label = [&](std::string_view code) {
    const auto found = column.labels.find(std::string(code));
    return found == column.labels.end() ? std::string(code) : found->second;
  };
  if (column.how == Column::How::position) {
    const auto* at = value.if_object();
    const auto number = [&](std::string_view name, double divisor) -> json::value {
      const auto n = at == nullptr ? std::nullopt : json::find_integer(*at, name);
      return n ? json::value(static_cast<double>(*n) / divisor) : json::value(nullptr);
    };
    out[names[0].name] = number("latitude_e7", 1e7);
    out[names[1].name] = number("longitude_e7", 1e7);
    out[names[2].name] = number("accuracy_cm", 100);
  } else if (column.how == Column::How::choices) {
    std::string codes, labels;
    if (const auto* all = value.if_array())
      for (const auto& one : *all) {
        const std::string_view code = one.get_string();
        codes += (codes.empty() ? "" : "; ") + std::string(code);
        labels += (labels.empty() ? "" : "; ") + label(code);
      }
    out[names[0].name] = codes.empty() ? json::value(nullptr) : json::value(codes);
    out[names[1].name] = codes.empty() ? json::value(nullptr) : json::value(labels);
  } else if (names[0].type == Edm::instant) {
    out[names[0].name] = instant_json(value);
  } else if (names[0].type == Edm::integer) {
    // A number, whatever its size: what reads OData knows 64 bits.
    const auto n = json::as_integer(value);
    out[names[0].name] = n ? json::value(*n) : json::value(nullptr);
  } else {
    out[names[0].name] = value;
  }
}

std::string property_xml(const Property& one) {
  return R"(        <Property Name=")" + one.name + R"(" Type=")" + edm_name(one.type) + "\"" +
         (one.nullable ? "" : R"( Nullable="false")") +
         (one.type == Edm::instant ? R"( Precision="3")" : "") +
         "><Annotation Term=\"Org.OData.Core.V1.Description\" String=\"" + escaped(one.label) +
         "\"/></Property>\n";
}

// What clients need not try: they filter and sort what they got themselves.
constexpr const char* kRestrictions =
    R"(          <Annotation Term="Org.OData.Capabilities.V1.SortRestrictions"><Record><PropertyValue Property="Sortable" Bool="false"/></Record></Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.ExpandRestrictions"><Record><PropertyValue Property="Expandable" Bool="false"/></Record></Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.SearchRestrictions"><Record><PropertyValue Property="Searchable" Bool="false"/></Record></Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.InsertRestrictions"><Record><PropertyValue Property="Insertable" Bool="false"/></Record></Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.UpdateRestrictions"><Record><PropertyValue Property="Updatable" Bool="false"/></Record></Annotation>
          <Annotation Term="Org.OData.Capabilities.V1.DeleteRestrictions"><Record><PropertyValue Property="Deletable" Bool="false"/></Record></Annotation>
)";

}  // namespace

const Property* EntitySet::property(std::string_view wanted) const {
  for (const auto* one : properties())
    if (one->name == wanted) return one;
  return nullptr;
}

std::vector<const Property*> EntitySet::properties() const {
  std::vector<const Property*> out;
  for (const auto& one : fixed) out.push_back(&one);
  for (const auto& column : columns)
    for (const auto& one : column.properties) out.push_back(&one);
  return out;
}

std::vector<EntitySet> entity_sets(const json::array& kinds) {
  std::vector<EntitySet> out{units_set(), figures_set()};
  for (const auto& kind : kinds) add_kind(kind.get_object(), out);
  return out;
}

json::object record_entity(const EntitySet& set, const json::object& row) {
  const auto* record = json::find_object(row, "record");
  const auto* values = json::find_array(row, "values");
  json::object out;
  if (record == nullptr || values == nullptr) return out;
  const auto take = [&](const char* to, std::string_view from) {
    const auto* value = json::find(*record, from);
    const bool empty = value == nullptr || (value->is_string() && value->get_string().empty());
    out[to] = empty ? json::value(nullptr) : *value;
  };
  take("record_id", "id");
  take("record_title", "title");
  take("record_date", "date");
  take("record_unit", "unit");
  take("record_unit_name", "unit_name");
  take("record_state", "state");
  take("record_workflow", "workflow");
  take("record_conflict", "conflict");
  if (!set.list.empty()) out["item_id"] = json::find_text(row, "item").value_or("");
  for (std::size_t i = 0; i < set.columns.size() && i < values->size(); ++i)
    put_value(set.columns[i], (*values)[i], out);
  return out;
}

json::object service_document(const std::vector<EntitySet>& sets, const std::string& root) {
  json::array value;
  for (const auto& set : sets)
    value.push_back(
        json::object{{"name", set.name}, {"title", set.label}, {"kind", "EntitySet"}, {"url", set.name}});
  return {{"@odata.context", root + "$metadata"}, {"value", std::move(value)}};
}

// Vocabularies are named whole and not referenced: a client that fetched them would need the Internet.
std::string metadata_document(const std::vector<EntitySet>& sets) {
  std::string types, container;
  for (const auto& set : sets) {
    types += R"(      <EntityType Name=")" + set.name + "_row\">\n        <Key>";
    for (const auto& key : set.keys) types += R"(<PropertyRef Name=")" + key + "\"/>";
    types += "</Key>\n";
    for (const auto* one : set.properties()) types += property_xml(*one);
    types += "      </EntityType>\n";
    container += R"(        <EntitySet Name=")" + set.name + R"(" EntityType="gandan.)" + set.name +
                 "_row\">\n          <Annotation Term=\"Org.OData.Core.V1.Description\" String=\"" +
                 escaped(set.label) + "\"/>\n" + kRestrictions + "        </EntitySet>\n";
  }
  return R"(<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="gandan" xmlns="http://docs.oasis-open.org/odata/ns/edm">
)" + types +
         "      <EntityContainer Name=\"feed\">\n" + container +
         "      </EntityContainer>\n    </Schema>\n  </edmx:DataServices>\n</edmx:Edmx>\n";
}

}  // namespace gandan::cli
