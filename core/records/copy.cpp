// A record as the start of the next one of its kind. See document.hpp.
#include "records/document.hpp"

namespace gandan::records {
namespace {

// `key` is the path inside the record or item, groups dotted.
void copy_fields(const std::vector<Field>& fields, const std::string& groups, const Tree& tree,
                 json::object& out) {
  for (const auto& field : fields) {
    if (!field.copied()) continue;
    const std::string key = groups + field.name;
    if (field.type == FieldType::group) {
      copy_fields(field.children, key + ".", tree, out);
    } else if (field.type == FieldType::repeat) {
      const auto* items = tree.list(key);
      if (items == nullptr) continue;
      json::array rows;
      for (const auto& item : *items) {
        json::object row;
        copy_fields(field.children, "", item.tree, row);
        if (!row.empty()) rows.push_back(std::move(row));
      }
      if (!rows.empty()) out[key] = std::move(rows);
    } else if (const auto* value = tree.value(key)) {
      out[key] = value_json(*value);
    }
  }
}

}  // namespace

json::object copy_patch(const RecordType& type, const Document& source) {
  json::object out;
  copy_fields(type.fields, "", source.tree, out);
  return out;
}

}  // namespace gandan::records
