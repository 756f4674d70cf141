// Calculations that lead back to themselves: they would say something else each time they are asked. See
// loader.hpp.
#include <set>

#include "records/loader.hpp"

namespace gandan::records {
namespace {

// A schema path ("consents[].days"): the calculations that a calculation's names read, in the same record.
// Linked records come without theirs.
using Reads = std::map<std::string, std::vector<std::string>>;

std::string place(const Slot& slot, const std::vector<std::string>& lists) {
  const std::string list = slot.level == 0 ? std::string() : lists[slot.level - 1] + "[].";
  return list + slot.path + (slot.field.empty() ? "" : "[]." + slot.field);
}

void collect(const std::vector<Field>& fields, std::vector<std::string>& lists, Reads& out) {
  for (const auto& field : fields) {
    if (field.calculation) {
      auto& reads = out[field.path];
      for (const auto& slot : field.calculation.bound->slots())
        if (slot.links.empty() && !slot.path.empty()) reads.push_back(place(slot, lists));
    }
    if (field.type == FieldType::group) collect(field.children, lists, out);
    if (field.type != FieldType::repeat) continue;
    lists.push_back(field.path);
    collect(field.children, lists, out);
    lists.pop_back();
  }
}

// Whether `from` comes back to `to`.
bool leads(const Reads& reads, const std::string& from, const std::string& to, std::set<std::string>& seen) {
  const auto found = reads.find(from);
  if (found == reads.end()) return false;
  for (const auto& next : found->second)
    if (next == to || (seen.insert(next).second && leads(reads, next, to, seen))) return true;
  return false;
}

}  // namespace

void Loader::check_cycles(const RecordType& type) {
  Reads reads;
  std::vector<std::string> lists;
  collect(type.fields, lists, reads);
  for (const auto& [path, names] : reads) {
    std::set<std::string> seen;
    if (leads(reads, path, path, seen))
      fault(path, "calculation", "Mục tính này dùng lại chính nó (trực tiếp hoặc qua mục tính khác).",
            "This calculation reads itself, at once or by way of others.");
  }
}

}  // namespace gandan::records
