// Table: a sheet of an XLSForm as rows under heads: heads recognised whatever their case, spaces, aliases and
// languages, texts trimmed and in normal form.
//
// Threading: plain values.
#pragma once

#include <map>

#include "office/sheets.hpp"
#include "xlsform/findings.hpp"

namespace gandan::xlsform {

struct Head {
  std::uint32_t column = 0;
  std::string key;  // "label", "constraint_message", "read_only" …; unknown ones as written, in lower case
  std::string
      language;  // "vi", "en"; "": none was named; else as written: a language that forms here do not have
  std::string given;  // as written
};

struct TableRow {
  std::uint32_t number = 0;
  std::map<std::string, std::string>
      cells;  // by key, with "::vi" or "::en" behind it where a language was named
};

struct Table {
  std::string sheet;  // its name as written
  std::vector<Head> heads;
  std::vector<TableRow> rows;

  const Head* head(std::string_view key, std::string_view language = {}) const;
  // The head as written, for findings; the key itself when there is none.
  std::string given(std::string_view key) const;
};

// Reports duplicate heads, columns without a head, merged cells and cells with errors.
Table read_table(const office::Sheet& sheet, Findings& findings);

// "vi", "en", or "" for "Vietnamese (vi)", "Tiếng Việt", "English", "en" …
std::string language_of(std::string_view text);
std::string trimmed(std::string_view text);  // no white space around it, NFC
std::string lower_ascii(std::string_view text);

}  // namespace gandan::xlsform
