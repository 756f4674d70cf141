#include "records/type.hpp"

#include <algorithm>
#include <array>

#include "records/tree.hpp"

namespace gandan::records {

const char* to_text(FieldType type) {
  constexpr std::array<const char*, 14> names = {
      "text",    "integer", "date", "datetime",  "select_one", "select_multiple", "geopoint",
      "boolean", "file",    "link", "calculate", "note",       "group",           "repeat"};
  return names[static_cast<std::size_t>(type)];
}

const Choice* Field::choice(std::string_view code) const {
  const auto found =
      std::find_if(choices.begin(), choices.end(), [&](const Choice& c) { return c.name == code; });
  return found == choices.end() ? nullptr : &*found;
}

bool Field::copied() const {
  if (read_only || !open() || type == FieldType::calculate || type == FieldType::note) return false;
  if (copy) return *copy;
  if (type == FieldType::group) return true;
  if (type == FieldType::repeat)  // a list of files is one of evidence
    return std::none_of(children.begin(), children.end(),
                        [](const Field& child) { return child.type == FieldType::file; });
  return type == FieldType::text || type == FieldType::select_one || type == FieldType::select_multiple ||
         type == FieldType::link;
}

std::string schema_path(std::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) out += c;
    if (c == '[') inside = true;
  }
  return out;
}

const Field* RecordType::find(std::string_view path) const {
  const std::vector<Field>* fields_here = &fields;
  const Field* found = nullptr;
  while (!path.empty()) {
    const auto end = path.find_first_of(".[");
    const auto name = path.substr(0, end);
    const auto it = std::find_if(fields_here->begin(), fields_here->end(),
                                 [&](const Field& f) { return f.name == name; });
    if (it == fields_here->end()) return nullptr;
    found = &*it;
    if (end == std::string_view::npos) return found;
    const bool indexed = path[end] == '[';
    if (indexed != (found->type == FieldType::repeat)) return nullptr;
    path.remove_prefix(end + 1);
    if (indexed) {
      const auto close = path.find(']');
      if (close == std::string_view::npos) return nullptr;
      path.remove_prefix(close + 1);
      if (!path.empty() && path.front() == '.') path.remove_prefix(1);
    }
    fields_here = &found->children;
  }
  return found;
}

}  // namespace gandan::records
