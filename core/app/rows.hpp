// Rows of a spreadsheet or of a text file (CSV) as the items of one list: a roll of households as the commune
// has it. The first row whose cells all name fields is the head, by name or label; what stands above it is a
// heading, "STT" only counts. Nothing is dropped in silence: a column that names no field is a fault, and so
// is a heading without a head below it.
//
// Threading: pure functions.
#pragma once

#include "base/json.hpp"
#include "office/sheets.hpp"
#include "records/type.hpp"

namespace gandan::app {

// A file's table: a spreadsheet by its first bytes (every .xlsx is a ZIP file), a text file otherwise.
// Code::file_unreadable, too_large, unknown_encoding, not_a_spreadsheet; no_spreadsheets where `sheets` is
// null.
Result<office::Workbook> read_table(const office::Spreadsheets* sheets, const std::string& path);

// Commas, semicolons or tabs, whichever the first lines have most of; quotes as in RFC 4180. `text` is UTF-8.
// Code::invalid_record for a quotation mark that is never closed: it would swallow the rows behind it.
Result<office::Workbook> read_csv(std::string_view text);

// New items for a patch. Code::invalid_record names each wrong cell ("B7"): a field that no column names, a
// date, number or choice that cannot be read.
Result<json::array> rows_as_items(const records::Field& list, const office::Workbook& table);

// The same, each with the number that its row has for a person.
struct NumberedItem {
  std::uint32_t row = 0;
  json::object item;
};
Result<std::vector<NumberedItem>> numbered_items(const records::Field& list, const office::Workbook& table);

}  // namespace gandan::app
