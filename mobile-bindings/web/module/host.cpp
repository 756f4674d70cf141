#include "host.hpp"

#include <emscripten.h>

// clang-format off
EM_JS(double, gandan_host_now, (), { return Module.host.now(); })
EM_JS(double, gandan_host_monotonic, (), { return Module.host.monotonic(); })
EM_JS(int, gandan_host_event, (const char* json, int size), {
  return Module.host.event(UTF8ToString(json, size)) ? 1 : 0;
})
// clang-format on

namespace gandan::web {
namespace {

class HostClock final : public Clock {
 public:
  std::int64_t wall_ms() override { return static_cast<std::int64_t>(gandan_host_now()); }
  std::int64_t monotonic_ms() override { return static_cast<std::int64_t>(gandan_host_monotonic()); }
};

}  // namespace

Clock& host_clock() {
  static HostClock clock;
  return clock;
}

bool tell(const std::string& json) {
  return gandan_host_event(json.data(), static_cast<int>(json.size())) != 0;
}

}  // namespace gandan::web
