// .xlsx (ECMA-376, ISO/IEC 29500): read with libzip and pugixml, written with libxlsxwriter.
//
// Reads what the common programs write: shared, inline and rich strings, numbers, dates as serials (1900 and
// 1904), truth values, the kept values of formulas, namespaces with and without prefix. A file is a
// stranger's: sizes are bounded before anything is inflated or parsed, document types (and with them
// entities) are refused, nothing outside the file is ever read.
//
// Threading: stateless.
#pragma once

#include "office/sheets.hpp"

namespace gandan::office {

// Bounds of a file. An XLSForm of 5,000 questions and 20,000 choices takes a tenth of them.
constexpr std::size_t kMaxFileBytes = std::size_t{16} << 20;
constexpr std::size_t kMaxPartBytes = std::size_t{16} << 20;  // one part, inflated
constexpr std::size_t kMaxParts = 2000;
constexpr std::size_t kMaxTags = 1'000'000;  // of one part
constexpr std::size_t kMaxSheets = 100;
constexpr std::size_t kMaxRows = 100'000;                     // with content, of one sheet
constexpr std::size_t kMaxCells = 500'000;                    // of all sheets
constexpr std::size_t kMaxTextBytes = std::size_t{32} << 20;  // of all cells
constexpr std::size_t kMaxCellCharacters = 32'767;            // Excel's own

const Spreadsheets& xlsx();

}  // namespace gandan::office
