// The two halves behind xlsx(). Private to office/xlsx.
//
// Threading: pure functions.
#pragma once

#include "office/sheets.hpp"

namespace gandan::office {

Result<Workbook> read_xlsx(ByteView file);
Result<Bytes> write_xlsx(const Workbook& workbook);

}  // namespace gandan::office
