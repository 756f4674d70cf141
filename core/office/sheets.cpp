#include "office/sheets.hpp"

#include <algorithm>

namespace gandan::office {

const Cell* Row::at(std::uint32_t column) const {
  const auto found = std::lower_bound(cells.begin(), cells.end(), column,
                                      [](const Cell& cell, std::uint32_t c) { return cell.column < c; });
  return found != cells.end() && found->column == column ? &*found : nullptr;
}

std::string column_letters(std::uint32_t column) {
  std::string out;
  for (std::uint64_t left = std::uint64_t{column} + 1; left > 0; left = (left - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (left - 1) % 26));
  return out;
}

}  // namespace gandan::office
