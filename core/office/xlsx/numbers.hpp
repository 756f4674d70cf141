// Numbers of a spreadsheet as text, and which of them its number formats show as dates. Private to
// office/xlsx.
//
// Threading: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "office/sheets.hpp"

namespace gandan::office {

// Whether a number format shows a date or time: ids of ECMA-376 part 1, 18.8.30, and codes like "dd/mm/yyyy".
bool is_date_format(unsigned id);
bool is_date_format(std::string_view code);

// The cell for a number as the file has it ("5", "1.0", "4.5E+1"); nothing when it is none. With `date` it is
// a serial: days since 1899-12-30, or since 1904-01-01.
bool number_cell(std::string_view text, bool date, bool from_1904, Cell& out);

}  // namespace gandan::office
