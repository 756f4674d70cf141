#include "xlsform/model.hpp"

#include <algorithm>

namespace gandan::xlsform {

const Choice* ChoiceList::find(std::string_view given_name) const {
  const auto found =
      std::find_if(choices.begin(), choices.end(), [&](const Choice& c) { return c.given == given_name; });
  return found == choices.end() ? nullptr : &*found;
}

std::string Question::cell(std::string_view key) const {
  const auto found = cells.find(std::string(key));
  return found == cells.end() ? std::string() : found->second;
}

bool stands_after(const Question& one, const Question& other) {
  const auto way = [](const Question* q) {
    std::vector<const Question*> out;
    for (; q != nullptr; q = q->parent) out.insert(out.begin(), q);
    return out;
  };
  const auto to_one = way(&one), to_other = way(&other);
  std::size_t i = 0;
  while (i < to_one.size() && i < to_other.size() && to_one[i] == to_other[i]) ++i;
  if (i == to_one.size() || i == to_other.size()) return false;  // one lies in the other, or both are one
  for (const auto& child : to_one[i - 1]->children) {
    if (child.get() == to_other[i]) return true;
    if (child.get() == to_one[i]) return false;
  }
  return false;
}

}  // namespace gandan::xlsform
