// A page as self-contained HTML for A4: geometry and head of Decree 30/2020/NĐ-CP, annex I, or of Instruction
// 36-HD/VPTW. No script, no outside resource, every value escaped. Threading: pure functions.
#pragma once

#include <string>

#include "report/page.hpp"

namespace gandan::report {

std::string to_html(const Page& page);

}  // namespace gandan::report
