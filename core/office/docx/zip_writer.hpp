// Parts put together to a zip archive in memory. Private to office/docx. Threading: a pure function.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace gandan::office {

// Names and contents, in their order. Every entry has the same day, so that the same parts are the same
// bytes. Code::internal when the library fails.
Result<Bytes> zip_parts(const std::vector<std::pair<std::string, std::string>>& parts);

}  // namespace gandan::office
