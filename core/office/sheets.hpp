// Spreadsheets as the core sees them: rows of cells, without a file format. Reading and writing .xlsx is the
// office's side (office/xlsx); a shell hands it to the Notebook, as it hands over the network.
//
// Threading: plain values; an implementation of Spreadsheets must allow calls from several threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::office {

// What a spreadsheet program shows, not how: a date is YYYY-MM-DD (with THH:MM:SS where it has a time,
// HH:MM:SS where it has no day), a number its shortest decimal form, a truth value TRUE or FALSE, an error
// its name (#REF!).
struct Cell {
  enum class Kind { text, number, boolean, date, error };
  std::uint32_t column = 0;  // from 0
  Kind kind = Kind::text;
  std::string text;  // UTF-8, never empty
};

struct Row {
  std::uint32_t number = 1;  // as a person reads it, from 1
  std::vector<Cell> cells;   // ascending; empty cells are left out
  const Cell* at(std::uint32_t column) const;
};

struct Sheet {
  std::string name;
  std::vector<Row> rows;            // ascending; empty rows are left out
  std::vector<std::string> merged;  // "B2:C3": only the upper left cell of these can have content
};

struct Workbook {
  std::vector<Sheet> sheets;
  std::int64_t created_ms = 0;  // since 1970; what write() puts into the file's properties
};

std::string column_letters(std::uint32_t column);  // 0: A, 26: AA

class Spreadsheets {
 public:
  virtual ~Spreadsheets() = default;
  // Code::not_a_spreadsheet, Code::too_large.
  virtual Result<Workbook> read(ByteView file) const = 0;
  // The first row of every sheet is its head. Code::file_unwritable when there is no room for a temporary
  // file.
  virtual Result<Bytes> write(const Workbook& workbook) const = 0;
};

}  // namespace gandan::office
