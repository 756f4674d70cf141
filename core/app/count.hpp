// Counts as answers carry them.
//
// Threading: pure function.
#pragma once

#include "base/json.hpp"

namespace gandan::app {

inline json::value number(std::uint64_t n) { return json::integer(static_cast<std::int64_t>(n)); }

}  // namespace gandan::app
