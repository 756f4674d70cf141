#include "protocol/wrap.hpp"

#include <algorithm>

namespace gandan::protocol {
namespace {

bool has_epoch(const roster::UnitInfo& unit, std::uint32_t number) {
  return number >= unit.epochs.front().number && number <= unit.epochs.back().number;
}

bool is_member(const roster::Roster& roster, const DeviceId& id, const UnitId& unit) {
  const auto* device = roster.device(id);
  return device != nullptr &&
         std::any_of(device->grants.begin(), device->grants.end(), [&](const roster::GrantInfo& grant) {
           return !grant.until && grant.unit == unit && grant.role != roster::Role::auditor;
         });
}

bool for_administrator(const roster::Roster& roster, const Wrap& wrap) {
  return wrap.kind == WrapKind::device &&
         roster.may(DeviceId::from(wrap.recipient.view()), roster::Right::administer, wrap.unit);
}

}  // namespace

bool fits(const roster::Roster& roster, const Wrap& wrap) {
  const auto* unit = roster.unit(wrap.unit);
  if (unit == nullptr || !has_epoch(*unit, wrap.epoch)) return false;
  const auto recipient = UnitId::from(wrap.recipient.view());
  switch (wrap.kind) {
    case WrapKind::device:
      return wrap.recipient_epoch == 0 &&
             (is_member(roster, DeviceId::from(wrap.recipient.view()), wrap.unit) ||
              for_administrator(roster, wrap));
    case WrapKind::parent: {
      const auto* parent = recipient == unit->parent() ? roster.unit(recipient) : nullptr;
      return parent != nullptr && has_epoch(*parent, wrap.recipient_epoch);
    }
    case WrapKind::next_epoch:
      return recipient == wrap.unit && wrap.recipient_epoch > wrap.epoch &&
             has_epoch(*unit, wrap.recipient_epoch);
  }
  return false;
}

bool may_send(const roster::Roster& roster, const DeviceId& sender, const Wrap& wrap) {
  return roster.may(sender, roster::Right::administer, wrap.unit) ||
         (for_administrator(roster, wrap) && is_member(roster, sender, wrap.unit));
}

}  // namespace gandan::protocol
