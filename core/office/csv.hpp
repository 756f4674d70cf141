// Sheets as CSV (RFC 4180) for spreadsheet programs: UTF-8 with its mark, so that they open with diacritics;
// lines end in CR LF. A text that such a program would take for a formula begins with an apostrophe.
//
// Threading: pure functions.
#pragma once

#include "office/sheets.hpp"

namespace gandan::office {

// Numbers and dates as the cells hold them; rows that are left out are empty lines.
std::string to_csv(const Sheet& sheet);

}  // namespace gandan::office
