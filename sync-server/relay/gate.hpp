// Gate: how much one device may ask for, at a time and over time, so that a device that went wrong or was
// taken over cannot keep the others of its realm out. What is refused costs as much as a request, so that
// guessing is slow.
//
//   enter ─> Pass, held while a request is under way; nothing when too many are, or the allowance is spent
//
// An allowance fills at `per_second` up to `burst`. Honest phones stay far below: a sync is one request, and
// one more for each chunk of an attachment.
//
// Threading: any thread. Memory: about 100 bytes for each device that asked lately.
#pragma once

#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/ids.hpp"

namespace gandan::server {

struct DeviceLimits {
  std::int64_t per_second = 200;  // 0: no limits
  std::int64_t burst = 4000;
  unsigned at_once = 8;
};
// For strangers who bring statements that may introduce them: all of a realm together.
constexpr DeviceLimits kStrangerLimits{5, 100, 16};

class Gate {
 public:
  explicit Gate(const DeviceLimits& limits) : limits_(limits) {}

  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)), device_(other.device_) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(gate_, other.gate_);
      std::swap(device_, other.device_);
      return *this;
    }
    ~Pass() {
      if (gate_ != nullptr) gate_->leave(device_);
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    friend class Gate;
    Pass(Gate& gate, const DeviceId& device) : gate_(&gate), device_(device) {}
    Gate* gate_ = nullptr;
    DeviceId device_;
  };

  // An empty Pass: not now. `now_ms` of a clock that never steps back.
  Pass enter(const DeviceId& device, std::int64_t now_ms);
  // Takes from what the device may still ask for; it may become less than nothing.
  void charge(const DeviceId& device, std::uint64_t requests);
  std::size_t remembered() const;
  // Whether somebody should be told that the device was refused: once a minute at most.
  bool to_tell(const DeviceId& device, std::int64_t now_ms);
  // Those that were refused within the last ten minutes, at most `most`.
  std::vector<DeviceId> throttled(std::int64_t now_ms, std::size_t most) const;

 private:
  struct State {
    std::int64_t left = 0;  // thousandths of a request
    std::int64_t at_ms = 0;
    unsigned inside = 0;
    std::optional<std::int64_t> refused_ms{}, told_ms{};
  };
  void leave(const DeviceId& device);
  void forget_the_rested(std::int64_t now_ms);
  void refill(State& state, std::int64_t now_ms) const;

  const DeviceLimits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<DeviceId, State, FixedBytesHash> devices_;  // guarded by mutex_
};

}  // namespace gandan::server
