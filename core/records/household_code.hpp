// A household's code as codes are compared, in reports and audits alike: by its words and numbers. H017, h-17
// and "H 17" are one household.
//
// Threading: a pure function.
#pragma once

#include "base/text.hpp"

namespace gandan::records {

inline std::string household_code(std::string_view code) {
  std::string out;
  bool in_number = false;
  for (const char c : fold(code)) {
    const bool digit = c >= '0' && c <= '9';
    if (c == ' ' || c == '-' || c == '.' || c == '/') continue;
    if (digit && !in_number && c == '0') continue;  // leading zeros
    in_number = digit;
    out += c;
  }
  return out;
}

}  // namespace gandan::records
