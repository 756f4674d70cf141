// Spreadsheets as plain text, for tests that need no .xlsx: "[survey]" begins a sheet, tabs divide cells,
// "\n" in a cell is written ␤.
#pragma once

#include "office/sheets.hpp"

namespace gandan::test {

class PlainSheets final : public office::Spreadsheets {
 public:
  Result<office::Workbook> read(ByteView file) const override {
    office::Workbook out;
    const std::string_view text = as_text(file);
    if (text.empty() || text.front() != '[') return Code::not_a_spreadsheet;
    std::uint32_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const auto line = text.substr(at, end - at);
      at = end + 1;
      if (!line.empty() && line.front() == '[') {
        out.sheets.emplace_back();
        out.sheets.back().name = std::string(line.substr(1, line.size() - 2));
        number = 0;
        continue;
      }
      office::Row row;
      row.number = ++number;
      std::uint32_t column = 0;
      for (std::size_t from = 0; from <= line.size(); ++column) {
        const auto to = std::min(line.find('\t', from), line.size());
        if (to > from)
          row.cells.push_back({column, office::Cell::Kind::text,
                               replaced(std::string(line.substr(from, to - from)), "␤", "\n")});
        from = to + 1;
      }
      if (!row.cells.empty()) out.sheets.back().rows.push_back(std::move(row));
    }
    return out;
  }

  Result<Bytes> write(const office::Workbook& workbook) const override {
    std::string out;
    for (const auto& sheet : workbook.sheets) {
      out += "[" + sheet.name + "]\n";
      std::uint32_t number = 0;
      for (const auto& row : sheet.rows) {
        while (++number < row.number) out += "\n";
        std::uint32_t column = 0;
        for (const auto& cell : row.cells) {
          out.append(cell.column - column, '\t');
          column = cell.column;
          out += replaced(cell.text, "\n", "␤");
        }
        out += "\n";
      }
    }
    return to_bytes(as_bytes(out));
  }

 private:
  static std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  }
};

}  // namespace gandan::test
