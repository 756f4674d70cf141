#include "relay/gate.hpp"

#include <algorithm>

namespace gandan::server {
namespace {

constexpr std::size_t kRemembered = 16384;  // beyond, those are forgotten whose allowance is full again

constexpr std::int64_t kTellMs = 60'000;
constexpr std::int64_t kRecentMs = 600'000;

bool recently(const std::optional<std::int64_t>& time_ms, std::int64_t now_ms) {
  return time_ms && now_ms - *time_ms < kRecentMs;
}

}  // namespace

void Gate::refill(State& state, std::int64_t now_ms) const {
  // per_second requests in a second are per_second thousandths in a millisecond.
  const std::int64_t passed = std::clamp<std::int64_t>(now_ms - state.at_ms, 0, 3'600'000);
  state.left = std::min(limits_.burst * 1000, state.left + passed * limits_.per_second);
  state.at_ms = now_ms;
}

void Gate::forget_the_rested(std::int64_t now_ms) {
  for (auto at = devices_.begin(); at != devices_.end();) {
    refill(at->second, now_ms);
    const bool rested = at->second.inside == 0 && !recently(at->second.refused_ms, now_ms) &&
                        at->second.left == limits_.burst * 1000;
    at = rested ? devices_.erase(at) : std::next(at);
  }
}

Gate::Pass Gate::enter(const DeviceId& device, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  auto found = devices_.find(device);
  if (found == devices_.end()) {
    if (devices_.size() >= kRemembered) forget_the_rested(now_ms);
    found = devices_.emplace(device, State{limits_.burst * 1000, now_ms, 0}).first;
  }
  State& state = found->second;
  if (limits_.per_second != 0) {
    refill(state, now_ms);
    if (state.left < 1000 || state.inside >= limits_.at_once) {
      state.refused_ms = now_ms;
      return {};
    }
    state.left -= 1000;
  }
  ++state.inside;
  return Pass(*this, device);
}

void Gate::charge(const DeviceId& device, std::uint64_t requests) {
  if (limits_.per_second == 0) return;
  const std::lock_guard lock(mutex_);
  const auto found = devices_.find(device);
  if (found == devices_.end()) return;
  // Never further below nothing than one more burst: time heals it.
  const auto cost = static_cast<std::int64_t>(std::min<std::uint64_t>(requests, 1'000'000)) * 1000;
  found->second.left = std::max(found->second.left - cost, -limits_.burst * 1000);
}

bool Gate::to_tell(const DeviceId& device, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = devices_.find(device);
  if (found == devices_.end()) return false;
  auto& told = found->second.told_ms;
  if (told && now_ms - *told < kTellMs) return false;
  told = now_ms;
  return true;
}

std::vector<DeviceId> Gate::throttled(std::int64_t now_ms, std::size_t most) const {
  std::vector<DeviceId> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [device, state] : devices_)
    if (out.size() < most && recently(state.refused_ms, now_ms)) out.push_back(device);
  return out;
}

std::size_t Gate::remembered() const {
  const std::lock_guard lock(mutex_);
  return devices_.size();
}

void Gate::leave(const DeviceId& device) {
  const std::lock_guard lock(mutex_);
  if (const auto found = devices_.find(device); found != devices_.end()) --found->second.inside;
}

}  // namespace gandan::server
