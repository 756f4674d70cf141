// What the realm asks of devices that are out of reach, and which devices were removed.
#include <algorithm>

#include "roster/roster.hpp"

namespace gandan::roster {

const PolicyAct& Roster::policy() const {
  static const PolicyAct none;
  return policy_at_ ? std::get<PolicyAct>(proposals_[*policy_at_].act) : none;
}

bool Roster::policy_logged() const { return policy_at_ && proposals_[*policy_at_].index.has_value(); }

std::optional<Removal> Roster::removal(const DeviceId& id) const {
  const auto* info = device(id);
  if (info == nullptr || info->grants.empty()) return std::nullopt;
  Removal out;
  bool logged = true;
  for (const auto& grant : info->grants) {
    if (!grant.until) return std::nullopt;
    if (*grant.until > out.from) {
      out.from = *grant.until;
      out.by = grant.ended_by;
    }
    if (grant.revoked_index) out.index = std::max(out.index.value_or(0), *grant.revoked_index);
    logged = logged && grant.revoked_index.has_value();
  }
  if (!logged) out.index.reset();
  return out;
}

}  // namespace gandan::roster
