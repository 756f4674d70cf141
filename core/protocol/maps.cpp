#include "protocol/maps.hpp"

#include <algorithm>

namespace gandan::protocol {

bool makes_maps(const roster::Roster& roster, const DeviceId& device) {
  return roster.may(device, roster::Right::read, roster.root().top);
}

bool may_see_maps(const roster::Roster& roster, const DeviceId& device) {
  const auto* info = roster.device(device);
  if (info == nullptr) return false;
  return makes_maps(roster, device) ||
         std::any_of(info->grants.begin(), info->grants.end(), [](const roster::GrantInfo& grant) {
           return !grant.until &&
                  (grant.role == roster::Role::supervisor || grant.role == roster::Role::auditor);
         });
}

}  // namespace gandan::protocol
