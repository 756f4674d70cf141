#include "vault/wraps.hpp"

namespace gandan::vault {
namespace {

Status keep(Vault& vault, const Result<protocol::Wrap>& wrap) {
  if (!wrap) return wrap.error();
  return vault.add_wrap(*wrap, true);
}

}  // namespace

Result<CurrentSecret> current_secret(Vault& vault, const UnitId& unit) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const auto* info = roster->unit(unit);
  if (info == nullptr) return Code::unknown_unit;
  const std::uint32_t epoch = info->epochs.back().number;
  const auto* secret = vault.keyring().secret(unit, epoch);
  if (secret == nullptr) return Code::no_key;
  return CurrentSecret{epoch, secret};
}

Status wrap_for_parent(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                       const changelog::EpochSecret& secret) {
  GANDAN_TRY(const auto* roster, vault.roster());
  const UnitId parent = roster->unit(unit)->parent();
  if (parent.is_zero()) return {};
  const roster::EpochPublic above = roster->unit(parent)->epochs.back();
  return keep(vault, changelog::make_wrap_for_parent(roster->realm(), unit, epoch, secret, parent,
                                                     above.number, above.box_key, vault.random()));
}

Status wrap_for_device(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                       const changelog::EpochSecret& secret, const DeviceId& device,
                       const BoxPublicKey& key) {
  GANDAN_TRY(const auto* roster, vault.roster());
  return keep(vault, changelog::make_wrap_for_device(roster->realm(), unit, epoch, secret, device, key,
                                                     vault.random()));
}

Status wrap_for_later(Vault& vault, const UnitId& unit, std::uint32_t epoch,
                      const changelog::EpochSecret& secret, const roster::EpochPublic& later) {
  GANDAN_TRY(const auto* roster, vault.roster());
  return keep(vault, changelog::make_wrap_for_next_epoch(roster->realm(), unit, epoch, secret, later.number,
                                                         later.box_key, vault.random()));
}

}  // namespace gandan::vault
