// A clock for tests of shells (gandan_open's "clock"): it stands still, and goes on by a step with each
// request. Notebooks of one process that ask for the same one share it, as devices share the time.
//
// Threading: any thread.
#pragma once

#include <atomic>
#include <memory>

#include "base/seams.hpp"

namespace gandan::c {

class SteppingClock final : public Clock {
 public:
  static std::shared_ptr<SteppingClock> shared(std::int64_t start_ms, std::int64_t step_ms);

  SteppingClock(std::int64_t start_ms, std::int64_t step_ms) : start_(start_ms), step_(step_ms) {}
  std::int64_t wall_ms() override { return start_ + passed_.load(); }
  std::int64_t monotonic_ms() override { return passed_.load(); }
  void step() { passed_ += step_; }

 private:
  const std::int64_t start_, step_;
  std::atomic<std::int64_t> passed_{0};
};

}  // namespace gandan::c
