#include "office/csv.hpp"

namespace gandan::office {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";
constexpr std::string_view kFormula = "=+-@\t\r";
constexpr std::string_view kQuoted = "\",;\r\n";

std::string field_of(const Cell& cell) {
  std::string text = cell.text;
  if (cell.kind == Cell::Kind::text && kFormula.find(text.front()) != std::string_view::npos)
    text.insert(text.begin(), '\'');
  if (text.find_first_of(kQuoted) == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string to_csv(const Sheet& sheet) {
  std::string out(kMark);
  std::uint32_t line = 1;
  for (const auto& row : sheet.rows) {
    for (; line < row.number; ++line) out += "\r\n";
    std::uint32_t column = 0;
    for (const auto& cell : row.cells) {
      for (; column < cell.column; ++column) out += ',';
      out += field_of(cell);
    }
    out += "\r\n";
    ++line;
  }
  return out;
}

}  // namespace gandan::office
