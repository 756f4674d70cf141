// What the library says of itself (gandan_set_log): never a parameter, an answer, a secret or a path.
//
// Threading: any thread.
#pragma once

#include <string_view>

#include "gandan.h"

namespace gandan::c {

enum class Level { debug, info, warning, error };
void set_log(gandan_log to, void* user, int32_t least) noexcept;
bool logs(Level level) noexcept;
// "what detail"
void log(Level level, std::string_view what, std::string_view detail) noexcept;

}  // namespace gandan::c
