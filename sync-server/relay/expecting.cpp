// Who waits for news of a realm. A device with a role far up reads thousands of units: so it is found from
// the unit that changed upwards, and each request costs what its roles are many.
#include "relay/realm.hpp"

namespace gandan::server {

std::uint64_t Realm::expect(const DeviceId& device, std::function<void()> wake) {
  Expecting expecting;
  expecting.wake = std::move(wake);
  with_roster([&](const roster::Roster& roster) {
    const auto* info = roster.device(device);
    if (info == nullptr) return;
    for (const auto& grant : info->grants)
      if (!grant.until) expecting.units.push_back(grant.unit);
  });
  const std::lock_guard lock(expecting_mutex_);
  const std::uint64_t number = next_expectation_++;
  for (const auto& unit : expecting.units) expecting_of_[unit].insert(number);
  expecting_.emplace(number, std::move(expecting));
  return number;
}

void Realm::forget(std::uint64_t expectation) {
  const std::lock_guard lock(expecting_mutex_);
  const auto found = expecting_.find(expectation);
  if (found == expecting_.end()) return;
  for (const auto& unit : found->second.units) {
    const auto of_unit = expecting_of_.find(unit);
    if (of_unit == expecting_of_.end()) continue;
    of_unit->second.erase(expectation);
    if (of_unit->second.empty()) expecting_of_.erase(of_unit);
  }
  expecting_.erase(found);
}

std::size_t Realm::expectations() const {
  const std::lock_guard lock(expecting_mutex_);
  return expecting_.size();
}

// Behind a publication: whoever is woken asks again, and finds it.
void Realm::tell_expecting(const std::vector<UnitId>& touched) {
  std::set<UnitId> above;
  std::uint64_t roster_size = 0;
  with_roster([&](const roster::Roster& roster) {
    roster_size = roster.size();
    for (UnitId unit : touched)
      for (const auto* info = roster.unit(unit); info != nullptr && above.insert(unit).second;
           info = roster.unit(unit))
        unit = info->parent();
  });
  std::vector<std::function<void()>> wakes;
  {
    const std::lock_guard lock(expecting_mutex_);
    if (std::exchange(told_roster_size_, roster_size) != roster_size) {  // who reads what may be another
      for (auto& [number, expecting] : expecting_) wakes.push_back(std::exchange(expecting.wake, {}));
    } else {
      for (const auto& unit : above)
        if (const auto of_unit = expecting_of_.find(unit); of_unit != expecting_of_.end())
          for (const auto number : of_unit->second)
            wakes.push_back(std::exchange(expecting_.at(number).wake, {}));
    }
  }
  for (const auto& wake : wakes)
    if (wake) wake();
}

}  // namespace gandan::server
