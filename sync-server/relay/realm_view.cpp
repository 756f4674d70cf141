// What answers are made from: one moment of what is committed and under a checkpoint.
#include "protocol/witness.hpp"
#include "relay/realm.hpp"

namespace gandan::server {

Realm::Standing Realm::standing(const DeviceId& device) const {
  return with_roster([&](const roster::Roster& roster) {
    const auto* info = roster.device(device);
    if (info == nullptr) return Standing::unknown;
    for (const auto& grant : info->grants)
      if (!grant.until) return Standing::active;
    return Standing::removed;
  });
}

std::shared_ptr<const std::vector<UnitId>> Realm::readable_units(const DeviceId& device) const {
  const std::uint64_t size = with_roster([](const roster::Roster& roster) { return roster.size(); });
  {
    const std::lock_guard lock(readable_mutex_);
    if (const auto found = readable_.find(device);
        found != readable_.end() && found->second.roster_size == size)
      return found->second.units;
  }
  Readable fresh;
  with_roster([&](const roster::Roster& roster) {
    fresh.roster_size = roster.size();
    const auto units = roster.readable_units(device);
    fresh.units = std::make_shared<const std::vector<UnitId>>(units.begin(), units.end());
  });
  const std::lock_guard lock(readable_mutex_);
  if (readable_.size() >= kRememberedDevices) readable_.clear();
  readable_[device] = fresh;
  return fresh.units;
}

Realm::Snapshot Realm::snapshot(const DeviceId& device, std::span<const FeedId> feeds,
                                std::uint64_t wraps_from, std::uint64_t keys_from) const {
  Snapshot out;
  out.units = *readable_units(device);
  std::shared_lock lock(view_mutex_);
  for (const auto& [witness, row] : cosignatures_) out.cosignatures.push_back(row);
  out.size = size_;
  out.checkpoint = checkpoint_;
  out.tree = tree_;
  out.statements_end = statements_end_;
  out.wraps = wraps_;
  out.keys = keys_;
  out.map = map_;
  for (const auto& id : feeds) {
    const auto found = feeds_.find(id);
    out.feeds.push_back(found == feeds_.end() ? FeedRow{} : found->second);
    out.feeds.back().feed = id;
  }
  const auto interested = [&](ByteView id) {
    const auto recipient = protocol::RecipientId::from(id);
    if (const auto found = wrap_ends_.find(recipient);
        found != wrap_ends_.end() && found->second > wraps_from)
      out.wrapped_for.push_back(recipient);
  };
  if (wraps_ > wraps_from) {
    interested(device.view());
    for (const auto& unit : out.units) interested(unit.view());
  }
  for (const auto& unit : out.units) {
    const auto end = unit_ends_.find(unit);
    out.ends.push_back(end == unit_ends_.end() ? 0 : end->second);
    const auto keys = key_ends_.find(unit);
    if (keys != key_ends_.end() && keys->second > keys_from) out.keyed.push_back(unit);
  }
  lock.unlock();
  auto& cosigned = out.cosignatures;
  with_roster([&](const roster::Roster& roster) {
    cosigned.erase(std::remove_if(cosigned.begin(), cosigned.end(),
                                  [&](const CosignatureRow& row) {
                                    return row.size > out.size || !protocol::may_witness(roster, row.witness);
                                  }),
                   cosigned.end());
  });
  std::stable_sort(cosigned.begin(), cosigned.end(),
                   [](const CosignatureRow& a, const CosignatureRow& b) { return a.size > b.size; });
  return out;
}

Result<bool> Realm::gives_chunk(const DeviceId& device, const Hash& hash) const {
  GANDAN_TRY(const auto units, environment_.store.chunk_units(row_.number, hash));
  return with_roster([&](const roster::Roster& roster) {
    // The realm's forms are for whoever is enrolled.
    if (roster.is_schema_chunk(hash)) return !units.empty();
    return std::any_of(units.begin(), units.end(),
                       [&](const UnitId& unit) { return roster.may(device, roster::Right::read, unit); });
  });
}

Realm::Published Realm::published() const {
  const std::shared_lock lock(view_mutex_);
  return {size_, checkpoint_, tree_};
}

}  // namespace gandan::server
