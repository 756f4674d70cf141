// What the module asks of the JavaScript around it: `Module.host`, an object that src/engine.ts gives.
//
//   now() -> ms since 1970   monotonic() -> ms   event(json) -> bool, true: end the request that runs
//
// Threading: one thread.
#pragma once

#include <string>

#include "base/seams.hpp"

namespace gandan::web {

Clock& host_clock();
bool tell(const std::string& json);

}  // namespace gandan::web
