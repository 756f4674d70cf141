#include "clock.hpp"

#include <map>
#include <mutex>

namespace gandan::c {

std::shared_ptr<SteppingClock> SteppingClock::shared(std::int64_t start_ms, std::int64_t step_ms) {
  static std::mutex mutex;
  static auto& clocks = *new std::map<std::pair<std::int64_t, std::int64_t>, std::weak_ptr<SteppingClock>>;
  const std::lock_guard lock(mutex);
  auto& place = clocks[{start_ms, step_ms}];
  auto clock = place.lock();
  if (clock == nullptr) place = clock = std::make_shared<SteppingClock>(start_ms, step_ms);
  return clock;
}

}  // namespace gandan::c
