// Numbers as people in Vietnam write them: 1.200.000, 1 200 000.
//
// Threading: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gandan {

// A whole number, with dots or spaces between groups of three or with none. A decimal comma is no whole
// number, and "1,200" could be meant in two ways: both give nothing.
std::optional<std::int64_t> parse_written_integer(std::string_view text);

}  // namespace gandan
