// make_form FORM.txt FORM.xlsx: a spreadsheet of plain text (support/plain_sheets.hpp).
#include <fstream>
#include <iostream>
#include <iterator>

#include "office/xlsx/xlsx.hpp"
#include "support/plain_sheets.hpp"

int main(int argc, char* argv[]) {
  if (argc != 3) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  const gandan::Bytes text{std::istreambuf_iterator<char>(in), {}};
  const auto workbook = gandan::test::PlainSheets().read(text);
  if (!workbook.ok()) return 1;
  const auto file = gandan::office::xlsx().write(*workbook);
  if (!file.ok()) return 1;
  std::ofstream out(argv[2], std::ios::binary);
  out << gandan::as_text(*file);
  return out.good() ? 0 : 1;
}
