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

}  // namespace gandan::xlsform
