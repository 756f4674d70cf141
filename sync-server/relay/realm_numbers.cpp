// What a realm tells of itself to whoever runs the server.
#include <algorithm>

#include "relay/realm.hpp"

namespace gandan::server {

Gate::Pass Realm::enter(const DeviceId& device) {
  const auto now_ms = environment_.clock.monotonic_ms();
  auto pass = gate_.enter(device, now_ms);
  if (pass) {
    const std::lock_guard lock(heard_mutex_);
    heard_[device] = environment_.clock.wall_ms();
  } else if (gate_.to_tell(device, now_ms)) {
    environment_.report("device_throttled", row_.id,
                        Error{Code::server_busy, "device " + handle_of(device.view())});
  }
  return pass;
}

// A device was heard of when it last asked, since this start, or when its last segment came. One of which
// neither is known counts from this start: nobody is called silent for want of memory.
RealmNumbers Realm::numbers(std::int64_t silent_ms) const {
  RealmNumbers out;
  out.realm = handle_of(row_.id.view());
  out.quota_bytes = quota_;
  out.suspended = suspended_;
  out.healthy = healthy();
  out.fence = environment_.store.fence(row_.number);
  std::unordered_map<DeviceId, std::int64_t, FixedBytesHash> heard;
  {
    const std::shared_lock lock(view_mutex_);
    out.entries = size_;
    out.used_bytes = used_bytes_;
    for (const auto& [id, feed] : feeds_) {
      auto& last = heard[feed.device];
      last = std::max(last, feed.receipt_ms);
    }
  }
  {
    const std::lock_guard lock(queue_mutex_);
    out.queued = queue_.size();
    if (!queue_.empty()) out.oldest_ms = environment_.clock.monotonic_ms() - queue_.front()->since_ms;
  }
  out.queued_bytes = queued_bytes_;
  {
    const std::lock_guard lock(heard_mutex_);
    for (const auto& [device, when] : heard_) {
      auto& last = heard[device];
      last = std::max(last, when);
    }
  }
  const auto now = environment_.clock.wall_ms();
  with_roster([&](const roster::Roster& roster) {
    for (const auto& [id, device] : roster.devices()) {
      if (std::none_of(device.grants.begin(), device.grants.end(),
                       [](const auto& grant) { return !grant.until; }))
        continue;
      ++out.devices;
      const auto known = heard.find(id);
      const auto silence = now - (known == heard.end() ? opened_ms_ : known->second);
      if (silence < silent_ms) continue;
      ++out.silent;
      out.longest.push_back({handle_of(id.view()), silence});
    }
  });
  const auto named = std::min(out.longest.size(), kNamedDevices);
  std::partial_sort(out.longest.begin(), out.longest.begin() + static_cast<std::ptrdiff_t>(named),
                    out.longest.end(), [](const auto& a, const auto& b) { return a.for_ms > b.for_ms; });
  out.longest.resize(named);
  for (const auto& device : gate_.throttled(environment_.clock.monotonic_ms(), kNamedDevices))
    out.throttled.push_back(handle_of(device.view()));
  return out;
}

}  // namespace gandan::server
